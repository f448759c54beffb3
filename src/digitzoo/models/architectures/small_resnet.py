"""A residual network: the first here that is no Sequential, for its lines branch and join."""

from pathlib import Path

import keras
from keras import layers

from digitzoo.models.assembly import builder, check_images, with_weights


@builder
def small_resnet(
    input_shape: tuple[int, ...] = (28, 28, 1),
    num_classes: int = 10,
    *,
    filters: tuple[int, ...] = (32, 64, 64, 112),
    weights: str | Path | None = None,
    transfer: bool = False,
    name: str = "small_resnet",
) -> keras.Model:
    """Build a small residual network after He et al. (2016), 338,506 parameters.

    Each block adds to its input what two convolutions make of it. A block with other filters than
    the one before it halves height and width, and brings its input to the sum's shape by a 1 x 1
    convolution. A pool behind the first convolution keeps the work below 15 million
    multiply-accumulates.

    Args:
        input_shape: `(height, width, channels)`; pixels are floats in 0..1.
        num_classes: How many classes, 2 or above.
        filters: Filters of each residual block; those of the first convolution are the first's.
        weights: None, `"mnist"`, `"fashion_mnist"`, or the path of a `.weights.h5` file.
        transfer: Load the weights of all layers but the last, which begins anew: for other classes.
        name: The model's name.

    Returns:
        A built functional model which gives a probability for each class, shape
        `(N, num_classes)`.

    Raises:
        InvalidArgumentError: If the input is too small, or an argument cannot work.

    >>> small_resnet().count_params()
    338506
    """
    check_images(name, input_shape)
    images = keras.Input(input_shape, name="images")
    x = _convolution(images, filters[0], 3, "conv1")
    x = layers.MaxPooling2D(2, padding="same", name="pool1")(x)
    x = layers.ReLU(name="relu1")(_normalization(x, "bn1"))
    for number, count in enumerate(filters, start=1):
        x = _residual_block(x, count, f"block{number}")
    x = layers.GlobalAveragePooling2D(name="average")(x)
    output = layers.Dense(num_classes, activation="softmax", name="output")(x)
    return with_weights(keras.Model(images, output, name=name), weights, transfer=transfer)


def _residual_block(x: keras.KerasTensor, count: int, name: str) -> keras.KerasTensor:
    changes = count != x.shape[-1]
    strides = 2 if changes else 1
    y = _convolution(x, count, 3, f"{name}_conv1", strides)
    y = layers.ReLU(name=f"{name}_relu1")(_normalization(y, f"{name}_bn1"))
    y = _normalization(_convolution(y, count, 3, f"{name}_conv2"), f"{name}_bn2")
    if changes:
        x = _normalization(
            _convolution(x, count, 1, f"{name}_shortcut", strides), f"{name}_shortcut_bn"
        )
    return layers.ReLU(name=f"{name}_relu2")(layers.Add(name=f"{name}_add")([x, y]))


def _convolution(
    x: keras.KerasTensor, count: int, side: int, name: str, strides: int = 1
) -> keras.KerasTensor:
    layer = layers.Conv2D(count, side, strides=strides, padding="same", use_bias=False, name=name)
    return layer(x)


def _normalization(x: keras.KerasTensor, name: str) -> keras.KerasTensor:
    return layers.BatchNormalization(momentum=0.9, name=name)(x)
