"""Subclasses of keras.Model, which have no shapes of their own and list layers in any order."""

import keras
import numpy as np
import pytest
from keras import layers

from digitzoo import evaluate, feature_maps, load_data, predict
from digitzoo.errors import InvalidArgumentError


@pytest.fixture(scope="module")
def data():
    return load_data("mnist").test[:50]


class Network(keras.Model):
    """The head is made first and runs last."""

    def __init__(self, activation=None):
        super().__init__()
        self.head = layers.Dense(10, activation=activation)
        self.conv = layers.Conv2D(2, 3, activation="relu")
        self.flatten = layers.Flatten()

    def call(self, images):
        return self.head(self.flatten(self.conv(images)))


class WithOps(keras.Model):
    def __init__(self, squash=keras.ops.softmax):
        super().__init__()
        self.squash = squash
        self.head = layers.Dense(10)

    def call(self, images):
        return self.squash(self.head(keras.ops.reshape(images, (-1, 784))))


def called(model, images):
    model(images[:2] / 255)
    return model


def built(model, _):
    model.build((None, 28, 28, 1))
    return model


def fitted(model, images):
    model.compile(loss="sparse_categorical_crossentropy")
    model.fit(images / 255, np.zeros(len(images), int), verbose=0)
    return model


@pytest.mark.filterwarnings("ignore:`build")  # Keras asks for a build method
@pytest.mark.parametrize("prepare", [called, built, fitted])
@pytest.mark.parametrize("activation", ["softmax", None])
def test_they_are_asked_like_any_model(data, prepare, activation):
    keras.utils.set_random_seed(0)
    model = prepare(Network(activation), data.images)
    outputs = keras.ops.convert_to_numpy(model(data.images.astype("float32") / 255))
    if activation is None:
        outputs = keras.ops.convert_to_numpy(keras.ops.softmax(outputs))
    result = evaluate(model, data)
    np.testing.assert_allclose(result.probabilities, outputs, atol=1e-5)
    assert result.total == 50
    for one in (data.images[0], data.images[0, ..., 0]):
        np.testing.assert_allclose(predict(model, one).probabilities, outputs[:1], atol=1e-5)


@pytest.mark.parametrize("shape", [(28, 28), (784,), (28, 28, 1)])
def test_images_are_arranged_as_it_takes_them(data, shape):
    model = WithOps()
    model(np.zeros((2, *shape), np.float32))
    expected = keras.ops.convert_to_numpy(model(data.images.reshape(50, *shape) / np.float32(255)))
    np.testing.assert_allclose(predict(model, data).probabilities, expected, atol=1e-5)
    with pytest.raises(InvalidArgumentError, match="takes images of shape"):
        predict(model, np.zeros((3, 32, 32)))


def test_a_sigmoid_for_each_class_is_read_here_too(data):
    class Sigmoid(Network):
        def __init__(self):
            super().__init__()
            self.last = layers.Dense(10, activation="sigmoid")

        def call(self, images):
            return self.last(super().call(images))

    model = called(Sigmoid(), data.images)
    outputs = keras.ops.convert_to_numpy(model(data.images.astype("float32") / 255))
    odds = outputs / (1 - outputs)
    expected = odds / odds.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(predict(model, data).probabilities, expected, atol=1e-5)


def test_what_is_no_classifier_is_refused(data):
    with pytest.raises(InvalidArgumentError, match=r"two or more. It gives shape \(1,\)"):
        predict(called(WithOps(lambda row: row[:, :1]), data.images), data)
    with pytest.raises(InvalidArgumentError, match="It gives 2 outputs"):
        predict(called(WithOps(lambda row: (row, row)), data.images), data)

    class Pair(Network):
        def call(self, images):
            return super().call(images[0] + images[1])

    model = Pair()
    model([data.images[:1] / 255] * 2)
    with pytest.raises(InvalidArgumentError, match="one input and one output"):
        predict(model, data)


def test_maps_of_images_of_another_size_than_it_was_built_with():
    class Anywhere(keras.Model):
        def __init__(self):
            super().__init__()
            self.conv = layers.Conv2D(2, 3, name="conv")

        def call(self, images):
            return self.conv(images)

    model = Anywhere()
    model(np.zeros((1, 28, 28, 1), np.float32))
    assert feature_maps(model, np.zeros((1, 9, 12)))["conv"].shape == (1, 7, 10, 2)
