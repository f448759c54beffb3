import keras
import numpy as np
import pytest
from keras import layers

from digitzoo import (
    build_model,
    dense_baseline,
    fashion_cnn,
    grad_cam,
    load_data,
    occlusion,
    saliency,
)
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, ShapeError
from digitzoo.inspection.saliency import maps_layer

METHODS = (saliency, grad_cam, occlusion)


@pytest.fixture(scope="module")
def images():
    return load_data("mnist", validation=0).test.images[:3]


@pytest.fixture(scope="module")
def network():
    """A small network with weights that are neither trained nor all alike."""
    keras.utils.set_random_seed(1)
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(4, 5, strides=2, activation="tanh", name="first"),
            layers.Conv2D(6, 3, activation="tanh", name="second"),
            layers.Flatten(),
            layers.Dense(10, activation="softmax", name="output"),
        ],
        name="network",
    )


def layers_of_lesson():
    return [layers.Flatten(), layers.Dense(10, activation="softmax")]


def logits(model):
    """The same network without its softmax, made by other means than ours."""
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    copy.layers[-1].activation = keras.activations.linear
    return lambda images: np.asarray(copy.predict_on_batch(np.asarray(images, np.float32)))


def test_saliency_is_the_slope_that_two_more_runs_find(network, images):
    values = saliency(network, images, label=[3, 1, 4])
    run = logits(network)
    pixels = images.astype(np.float64) / 255
    for number, label in enumerate((3, 1, 4)):
        for row, column in ((5, 9), (14, 14), (20, 12)):
            step = np.zeros_like(pixels[number])
            step[row, column] = 1e-2
            rise = run([pixels[number] + step])[0] - run([pixels[number] - step])[0]
            slope = abs(rise[label]) / 2e-2
            assert values[number, row, column] == pytest.approx(slope, rel=0.01, abs=1e-4)


def test_saliency_takes_the_largest_of_the_channels():
    model = keras.Sequential([keras.Input((2, 2, 3)), layers.Flatten(), layers.Dense(2)])
    kernel = np.arange(24, dtype=np.float32).reshape(12, 2) - 12
    model.set_weights([kernel, np.zeros(2)])
    values = saliency(model, np.zeros((2, 2, 3)), label=1)
    np.testing.assert_allclose(values, np.abs(kernel[:, 1]).reshape(1, 2, 2, 3).max(axis=-1))


def test_grad_cam_of_a_network_whose_answer_is_known(images):
    """Two filters that copy and negate; averaged, then weighed. Its Grad-CAM is the plain CAM."""
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(2, 1, name="copy_and_negate"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(3, activation="softmax"),
        ]
    )
    heads = np.array([[2.0, -1.0, 0.0], [0.0, 0.0, 3.0]])
    model.set_weights([np.array([[[[1.0, -1.0]]]]), np.zeros(2), heads, np.zeros(3)])
    pixels = images[..., 0] / 255
    np.testing.assert_allclose(grad_cam(model, images, label=0), 2 * pixels / 784, atol=1e-7)
    assert not grad_cam(model, images, label=1).any()  # no positive evidence
    assert not grad_cam(model, images, label=2).any()


def test_grad_cam_of_a_layer_in_the_middle_by_finite_differences(network, images):
    """Each filter's mean slope is what its bias would do, if it acted behind the activation."""
    values = grad_cam(network, images[:1], layer="first")
    front = keras.Model(network.inputs[0], network.get_layer("first").output)
    maps = np.asarray(front(images[:1] / 255), np.float64)
    tail = keras.models.clone_model(keras.Sequential(network.layers[1:]))
    tail.build((None, *maps.shape[1:]))
    tail.set_weights(network.get_weights()[2:])
    run = logits(tail)
    label = int(np.argmax(run(maps)))
    weights = []
    for channel in range(4):
        step = np.zeros_like(maps)
        step[..., channel] = 1e-2
        weights.append(
            (run(maps + step) - run(maps - step))[0, label] / 2e-2 / maps[0, ..., 0].size
        )
    small = np.maximum((maps[0] * weights).sum(axis=-1), 0)
    assert values.shape == (1, 28, 28)
    # Bilinear from 12 to 28: each old centre lies between new ones, so sums and ends agree.
    assert values.max() <= small.max() * 1.01
    assert values.max() == pytest.approx(small.max(), rel=0.15)
    larger = keras.ops.image.resize(small[np.newaxis, ..., np.newaxis], (28, 28))
    np.testing.assert_allclose(values, np.asarray(larger)[..., 0], rtol=0.02, atol=small.max() / 99)


def test_grad_cam_weighs_what_comes_of_the_last_convolution(images):
    """Convolution, normalization and ReLU in layers of their own are as all of it in one."""
    whole = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(5, 3, activation="relu", name="conv"),
            layers.Conv2D(4, 3, activation="relu", name="last"),
            *layers_of_lesson(),
        ]
    )
    parts = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(5, 3, activation="relu", name="conv"),
            layers.Conv2D(4, 3, name="last"),
            layers.BatchNormalization(epsilon=1e-7),  # as it begins, it changes nothing
            layers.ReLU(name="rectified"),
            layers.SpatialDropout2D(0.5),
            *layers_of_lesson(),
        ]
    )
    for name in ("conv", "last"):
        parts.get_layer(name).set_weights(whole.get_layer(name).get_weights())
    parts.layers[-1].set_weights(whole.layers[-1].get_weights())
    expected = grad_cam(whole, images, label=3)
    assert expected.any()
    np.testing.assert_allclose(grad_cam(parts, images, label=3), expected, atol=1e-5)
    np.testing.assert_array_equal(
        grad_cam(parts, images, label=3, layer="rectified"), grad_cam(parts, images, label=3)
    )


@pytest.mark.parametrize(
    ("model", "layer"),
    [
        ("simple_cnn", "conv1"),
        ("lenet5", "c3"),
        ("batchnorm_cnn", "relu5"),
        ("small_resnet", "block4_relu2"),
    ],
)
def test_grad_cam_chooses_the_last_maps_of_the_last_convolution(images, model, layer):
    model = build_model(model)
    inputs = images.astype(np.float32) / 255
    assert maps_layer(model, inputs, None)[0] == layer


def test_grad_cam_looks_at_all_arms_of_a_block(images):
    image = keras.Input((28, 28, 1))
    arms = [layers.Conv2D(2, n, padding="same", name=f"of_{n}")(image) for n in (1, 3, 5)]
    joined = layers.Concatenate(name="joined")(arms)
    inside = keras.Model(image, layers.MaxPooling2D(name="smaller")(joined), name="inside")
    model = keras.Sequential([keras.Input((28, 28, 1)), inside, *layers_of_lesson()])
    inputs = images.astype(np.float32) / 255
    assert maps_layer(model, inputs, None)[0] == "inside/joined"


def test_occlusion_by_brute_force(network, images):
    values = occlusion(network, images[:2], label=[7, 2], patch_size=6, strides=5, fill=0.5)
    run = logits(network)
    pixels = images[:2] / 255
    for number, label in enumerate((7, 2)):
        whole = run(pixels[[number]])[0, label]
        falls = [[[] for _ in range(28)] for _ in range(28)]
        for top in (0, 5, 10, 15, 20, 22):
            for left in (0, 5, 10, 15, 20, 22):
                covered = pixels[[number]].copy()
                covered[0, top : top + 6, left : left + 6] = 0.5
                fall = whole - run(covered)[0, label]
                for row in range(top, top + 6):
                    for column in range(left, left + 6):
                        falls[row][column].append(fall)
        expected = [[np.mean(cell) for cell in row] for row in falls]
        np.testing.assert_allclose(values[number], expected, atol=1e-5)


def test_occlusion_holds_no_more_images_at_once_than_a_batch(monkeypatch):
    seen = []
    model = keras.Sequential([keras.Input((40, 40, 1)), layers.Flatten(), layers.Dense(3)])
    own = keras.Model.predict_on_batch

    def count(self, images):
        seen.append(len(images))
        return own(self, images)

    monkeypatch.setattr(keras.Model, "predict_on_batch", count)
    occlusion(model, np.zeros((2, 40, 40)))
    assert seen == [128] * 2 * 11  # 37 x 37 places of the patch in each image


@pytest.mark.parametrize("method", METHODS)
def test_a_model_that_is_certain_is_explained_as_well(network, images, method):
    """A softmax that gives 1.0 has no gradient; the logits behind it have."""
    sure = keras.models.clone_model(network)
    weights = network.get_weights()
    sure.set_weights([*weights[:-2], weights[-2] * 5000, weights[-1]])
    assert np.asarray(sure(images / 255)).max(axis=1).min() == 1.0
    np.testing.assert_allclose(
        method(sure, images[:1]), 5000 * method(network, images[:1]), rtol=1e-2, atol=0.5
    )


@pytest.mark.parametrize("method", METHODS)
def test_by_default_what_the_model_says_is_explained(network, images, method):
    said = np.argmax(np.asarray(network(images / 255)), axis=1)
    np.testing.assert_array_equal(method(network, images), method(network, images, label=said))
    assert method(network, images).shape == (3, 28, 28)


@pytest.mark.parametrize("method", METHODS)
def test_images_in_any_form(network, images, method):
    expected = method(network, images[:1])
    for form in (images[0], images[0, ..., 0], images[:1] / 255, images[:1, ..., 0]):
        np.testing.assert_allclose(method(network, form), expected, atol=1e-5)
    np.testing.assert_allclose(
        method(network, load_data("mnist", validation=0).test[:1]), expected, atol=1e-5
    )


def test_the_model_stays_as_it_was(network, images):
    before, weights = np.asarray(network(images / 255)), network.get_weights()
    nodes = [len(layer._inbound_nodes) for layer in network.layers]  # noqa: SLF001 - no public count
    for method in METHODS:
        method(network, images[:1])
    np.testing.assert_array_equal(np.asarray(network(images / 255)), before)
    for one, other in zip(weights, network.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    assert [len(layer._inbound_nodes) for layer in network.layers] == nodes  # noqa: SLF001


def test_models_with_models_and_branches_and_subclasses(images, tmp_path):
    class Own(keras.Model):
        def __init__(self):
            super().__init__()
            self.conv = layers.Conv2D(3, 5, name="conv")
            self.pool = layers.GlobalAveragePooling2D()
            self.head = layers.Dense(4, activation="softmax")

        def call(self, images):
            return self.head(self.pool(self.conv(images)))

    image = keras.Input((28, 28, 1))
    both = layers.Concatenate()([layers.Conv2D(2, 3)(image), layers.Conv2D(2, 3)(image)])
    branched = keras.Model(image, layers.Dense(4)(layers.Flatten()(both)))
    inside = keras.Sequential([keras.Input((28, 28, 1)), layers.Conv2D(2, 3)])
    nested = keras.Sequential([keras.Input((28, 28, 1)), inside, layers.Flatten(), layers.Dense(4)])
    nested.save(tmp_path / "nested.keras")
    loaded = keras.models.load_model(tmp_path / "nested.keras")
    for model in (Own(), branched, nested, loaded):
        for method in METHODS:
            values = method(model, images[:2], label=1)
            assert values.shape == (2, 28, 28)
            assert np.isfinite(values).all()
    np.testing.assert_allclose(grad_cam(loaded, images), grad_cam(nested, images), atol=1e-6)


def test_half_precision(images):
    keras.utils.set_random_seed(0)
    half = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(2, 3, dtype="mixed_float16"),
            layers.Flatten(),
            layers.Dense(3, activation="softmax", dtype="mixed_float16"),
        ]
    )
    for method in METHODS:
        assert method(half, images[:1]).any()


@pytest.mark.parametrize("method", METHODS)
def test_names_that_tensorflow_cannot_compile(network, images, method):
    named = keras.Sequential(network.layers, name="신경망")
    np.testing.assert_allclose(method(named, images[:1]), method(network, images[:1]), atol=1e-5)


def test_a_network_that_takes_flat_rows(images):
    model = keras.Sequential([keras.Input((784,)), layers.Dense(10, activation="softmax")])
    values = saliency(model, images, label=3)
    np.testing.assert_allclose(values[0].ravel(), np.abs(model.get_weights()[0][:, 3]), rtol=1e-5)
    assert occlusion(model, images[0], strides=4).shape == (1, 28, 28)
    lines = keras.Sequential([keras.Input((28, 28)), *layers_of_lesson()])
    for form in (images, images[..., 0]):
        assert saliency(lines, form).shape == (3, 28, 28)
    with pytest.raises(ShapeError, match="Only what has a height and a width"):
        saliency(model, images.reshape(3, 784))


def test_a_network_without_convolutions_says_what_it_can(images):
    with pytest.raises(InvalidArgumentError, match="no convolution.*saliency and occlusion need"):
        grad_cam(dense_baseline(), images)
    with pytest.raises(
        InvalidArgumentError, match="'dense1' of 'fashion_cnn' gives no maps.*conv1"
    ):
        grad_cam(fashion_cnn(), images, layer="dense1")
    with pytest.raises(InvalidArgumentError, match="Did you mean 'conv2'"):
        grad_cam(fashion_cnn(), images, layer="konv2")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"patch_size": 29}, "patch_size from 1 to 28"),
        ({"patch_size": 3, "strides": 4}, "so that each pixel is covered"),
        ({"fill": 255}, "fill must be a finite number of 0 or above and at most 1"),
        ({"label": 10}, "classes 0 to 9"),
    ],
)
def test_options_that_cannot_work(network, images, options, message):
    with pytest.raises(InvalidArgumentError, match=message):
        occlusion(network, images, **options)


@pytest.mark.parametrize("name", ["patch_size", "strides"])
def test_sizes_are_whole_numbers(network, images, name):
    with pytest.raises(ArgumentTypeError, match=f"{name} must be a whole number. Received 2.5"):
        occlusion(network, images, **{name: 2.5})


@pytest.mark.parametrize("method", METHODS)
def test_what_came_is_said_of_the_image(network, method):
    colours = keras.Sequential(
        [keras.Input((28, 28, 3)), layers.Conv2D(2, 3), layers.Flatten(), layers.Dense(3)]
    )
    with pytest.raises(InvalidArgumentError, match=r"Received images of shape \(28, 28, 1\)"):
        method(colours, np.zeros((28, 28), np.uint8))
    with pytest.raises(ArgumentTypeError, match="a whole Dataset. Give one of its parts"):
        method(network, load_data("mnist"))


@pytest.mark.parametrize("method", METHODS)
def test_no_model_and_no_images(network, images, method):
    with pytest.raises(ArgumentTypeError, match="Expected a Keras model"):
        method("simple_cnn", images)
    with pytest.raises(InvalidArgumentError, match="There are no images"):
        method(network, images[:0])
    one, other = keras.Input((28, 28, 1)), keras.Input((28, 28, 1))
    pair = keras.Model([one, other], layers.Flatten()(layers.Add()([one, other])))
    with pytest.raises(InvalidArgumentError, match="one input and one output"):
        method(pair, images)
