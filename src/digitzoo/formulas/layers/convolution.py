"""Convolutions. MACs: the kernel's weights at each output position.

A transposed one counts input positions: what `padding` cuts off was computed too.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar

from digitzoo.errors import InvalidArgumentError
from digitzoo.formulas.axis.spread import Spread, spread
from digitzoo.formulas.axis.window import Window
from digitzoo.formulas.layers.base import Input, Letters, Note, Result, Weight, initializers, ranked
from digitzoo.formulas.layers.frozen import given
from digitzoo.formulas.layers.shapes import (
    PerAxis,
    divide_into_groups,
    known,
    per_axis,
    product,
    read_activation,
)
from digitzoo.formulas.layers.spatial import Windowed


class Convolution(Windowed):
    """What all convolutions share: a kernel that moves along `rank` axes."""

    # Keras's Conv layers refuse a stride together with a dilation, its depthwise ones do not.
    strides_with_dilation: ClassVar[bool] = True
    bias_letters: ClassVar[Letters] = ("K",)
    without_effect = initializers("kernel", "bias")

    use_bias: bool = True
    activation: object = given(default=None, read=read_activation)

    def __post_init__(self) -> None:
        super().__post_init__()
        # With numbers for padding PyTorch's rule holds, which allows it.
        if self.strides_with_dilation or not isinstance(self.padding, str):
            return
        sizes: dict[str, Any] = self.__dict__
        if max(sizes["strides"]) > 1 and max(sizes["dilation_rate"]) > 1:
            raise InvalidArgumentError(
                "strides and dilation_rate cannot both be above 1, Keras refuses it. "
                f"Received strides={self.strides}, dilation_rate={self.dilation_rate}. Use "
                "strides=1 or dilation_rate=1."
            )

    def _kernel(self, one: int, other: int, letters: Letters, name: str = "kernel") -> Weight:
        return Weight(name, (*self.__dict__["kernel_size"], one, other), letters)

    def _kernels(self, channels: int) -> tuple[Weight, ...]:
        raise NotImplementedError

    def _output_channels(self, channels: int) -> int:
        filters: int = self.__dict__["filters"]
        return filters

    def _result(self, one: Input) -> Result:
        spatial, depth = self.split(one.shape)
        channels = known(depth, "the number of channels", one.shape)
        kernels, made = self._kernels(channels), self._output_channels(channels)
        lines, fields = self.move(one, spatial)
        shape = self.join([line.output_size for line in lines], made)
        # A transposed kernel multiplies at each position of the input.
        transposed = isinstance(lines[0], Spread)
        positions = [line.size if transposed else line.output_size for line in lines]
        return Result(
            shape,
            fields,
            (*kernels, Weight("bias", (made,), self.bias_letters)) if self.use_bias else kernels,
            tuple([(*positions, *kernel.shape) for kernel in kernels]),
            product(shape) if self.use_bias else 0,
            lines,
            tuple([(line.before, line.after) for line in lines]),
            tuple(filter(None, map(runtime_note, lines)))[:1] if transposed else (),
        )


class Conv(Convolution):
    """A convolution of all channels, or of `groups` of them."""

    strides_with_dilation: ClassVar[bool] = False

    filters: int = given(kw_only=False)
    kernel_size: PerAxis = given(kw_only=False, read=per_axis, ranked=True)
    groups: int = 1

    def _kernels(self, channels: int) -> tuple[Weight, ...]:
        if self.groups > 1:
            divide_into_groups(self.groups, filters=self.filters, input_channels=channels)
        letter = "(D / G)" if self.groups > 1 else "D"
        return (self._kernel(channels // self.groups, self.filters, ("F", letter, "K")),)


class Conv1D(Conv):
    """A convolution along time."""

    paddings = ("valid", "same", "causal")


Conv2D, Conv3D = ranked(Conv, "Conv{}D", "A convolution over {}.", (2, 3))


class DepthwiseConv(Convolution):
    """A convolution of each channel for itself."""

    without_effect = initializers("depthwise", "bias")
    bias_letters: ClassVar[Letters] = ("D", "M")

    kernel_size: PerAxis = given(kw_only=False, read=per_axis, ranked=True)
    depth_multiplier: int = 1

    def _kernels(self, channels: int) -> tuple[Weight, ...]:
        return (self._kernel(channels, self.depth_multiplier, ("F", "D", "M")),)

    def _output_channels(self, channels: int) -> int:
        return channels * self.depth_multiplier


DepthwiseConv1D, DepthwiseConv2D = ranked(
    DepthwiseConv, "DepthwiseConv{}D", "A convolution over {} of each channel for itself.", (1, 2)
)


class SeparableConv(Convolution):
    """A depthwise convolution, then one of kernel size 1 that mixes the channels."""

    without_effect = initializers("depthwise", "pointwise", "bias")

    filters: int = given(kw_only=False)
    kernel_size: PerAxis = given(kw_only=False, read=per_axis, ranked=True)
    depth_multiplier: int = 1

    def _kernels(self, channels: int) -> tuple[Weight, ...]:
        ones, mixed = self.rank, channels * self.depth_multiplier
        letters = (*("1",) * ones, "(D x M)", "K")
        return (
            self._kernel(channels, self.depth_multiplier, ("F", "D", "M"), "depthwise kernel"),
            Weight("pointwise kernel", (*(1,) * ones, mixed, self.filters), letters),
        )


SeparableConv1D, SeparableConv2D = ranked(
    SeparableConv, "SeparableConv{}D", "A separable convolution over {}.", (1, 2)
)


class ConvTranspose(Conv):
    """A convolution turned round: it enlarges."""

    output_padding: PerAxis | None = given(
        default=None, read=partial(per_axis, at_least=0), ranked=True
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.groups > 1 and isinstance(self.padding, str):
            raise InvalidArgumentError(
                "Keras's transposed convolutions have no groups. Received "
                f"groups={self.groups}. Use groups=1, or a number for padding to follow PyTorch, "
                "which has them."
            )

    def arguments(self) -> list[tuple[Any, ...]]:
        """Add the output padding of each axis."""
        more = self.__dict__["output_padding"] or (None,) * self.rank
        return [(*one, extra) for one, extra in zip(super().arguments(), more, strict=True)]

    def work_out_axis(self, size: int | None, arguments: Sequence[Any]) -> Spread:
        """Spread the window along one axis."""
        return spread(size, *arguments[:-1], output_padding=arguments[-1])

    def _kernels(self, channels: int) -> tuple[Weight, ...]:
        if self.groups > 1:
            divide_into_groups(self.groups, filters=self.filters, input_channels=channels)
        letter = "(K / G)" if self.groups > 1 else "K"
        return (self._kernel(self.filters // self.groups, channels, ("F", letter, "D")),)


Conv1DTranspose, Conv2DTranspose, Conv3DTranspose = ranked(
    ConvTranspose, "Conv{}DTranspose", "A transposed convolution over {}."
)


def runtime_note(line: Window | Spread) -> Note | None:
    """Say why TensorFlow will not run an output size that Keras promises, if it will not."""
    if not isinstance(line, Spread) or line.invertible:
        return None
    back = -(-(line.output_size or 0) // line.strides)
    return Note("does not run", output=line.output_size, back=back, size=line.size)
