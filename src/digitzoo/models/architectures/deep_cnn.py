"""Twice two convolutions, then two hidden layers."""

from pathlib import Path

import keras
from keras import layers

from digitzoo.models.assembly import assemble, builder


@builder
def deep_cnn(
    input_shape: tuple[int, ...] = (28, 28, 1),
    num_classes: int = 10,
    *,
    filters: tuple[int, int] = (32, 64),
    kernel_size: int | tuple[int, int] = 3,
    units: tuple[int, int] = (256, 256),
    dropout_rate: tuple[float, float] = (0.25, 0.5),
    weights: str | Path | None = None,
    transfer: bool = False,
    name: str = "deep_cnn",
) -> keras.Sequential:
    """Build the CNN of a digit competition's fifteenth place, 936,426 parameters.

    Args:
        input_shape: `(height, width, channels)`; pixels are floats in 0..1.
        num_classes: How many classes, 2 or above.
        filters: Filters of each of the first two and of each of the last two convolutions.
        kernel_size: Side of their kernels, or `(height, width)`.
        units: Units of the first and the second hidden layer.
        dropout_rate: The part dropped in training behind the first pool and before the head.
        weights: None, `"mnist"`, `"fashion_mnist"`, or the path of a `.weights.h5` file.
        transfer: Load the weights of all layers but the last, which begins anew: for other classes.
        name: The model's name.

    Returns:
        A built model which gives a probability for each class, shape `(N, num_classes)`.

    Raises:
        InvalidArgumentError: If an argument cannot work.

    >>> deep_cnn().count_params()
    936426
    """
    first, second = filters
    first_units, second_units = units
    after_pool, before_head = dropout_rate
    stack = [
        keras.Input(input_shape),
        layers.Conv2D(first, kernel_size, padding="same", activation="relu", name="conv1"),
        layers.Conv2D(first, kernel_size, padding="same", activation="relu", name="conv2"),
        layers.MaxPooling2D(2, padding="same", name="pool1"),
        layers.Dropout(after_pool, name="dropout1"),
        layers.Conv2D(second, kernel_size, padding="same", activation="relu", name="conv3"),
        layers.Conv2D(second, kernel_size, padding="same", activation="relu", name="conv4"),
        layers.MaxPooling2D(2, padding="same", name="pool2"),
        layers.Flatten(name="flatten"),
        layers.Dense(first_units, activation="relu", name="dense1"),
        layers.Dense(second_units, activation="relu", name="dense2"),
        layers.Dropout(before_head, name="dropout2"),
        layers.Dense(num_classes, activation="softmax", name="output"),
    ]
    return assemble(name, stack, weights, transfer=transfer)
