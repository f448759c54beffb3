import keras
import numpy as np
import pytest
from keras import layers

from digitzoo import build_model, explore, list_models, load_data, predict
from digitzoo.errors import InvalidArgumentError
from digitzoo.explorer.network import pack_network

DATASETS = ("mnist", "fashion_mnist")


@pytest.mark.parametrize("dataset", DATASETS)
@pytest.mark.parametrize("name", list_models())
def test_every_layer_gives_what_keras_gives(name, dataset, bench, engine):
    model = build_model(name, weights=dataset)
    images = load_data(dataset).test.images[:50]
    assert bench.largest_difference(engine, model, images[:3]) < 1e-4
    answers = engine.results(images).argmax(1)
    assert np.array_equal(answers, predict(model, images).label)


@pytest.mark.filterwarnings("ignore:(?s).*softmax over axis:UserWarning")  # of one channel
@pytest.mark.parametrize("first", range(0, 200, 25))
def test_random_models_give_what_keras_gives(first, bench, engine):
    generator = np.random.default_rng(first)
    for seed in range(first, first + 25):
        model = bench.random_model(seed)
        images = generator.integers(0, 256, (1, *model.input_shape[1:]), dtype=np.uint8)
        assert bench.largest_difference(engine, model, images) < 1e-4, seed


@pytest.mark.parametrize(
    ("units", "activation"),
    [(3, "softmax"), (3, None), (3, "sigmoid"), (1, "sigmoid"), (3, "log_softmax"), (3, "relu")],
)
def test_answers_are_those_of_predict(units, activation, engine):
    model = keras.Sequential(
        [keras.Input((4, 5, 3)), layers.Flatten(), layers.Dense(units, activation=activation)]
    )
    image = np.random.default_rng(0).integers(0, 256, (4, 5, 3), dtype=np.uint8)
    engine.load(model)
    engine.run(image)
    expected = predict(model, image).probabilities[0]
    assert np.allclose(engine.eval("taken.probabilities"), expected, atol=1e-5)


def test_a_class_that_is_switched_off_leaves_the_others_as_they_are(engine):
    engine.load(build_model("small_dense", weights="mnist"))
    engine.run(load_data("mnist").test.images[0])
    before = engine.eval("taken.probabilities")
    engine.context.eval("taken.toggle(taken.nodes.length - 1, 7); 0")
    engine.run(load_data("mnist").test.images[0])
    assert engine.eval("taken.probabilities") == [*before[:7], 0, *before[8:]]


def test_only_rows_that_change_are_worked_out_and_the_result_is_the_same(bench, engine):
    model = bench.random_model(0)
    generator = np.random.default_rng(0)
    for seed in range(12):
        model = bench.random_model(seed)
        image = generator.integers(0, 256, model.input_shape[1:], dtype=np.uint8)
        engine.load(model)
        engine.run(image)
        image[2:4, 1:3] = 0
        partly = engine.run(image)
        engine.load(model)
        wholly = engine.run(image)
        for few, all_ in zip(partly, wholly, strict=True):
            assert np.array_equal(few, all_)


def test_what_is_switched_off_is_zero_until_it_is_switched_on(engine):
    model = build_model("simple_cnn", weights="mnist")
    image = load_data("mnist").test.images[0]
    engine.load(model)
    before = engine.run(image)
    engine.context.eval("taken.toggle(0, 3)")
    off = engine.run(image)
    assert not off[0].reshape(24, 24, 32)[..., 3].any()
    assert not np.array_equal(off[-1], before[-1])
    kernel, bias = (one.numpy() for one in model.layers[0].weights)
    kernel[..., 3], bias[3] = 0, 0  # what that filter says then
    model.layers[0].set_weights([kernel, bias])
    assert np.allclose(off[-1], model(image[np.newaxis] / 255)[0], atol=1e-5)
    engine.context.eval("taken.toggle(0, 3)")
    assert np.array_equal(engine.run(image)[-1], before[-1])


def test_an_untrained_network_is_drawn_as_its_initializers_draw(engine):
    model = build_model("simple_cnn", weights="mnist")
    engine.load(model)
    engine.context.eval("taken.choose(false, 3)")
    drawn = {
        name: np.array(engine.eval(f"Array.from(taken.nodes[0].weights.{name}.data)"))
        for name in ("kernel", "bias")
    }
    limit = np.sqrt(6 / (25 + 25 * 32))  # Glorot and Bengio 2010
    assert not drawn["bias"].any()
    assert 0.9 * limit < np.abs(drawn["kernel"]).max() <= limit
    assert drawn["kernel"].std() == pytest.approx(limit / np.sqrt(3), rel=0.1)
    engine.context.eval("taken.choose(true)")
    image = load_data("mnist").test.images[0]
    assert engine.run(image)[-1].argmax() == 7


def test_weights_that_are_half_precision_numbers_travel_as_such():
    packed = pack_network(build_model("small_dense", weights="mnist"))
    assert {w["type"] for n in packed.description["nodes"] for w in n["weights"].values()} == {
        "float16"
    }
    assert len(packed.weights) == 2 * 51_450
    untrained = pack_network(build_model("small_dense"))
    assert untrained.description["nodes"][1]["weights"]["kernel"]["type"] == "float32"


def test_shared_weights_travel_once(bench, engine):
    inputs = keras.Input((8, 8, 1))
    shared = layers.Conv2D(1, 3, padding="same", activation="relu")
    flat = layers.Flatten()(layers.Subtract()([shared(inputs), inputs]))
    model = keras.Model(
        inputs, layers.Dense(2)(layers.Concatenate()([flat, layers.Flatten()(inputs)]))
    )
    assert len(pack_network(model).weights) <= 4 * model.count_params()
    twice = keras.Model(inputs, layers.Flatten()(shared(shared(inputs))))
    assert len(pack_network(twice).weights) <= 4 * twice.count_params()
    engine.load(twice)
    engine.context.eval("taken.choose(false); 0")
    kernels = "taken.nodes.slice(0, 2).map(({ weights }) => weights.kernel.data)"
    assert engine.eval(f"(([one, other]) => one === other)({kernels})")
    image = np.random.default_rng(0).integers(0, 256, (1, 8, 8, 1), dtype=np.uint8)
    assert bench.largest_difference(engine, model, image) < 1e-4
    engine.load(twice)
    expected = np.asarray(twice(image.astype("float32") / 255))[0]
    assert np.allclose(engine.run(image[0])[-1], expected, atol=1e-5)


@pytest.mark.parametrize(
    ("layer", "named"),
    [
        (layers.Conv2DTranspose(2, 3, name="up"), "Conv2DTranspose 'up'"),
        (layers.Lambda(lambda x: x * 2, name="twice"), "Lambda 'twice'"),
        (layers.Conv2D(2, 3, activation=lambda x: x, name="own"), "Conv2D 'own'"),
        (layers.BatchNormalization(axis=1, name="rows"), "BatchNormalization 'rows' with axis=1"),
        (layers.UpSampling2D(name="larger"), "UpSampling2D 'larger'. It knows the layers Activ"),
        (layers.Dense(2, activation="hard_silu", name="own"), "It knows the activations elu, "),
        (
            layers.Dense(2, activation=layers.LeakyReLU(0.1), name="own"),
            r"Dense 'own' with arguments or a call of its own\. Explore",
        ),
    ],
)
def test_a_layer_that_a_page_does_not_know_is_named(layer, named):
    model = keras.Sequential([keras.Input((8, 8, 1)), layer, layers.Flatten(), layers.Dense(3)])
    with pytest.raises(InvalidArgumentError, match=named):
        explore(model)


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (
            keras.Sequential(
                [keras.Input((None, None, 1)), layers.GlobalAveragePooling2D(), layers.Dense(2)]
            ),
            "fixed size",
        ),
        (keras.Sequential([keras.Input((8,)), layers.Dense(2)]), "images"),
        (keras.Sequential([keras.Input((8, 8, 2)), layers.Flatten(), layers.Dense(2)]), "three"),
        (
            keras.Sequential(
                [keras.Input((28, 28, 1)), layers.Flatten(), layers.Dense(9000), layers.Dense(10)]
            ),
            "parameters",
        ),
    ],
)
def test_a_model_that_fits_no_page_is_refused(model, said):
    with pytest.raises(InvalidArgumentError, match=said):
        explore(model)


@pytest.mark.parametrize(
    "first", [[keras.Input((6, 6)), layers.Flatten()], [keras.Input((36,))]], ids=["plane", "row"]
)
def test_images_without_a_channel_axis_do(first, bench, engine):
    model = keras.Sequential([*first, layers.BatchNormalization(), layers.Dense(3)])
    images = np.random.default_rng(0).integers(0, 256, (2, *model.input_shape[1:]), dtype=np.uint8)
    assert pack_network(model).description["input"] == [6, 6, 1]
    assert bench.largest_difference(engine, model, images) < 1e-4
    assert '"labels":[null,null]' in explore(model, images).html


def test_weights_that_were_quantized_are_refused():
    model = keras.Sequential([keras.Input((4, 4, 1)), layers.Flatten(), layers.Dense(3, name="d")])
    model.get_layer("d").quantize("int8")
    with pytest.raises(InvalidArgumentError, match="Dense 'd' with weights quantized to int8"):
        explore(model)


def test_a_normalization_that_scales_otherwise_is_refused():
    with pytest.warns(UserWarning, match="rms_scaling"):
        odd = layers.LayerNormalization(rms_scaling=True, name="odd")
    model = keras.Sequential([keras.Input((4, 4, 1)), layers.Flatten(), odd, layers.Dense(3)])
    with pytest.raises(InvalidArgumentError, match="'odd' with rms_scaling=True"):
        explore(model)


def test_a_relu_may_let_nothing_through(bench, engine):
    model = keras.Sequential(
        [keras.Input((4, 4, 1)), layers.ReLU(max_value=0.0), layers.Flatten(), layers.Dense(3)]
    )
    assert bench.largest_difference(engine, model, np.full((1, 4, 4, 1), 9, np.uint8)) < 1e-4


def test_a_model_that_rescales_is_given_0_to_255(bench, engine):
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Rescaling(1 / 255),
            build_model("small_dense", weights="mnist"),
        ]
    )
    images = load_data("mnist").test.images[:20]
    engine.load(model)
    assert np.array_equal(engine.results(images).argmax(1), predict(model, images).label)


def test_what_works_while_training_alone_hands_on(bench, engine):
    model = keras.Sequential(
        [
            *(keras.Input((8, 8, 1)), layers.RandomFlip(), layers.RandomRotation(0.1)),
            *(layers.Conv2D(2, 3), layers.Flatten(), layers.Dense(3, activation="softmax")),
        ]
    )
    image = np.random.default_rng(0).integers(0, 256, (1, 8, 8, 1), dtype=np.uint8)
    assert bench.largest_difference(engine, model, image) < 1e-4


def test_weights_that_were_lost_are_told():
    model = build_model("small_dense")
    model.layers[-1].bias.assign(np.full(10, np.nan))
    with pytest.raises(InvalidArgumentError, match="'output' are not finite"):
        explore(model)
