"""LeCun's network of 1998, with Keras's own layers."""

from pathlib import Path

import keras
from keras import layers

from digitzoo.models.assembly import assemble, builder


@builder
def lenet5(
    input_shape: tuple[int, ...] = (28, 28, 1),
    num_classes: int = 10,
    *,
    filters: tuple[int, int] = (6, 16),
    kernel_size: int | tuple[int, int] = 5,
    units: tuple[int, int] = (120, 84),
    activation: str = "tanh",
    trainable_pools: bool = False,
    weights: str | Path | None = None,
    transfer: bool = False,
    name: str = "lenet5",
) -> keras.Sequential:
    """Build LeNet-5 of LeCun et al. (1998), 61,706 parameters; layers bear the paper's names.

    What differs from the paper: C3 sees all maps of S2 (the paper's table leaves out 36 of 96
    pairs); the pools have no coefficient and bias of their own unless `trainable_pools` adds them;
    tanh is not scaled (the paper has 1.7159 tanh(2x / 3)) and does not follow the pools; the
    output is a softmax, not distances to drawn digits. The frame of two zeros around the image
    makes the paper's 32 x 32 of 28 x 28.

    Args:
        input_shape: `(height, width, channels)`; pixels are floats in 0..1.
        num_classes: How many classes, 2 or above.
        filters: Filters of C1 and of C3.
        kernel_size: Side of their kernels, or `(height, width)`.
        units: Units of C5 and F6.
        activation: `"tanh"` as in the paper, or any other of Keras's, such as `"relu"`.
        trainable_pools: Follow each pool with a coefficient and a bias for each map, as in the
            paper: 44 parameters more. The weights in the package are without.
        weights: None, `"mnist"`, `"fashion_mnist"`, or the path of a `.weights.h5` file.
        transfer: Load the weights of all layers but the last, which begins anew: for other classes.
        name: The model's name.

    Returns:
        A built model which gives a probability for each class, shape `(N, num_classes)`.

    Raises:
        InvalidArgumentError: If the input is too small, or an argument cannot work.

    >>> lenet5().count_params()
    61706
    >>> lenet5(trainable_pools=True).count_params()
    61750
    """
    first, second = filters
    first_units, second_units = units

    def pool(pool_name: str) -> list[keras.Layer]:
        scale = layers.DepthwiseConv2D(1, name=f"{pool_name}_scale")  # one weight, one bias a map
        return [layers.AveragePooling2D(2, name=pool_name), *([scale] if trainable_pools else [])]

    stack = [
        keras.Input(input_shape),
        layers.ZeroPadding2D(2, name="pad"),
        layers.Conv2D(first, kernel_size, activation=activation, name="c1"),
        *pool("s2"),
        layers.Conv2D(second, kernel_size, activation=activation, name="c3"),
        *pool("s4"),
        layers.Flatten(name="flatten"),
        layers.Dense(first_units, activation=activation, name="c5"),
        layers.Dense(second_units, activation=activation, name="f6"),
        layers.Dense(num_classes, activation="softmax", name="output"),
    ]
    return assemble(name, stack, weights, transfer=transfer)
