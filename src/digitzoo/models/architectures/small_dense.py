"""Two narrow hidden layers."""

from pathlib import Path

import keras
from keras import layers

from digitzoo.models.assembly import assemble, builder


@builder
def small_dense(
    input_shape: tuple[int, ...] = (28, 28, 1),
    num_classes: int = 10,
    *,
    units: tuple[int, int] = (64, 16),
    weights: str | Path | None = None,
    transfer: bool = False,
    name: str = "small_dense",
) -> keras.Sequential:
    """Build two narrow hidden layers, 51,450 parameters.

    Args:
        input_shape: The shape of one image, or `(pixels,)` for images that are flat already, for
            which the Flatten is left out; pixels are floats in 0..1.
        num_classes: How many classes, 2 or above.
        units: Units of the first and the second hidden layer.
        weights: None, `"mnist"`, `"fashion_mnist"`, or the path of a `.weights.h5` file.
        transfer: Load the weights of all layers but the last, which begins anew: for other classes.
        name: The model's name.

    Returns:
        A built model which gives a probability for each class, shape `(N, num_classes)`.

    Raises:
        InvalidArgumentError: If an argument cannot work.

    >>> small_dense().count_params()
    51450
    """
    first, second = units
    flatten = [] if len(input_shape) == 1 else [layers.Flatten(name="flatten")]
    stack = [
        keras.Input(input_shape),
        *flatten,
        layers.Dense(first, activation="relu", name="dense1"),
        layers.Dense(second, activation="relu", name="dense2"),
        layers.Dense(num_classes, activation="softmax", name="output"),
    ]
    return assemble(name, stack, weights, transfer=transfer)
