"""One number at a time: the weights and the multiply-accumulates of a single layer."""

from collections.abc import Sequence
from typing import Any

from digitzoo.errors import ShapeError, shown
from digitzoo.formulas.axis.window import whole
from digitzoo.formulas.calls import public
from digitzoo.formulas.layers.catalogue import LAYERS
from digitzoo.formulas.layers.shapes import PerAxis
from digitzoo.formulas.networks.layer_info import layer_info

Pads = str | PerAxis | Sequence[Sequence[int]]


def _params(layer: str, channels: int, name: str = "input_channels", **arguments: Any) -> int:
    shape = (*(1,) * LAYERS[layer].rank, whole(name, channels))
    return layer_info(layer, shape, **arguments).params


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
        Output positions x weights of the kernel. Source: fvcore's `flop_count`, whose "flop" is one
        multiply-accumulate.

    Raises:
        ShapeError: Kernel and input do not go together.
        InvalidArgumentError: A value cannot work.

    >>> conv2d_macs((227, 227, 3), 96, 11, strides=4)
    105415200
    """
    sizes: dict[str, Any] = {"filters": filters, "kernel_size": kernel_size, "groups": groups}
    moves: dict[str, Any] = {"strides": strides, "padding": padding, "dilation_rate": dilation_rate}
    macs = layer_info("Conv2D", input_shape, **sizes, **moves).macs
    if macs is None:
        raise ShapeError(f"every size must be known. Received {shown(input_shape)}.")
    return macs


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
        Weights, biases included. Source: CS231n, "Convolutional networks": F F D weights a filter,
        and K biases.

    Raises:
        InvalidArgumentError: A value cannot work, or `groups` does not divide the channels.

    >>> conv2d_params(1, 32, 5)
    832
    """
    sizes: dict[str, Any] = {"filters": filters, "kernel_size": kernel_size, "groups": groups}
    return _params("Conv2D", input_channels, **sizes, padding="same", use_bias=use_bias)


@public
def depthwise_conv2d_params(
    input_channels: int, kernel_size: PerAxis, *, depth_multiplier: int = 1, use_bias: bool = True
) -> int:
    """Count the weights of a DepthwiseConv2D: F x F x D x M + D x M.

    Args:
        input_channels: D.
        kernel_size: F, or height and width of the kernel.
        depth_multiplier: M, the outputs of each channel.
        use_bias: Whether each output channel has a bias.

    Returns:
        Weights, biases included. Source: Keras's `BaseDepthwiseConv.build`.

    Raises:
        InvalidArgumentError: A value cannot work.

    >>> depthwise_conv2d_params(3, 3)
    30
    """
    sizes: dict[str, Any] = {"kernel_size": kernel_size, "depth_multiplier": depth_multiplier}
    return _params("DepthwiseConv2D", input_channels, **sizes, padding="same", use_bias=use_bias)


@public
def separable_conv2d_params(
    input_channels: int,
    filters: int,
    kernel_size: PerAxis,
    *,
    depth_multiplier: int = 1,
    use_bias: bool = True,
) -> int:
    """Count the weights of a SeparableConv2D: F x F x D x M + D x M x K + K.

    Args:
        input_channels: D.
        filters: K.
        kernel_size: F, or height and width of the kernel.
        depth_multiplier: M, the outputs of each channel in the first step.
        use_bias: Whether each filter has a bias.

    Returns:
        Weights, biases included. Source: Keras's `BaseSeparableConv.build`.

    Raises:
        InvalidArgumentError: A value cannot work.

    >>> separable_conv2d_params(32, 64, 3)
    2400
    """
    sizes: dict[str, Any] = {
        "filters": filters,
        "kernel_size": kernel_size,
        "depth_multiplier": depth_multiplier,
    }
    return _params("SeparableConv2D", input_channels, **sizes, padding="same", use_bias=use_bias)


@public
def dense_params(input_values: int, units: int, *, use_bias: bool = True) -> int:
    """Count the weights of a Dense layer: N x U + U.

    Args:
        input_values: N, the values that come in.
        units: U, the values that come out.
        use_bias: Whether each unit has a bias.

    Returns:
        Weights, biases included. Source: Keras's `Dense.build`.

    Raises:
        InvalidArgumentError: A value is below 1.

    >>> dense_params(4608, 128)
    589952
    """
    return _params("Dense", input_values, "input_values", units=units, use_bias=use_bias)


@public
def dense_macs(input_values: int, units: int) -> int:
    """Count the multiply-accumulates of a Dense layer for one example: N x U.

    Args:
        input_values: N, the values that come in.
        units: U, the values that come out.

    Returns:
        Multiply-accumulates, biases not counted. Source: fvcore's `flop_count`.

    Raises:
        InvalidArgumentError: A value is below 1.

    >>> dense_macs(576, 120)
    69120
    """
    return dense_params(input_values, units, use_bias=False)


@public
def batch_normalization_params(channels: int, *, scale: bool = True, center: bool = True) -> int:
    """Count the weights of a BatchNormalization: gamma, beta, moving mean, moving variance.

    Args:
        channels: The channels that come in.
        scale: Whether there is a gamma.
        center: Whether there is a beta.

    Returns:
        All weights; the moving two are not trained. Source: Keras's `BatchNormalization.build`.

    Raises:
        InvalidArgumentError: `channels` is below 1.

    >>> batch_normalization_params(32)
    128
    """
    return _params("BatchNormalization", channels, "channels", scale=scale, center=center)
