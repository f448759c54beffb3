"""What holds for every model in the catalogue; a new one is tested by being there."""

import inspect
import io
import itertools
import json
import re
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

import digitzoo
from digitzoo import build_model, list_models, load_data, model_card

MODELS = list_models()
# The tables that the sources print, or that follow from their code: class, shape, parameters.
KNOWN_LAYERS = json.loads(Path(__file__).with_name("known_layers.json").read_text())
CONVOLUTIONAL = [name for name in MODELS if "Conv2D" in str(KNOWN_LAYERS.get(name))]

every_model = pytest.mark.parametrize("name", MODELS)
every_cnn = pytest.mark.parametrize("name", CONVOLUTIONAL)


@pytest.fixture(scope="module")
def digits():
    return load_data("mnist").test[:8].images.astype("float32") / 255


@pytest.fixture
def restored_policy():
    before = keras.config.dtype_policy()
    yield
    keras.config.set_dtype_policy(before)


@every_model
def test_the_layer_table_is_the_known_one(name):
    model = build_model(name)
    rows = [
        [type(layer).__name__, list(layer.output.shape[1:]), layer.count_params()]
        for layer in model.layers
        if not isinstance(layer, keras.layers.InputLayer)
    ]
    assert rows == KNOWN_LAYERS[name]


@every_model
def test_it_is_a_built_plain_network_that_ends_in_probabilities(name, digits):
    model = build_model(name)
    branches = any(isinstance(layer, keras.layers.Add) for layer in model.layers)
    assert isinstance(model, keras.Sequential) is not branches
    assert model.built
    assert model.name == name
    assert all(type(layer).__module__.startswith("keras.") for layer in model.layers)
    outputs = model.predict_on_batch(digits)
    assert outputs.shape == (8, 10)
    assert np.allclose(outputs.sum(axis=1), 1, atol=1e-5)


@every_model
def test_its_card_says_what_is(name):
    card = model_card(name)
    assert card.name == name
    assert card.parameters == build_model(name).count_params()
    assert card.dataset in digitzoo.list_datasets()
    drawn_here = card.source.startswith("Drawn for this package")
    assert bool(card.published) is not drawn_here
    assert all(0 < row.value < 1 for row in card.published)
    assert drawn_here or any(row.metric == "accuracy" for row in card.published)
    assert all(text.strip() for text in (card.summary, card.source, *card.oddities))


@every_model
def test_it_is_a_public_name_with_a_docstring_that_names_every_argument(name):
    builder = getattr(digitzoo, name)
    arguments = re.findall(r"^    (\w+): ", inspect.getdoc(builder), flags=re.MULTILINE)
    assert set(builder.__annotations__) - {"return"} <= set(arguments)


@every_model
@pytest.mark.parametrize("num_classes", [2, 10, 47])
@pytest.mark.parametrize("input_shape", [(28, 28, 1), (32, 32, 3), (64, 48, 1)])
def test_other_inputs_and_class_counts(name, input_shape, num_classes):
    model = build_model(name, input_shape=input_shape, num_classes=num_classes)
    assert model.input_shape == (None, *input_shape)
    assert model.output_shape == (None, num_classes)
    outputs = model.predict_on_batch(np.random.default_rng(0).random((2, *input_shape)))
    assert np.isfinite(outputs).all()


@every_model
def test_every_trainable_weight_gets_a_finite_gradient(name, digits):
    keras.utils.set_random_seed(0)
    model = build_model(name)
    loss = keras.losses.SparseCategoricalCrossentropy()
    with tf.GradientTape() as tape:
        value = loss(np.arange(8), model(digits, training=False)) + sum(model.losses)
    gradients = tape.gradient(value, model.trainable_variables)
    assert len(gradients) == len(model.trainable_variables) > 0
    for variable, gradient in zip(model.trainable_variables, gradients, strict=True):
        assert gradient is not None, variable.path
        assert np.isfinite(gradient).all(), variable.path
        assert np.any(gradient), variable.path


def test_saved_files_load_and_predict_the_same_without_digitzoo(tmp_path, digits):
    np.save(tmp_path / "digits.npy", digits)
    expected = {}
    for name in MODELS:
        model = build_model(name)
        model.save(tmp_path / f"{name}.keras")
        expected[name] = model.predict_on_batch(digits).tolist()
    program = """
import sys
sys.modules["digitzoo"] = None  # importing it is an error from here on
import json, pathlib, keras, numpy
folder = pathlib.Path(sys.argv[1])
digits = numpy.load(folder / "digits.npy")
print(json.dumps({path.stem: keras.models.load_model(path).predict_on_batch(digits).tolist()
                  for path in folder.glob("*.keras")}))
"""
    done = subprocess.run(
        [sys.executable, "-c", program, tmp_path], capture_output=True, check=True, text=True
    )
    outputs = json.loads(done.stdout.splitlines()[-1])
    assert sorted(outputs) == MODELS
    for name in MODELS:
        assert np.allclose(outputs[name], expected[name], atol=1e-6), name


@every_model
@pytest.mark.parametrize(
    "policy",
    ["float32", "float64", "float16", "bfloat16", "mixed_float16", "mixed_bfloat16"],
)
@pytest.mark.usefixtures("restored_policy")
def test_it_builds_and_runs_on_each_dtype_policy(name, policy, digits):
    keras.config.set_dtype_policy(policy)
    model = build_model(name)
    assert model.dtype_policy.name == policy
    outputs = np.asarray(model(digits)).astype("float64")
    assert np.allclose(outputs.sum(axis=1), 1, atol=0.02)


@every_model
@pytest.mark.parametrize("policy", ["int8_from_float32", "float8_from_float32"])
@pytest.mark.usefixtures("restored_policy")
def test_it_builds_on_quantized_policies(name, policy):
    # Keras 3.15 cannot call a whole Sequential of these: a quantized model comes from quantize().
    keras.config.set_dtype_policy(policy)
    model = build_model(name)
    assert model.built
    assert model.output_shape == (None, 10)


@every_cnn
def test_an_input_too_small_names_the_layer_and_the_smallest_that_works(name):
    fails = None
    for size in range(1, 64):
        try:
            build_model(name, input_shape=(size, size, 1))
        except digitzoo.DigitzooError as error:
            fails = str(error)
        else:
            break
    # Pools with padding keep at least one row, so deep_cnn builds on a single pixel.
    windows = [layer for layer in build_model(name).layers if hasattr(layer, "strides")]
    assert (fails is None) == all(layer.padding == "same" for layer in windows)
    if fails is not None:
        assert f"The smallest size that works is {size} x {size}." in fails
        assert re.search(r"layer '\w+\d' \((Separable)?Conv2D|(Max|Average)Pooling2D\)", fails)


def test_an_input_too_narrow_on_one_axis_only():
    with pytest.raises(ValueError, match=r"'pool1' \(MaxPooling2D\) is 60 x 1.*6 x 6"):
        build_model("simple_cnn", input_shape=(64, 5, 1))


@every_cnn
def test_a_flat_input_is_refused_by_convolutional_networks(name):
    with pytest.raises(
        ValueError, match=rf"{name} takes images of shape \(height, width, channels"
    ):
        build_model(name, input_shape=(784,))


@pytest.mark.parametrize("name", ["dense_baseline", "small_dense", "softmax_regression"])
def test_dense_networks_leave_flatten_out_for_flat_images(name):
    model = build_model(name, input_shape=(784,))
    assert [type(layer).__name__ for layer in model.layers] == ["Dense"] * len(model.layers)
    assert model.count_params() == model_card(name).parameters


@every_model
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"num_classes": 1}, "num_classes must be a whole number of 2 or above. Received 1"),
        ({"input_shape": (0, 28, 1)}, r"input_shape\[0\] must be a whole number of 1 or above"),
        ({"input_shape": ()}, r"must be a tuple of numbers, such as \(28, 28, 1\)"),
        ({"num_classes": 10**30}, "num_classes must be a whole number of at most 100,000"),
        ({"weights": "mnsit"}, "Unknown weights for .*'mnsit'"),
        (
            {"weights": "none.weights.h5"},
            r"none\.weights\.h5: no such file\. .* Weights by name: fashion_mnist, mnist",
        ),
    ],
)
def test_wrong_arguments_are_refused(name, options, message):
    with pytest.raises(ValueError, match=message):
        build_model(name, **options)


@every_model
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"num_classes": "10"}, "num_classes must be a whole number of 2 or above. Received '10'"),
        ({"num_classes": 10.0}, "num_classes must be a whole number of 2 or above. Received 10.0"),
        ({"num_classes": True}, "num_classes must be a whole number of 2 or above. Received True"),
        ({"input_shape": 28}, r"a tuple of numbers, such as \(28, 28, 1\)\. Received 28"),
        ({"input_shape": None}, "input_shape must be a tuple .*Received None"),
        ({"input_shape": (28, None, 1)}, r"input_shape\[1\] must be a whole number .*None"),
        ({"input_shape": itertools.count()}, "input_shape must be a tuple"),
        ({"transfer": "yes"}, "transfer must be True or False. Received 'yes'"),
        ({"name": None}, "name must be a text"),
        ({"weights": 3}, "weights must be a path, as text or pathlib.Path. Received 3"),
        ({"weights": np.zeros(3)}, "weights must be a path.*an array of shape"),
        ({"weights": io.BytesIO()}, "weights must be a path.*BytesIO"),
        ({"weights": b"mnist"}, "weights must be a path.*b'mnist'"),
        ({"epochs": 3}, "epochs"),
    ],
)
def test_arguments_of_the_wrong_type_are_refused(name, options, message):
    with pytest.raises(digitzoo.errors.ArgumentTypeError, match=message):
        getattr(digitzoo, name)(**options)


@every_model
def test_weights_load_from_a_path_and_misfits_are_named(name, tmp_path, digits):
    path = tmp_path / "mine.weights.h5"
    keras.utils.set_random_seed(1)
    trained = build_model(name)
    trained.save_weights(path)
    again = build_model(name, weights=path)
    assert np.array_equal(again.predict_on_batch(digits), trained.predict_on_batch(digits))
    with pytest.raises(ValueError, match=r"mine\.weights\.h5 does not hold weights for"):
        build_model(name, num_classes=47, weights=path)
    path.write_bytes(b"not a weights file")
    with pytest.raises(ValueError, match="does not hold weights for"):
        build_model(name, weights=path)


def test_the_list_is_sorted_and_can_be_filtered():
    assert sorted(MODELS) == MODELS
    assert list_models("*_cnn") == [name for name in MODELS if name.endswith("_cnn")]
    assert list_models("nothing*") == []
    assert list_models(max_parameters=1) == []
    largest = max(model_card(name).parameters for name in MODELS)
    assert list_models(max_parameters=largest) == MODELS
    assert "simple_cnn" in list_models(max_parameters=592_074)
    assert "simple_cnn" not in list_models(max_parameters=592_073)


@pytest.mark.parametrize("dataset", ["mnist", "fashion_mnist"])
def test_what_is_kept_for_a_data_set_has_its_weights(dataset):
    kept = list_models(dataset=dataset)
    rows = {
        row.model: row
        for name in MODELS
        for row in model_card(name).measured
        if row.weights and row.dataset == dataset
    }
    assert kept == sorted(rows)
    best_first = list_models(dataset=dataset, sort_by="accuracy")
    means = [rows[name].accuracy.mean for name in best_first]
    assert means == sorted(means, reverse=True)
    assert sorted(best_first) == kept


def test_the_list_can_be_sorted():
    parameters = [model_card(name).parameters for name in list_models(sort_by="parameters")]
    assert parameters == sorted(parameters)
    assert len(parameters) == len(MODELS)
    on_mnist = list_models(sort_by="accuracy")
    assert sorted(on_mnist) == MODELS
    assert on_mnist[: len(list_models(dataset="mnist"))] == list_models(
        dataset="mnist", sort_by="accuracy"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"dataset": "kmnist"}, "Unknown data set 'kmnist'. Did you mean 'mnist'"),
        ({"sort_by": "macs"}, "Unknown sort key 'macs'. There is: accuracy, name, parameters"),
        ({"max_parameters": 0}, "max_parameters must be a whole number of 1 or above"),
        ({"max_parameters": "10k"}, "max_parameters must be a whole number of 1 or above"),
        ({"dataset": 3}, "A data set is named by a text"),
    ],
)
def test_a_filter_that_cannot_work_is_named(arguments, message):
    with pytest.raises(digitzoo.DigitzooError, match=re.escape(message)):
        list_models(**arguments)


@pytest.mark.parametrize("name", [["x"], None, 3, b"simple_cnn", {}, np.array("simple_cnn")])
def test_a_name_is_a_text(name):
    for call in (build_model, model_card):
        with pytest.raises(digitzoo.errors.ArgumentTypeError, match=r"list_models\(\) shows all"):
            call(name)
    with pytest.raises(digitzoo.errors.ArgumentTypeError, match="pattern must be a text"):
        list_models(name)


def test_unknown_names_get_the_nearest():
    message = r"Unknown model 'simple_cn'\. Did you mean 'simple_cnn'\? list_models\(\) shows all\."
    with pytest.raises(ValueError, match=message):
        build_model("simple_cn")
    with pytest.raises(ValueError, match=message):
        model_card("simple_cn")
    with pytest.raises(TypeError, match="simple_cnn: Unknown option 'filter'. Did you mean 'filt"):
        build_model("simple_cnn", filter=3)


def test_knobs_turn():
    assert digitzoo.simple_cnn(filters=8, kernel_size=(3, 5), units=16).layers[0].output.shape == (
        None,
        26,
        24,
        8,
    )
    dropped = digitzoo.fashion_cnn(dropout_rate=0.1).get_layer("dropout1")
    assert dropped.rate == pytest.approx(0.1)
    assert len(digitzoo.regularized_cnn(filters=(4, 8), l2=0.1).layers) == 8
    assert digitzoo.regularized_cnn(l2=0.1).layers[0].kernel_regularizer.l2 == pytest.approx(0.1)
    for wrong in ({"filters": (32,)}, {"units": 100}, {"kernel_size": 0}, {"dropout_rate": (2, 2)}):
        with pytest.raises(digitzoo.DigitzooError, match="deep_cnn"):
            digitzoo.deep_cnn(**wrong)


@every_model
def test_numpy_s_whole_numbers_are_whole_numbers(name):
    classes, side = np.int64(7), np.int32(28)
    model = build_model(name, num_classes=classes, input_shape=[side, side, np.uint8(1)])
    assert model.output_shape == (None, 7)
    assert model.input_shape == (None, 28, 28, 1)
    model = build_model(name, input_shape=np.array([28, 28, 1]))
    assert model.input_shape == (None, 28, 28, 1)


def test_a_model_built_by_name_may_be_called_otherwise():
    assert build_model("simple_cnn", name="mine").name == "mine"


def test_every_architecture_file_has_a_card_and_a_table():
    folder = Path(digitzoo.__file__).parent / "models" / "architectures"
    files = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    assert files == set(MODELS) == set(KNOWN_LAYERS)


@every_model
def test_the_user_s_data_format_does_not_change_the_network(name):
    keras.config.set_image_data_format("channels_first")
    try:
        assert build_model(name).count_params() == model_card(name).parameters
        assert keras.config.image_data_format() == "channels_first"
    finally:
        keras.config.set_image_data_format("channels_last")


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("simple_cnn", {"filters": True}, "filters must be a whole number of 1 or above"),
        ("simple_cnn", {"units": 2.5}, "units must be a whole number of 1 or above"),
        ("simple_cnn", {"kernel_size": "5"}, "kernel_size must be a whole number or a tuple of 2"),
        ("simple_cnn", {"kernel_size": (5, "5")}, r"kernel_size\[1\] must be a whole number"),
        ("fashion_cnn", {"dropout_rate": "0.4"}, "dropout_rate must be a finite number"),
        ("fashion_cnn", {"dropout_rate": True}, "dropout_rate must be a finite number"),
        ("regularized_cnn", {"l2": None}, "l2 must be a finite number of 0 or above"),
        ("regularized_cnn", {"filters": {8, 16}}, "filters must be a tuple of numbers"),
        ("deep_cnn", {"filters": 32}, "filters must be a tuple of 2 numbers. Received 32"),
        ("deep_cnn", {"units": (4, None)}, r"units\[1\] must be a whole number"),
    ],
)
def test_knobs_of_the_wrong_type_are_named(name, options, message):
    with pytest.raises(digitzoo.errors.ArgumentTypeError, match=f"^{name}: {message}"):
        build_model(name, **options)


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("regularized_cnn", {"l2": -1}, "l2 must be a finite number of 0 or above"),
        ("regularized_cnn", {"filters": ()}, "filters must be a tuple of numbers"),
        ("fashion_cnn", {"dropout_rate": 1.5}, "dropout_rate must be .* at most 1"),
        (
            "deep_cnn",
            {"filters": (1, 2, 3)},
            r"filters must be a tuple of 2 numbers\. Received \(1",
        ),
        ("simple_cnn", {"kernel_size": (5,)}, "kernel_size must be a whole number or a tuple of 2"),
        ("simple_cnn", {"name": "a/b"}, "name must be letters, digits"),
    ],
)
def test_knobs_that_cannot_work_are_named(name, options, message):
    with pytest.raises(digitzoo.errors.InvalidArgumentError, match=f"^{name}: .*{message}"):
        build_model(name, **options)
