"""Layers with positions on `rank` axes: those with windows, and borders and enlargements."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, ClassVar, TypeVar

from digitzoo.checks import check_choice
from digitzoo.errors import DigitzooError, ShapeError
from digitzoo.formulas.axis.receptive_field import (
    INTERPOLATION_TAPS,
    Field,
    moved,
    through,
    through_upsampling,
)
from digitzoo.formulas.axis.spread import Spread
from digitzoo.formulas.axis.window import Window, padding_word, slide
from digitzoo.formulas.layers.base import Fields, Input, Layer, Result, ranked
from digitzoo.formulas.layers.frozen import given
from digitzoo.formulas.layers.shapes import (
    AXIS_NAMES,
    PerAxis,
    Shape,
    along,
    before_and_after,
    per_axis,
    read_data_format,
    read_padding,
    show_shape,
)

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
    window: ClassVar[str] = "kernel_size"  # The argument that holds the window's size

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


Borders = PerAxis | Sequence[Sequence[int]]


class Resizing(Spatial):
    """A new size on each axis, the same channels."""

    # The argument that says what happens on each axis: (before, after), or a number.
    changed: ClassVar[str]

    @property
    def changes(self) -> tuple[Any, ...]:
        """What happens on each axis: (before, after), or a number."""
        changes: tuple[Any, ...] = self.__dict__[self.changed]
        return changes

    def _resize(self, size: int, change: Any) -> int:
        raise NotImplementedError

    def _look(self, field: Field, change: Any) -> Field:
        raise NotImplementedError

    def _axis(
        self, size: int | None, change: object, field: Field | None
    ) -> tuple[int | None, Field | None]:
        made = None if size is None else self._resize(size, change)
        return made, field and self._look(field, change)

    def _result(self, one: Input) -> Result:
        spatial, channels = self.split(one.shape)
        axes = zip(spatial, self.changes, one.fields or (None,) * self.rank, strict=True)
        sizes, fields = zip(*self.on_each_axis(self._axis, axes), strict=True)
        return Result(
            self.join(sizes, channels),
            one.fields and fields,
            padding=self.changes if isinstance(self, ZeroPadding) else (),
        )


class ZeroPadding(Resizing):
    """Zeros around the input."""

    changed = "padding"

    padding: Borders = given(default=1, kw_only=False, read=before_and_after, ranked=True)

    def _resize(self, size: int, change: tuple[int, int]) -> int:
        return size + sum(change)

    def _look(self, field: Field, change: tuple[int, int]) -> Field:
        return moved(field, change[0])


ZeroPadding1D, ZeroPadding2D, ZeroPadding3D = ranked(
    ZeroPadding, "ZeroPadding{}D", "Zeros around {}."
)


class Cropping(Resizing):
    """The input without its border."""

    changed = "cropping"

    cropping: Borders = given(default=1, kw_only=False, read=before_and_after, ranked=True)

    def _resize(self, size: int, change: tuple[int, int]) -> int:
        before, after = change
        if before + after >= size:
            raise ShapeError(
                f"nothing is left: {size} - {before} - {after} = {size - before - after}. "
                f"Expected at least 1. Crop at most {size - 1} in all, or use an input of at "
                f"least {before + after + 1}."
            )
        return size - before - after

    def _look(self, field: Field, change: tuple[int, int]) -> Field:
        return moved(field, -change[0])


Cropping1D, Cropping3D = ranked(
    Cropping, "Cropping{}D", "What is left of {} without its border.", (1, 3)
)


class Cropping2D(Cropping):
    """An image without its border; Keras crops nothing unless told to."""

    cropping: Borders = given(default=0, kw_only=False, read=before_and_after, ranked=True)


class UpSampling(Resizing):
    """Every axis larger by a whole factor."""

    changed = "size"

    size: PerAxis = given(default=2, kw_only=False, read=per_axis, ranked=True)
    interpolation: str = given(
        default="nearest", read=partial(check_choice, choices=INTERPOLATION_TAPS)
    )

    def _resize(self, size: int, change: int) -> int:
        return size * change

    def _look(self, field: Field, change: int) -> Field:
        return through_upsampling(field, change, self.interpolation)


UpSampling1D, UpSampling2D, UpSampling3D = ranked(
    UpSampling,
    "UpSampling{}D",
    "A larger form of {}: each value repeated, or mixed with its neighbours.",
)
