"""What convolutions and poolings share: a window on each of `rank` axes."""

from collections.abc import Sequence
from typing import Any, ClassVar

from digitzoo.errors import DigitzooError
from digitzoo.formulas.axis.numbers import Padding
from digitzoo.formulas.axis.receptive_field import through
from digitzoo.formulas.axis.spread import Spread
from digitzoo.formulas.axis.window import Window, slide
from digitzoo.formulas.layers.arguments import (
    PerAxis,
    read_data_format,
    read_padding,
    read_per_axis,
)
from digitzoo.formulas.layers.base import Input, Layer, Result
from digitzoo.formulas.layers.frozen import given
from digitzoo.formulas.layers.shapes import Shape, along, join_shape, split_shape

WindowArguments = tuple[int, int, Padding, int]
"""Window, strides, padding and dilation rate of one axis, as `slide` and `spread` take them."""


class Windowed(Layer):
    """A layer with a window on each of `rank` axes; channels are its own affair."""

    rank: ClassVar[int]
    paddings: ClassVar[tuple[str, ...]] = ("valid", "same")
    # The argument that holds the window's size.
    window: ClassVar[str] = "kernel_size"

    strides: PerAxis | None = given(default=1, read=read_per_axis)
    padding: str | PerAxis | Sequence[Sequence[int]] = given(default="valid", read=read_padding)
    data_format: str | None = given(default="channels_last", read=read_data_format)
    dilation_rate: PerAxis = given(default=1, read=read_per_axis)

    def arguments(self, axis: int) -> WindowArguments:
        """Pick the arguments of one axis."""
        fields: dict[str, Any] = self.__dict__
        padding = fields["padding"]
        return (
            fields[self.window][axis],
            fields["strides"][axis],
            padding if isinstance(padding, str) else padding[axis],
            fields["dilation_rate"][axis],
        )

    def work_out_axis(self, size: int | None, axis: int) -> Window | Spread:
        """Move the window along one axis."""
        return slide(size, *self.arguments(axis))

    def split(self, shape: Shape) -> tuple[Shape, int | None]:
        """Split a shape into positions and channels."""
        return split_shape(shape, self.rank, str(self.data_format))

    def move(self, one: Input, spatial: Shape, channels: int | None) -> Result:
        """Move the window along every axis, for the channels that come out."""
        lines = []
        for axis, size in enumerate(spatial):
            try:
                lines.append(self.work_out_axis(size, axis))
            except DigitzooError as error:
                raise along(axis, self.rank, error) from None
        positions = tuple([line.output_size for line in lines])
        return Result(
            join_shape(positions, channels, str(self.data_format)),
            one.fields and tuple(map(through, one.fields, lines)),
            windows=tuple(lines),
            padding=tuple([(line.before, line.after) for line in lines]),
        )
