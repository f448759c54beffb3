"""Convolutions: Conv1D to Conv3D, DepthwiseConv1D and 2D, SeparableConv1D and 2D.

A filter holds kernel x input channels / groups weights and one bias, and does as many
multiplications at each output position as it has weights.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, cast

from digitzoo.formulas.axis.numbers import whole
from digitzoo.formulas.axis.receptive_field import through_window
from digitzoo.formulas.axis.window import Window, slide
from digitzoo.formulas.layers.arguments import (
    AXIS_NAMES,
    Pads,
    PerAxis,
    Shape,
    data_format_of,
    join_shape,
    on_axis,
    paddings,
    per_axis,
    product,
    split_shape,
)
from digitzoo.formulas.layers.base import Input, Layer, Result, Weight, initializers, known
from digitzoo.formulas.layers.checks import divide_into_groups, refuse_strides_with_dilation
from digitzoo.formulas.layers.frozen import given

Factors = tuple[tuple[int | None, ...], ...]


class Convolution(Layer):
    """What all convolutions share: a kernel that slides along `rank` axes."""

    rank: ClassVar[int]
    paddings: ClassVar[tuple[str, ...]] = ("valid", "same")
    # Keras's Conv layers refuse a stride together with a dilation, its depthwise ones do not.
    strides_with_dilation: ClassVar[bool] = True

    if TYPE_CHECKING:  # The children declare it, because Keras puts `filters` before it.

        @property
        def kernel_size(self) -> PerAxis:
            """Taps of the kernel."""

    strides: PerAxis = 1
    padding: str | PerAxis | Sequence[Sequence[int]] = "valid"
    data_format: str | None = "channels_last"
    dilation_rate: PerAxis = 1
    use_bias: bool = True
    activation: object = None

    def __post_init__(self) -> None:
        kind, rank = self.kind, self.rank
        self._set(
            kernel_size=per_axis(self.kernel_size, rank, "kernel_size", kind),
            strides=per_axis(self.strides, rank, "strides", kind),
            dilation_rate=per_axis(self.dilation_rate, rank, "dilation_rate", kind),
            padding=paddings(self.padding, rank, kind, words=self.paddings),
            data_format=data_format_of(self.data_format, kind),
        )
        if not self.strides_with_dilation:
            refuse_strides_with_dilation(self)

    def weights(self, channels: int, where: str = "") -> tuple[Weight, ...]:
        """List the weights for a number of input channels."""
        raise NotImplementedError

    def products(self, positions: Shape, weights: tuple[Weight, ...]) -> Factors:
        """List the multiplications at all output positions: positions x weights of the kernel."""
        return ((*positions, *weights[0].shape),)

    def output_channels(self, channels: int) -> int:
        """Give the depth of the output."""
        raise NotImplementedError

    def work_out(self, inputs: Sequence[Input], where: str, *, strict: bool = False) -> Result:
        """Work the layer out for its input."""
        (one,) = inputs
        data_format = str(self.data_format)
        spatial, depth = split_shape(one.shape, self.rank, data_format, where)
        channels = known(depth, "the number of channels", where, one.shape)
        weights = self.weights(channels, where)
        windows = self._slide(spatial, where, strict=strict)
        positions = tuple(window.output_size for window in windows)
        filters = self.output_channels(channels)
        return Result(
            join_shape(positions, filters, data_format),
            one.fields and tuple(map(through_window, one.fields, windows)),
            weights,
            self.products(positions, weights),
            product((*positions, filters)) if self.use_bias else 0,
            windows,
            tuple((window.before, window.after) for window in windows),
        )

    def _slide(self, spatial: Shape, where: str, *, strict: bool) -> tuple[Window, ...]:
        kernel_size = cast("tuple[int, ...]", self.kernel_size)
        strides = cast("tuple[int, ...]", self.strides)
        dilation_rate = cast("tuple[int, ...]", self.dilation_rate)
        names = AXIS_NAMES[self.rank]
        return tuple(
            slide(
                size,
                kernel_size[axis],
                strides[axis],
                on_axis(cast("Pads", self.padding), axis),
                dilation_rate[axis],
                strict=strict,
                where=f"{where}, {names[axis]}",
            )
            for axis, size in enumerate(spatial)
        )

    def _bias(self, filters: int) -> tuple[Weight, ...]:
        return (Weight("bias", (filters,)),) if self.use_bias else ()


class Conv(Convolution):
    """A convolution of all channels, or of `groups` of them."""

    strides_with_dilation: ClassVar[bool] = False
    without_effect: ClassVar[frozenset[str]] = initializers("kernel", "bias")

    filters: int = given(kw_only=False)
    kernel_size: PerAxis = given(kw_only=False)
    groups: int = 1

    def __post_init__(self) -> None:
        self._set(
            filters=whole(self.filters, "filters", self.kind),
            groups=whole(self.groups, "groups", self.kind),
        )
        super().__post_init__()

    def weights(self, channels: int, where: str = "") -> tuple[Weight, ...]:
        """List kernel and bias."""
        divide_into_groups(
            self.groups, where or self.kind, filters=self.filters, input_channels=channels
        )
        kernel_size = cast("tuple[int, ...]", self.kernel_size)
        kernel = Weight("kernel", (*kernel_size, channels // self.groups, self.filters))
        return (kernel, *self._bias(self.filters))

    def output_channels(self, channels: int) -> int:  # noqa: ARG002 - depthwise ones need them
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
