"""Layers with positions on `rank` axes, and those that move a window along them."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar, TypeVar

from digitzoo.errors import DigitzooError, ShapeError
from digitzoo.formulas.axis.numbers import padding_word
from digitzoo.formulas.axis.receptive_field import through
from digitzoo.formulas.axis.spread import Spread
from digitzoo.formulas.axis.window import Window, slide
from digitzoo.formulas.layers.arguments import PerAxis, per_axis, read_data_format, read_padding
from digitzoo.formulas.layers.base import Fields, Input, Layer
from digitzoo.formulas.layers.frozen import given
from digitzoo.formulas.layers.shapes import AXIS_NAMES, Shape, along, show_shape

_T = TypeVar("_T")


class Spatial(Layer):
    """A layer of `rank` spatial axes and channels; the name of its class tells the rank."""

    data_format: str | None = given(default="channels_last", read=read_data_format)

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.rank = next(map(int, filter(str.isdigit, cls.__name__)), cls.rank)

    def split(self, shape: Shape) -> tuple[Shape, int | None]:
        """Split a shape into its spatial sizes and its channels."""
        last = self.data_format == "channels_last"
        if len(shape) != self.rank + 1:
            axes = ", ".join(AXIS_NAMES[self.rank])
            expected = f"({axes}, channels)" if last else f"(channels, {axes})"
            raise ShapeError(
                f"the input must have {self.rank + 1} axes without the batch axis, {expected}. "
                f"Received {show_shape(shape)}, {len(shape)} axes. {self._advice(shape)}"
            )
        return (shape[:-1], shape[-1]) if last else (shape[1:], shape[0])

    def _advice(self, shape: Shape) -> str:
        if len(shape) == self.rank:
            return f"Add the channels: {show_shape((*shape, 1))}."
        if len(shape) == self.rank + 2:
            return "Leave the batch axis out, or use the layer for one more dimension."
        return f"Use a layer for {len(shape) - 1} dimensions." if shape[1:] else "Reshape first."

    def join(self, spatial: Sequence[int | None], channels: int | None) -> Shape:
        """Put spatial sizes and channels back together."""
        last = self.data_format == "channels_last"
        return (*spatial, channels) if last else (channels, *spatial)

    def on_each_axis(self, work: Callable[..., _T], axes: Iterable[Sequence[Any]]) -> list[_T]:
        """Do the same with the values of each axis; errors name it."""
        made = []
        for axis, values in enumerate(axes):
            try:
                made.append(work(*values))
            except DigitzooError as error:
                raise along(axis, self.rank, error) from None
        return made


class Windowed(Spatial):
    """A layer with a window on each axis; channels are its own affair."""

    paddings: ClassVar[tuple[str, ...]] = ("valid", "same")
    # The argument that holds the window's size.
    window: ClassVar[str] = "kernel_size"

    strides: PerAxis | None = given(default=1, read=per_axis, ranked=True)
    padding: str | PerAxis | Sequence[Sequence[int]] = given(
        default="valid", read=read_padding, ranked=True
    )
    dilation_rate: PerAxis = given(default=1, read=per_axis, ranked=True)

    def __post_init__(self) -> None:
        if isinstance(self.padding, str):
            self._set(padding=padding_word(self.padding, self.paddings))

    def arguments(self) -> list[tuple[Any, ...]]:
        """Give window, strides, padding and dilation rate of each axis, as `slide` takes them."""
        fields: dict[str, Any] = self.__dict__
        padding = fields["padding"]
        paddings = (padding,) * self.rank if isinstance(padding, str) else padding
        numbers = fields[self.window], fields["strides"], paddings, fields["dilation_rate"]
        return list(zip(*numbers, strict=True))

    def work_out_axis(self, size: int | None, arguments: Sequence[Any]) -> Window | Spread:
        """Move the window along one axis."""
        return slide(size, *arguments)

    def move(self, one: Input, spatial: Shape) -> tuple[tuple[Window | Spread, ...], Fields]:
        """Move the window along every axis; axes that are alike are worked out once."""
        axes, fields = list(zip(spatial, self.arguments(), strict=True)), one.fields
        alike = axes[1:] == axes[:-1]
        lines = tuple(self.on_each_axis(self.work_out_axis, axes[:1] if alike else axes))
        lines = lines * self.rank if alike else lines
        if fields and alike and fields[1:] == fields[:-1]:
            return lines, (through(fields[0], lines[0]),) * self.rank
        return lines, fields and tuple(map(through, fields, lines))
