import keras
import numpy as np
import pytest
from keras import layers

from digitzoo import committee, fashion_cnn
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError
from digitzoo.inspection.logits import (
    choose_labels,
    classes_said,
    logits_function,
    logits_of,
    without_softmax,
)

IMAGES = np.random.default_rng(0).random((3, 4, 4, 1)).astype(np.float32)


class Subclassed(keras.Model):
    def __init__(self):
        super().__init__()
        self.flatten = layers.Flatten()
        self.head = layers.Dense(5, activation="softmax", name="head")

    def call(self, images):
        return self.head(self.flatten(images))


def sequential(*heads):
    return keras.Sequential([keras.Input((4, 4, 1)), layers.Flatten(), *heads])


def inner():
    return keras.Sequential([keras.Input((16,)), layers.Dense(5, activation="softmax")])


def functional(last):
    image = keras.Input((4, 4, 1))
    return keras.Model(image, last(layers.Dense(5)(layers.Flatten()(image))))


MODELS = {
    "operation": lambda: functional(keras.ops.softmax),
    "layer_as_activation": lambda: sequential(layers.Dense(5, activation=layers.Softmax())),
    "activation": lambda: sequential(layers.Dense(5, activation="softmax")),
    "softmax_layer": lambda: sequential(layers.Dense(5), layers.Softmax()),
    "activation_layer": lambda: sequential(layers.Dense(5), layers.Activation("softmax")),
    "sigmoid": lambda: sequential(layers.Dense(5, activation="sigmoid")),
    "log_softmax": lambda: sequential(layers.Dense(5, activation="log_softmax")),
    "logits": lambda: sequential(layers.Dense(5)),
    "moved_behind": lambda: sequential(
        layers.Dense(5, activation="softmax"), layers.Dropout(0.5), layers.Reshape((5,))
    ),
    "nested": lambda: sequential(inner()),
    "subclassed": Subclassed,
    "unbuilt": lambda: keras.Sequential([layers.Flatten(), layers.Dense(5, activation="softmax")]),
    "half": lambda: sequential(layers.Dense(5, activation="softmax", dtype="mixed_float16")),
}


@pytest.mark.parametrize("name", MODELS)
def test_logits_are_the_last_sum_of_products(name):
    model = MODELS[name]()
    logits = logits_of(model, IMAGES)
    kernel, bias = model.get_weights()
    expected = IMAGES.reshape(3, 16) @ kernel + bias
    np.testing.assert_allclose(logits, expected, atol=5e-3 if name == "half" else 1e-5)


@pytest.mark.parametrize("activation", ["softmax", None])
def test_one_number_is_no_choice_of_classes(activation):
    with pytest.raises(InvalidArgumentError, match=r"two or more. It gives shape \(1,\)"):
        logits_of(sequential(layers.Dense(1, activation=activation)), IMAGES)


@pytest.mark.parametrize("name", MODELS)
def test_the_model_is_afterwards_as_it_was(name):
    model = MODELS[name]()
    before = np.asarray(model(IMAGES))
    states = [dict(layer.__dict__) for layer in model.layers]
    logits_of(model, IMAGES)
    with pytest.raises(KeyError), without_softmax(model):
        raise KeyError
    assert [layer.__dict__ for layer in model.layers] == states
    np.testing.assert_array_equal(np.asarray(model(IMAGES)), before)


def test_compiled_prediction_is_not_touched():
    model = fashion_cnn()
    images = np.zeros((2, 28, 28, 1), np.float32)
    logits_of(model, images)
    np.testing.assert_allclose(model.predict(images, verbose=0).sum(axis=1), 1, rtol=1e-5)


def test_a_softmax_that_cannot_be_taken_off_is_an_error():
    image = keras.Input((4, 4, 1))
    hidden = layers.Lambda(keras.ops.softmax)(layers.Dense(5)(layers.Flatten()(image)))
    with pytest.raises(InvalidArgumentError, match="behind its logits cannot be undone"):
        logits_of(keras.Model(image, hidden), IMAGES)


def test_a_committee_is_explained_by_its_members():
    members = committee(["small_dense", "softmax_regression"])
    images = np.zeros((1, 28, 28, 1), np.float32)
    with pytest.raises(
        InvalidArgumentError, match=r"averages .* one by one, .* model\.layers\[1\]"
    ):
        logits_of(members, images)
    assert logits_of(members.layers[1], images).shape == (1, 10)


def test_what_is_said_needs_no_logits():
    class Own(keras.Model):
        def __init__(self):
            super().__init__()
            self.flatten, self.head = layers.Flatten(), layers.Dense(5)

        def call(self, images):
            return keras.ops.softmax(self.head(self.flatten(images)))

    model = Own()
    rows = keras.ops.convert_to_numpy(model(IMAGES))
    assert classes_said(model, IMAGES).tolist() == rows.argmax(axis=1).tolist()
    for build in MODELS.values():
        model = build()
        said = np.argmax(logits_of(model, IMAGES), axis=1)
        assert classes_said(model, IMAGES).tolist() == said.tolist()
    with pytest.raises(InvalidArgumentError, match="two or more. It gives shape"):
        classes_said(sequential(layers.Dense(1)), IMAGES)


@pytest.mark.parametrize("name", MODELS)
def test_compiled_they_are_the_same_and_the_models_own_function_is_not_touched(name):
    model = MODELS[name]()
    logits = logits_of(model, IMAGES)
    run = logits_function(model)
    for images in (IMAGES, IMAGES[:2]):
        expected = logits[: len(images)]
        np.testing.assert_allclose(run(images), expected, atol=5e-3 if name == "half" else 1e-6)
    rows = keras.ops.convert_to_numpy(model(IMAGES, training=False))
    np.testing.assert_allclose(model.predict_on_batch(IMAGES), rows, atol=5e-3)


def test_a_model_that_only_runs_eagerly_does_so_here_too():
    class Eager(Subclassed):
        def call(self, images):
            return super().call(images) if len(images) else images

    model = Eager()
    model.compile(run_eagerly=True)
    np.testing.assert_allclose(logits_function(model)(IMAGES), logits_of(model, IMAGES), atol=1e-6)


def test_what_is_no_classifier():
    model = keras.Sequential([keras.Input((4, 4, 1)), layers.Conv2D(2, 3)])
    with pytest.raises(InvalidArgumentError, match="one number for each class"):
        logits_of(model, IMAGES)
    image = keras.Input((4, 4, 1))
    flat = layers.Flatten()(image)
    with pytest.raises(InvalidArgumentError, match="one output. It gives 2 outputs"):
        logits_of(keras.Model(image, [flat, layers.Dense(2)(flat)], name="two"), IMAGES)
    lost = sequential(layers.Dense(5))
    lost.set_weights([np.full((16, 5), np.nan), np.zeros(5)])
    with pytest.raises(InvalidArgumentError, match="not finite"):
        logits_of(lost, IMAGES)


def test_labels_are_what_is_asked_for_or_what_the_model_says():
    logits = np.array([[0.0, 2.0, 1.0], [3.0, 0.0, 0.0]])
    assert choose_labels(logits, None).tolist() == [1, 0]
    assert choose_labels(logits, 2).tolist() == [2, 2]
    assert choose_labels(logits, [2, 1]).tolist() == [2, 1]
    for label in (3, -1, [0, 1, 2], [[0, 1]]):
        with pytest.raises(InvalidArgumentError):
            choose_labels(logits, label)
    with pytest.raises(ArgumentTypeError, match="A label is a whole number. Received 1.5"):
        choose_labels(logits, 1.5)
