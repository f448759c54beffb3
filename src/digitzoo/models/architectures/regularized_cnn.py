"""Four convolutions, each followed by a pool and dropout, with L2 on every kernel."""

from pathlib import Path

import keras
from keras import layers, regularizers

from digitzoo.models.assembly import assemble, builder


@builder
def regularized_cnn(
    input_shape: tuple[int, ...] = (28, 28, 1),
    num_classes: int = 10,
    *,
    filters: tuple[int, ...] = (32, 64, 128, 256),
    kernel_size: int | tuple[int, int] = 2,
    dropout_rate: float = 0.5,
    l2: float = 0.01,
    weights: str | Path | None = None,
    transfer: bool = False,
    name: str = "regularized_cnn",
) -> keras.Sequential:
    """Build a CNN held back by dropout and L2, 175,210 parameters.

    Args:
        input_shape: `(height, width, channels)`; pixels are floats in 0..1. Each pool halves it.
        num_classes: How many classes, 2 or above.
        filters: Filters of each convolution; as many convolutions as there are numbers.
        kernel_size: Side of their kernels, or `(height, width)`.
        dropout_rate: The part dropped in training behind each pool.
        l2: The weight of the sum of squared kernel values in the loss.
        weights: None, `"mnist"`, `"fashion_mnist"`, or the path of a `.weights.h5` file.
        transfer: Load the weights of all layers but the last, which begins anew: for other classes.
        name: The model's name.

    Returns:
        A built model which gives a probability for each class, shape `(N, num_classes)`.

    Raises:
        InvalidArgumentError: If the input is too small, or an argument cannot work.

    >>> regularized_cnn().count_params()
    175210
    """
    stack = [keras.Input(input_shape)]
    for number, count in enumerate(filters, 1):
        stack += [
            layers.Conv2D(
                count,
                kernel_size,
                padding="same",
                activation="relu",
                kernel_initializer="glorot_normal",
                kernel_regularizer=regularizers.L2(l2),
                name=f"conv{number}",
            ),
            layers.MaxPooling2D(2, name=f"pool{number}"),
            layers.Dropout(dropout_rate, name=f"dropout{number}"),
        ]
    stack += [
        layers.Flatten(name="flatten"),
        layers.Dense(
            num_classes, activation="softmax", kernel_regularizer=regularizers.L2(l2), name="output"
        ),
    ]
    return assemble(name, stack, weights, transfer=transfer)
