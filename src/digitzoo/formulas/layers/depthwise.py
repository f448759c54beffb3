"""Convolutions of each channel for itself: Depthwise, and Separable, which mixes them after it."""

from typing import ClassVar, cast

from digitzoo.formulas.axis.numbers import whole
from digitzoo.formulas.layers.arguments import PerAxis, Shape
from digitzoo.formulas.layers.base import Weight, initializers
from digitzoo.formulas.layers.convolution import Convolution, Factors
from digitzoo.formulas.layers.frozen import given


class DepthwiseConv(Convolution):
    """A convolution of each channel for itself."""

    without_effect: ClassVar[frozenset[str]] = initializers("depthwise", "bias")

    kernel_size: PerAxis = given(kw_only=False)
    depth_multiplier: int = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        self._set(depth_multiplier=whole(self.depth_multiplier, "depth_multiplier", self.kind))

    def weights(self, channels: int, where: str = "") -> tuple[Weight, ...]:  # noqa: ARG002
        """List kernel and bias."""
        kernel_size = cast("tuple[int, ...]", self.kernel_size)
        kernel = Weight("kernel", (*kernel_size, channels, self.depth_multiplier))
        return (kernel, *self._bias(self.output_channels(channels)))

    def output_channels(self, channels: int) -> int:
        """Give `depth_multiplier` channels for each that comes in."""
        return channels * self.depth_multiplier


class DepthwiseConv1D(DepthwiseConv):
    """A convolution along time of each channel for itself."""

    rank = 1


class DepthwiseConv2D(DepthwiseConv):
    """A convolution over an image of each channel for itself."""

    rank = 2


class SeparableConv(Convolution):
    """A depthwise convolution, then one of kernel size 1 that mixes the channels."""

    without_effect: ClassVar[frozenset[str]] = initializers("depthwise", "pointwise", "bias")

    filters: int = given(kw_only=False)
    kernel_size: PerAxis = given(kw_only=False)
    depth_multiplier: int = 1

    def __post_init__(self) -> None:
        self._set(filters=whole(self.filters, "filters", self.kind))
        super().__post_init__()
        self._set(depth_multiplier=whole(self.depth_multiplier, "depth_multiplier", self.kind))

    def weights(self, channels: int, where: str = "") -> tuple[Weight, ...]:  # noqa: ARG002
        """List both kernels and the bias."""
        kernel_size = cast("tuple[int, ...]", self.kernel_size)
        mixed = channels * self.depth_multiplier
        depthwise = Weight("depthwise kernel", (*kernel_size, channels, self.depth_multiplier))
        pointwise = Weight("pointwise kernel", (*(1,) * self.rank, mixed, self.filters))
        return (depthwise, pointwise, *self._bias(self.filters))

    def products(self, positions: Shape, weights: tuple[Weight, ...]) -> Factors:
        """List the multiplications of both steps."""
        return (*positions, *weights[0].shape), (*positions, *weights[1].shape)

    def output_channels(self, channels: int) -> int:  # noqa: ARG002 - depthwise ones need them
        """Give one channel for each filter."""
        return self.filters


class SeparableConv1D(SeparableConv):
    """A separable convolution along time."""

    rank = 1


class SeparableConv2D(SeparableConv):
    """A separable convolution over an image."""

    rank = 2
