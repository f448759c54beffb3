"""One number at a time: the shape, the weights and the MACs of a Conv2D."""

from collections.abc import Sequence

from digitzoo.errors import ShapeError, shown
from digitzoo.formulas.axis.numbers import whole
from digitzoo.formulas.calls import public
from digitzoo.formulas.layers.arguments import PerAxis
from digitzoo.formulas.layers.convolution import Conv2D
from digitzoo.formulas.layers.shapes import Shape
from digitzoo.formulas.networks.layer_info import layer_info

Pads = str | PerAxis | Sequence[Sequence[int]]


@public
def conv2d_output_shape(
    input_shape: Sequence[int],
    filters: int,
    kernel_size: PerAxis,
    *,
    strides: PerAxis = 1,
    padding: Pads = "valid",
    dilation_rate: PerAxis = 1,
    data_format: str | None = None,
) -> Shape:
    """Give the shape that comes out of a Conv2D.

    Args:
        input_shape: (height, width, channels), or channels first with `data_format`.
        filters: The number of filters, which is the depth of the output.
        kernel_size: Height and width of the kernel, or one number for both.
        strides: As in Keras.
        padding: `"valid"`, `"same"`, P, (P, P) or ((top, bottom), (left, right)).
        dilation_rate: As in Keras.
        data_format: `"channels_last"` (also for `None`) or `"channels_first"`.

    Returns:
        The shape without the batch axis.

    Raises:
        ShapeError: Kernel and input do not go together.
        InvalidArgumentError: A value cannot work.

    Source: (W - F + 2P) / S + 1 on each axis, rounded down; CS231n.

    >>> conv2d_output_shape((28, 28, 1), 32, 5)
    (24, 24, 32)
    """
    layer = Conv2D(
        filters,
        kernel_size,
        strides=strides,
        padding=padding,
        dilation_rate=dilation_rate,
        data_format=data_format,
    )
    return layer_info(layer, input_shape).output_shape


@public
def conv2d_params(
    input_channels: int,
    filters: int,
    kernel_size: PerAxis,
    *,
    groups: int = 1,
    use_bias: bool = True,
) -> int:
    """Count the weights of a Conv2D: F x F x D / groups x K + K.

    Args:
        input_channels: D, the channels that come in.
        filters: K.
        kernel_size: F, or height and width of the kernel.
        groups: Groups of channels that are convolved apart.
        use_bias: Whether each filter has a bias.

    Returns:
        Weights, biases included.

    Raises:
        InvalidArgumentError: A value cannot work, or `groups` does not divide the channels.

    Source: CS231n, "Convolutional networks": F F D weights a filter, and K biases.

    >>> conv2d_params(1, 32, 5)
    832
    """
    channels = whole("input_channels", input_channels)
    layer = Conv2D(filters, kernel_size, padding="same", groups=groups, use_bias=use_bias)
    return layer_info(layer, (1, 1, channels)).params


@public
def conv2d_macs(
    input_shape: Sequence[int],
    filters: int,
    kernel_size: PerAxis,
    *,
    strides: PerAxis = 1,
    padding: Pads = "valid",
    dilation_rate: PerAxis = 1,
    groups: int = 1,
) -> int:
    """Count the multiply-accumulates of a Conv2D for one example, biases not counted.

    Args:
        input_shape: (height, width, channels).
        filters: The number of filters.
        kernel_size: Height and width of the kernel, or one number for both.
        strides: As in Keras.
        padding: As in `conv2d_output_shape`.
        dilation_rate: As in Keras.
        groups: Groups of channels that are convolved apart.

    Returns:
        Output positions x weights of the kernel.

    Raises:
        ShapeError: Kernel and input do not go together.
        InvalidArgumentError: A value cannot work.

    Source: fvcore's `flop_count`, whose "flop" is one multiply-accumulate.

    >>> conv2d_macs((227, 227, 3), 96, 11, strides=4)
    105415200
    """
    layer = Conv2D(
        filters,
        kernel_size,
        strides=strides,
        padding=padding,
        dilation_rate=dilation_rate,
        groups=groups,
    )
    macs = layer_info(layer, input_shape).macs
    if macs is None:
        raise ShapeError(f"every size must be known. Received {shown(input_shape)}.")
    return macs
