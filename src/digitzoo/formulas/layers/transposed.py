"""Transposed convolutions: Conv1DTranspose to Conv3DTranspose.

Each input position is multiplied by the whole kernel and spread over the output, so the MACs
count input positions, not output ones; positions that `padding` cuts off were computed too.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar, cast

from digitzoo.errors import InvalidArgumentError
from digitzoo.formulas.axis.numbers import whole
from digitzoo.formulas.axis.receptive_field import through_spread
from digitzoo.formulas.axis.spread import Spread, spread
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
from digitzoo.formulas.phrases.english import ENGLISH


class ConvTranspose(Layer):
    """A convolution turned round: it enlarges."""

    rank: ClassVar[int]
    without_effect: ClassVar[frozenset[str]] = initializers("kernel", "bias")

    filters: int = given(kw_only=False)
    kernel_size: PerAxis = given(kw_only=False)
    strides: PerAxis = 1
    padding: str | PerAxis | Sequence[Sequence[int]] = "valid"
    output_padding: PerAxis | None = None
    data_format: str | None = "channels_last"
    dilation_rate: PerAxis = 1
    groups: int = 1
    use_bias: bool = True
    activation: object = None

    def __post_init__(self) -> None:
        kind, rank = self.kind, self.rank
        self._set(
            filters=whole(self.filters, "filters", kind),
            kernel_size=per_axis(self.kernel_size, rank, "kernel_size", kind),
            strides=per_axis(self.strides, rank, "strides", kind),
            padding=paddings(self.padding, rank, kind, words=("valid", "same")),
            data_format=data_format_of(self.data_format, kind),
            dilation_rate=per_axis(self.dilation_rate, rank, "dilation_rate", kind),
            groups=whole(self.groups, "groups", kind),
        )
        if self.output_padding is not None:
            self._set(
                output_padding=per_axis(
                    self.output_padding, rank, "output_padding", kind, at_least=0
                )
            )
        refuse_strides_with_dilation(self)
        if self.groups > 1 and isinstance(self.padding, str):
            raise InvalidArgumentError(
                f"{kind}: Keras's transposed convolutions have no groups. Received "
                f"groups={self.groups}. Use groups=1, or a number for padding to follow PyTorch, "
                "which has them."
            )

    def weights(self, channels: int, where: str = "") -> tuple[Weight, ...]:
        """List kernel and bias."""
        divide_into_groups(
            self.groups, where or self.kind, filters=self.filters, input_channels=channels
        )
        kernel_size = cast("tuple[int, ...]", self.kernel_size)
        kernel = Weight("kernel", (*kernel_size, self.filters // self.groups, channels))
        return (kernel, Weight("bias", (self.filters,))) if self.use_bias else (kernel,)

    def work_out(self, inputs: Sequence[Input], where: str, *, strict: bool = False) -> Result:  # noqa: ARG002 - nothing is divided
        """Work the layer out for its input."""
        (one,) = inputs
        data_format = str(self.data_format)
        spatial, depth = split_shape(one.shape, self.rank, data_format, where)
        channels = known(depth, "the number of channels", where, one.shape)
        weights = self.weights(channels, where)
        spreads = self._spread(spatial, where)
        positions = tuple(line.output_size for line in spreads)
        broken = [line for line in spreads if not line.invertible]
        return Result(
            join_shape(positions, self.filters, data_format),
            one.fields and tuple(map(through_spread, one.fields, spreads)),
            weights,
            ((*spatial, *weights[0].shape),),
            product((*positions, self.filters)) if self.use_bias else 0,
            spreads,
            tuple((line.before, line.after) for line in spreads),
            (runtime_note(broken[0]),) if broken else (),
        )

    def _spread(self, spatial: Shape, where: str) -> tuple[Spread, ...]:
        kernel_size = cast("tuple[int, ...]", self.kernel_size)
        strides = cast("tuple[int, ...]", self.strides)
        dilation_rate = cast("tuple[int, ...]", self.dilation_rate)
        output_padding = cast("tuple[int, ...] | None", self.output_padding)
        names = AXIS_NAMES[self.rank]
        return tuple(
            spread(
                size,
                kernel_size[axis],
                strides[axis],
                on_axis(cast("Pads", self.padding), axis),
                dilation_rate[axis],
                output_padding=output_padding[axis] if output_padding else None,
                where=f"{where}, {names[axis]}",
            )
            for axis, size in enumerate(spatial)
        )


class Conv1DTranspose(ConvTranspose):
    """A transposed convolution along time."""

    rank = 1


class Conv2DTranspose(ConvTranspose):
    """A transposed convolution over an image."""

    rank = 2


class Conv3DTranspose(ConvTranspose):
    """A transposed convolution over a volume."""

    rank = 3


def runtime_note(line: Spread, phrases: Mapping[str, str] = ENGLISH) -> str:
    """Say why TensorFlow will not run an output size that Keras promises."""
    back = -(-(line.output_size or 0) // line.strides)
    return phrases["does not run"].format(output=line.output_size, back=back, size=line.size)
