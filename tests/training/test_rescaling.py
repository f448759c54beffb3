"""Models that begin with layers that rescale are trained on pixels of 0..255."""

from typing import Any

import keras
import numpy as np
import pytest

from digitzoo import Augmentation, evaluate, load_data, train
from digitzoo.training import find_learning_rate


@pytest.fixture(scope="module")
def data() -> Any:
    return load_data("mnist").sample(1000)


def network(*first: Any) -> keras.Model:
    keras.utils.set_random_seed(0)
    head = [keras.layers.Flatten(), keras.layers.Dense(10, "softmax")]
    return keras.Sequential([keras.Input((28, 28, 1)), *first, *head])


def inside() -> keras.layers.Layer:
    return keras.layers.Rescaling(1 / 255)


@pytest.mark.parametrize("augmentation", [None, Augmentation(shift=1, erasing=0.5)])
@pytest.mark.parametrize("divisor", [1, 255])
def test_it_trains_as_the_same_network_without_them(
    data: Any, augmentation: Any, divisor: int
) -> None:
    images = data.train.images if divisor == 1 else data.train.images / divisor
    pair = (images, data.train.labels)

    def losses(model: keras.Model) -> Any:
        return train(model, pair, epochs=3, augmentation=augmentation, verbose=0).history

    plain, rescaled = losses(network()), losses(network(inside()))
    for name, values in plain.items():
        assert rescaled[name] == pytest.approx(values, rel=1e-3, abs=1e-3), name


def test_what_is_trained_is_what_is_measured(data: Any) -> None:
    run = train(network(keras.Sequential([inside()])), data, epochs=3, verbose=0)
    measured = evaluate(run.model, data.validation)
    assert run.history["val_accuracy"][-1] == pytest.approx(measured.accuracy, abs=1e-6)
    as_keras = run.model.evaluate(
        data.validation.images.astype("float32"), data.validation.labels, verbose=0
    )
    assert as_keras[1] == pytest.approx(measured.accuracy, abs=1e-6)


def test_an_adapted_normalization_gets_what_it_was_adapted_to(data: Any) -> None:
    normalization = keras.layers.Normalization(axis=None)
    normalization.adapt(data.train.images.astype("float32"))
    run = train(network(normalization), data, epochs=5, learning_rate=0.01, verbose=0)
    assert run.history["val_accuracy"][-1] > 0.8


def test_the_learning_rate_is_looked_for_on_the_same_pixels(data: Any) -> None:
    plain = find_learning_rate(network(), data, steps=20)
    rescaled = find_learning_rate(network(inside()), data, steps=20)
    assert np.allclose(plain.losses, rescaled.losses, rtol=1e-3)
