"""Where the channels of an image are: maps lie over the picture's axes, wherever they come."""

import keras
import numpy as np
import pytest
from keras import layers

from digitzoo import feature_maps, grad_cam, occlusion, predict, saliency
from digitzoo.errors import InvalidArgumentError, ShapeError
from digitzoo.inspection.images import gives_channels_first, takes_channels_first

IMAGES = np.random.default_rng(0).random((2, 15, 20, 1)).astype(np.float32)
FIRST = np.moveaxis(IMAGES, -1, 1)
METHODS = (saliency, grad_cam, occlusion)


def network(data_format):
    """The same network for both arrangements: only the weights of the head are put in order."""
    first = data_format == "channels_first"
    keras.utils.set_random_seed(3)
    return keras.Sequential(
        [
            keras.Input((1, 15, 20) if first else (15, 20, 1)),
            layers.Conv2D(4, 3, data_format=data_format, name="conv"),
            layers.BatchNormalization(axis=1 if first else -1, name="norm"),
            layers.ReLU(name="relu"),
            layers.MaxPooling2D(data_format=data_format, name="pool"),
            layers.GlobalAveragePooling2D(data_format=data_format),
            layers.Dense(3, activation="softmax"),
        ]
    )


@pytest.fixture(scope="module")
def models():
    last, first = network("channels_last"), network("channels_first")
    first.set_weights(last.get_weights())
    return last, first


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("many", [True, False])
def test_maps_are_those_of_the_same_network_with_the_channels_last(models, method, many):
    last, first = models
    expected = method(last, IMAGES if many else IMAGES[0])
    found = method(first, FIRST if many else FIRST[0])
    assert found.shape == (2 if many else 1, 15, 20)
    np.testing.assert_allclose(found, expected, atol=1e-5)


@pytest.mark.parametrize("layer", ["conv", "norm", "relu", "pool"])
def test_layers_that_know_nothing_of_channels_leave_them_where_they_are(models, layer):
    last, first = models
    expected = feature_maps(last, IMAGES, layers=layer)[layer]
    assert expected.shape[-1] == 4
    np.testing.assert_allclose(feature_maps(first, FIRST, layers=layer)[layer], expected, atol=1e-5)
    np.testing.assert_allclose(
        grad_cam(first, FIRST, layer=layer), grad_cam(last, IMAGES, layer=layer), atol=1e-5
    )


@pytest.mark.parametrize("shape", [(1, 15, 20), (2, 1, 15, 20), (15, 20), (2, 15, 20), (15, 20, 1)])
def test_a_model_that_is_not_built_reads_them_as_its_first_layer_does(shape):
    model = keras.Sequential(
        [layers.Rescaling(1.0), layers.Conv2D(2, 3, data_format="channels_first", name="conv")]
    )
    pixels = IMAGES if shape[0] == 2 else IMAGES[:1]
    maps = feature_maps(model, pixels.reshape(shape), layers="conv")["conv"]
    assert maps.shape == (len(pixels), 13, 18, 2)
    weights, _ = model.get_layer("conv").get_weights()
    corner = (pixels[0, :3, :3, 0, None, None] * weights).sum((0, 1, 2))
    np.testing.assert_allclose(maps[0, 0, 0], corner, atol=1e-5)


@pytest.mark.parametrize("method", METHODS)
def test_channels_that_the_network_turns_itself(method):
    keras.utils.set_random_seed(3)
    head = [layers.Conv2D(2, 3, name="conv"), layers.Flatten(), layers.Dense(3)]
    turned = keras.Sequential(
        [keras.Input((1, 15, 20)), layers.Permute((2, 3, 1), name="turn"), *head]
    )
    plain = keras.Sequential([keras.Input((15, 20, 1)), *turned.layers[1:]])
    np.testing.assert_allclose(method(turned, FIRST), method(plain, IMAGES), atol=1e-5)
    assert feature_maps(turned, FIRST, layers="turn")["turn"].shape == (2, 15, 20, 1)
    flat = keras.Sequential([keras.Input((1, 15, 20)), layers.Flatten(), layers.Dense(3)])
    if method is not grad_cam:
        assert method(flat, FIRST).shape == (2, 15, 20)


@pytest.mark.parametrize("method", METHODS)
def test_images_that_say_one_thing_and_layers_that_say_another(method):
    model = keras.Sequential(
        [keras.Input((1, 15, 20)), layers.Conv2D(2, 1), layers.Flatten(), layers.Dense(3)]
    )
    with pytest.raises(ShapeError, match=r"channels come first .* np\.moveaxis\(images, -3, -1\)"):
        method(model, FIRST)
    other = keras.Sequential(
        [
            keras.Input((15, 20, 1)),
            layers.Conv2D(2, 1, data_format="channels_first"),
            layers.Flatten(),
            layers.Dense(3),
        ]
    )
    with pytest.raises(ShapeError, match=r"channels come last .* np\.moveaxis\(images, -1, -3\)"):
        method(other, IMAGES)


def test_several_channels():
    model = keras.Sequential(
        [
            keras.Input((3, 12, 16)),
            layers.Conv2D(2, 3, data_format="channels_first"),
            layers.Flatten(),
            layers.Dense(2),
        ]
    )
    for method in METHODS:
        assert method(model, np.zeros((2, 3, 12, 16))).shape == (2, 12, 16)
    assert takes_channels_first(model, (3, 12, 16))
    assert gives_channels_first(model, model.layers[0].name)


def test_gray_images_without_channels_fit_either_arrangement(models):
    for images in (IMAGES, IMAGES[:1]):
        bare = images[..., 0] if len(images) > 1 else images[0, ..., 0]
        for method in METHODS:
            maps = [method(model, bare) for model in models]
            np.testing.assert_allclose(maps[0], method(models[0], images), atol=1e-6)
            np.testing.assert_allclose(maps[0], maps[1], atol=1e-5)
        said = [predict(model, bare).probabilities for model in models]
        np.testing.assert_allclose(said[0], said[1], atol=1e-5)


def test_images_the_other_way_round_are_told_how_to_turn(models):
    last, first = models
    for call in (predict, feature_maps, saliency):
        with pytest.raises(InvalidArgumentError, match=r"come first: .*moveaxis\(images, 1, -1\)"):
            call(last, FIRST)
        for images in (IMAGES, IMAGES[0]):
            with pytest.raises(InvalidArgumentError, match=r"come last, .*\(images, -1, -3\)"):
                call(first, images)
            assert call(first, np.moveaxis(images, -1, -3)) is not None
