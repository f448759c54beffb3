"""As much as fits into less than a thousand parameters."""

from pathlib import Path

import keras
from keras import layers

from digitzoo.models.assembly import assemble, builder


@builder
def tiny_cnn(
    input_shape: tuple[int, ...] = (28, 28, 1),
    num_classes: int = 10,
    *,
    filters: tuple[int, int, int, int, int] = (6, 9, 9, 12, 14),
    kernel_size: int | tuple[int, int] = 3,
    activation: str = "leaky_relu",
    weights: str | Path | None = None,
    transfer: bool = False,
    name: str = "tiny_cnn",
) -> keras.Sequential:
    """Build a CNN of separable convolutions with fewer than 1,000 parameters: 989.

    A separable convolution slides one kernel over each map, and then mixes the maps at each
    position: 9 x 9 + 9 x 12 weights where an ordinary one has 9 x 9 x 12.

    Args:
        input_shape: `(height, width, channels)`; pixels are floats in 0..1.
        num_classes: How many classes, 2 or above.
        filters: Filters of the first convolution and of the four separable ones.
        kernel_size: Side of their kernels, or `(height, width)`.
        activation: Of all convolutions, by the name that Keras has for it.
        weights: None, `"mnist"`, `"fashion_mnist"`, or the path of a `.weights.h5` file.
        transfer: Load the weights of all layers but the last, which begins anew: for other classes.
        name: The model's name.

    Returns:
        A built model which gives a probability for each class, shape `(N, num_classes)`.

    Raises:
        InvalidArgumentError: If the input is too small, or an argument cannot work.

    >>> tiny_cnn().count_params()
    989
    """

    def separable(number: int, padding: str) -> keras.Layer:
        return layers.SeparableConv2D(
            filters[number - 1],
            kernel_size,
            padding=padding,
            activation=activation,
            name=f"conv{number}",
        )

    stack = [
        keras.Input(input_shape),
        layers.Conv2D(filters[0], kernel_size, activation=activation, name="conv1"),
        layers.MaxPooling2D(2, name="pool1"),
        separable(2, "same"),
        separable(3, "same"),
        layers.MaxPooling2D(2, name="pool2"),
        separable(4, "valid"),
        separable(5, "valid"),
        layers.GlobalAveragePooling2D(name="average"),
        layers.Dense(num_classes, activation="softmax", name="output"),
    ]
    return assemble(name, stack, weights, transfer=transfer)
