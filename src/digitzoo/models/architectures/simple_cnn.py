"""One convolution, one pool, one hidden layer."""

from pathlib import Path

import keras
from keras import layers

from digitzoo.models.assembly import assemble, builder


@builder
def simple_cnn(
    input_shape: tuple[int, ...] = (28, 28, 1),
    num_classes: int = 10,
    *,
    filters: int = 32,
    kernel_size: int | tuple[int, int] = 5,
    units: int = 128,
    weights: str | Path | None = None,
    transfer: bool = False,
    name: str = "simple_cnn",
) -> keras.Sequential:
    """Build the small CNN that most people write first, 592,074 parameters.

    Args:
        input_shape: `(height, width, channels)`; pixels are floats in 0..1.
        num_classes: How many classes, 2 or above.
        filters: Filters of the convolution.
        kernel_size: Side of its kernel, or `(height, width)`.
        units: Units of the hidden layer.
        weights: None, `"mnist"`, `"fashion_mnist"`, or the path of a `.weights.h5` file.
        transfer: Load the weights of all layers but the last, which begins anew: for other classes.
        name: The model's name.

    Returns:
        A built model which gives a probability for each class, shape `(N, num_classes)`.

    Raises:
        InvalidArgumentError: If the input is too small, or an argument cannot work.

    >>> simple_cnn().count_params()
    592074
    """
    stack = [
        keras.Input(input_shape),
        layers.Conv2D(filters, kernel_size, activation="relu", name="conv1"),
        layers.MaxPooling2D(2, name="pool1"),
        layers.Flatten(name="flatten"),
        layers.Dense(units, activation="relu", name="dense1"),
        layers.Dense(num_classes, activation="softmax", name="output"),
    ]
    return assemble(name, stack, weights, transfer=transfer)
