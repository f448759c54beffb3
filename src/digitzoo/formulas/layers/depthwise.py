"""Convolutions of each channel for itself: Depthwise, and Separable, which mixes them after it."""

from typing import ClassVar

from digitzoo.formulas.layers.arguments import PerAxis, read_per_axis
from digitzoo.formulas.layers.base import Weight, initializers
from digitzoo.formulas.layers.convolution import Convolution
from digitzoo.formulas.layers.frozen import given


class DepthwiseConv(Convolution):
    """A convolution of each channel for itself."""

    without_effect: ClassVar[frozenset[str]] = initializers("depthwise", "bias")

    kernel_size: PerAxis = given(kw_only=False, read=read_per_axis)
    depth_multiplier: int = 1

    def kernels(self, channels: int) -> tuple[Weight, ...]:
        """List the kernel."""
        return (self.kernel(channels, self.depth_multiplier),)

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
    kernel_size: PerAxis = given(kw_only=False, read=read_per_axis)
    depth_multiplier: int = 1

    def kernels(self, channels: int) -> tuple[Weight, ...]:
        """List both kernels."""
        mixed = channels * self.depth_multiplier
        return (
            self.kernel(channels, self.depth_multiplier, name="depthwise kernel"),
            Weight("pointwise kernel", (*(1,) * self.rank, mixed, self.filters)),
        )

    def output_channels(self, channels: int) -> int:
        """Give one channel for each filter."""
        return self.filters


class SeparableConv1D(SeparableConv):
    """A separable convolution along time."""

    rank = 1


class SeparableConv2D(SeparableConv):
    """A separable convolution over an image."""

    rank = 2
