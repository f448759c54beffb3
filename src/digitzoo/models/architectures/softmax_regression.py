"""No hidden layer at all."""

from pathlib import Path

import keras
from keras import layers

from digitzoo.models.assembly import assemble, builder


@builder
def softmax_regression(
    input_shape: tuple[int, ...] = (28, 28, 1),
    num_classes: int = 10,
    *,
    weights: str | Path | None = None,
    transfer: bool = False,
    name: str = "softmax_regression",
) -> keras.Sequential:
    """Build softmax regression, the linear classifier of the textbooks, 7,850 parameters.

    Its kernel holds one template for each class: a score is the sum of the pixels times the
    template, and a bias.

    Args:
        input_shape: The shape of one image, or `(pixels,)` for images that are flat already, for
            which the Flatten is left out; pixels are floats in 0..1.
        num_classes: How many classes, 2 or above.
        weights: None, `"mnist"`, `"fashion_mnist"`, or the path of a `.weights.h5` file.
        transfer: Load the weights of all layers but the last, which begins anew: here nothing.
        name: The model's name.

    Returns:
        A built model which gives a probability for each class, shape `(N, num_classes)`.

    Raises:
        InvalidArgumentError: If an argument cannot work.

    >>> softmax_regression().count_params()
    7850
    """
    flatten = [] if len(input_shape) == 1 else [layers.Flatten(name="flatten")]
    stack = [
        keras.Input(input_shape),
        *flatten,
        layers.Dense(num_classes, activation="softmax", name="output"),
    ]
    return assemble(name, stack, weights, transfer=transfer)
