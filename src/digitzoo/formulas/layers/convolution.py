"""Convolutions: Conv1D to Conv3D, and what their kin share.

A filter holds kernel x input channels / groups weights and one bias, and does as many
multiplications at each output position as it has weights.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, cast

from digitzoo.formulas.axis.spread import Spread
from digitzoo.formulas.axis.window import Window
from digitzoo.formulas.layers.arguments import PerAxis, read_activation, read_per_axis
from digitzoo.formulas.layers.base import Input, Result, Weight, initializers
from digitzoo.formulas.layers.checks import divide_into_groups, refuse_strides_with_dilation
from digitzoo.formulas.layers.frozen import given
from digitzoo.formulas.layers.shapes import known, product
from digitzoo.formulas.layers.windowed import Windowed

Factors = tuple[tuple[int | None, ...], ...]


class Convolution(Windowed):
    """What all convolutions share: a kernel that moves along `rank` axes."""

    # Keras's Conv layers refuse a stride together with a dilation, its depthwise ones do not.
    strides_with_dilation: ClassVar[bool] = True

    if TYPE_CHECKING:  # The children declare it, because Keras puts `filters` before it.

        @property
        def kernel_size(self) -> PerAxis:
            """Taps of the window."""

    use_bias: bool = True
    activation: object = given(default=None, read=read_activation)

    def __post_init__(self) -> None:
        if not self.strides_with_dilation:
            refuse_strides_with_dilation(self)

    def kernel(self, *channels: int, name: str = "kernel") -> Weight:
        """Make an array of weights: a window's taps for each pair of channels."""
        return Weight(name, (*cast("tuple[int, ...]", self.kernel_size), *channels))

    def kernels(self, channels: int) -> tuple[Weight, ...]:
        """List the weights for a number of input channels, without the bias."""
        raise NotImplementedError

    def weights(self, channels: int) -> tuple[Weight, ...]:
        """List the weights for a number of input channels."""
        bias = Weight("bias", (self.output_channels(channels),))
        return (*self.kernels(channels), *(bias,) * self.use_bias)

    def products(self, lines: Sequence[Window | Spread], kernels: Sequence[Weight]) -> Factors:
        """List the multiplications: each kernel at all output positions."""
        sizes = [line.output_size for line in lines]
        return tuple([(*sizes, *one.shape) for one in kernels])

    def output_channels(self, channels: int) -> int:
        """Give the depth of the output."""
        raise NotImplementedError

    def work_out(self, inputs: Sequence[Input]) -> Result:
        """Work the layer out for its input."""
        (one,) = inputs
        spatial, depth = self.split(one.shape)
        channels = known(depth, "the number of channels", one.shape)
        weights = self.weights(channels)
        result = self.move(one, spatial, self.output_channels(channels))
        return result._replace(
            weights=weights,
            products=self.products(result.windows, weights[: len(weights) - self.use_bias]),
            bias_adds=product(result.output_shape) if self.use_bias else 0,
        )


class Conv(Convolution):
    """A convolution of all channels, or of `groups` of them."""

    strides_with_dilation: ClassVar[bool] = False
    without_effect: ClassVar[frozenset[str]] = initializers("kernel", "bias")

    filters: int = given(kw_only=False)
    kernel_size: PerAxis = given(kw_only=False, read=read_per_axis)
    groups: int = 1

    def kernels(self, channels: int) -> tuple[Weight, ...]:
        """List the kernel."""
        divide_into_groups(self.groups, filters=self.filters, input_channels=channels)
        return (self.kernel(channels // self.groups, self.filters),)

    def output_channels(self, channels: int) -> int:
        """Give one channel for each filter."""
        return self.filters


class Conv1D(Conv):
    """A convolution along time."""

    rank = 1
    paddings = ("valid", "same", "causal")


class Conv2D(Conv):
    """A convolution over an image."""

    rank = 2


class Conv3D(Conv):
    """A convolution over a volume."""

    rank = 3
