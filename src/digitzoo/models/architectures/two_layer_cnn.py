"""Two convolutions with very small kernels, and no hidden layer behind them."""

from pathlib import Path

import keras
from keras import layers

from digitzoo.models.assembly import assemble, builder


@builder
def two_layer_cnn(
    input_shape: tuple[int, ...] = (28, 28, 1),
    num_classes: int = 10,
    *,
    filters: tuple[int, int] = (64, 128),
    kernel_size: int | tuple[int, int] = 2,
    weights: str | Path | None = None,
    transfer: bool = False,
    name: str = "two_layer_cnn",
) -> keras.Sequential:
    """Build a CNN that overfits soon, and is there to show it, 95,946 parameters.

    Args:
        input_shape: `(height, width, channels)`; pixels are floats in 0..1.
        num_classes: How many classes, 2 or above.
        filters: Filters of the first and the second convolution.
        kernel_size: Side of their kernels, or `(height, width)`.
        weights: None, `"mnist"`, `"fashion_mnist"`, or the path of a `.weights.h5` file.
        transfer: Load the weights of all layers but the last, which begins anew: for other classes.
        name: The model's name.

    Returns:
        A built model which gives a probability for each class, shape `(N, num_classes)`.

    Raises:
        InvalidArgumentError: If the input is too small, or an argument cannot work.

    >>> two_layer_cnn().count_params()
    95946
    """
    first, second = filters
    options = {"padding": "same", "activation": "relu", "kernel_initializer": "glorot_normal"}
    stack = [
        keras.Input(input_shape),
        layers.Conv2D(first, kernel_size, name="conv1", **options),
        layers.MaxPooling2D(2, name="pool1"),
        layers.Conv2D(second, kernel_size, name="conv2", **options),
        layers.MaxPooling2D(2, name="pool2"),
        layers.Flatten(name="flatten"),
        layers.Dense(num_classes, activation="softmax", name="output"),
    ]
    return assemble(name, stack, weights, transfer=transfer)
