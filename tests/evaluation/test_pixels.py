"""Which pixels a model wants, by what its first layers make of them."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from digitzoo import DigitzooError, build_model, list_models
from digitzoo.errors import ArgumentTypeError
from digitzoo.evaluation.pixels import pixel_scale, scale_for

SHAPE = (28, 28, 1)


def in_a_row(*first: Any) -> keras.Model:
    head = [layers.Flatten(), layers.Dense(10, activation="softmax")]
    return keras.Sequential([keras.Input(SHAPE), *first, *head])


def in_a_graph(first: Callable[[Any], Any]) -> keras.Model:
    images = keras.Input(SHAPE)
    return keras.Model(images, layers.Dense(10)(layers.Flatten()(first(images))))


def adapted(largest: int, axis: Any = -1) -> keras.layers.Layer:
    images = np.zeros((20, *SHAPE), "float32")
    images[:, 5:20] = np.random.default_rng(0).integers(0, 256, (20, 15, 28, 1)) / 255 * largest
    layer = layers.Normalization(axis=axis)
    layer.adapt(images)
    return layer


def augmentation() -> keras.Model:
    parts = [layers.RandomFlip(), layers.RandomRotation(0.1), layers.RandomBrightness(0.2)]
    return keras.Sequential(parts)


def backbone() -> keras.Model:
    return keras.Sequential([keras.Input(SHAPE), layers.Rescaling(1 / 255), layers.Conv2D(3, 3)])


def both_rescaled(images: Any) -> Any:
    scaled = layers.Rescaling(1 / 255)(images)
    return layers.Concatenate()([layers.Conv2D(2, 3)(scaled), layers.Conv2D(2, 3)(scaled)])


def one_rescaled(images: Any) -> Any:
    scaled = layers.Rescaling(1 / 255)(images)
    return layers.Concatenate()([layers.Conv2D(2, 3)(scaled), layers.Conv2D(2, 3)(images)])


class Subclass(keras.Model):  # type: ignore[misc] # Keras ships no types
    def __init__(self) -> None:
        super().__init__()
        self.scale = layers.Rescaling(1 / 255)
        self.flatten = layers.Flatten()
        self.dense = layers.Dense(10)

    def call(self, images: Any) -> Any:
        return self.dense(self.flatten(self.scale(images)))


RESCALED: dict[str, Callable[[], keras.Model]] = {
    "Rescaling": lambda: in_a_row(layers.Rescaling(1 / 255)),
    "Rescaling to -1..1": lambda: in_a_row(layers.Rescaling(1 / 127.5, offset=-1)),
    "Normalization": lambda: in_a_row(adapted(255)),
    "Normalization of each pixel": lambda: in_a_row(adapted(255, (1, 2, 3))),
    "behind padding": lambda: in_a_row(layers.ZeroPadding2D(2), layers.Rescaling(1 / 255)),
    "behind an augmentation": lambda: in_a_row(augmentation(), layers.Rescaling(1 / 255)),
    "in a model of its own": lambda: in_a_row(
        keras.Sequential([augmentation(), layers.Rescaling(1 / 255)])
    ),
    "in a backbone": lambda: in_a_row(backbone()),
    "before layers of another model": lambda: keras.Sequential(
        [keras.Input(SHAPE), layers.Rescaling(1 / 255), *build_model("small_dense").layers]
    ),
    "in a graph": lambda: in_a_graph(layers.Rescaling(1 / 255)),
    "in a backbone of a graph": lambda: in_a_graph(backbone()),
    "before a fork": lambda: in_a_graph(both_rescaled),
    "arithmetic": lambda: in_a_graph(lambda images: (images - 127.5) / 127.5),
    "a mean alone": lambda: in_a_graph(lambda images: images - 103.9),
    "three channels": lambda: in_a_graph(lambda i: layers.Concatenate()([i, i, i]) / 255),
    "a Lambda": lambda: in_a_row(layers.Lambda(lambda images: images / 255)),
    "whole numbers": lambda: keras.Sequential(
        [keras.Input(SHAPE, dtype="uint8"), layers.Flatten(), layers.Dense(10)]
    ),
}

PLAIN: dict[str, Callable[[], keras.Model]] = {
    "0..1 to -1..1": lambda: in_a_row(layers.Rescaling(2.0, offset=-1)),
    "0..1 to 0..255": lambda: in_a_row(layers.Rescaling(255.0)),
    "back and forth": lambda: in_a_row(layers.Rescaling(255.0), layers.Rescaling(1 / 255)),
    "Normalization of 0..1": lambda: in_a_row(adapted(1)),
    "each pixel of 0..1": lambda: in_a_row(adapted(1, (1, 2, 3))),
    "not adapted": lambda: in_a_row(layers.Normalization()),
    "PyTorch's numbers": lambda: in_a_row(layers.Normalization(mean=0.1307, variance=0.3081**2)),
    "BatchNormalization": lambda: in_a_row(layers.BatchNormalization()),
    "a graph": lambda: in_a_graph(layers.Conv2D(2, 3)),
}


@pytest.mark.parametrize("name", RESCALED)
def test_a_model_that_rescales_inside_wants_pixels_up_to_255(name: str) -> None:
    model = RESCALED[name]()
    assert pixel_scale(model) == 255
    pixels = np.arange(256, dtype=np.uint8)
    assert scale_for(model, pixels).tolist() == list(range(256))
    assert scale_for(model, pixels / 255).tolist() == list(range(256))


@pytest.mark.parametrize("name", PLAIN)
def test_other_models_want_pixels_up_to_1(name: str) -> None:
    model = PLAIN[name]()
    assert pixel_scale(model) == 1
    assert scale_for(model, np.array([0, 255], np.uint8)).tolist() == [0, 1]


@pytest.mark.parametrize("name", list_models())
def test_the_zoos_networks_want_pixels_up_to_1(name: str) -> None:
    assert pixel_scale(build_model(name)) == 1


def test_a_layer_that_cannot_be_tried_is_taken_for_one_that_learns() -> None:
    class EightImages(layers.Layer):  # type: ignore[misc] # Keras ships no types
        def call(self, images: Any) -> Any:
            return keras.ops.reshape(images, (8, *SHAPE)) / 255

    model = keras.Sequential([keras.Input(batch_shape=(8, *SHAPE)), EightImages()])
    assert pixel_scale(model) == 1


def test_a_subclass_is_read_in_the_order_of_its_layers() -> None:
    model = Subclass()
    model(np.zeros((1, *SHAPE), "float32"))
    assert pixel_scale(model) == 255


def test_branches_that_want_different_pixels_are_refused() -> None:
    with pytest.raises(DigitzooError, match="One branch .* rescales pixels of 0..255"):
        pixel_scale(in_a_graph(one_rescaled))


@pytest.mark.parametrize("model", [None, "model", keras.Model, 3, [1]])
def test_what_is_no_model_is_refused(model: Any) -> None:
    with pytest.raises(ArgumentTypeError, match="Expected a Keras model"):
        pixel_scale(model)
