"""Five narrow convolutions with batch normalization, and a global average in place of a Flatten."""

from pathlib import Path

import keras
from keras import layers

from digitzoo.models.assembly import assemble, builder


@builder
def batchnorm_cnn(
    input_shape: tuple[int, ...] = (28, 28, 1),
    num_classes: int = 10,
    *,
    filters: tuple[int, int, int, int, int] = (12, 14, 16, 16, 11),
    kernel_size: int | tuple[int, int] = 3,
    weights: str | Path | None = None,
    transfer: bool = False,
    name: str = "batchnorm_cnn",
) -> keras.Sequential:
    """Build a small CNN with batch normalization and global average pooling, 7,920 parameters.

    Batch normalization stands between convolution and activation, as in Ioffe and Szegedy (2015),
    so the convolutions need no bias; the pools come before it, where a quarter of the numbers is
    left to normalize.

    Args:
        input_shape: `(height, width, channels)`; pixels are floats in 0..1.
        num_classes: How many classes, 2 or above.
        filters: Filters of each convolution.
        kernel_size: Side of their kernels, or `(height, width)`.
        weights: None, `"mnist"`, `"fashion_mnist"`, or the path of a `.weights.h5` file.
        transfer: Load the weights of all layers but the last, which begins anew: for other classes.
        name: The model's name.

    Returns:
        A built model which gives a probability for each class, shape `(N, num_classes)`.

    Raises:
        InvalidArgumentError: If the input is too small, or an argument cannot work.

    >>> batchnorm_cnn().count_params()
    7920
    """

    def block(number: int, *, padding: str, pool: bool = False) -> list[keras.Layer]:
        count = filters[number - 1]
        return [
            layers.Conv2D(
                count, kernel_size, padding=padding, use_bias=False, name=f"conv{number}"
            ),
            *([layers.MaxPooling2D(2, name=f"pool{number}")] if pool else []),
            layers.BatchNormalization(momentum=0.9, name=f"bn{number}"),
            layers.ReLU(name=f"relu{number}"),
        ]

    stack = [
        keras.Input(input_shape),
        *block(1, padding="valid", pool=True),
        *block(2, padding="same"),
        *block(3, padding="valid", pool=True),
        *block(4, padding="valid"),
        *block(5, padding="same"),
        layers.GlobalAveragePooling2D(name="average"),
        layers.Dense(num_classes, activation="softmax", name="output"),
    ]
    return assemble(name, stack, weights, transfer=transfer)
