"""One number at a time: the weights and the MACs of a single layer; `conv2d.py` has Conv2D's."""

from digitzoo.formulas.axis.numbers import whole
from digitzoo.formulas.calls import public
from digitzoo.formulas.layers.arguments import PerAxis
from digitzoo.formulas.layers.convolution import DepthwiseConv2D, SeparableConv2D
from digitzoo.formulas.layers.dense import Dense
from digitzoo.formulas.layers.normalization import BatchNormalization
from digitzoo.formulas.networks.layer_info import layer_info


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
        Weights, biases included.

    Raises:
        InvalidArgumentError: A value cannot work.

    Source: Keras's `BaseDepthwiseConv.build`.

    >>> depthwise_conv2d_params(3, 3)
    30
    """
    channels = whole("input_channels", input_channels)
    layer = DepthwiseConv2D(
        kernel_size, padding="same", depth_multiplier=depth_multiplier, use_bias=use_bias
    )
    return layer_info(layer, (1, 1, channels)).params


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
        Weights, biases included.

    Raises:
        InvalidArgumentError: A value cannot work.

    Source: Keras's `BaseSeparableConv.build`.

    >>> separable_conv2d_params(32, 64, 3)
    2400
    """
    channels = whole("input_channels", input_channels)
    layer = SeparableConv2D(
        filters,
        kernel_size,
        padding="same",
        depth_multiplier=depth_multiplier,
        use_bias=use_bias,
    )
    return layer_info(layer, (1, 1, channels)).params


@public
def dense_params(input_values: int, units: int, *, use_bias: bool = True) -> int:
    """Count the weights of a Dense layer: N x U + U.

    Args:
        input_values: N, the values that come in.
        units: U, the values that come out.
        use_bias: Whether each unit has a bias.

    Returns:
        Weights, biases included.

    Raises:
        InvalidArgumentError: A value is below 1.

    Source: Keras's `Dense.build`.

    >>> dense_params(4608, 128)
    589952
    """
    values = whole("input_values", input_values)
    return layer_info(Dense(units, use_bias=use_bias), (values,)).params


@public
def dense_macs(input_values: int, units: int) -> int:
    """Count the multiply-accumulates of a Dense layer for one example: N x U.

    Args:
        input_values: N, the values that come in.
        units: U, the values that come out.

    Returns:
        Multiply-accumulates, biases not counted.

    Raises:
        InvalidArgumentError: A value is below 1.

    Source: fvcore's `flop_count`.

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
        All weights; the moving two are not trained.

    Raises:
        InvalidArgumentError: `channels` is below 1.

    Source: Keras's `BatchNormalization.build`.

    >>> batch_normalization_params(32)
    128
    """
    layer = BatchNormalization(scale=scale, center=center)
    return layer_info(layer, (whole("channels", channels),)).params
