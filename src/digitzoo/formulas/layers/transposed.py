"""Transposed convolutions: Conv1DTranspose to Conv3DTranspose.

Each input position is multiplied by the whole kernel and spread over the output, so the MACs
count input positions, not output ones; positions that `padding` cuts off were computed too.
"""

from collections.abc import Sequence
from typing import cast

from digitzoo.errors import InvalidArgumentError
from digitzoo.formulas.axis.spread import Spread, spread
from digitzoo.formulas.axis.window import Window
from digitzoo.formulas.layers.arguments import PerAxis, per_axis
from digitzoo.formulas.layers.base import Input, Result, Weight
from digitzoo.formulas.layers.checks import divide_into_groups
from digitzoo.formulas.layers.convolution import Conv, Factors
from digitzoo.formulas.layers.frozen import given
from digitzoo.formulas.notes import Note


def _read_output_padding(layer: "ConvTranspose", name: str, value: object) -> object:
    return None if value is None else per_axis(value, layer.rank, name, at_least=0)


class ConvTranspose(Conv):
    """A convolution turned round: it enlarges."""

    output_padding: PerAxis | None = given(default=None, read=_read_output_padding)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.groups > 1 and isinstance(self.padding, str):
            raise InvalidArgumentError(
                "Keras's transposed convolutions have no groups. Received "
                f"groups={self.groups}. Use groups=1, or a number for padding to follow PyTorch, "
                "which has them."
            )

    def kernels(self, channels: int) -> tuple[Weight, ...]:
        """List the kernel."""
        divide_into_groups(self.groups, filters=self.filters, input_channels=channels)
        return (self.kernel(self.filters // self.groups, channels),)

    def work_out_axis(self, size: int | None, axis: int) -> Spread:
        """Spread the window along one axis."""
        more = cast("tuple[int, ...] | None", self.output_padding)
        return spread(size, *self.arguments(axis), output_padding=more[axis] if more else None)

    def products(self, lines: Sequence[Window | Spread], kernels: Sequence[Weight]) -> Factors:
        """List the multiplications: the kernel at all input positions."""
        return tuple((*(line.size for line in lines), *one.shape) for one in kernels)

    def work_out(self, inputs: Sequence[Input]) -> Result:
        """Work the layer out for its input; note what TensorFlow will not run."""
        result = super().work_out(inputs)
        notes = (runtime_note(one) for one in result.windows if isinstance(one, Spread))
        return result._replace(notes=tuple(filter(None, notes))[:1])


class Conv1DTranspose(ConvTranspose):
    """A transposed convolution along time."""

    rank = 1


class Conv2DTranspose(ConvTranspose):
    """A transposed convolution over an image."""

    rank = 2


class Conv3DTranspose(ConvTranspose):
    """A transposed convolution over a volume."""

    rank = 3


def runtime_note(line: Spread) -> Note | None:
    """Say why TensorFlow will not run an output size that Keras promises, if it will not."""
    if line.invertible:
        return None
    back = -(-(line.output_size or 0) // line.strides)
    return Note("does not run", output=line.output_size, back=back, size=line.size)
