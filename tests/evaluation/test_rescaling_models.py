"""Models that rescale their pixels themselves, as many tutorials have them."""

import keras
import numpy as np
import pytest
from keras import layers

from digitzoo import (
    Classifier,
    evaluate,
    feature_maps,
    grad_cam,
    load_data,
    occlusion,
    predict,
    saliency,
    simple_cnn,
)
from digitzoo.inspection import embed
from digitzoo.inspection.logits import logits_of


@pytest.fixture(scope="module")
def split():
    return load_data("mnist").test[:60]


@pytest.fixture(scope="module")
def plain():
    return simple_cnn(weights="mnist")


def functional(*steps):
    pixels = keras.Input((28, 28, 1))
    outputs = pixels
    for step in steps:
        outputs = step(outputs)
    return keras.Model(pixels, outputs)


def used_before(layer):
    layer(keras.Input((28, 28, 1)))
    return layer


RESCALED = {
    "input": lambda plain: keras.Sequential(
        [keras.Input((28, 28, 1)), layers.Rescaling(1 / 255), *plain.layers]
    ),
    "nested": lambda plain: keras.Sequential([layers.Rescaling(1 / 255), plain]),
    "graph": lambda plain: functional(functional(layers.Rescaling(1 / 255)), plain),
    "whole graph": lambda plain: functional(functional(layers.Rescaling(1 / 255), plain)),
    "shared": lambda plain: functional(used_before(layers.Rescaling(1 / 255)), plain),
}


@pytest.fixture(scope="module", params=RESCALED)
def rescaled(request, plain):
    model = RESCALED[request.param](plain)
    model.build((None, 28, 28, 1))
    return model


@pytest.mark.parametrize("form", [lambda pixels: pixels, lambda pixels: pixels / 255])
def test_they_say_what_the_network_in_them_says(form, plain, rescaled, split):
    pixels = form(split.images)
    expected = evaluate(plain, (pixels, split.labels))
    assert expected.accuracy > 0.95
    np.testing.assert_allclose(
        predict(rescaled, pixels).probabilities, expected.probabilities, atol=1e-5
    )
    assert evaluate(rescaled, (pixels, split.labels)).accuracy == expected.accuracy


@pytest.mark.parametrize("method", [saliency, grad_cam, occlusion])
def test_they_are_explained_as_the_network_in_them(method, plain, rescaled, split):
    options = {"strides": 4, "fill": 0.5} if method is occlusion else {}
    expected = method(plain, split[:2], **options)
    found = method(rescaled, split[:2], **options)
    np.testing.assert_allclose(found, expected, atol=1e-4 * expected.max())


def test_layers_and_points(plain, rescaled, split):
    for name, values in feature_maps(rescaled, split[:2]).items():
        np.testing.assert_allclose(
            values, feature_maps(plain, split[:2])[name.split("/")[-1]], atol=1e-5
        )
    np.testing.assert_allclose(embed(rescaled, split).points, embed(plain, split).points, atol=1e-3)


def test_pictures_as_people_have_them(plain, rescaled, split):
    expected = Classifier(plain, dataset="mnist").predict(split.images[:5])
    found = Classifier(rescaled, dataset="mnist").predict(split.images[:5])
    np.testing.assert_allclose(found.probabilities, expected.probabilities, atol=1e-5)


def test_one_that_is_not_built_yet(plain, split):
    model = keras.Sequential([layers.Rescaling(1 / 255), layers.Conv2D(2, 3, name="conv")])
    maps = feature_maps(model, split.images[:2])["conv"]
    kernel, bias = model.get_layer("conv").get_weights()
    corner = (split.images[0, 7:10, 10:13, :, None] / 255 * kernel).sum((0, 1, 2)) + bias
    np.testing.assert_allclose(maps[0, 7, 10], corner, atol=1e-5)
    assert logits_of(plain, split.images[:2] / np.float32(255)).shape == (2, 10)
