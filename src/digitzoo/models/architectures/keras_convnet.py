"""The convnet of keras.io's first example."""

from pathlib import Path

import keras
from keras import layers

from digitzoo.models.assembly import assemble, builder


@builder
def keras_convnet(
    input_shape: tuple[int, ...] = (28, 28, 1),
    num_classes: int = 10,
    *,
    filters: tuple[int, int] = (32, 64),
    kernel_size: int | tuple[int, int] = 3,
    dropout_rate: float = 0.5,
    weights: str | Path | None = None,
    transfer: bool = False,
    name: str = "keras_convnet",
) -> keras.Sequential:
    """Build the "Simple MNIST convnet" of keras.io, 34,826 parameters.

    Args:
        input_shape: `(height, width, channels)`; pixels are floats in 0..1.
        num_classes: How many classes, 2 or above.
        filters: Filters of the first and the second convolution.
        kernel_size: Side of their kernels, or `(height, width)`.
        dropout_rate: The part dropped in training before the output.
        weights: None, `"mnist"`, `"fashion_mnist"`, or the path of a `.weights.h5` file.
        transfer: Load the weights of all layers but the last, which begins anew: for other classes.
        name: The model's name.

    Returns:
        A built model which gives a probability for each class, shape `(N, num_classes)`.

    Raises:
        InvalidArgumentError: If the input is too small, or an argument cannot work.

    >>> keras_convnet().count_params()
    34826
    """
    first, second = filters
    stack = [
        keras.Input(input_shape),
        layers.Conv2D(first, kernel_size, activation="relu", name="conv1"),
        layers.MaxPooling2D(2, name="pool1"),
        layers.Conv2D(second, kernel_size, activation="relu", name="conv2"),
        layers.MaxPooling2D(2, name="pool2"),
        layers.Flatten(name="flatten"),
        layers.Dropout(dropout_rate, name="dropout1"),
        layers.Dense(num_classes, activation="softmax", name="output"),
    ]
    return assemble(name, stack, weights, transfer=transfer)
