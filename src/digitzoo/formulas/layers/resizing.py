"""ZeroPadding, Cropping and UpSampling: borders and enlargements without weights."""

from collections.abc import Sequence
from typing import ClassVar, cast

from digitzoo.checks import check_choice
from digitzoo.errors import DigitzooError, ShapeError
from digitzoo.formulas.axis.receptive_field import (
    INTERPOLATION_TAPS,
    Field,
    moved,
    through_upsampling,
)
from digitzoo.formulas.layers.arguments import (
    PerAxis,
    read_borders,
    read_data_format,
    read_per_axis,
)
from digitzoo.formulas.layers.base import Input, Layer, Result
from digitzoo.formulas.layers.frozen import given
from digitzoo.formulas.layers.shapes import Shape, along, join_shape, split_shape

Borders = PerAxis | Sequence[Sequence[int]]


class Resizing(Layer):
    """What they share: a new size on each axis, the same channels."""

    rank: ClassVar[int]

    data_format: str | None = given(default="channels_last", read=read_data_format)

    @property
    def changes(self) -> tuple[int | tuple[int, int], ...]:
        """What happens on each axis: (before, after), or a factor."""
        raise NotImplementedError

    def spatial(self, shape: Shape) -> Shape:
        """Pick the spatial sizes out of a shape."""
        return split_shape(shape, self.rank, str(self.data_format))[0]

    def resize(self, size: int, axis: int) -> int:
        """Give the size of an axis that comes out."""
        raise NotImplementedError

    def look(self, field: Field, axis: int) -> Field:
        """Give the receptive field of an axis that comes out."""
        raise NotImplementedError

    def work_out(self, inputs: Sequence[Input]) -> Result:
        """Work the layer out for its input."""
        (one,) = inputs
        data_format = str(self.data_format)
        spatial, channels = split_shape(one.shape, self.rank, data_format)
        sizes, fields = [], []
        for axis, size in enumerate(spatial):
            try:
                sizes.append(None if size is None else self.resize(size, axis))
                fields += [self.look(one.fields[axis], axis)] if one.fields else []
            except DigitzooError as error:
                raise along(axis, self.rank, error) from None
        return Result(
            join_shape(tuple(sizes), channels, data_format),
            one.fields and tuple(fields),
            padding=self.changes if isinstance(self, ZeroPadding) else (),
        )


class ZeroPadding(Resizing):
    """Zeros around the input."""

    padding: Borders = given(default=1, kw_only=False, read=read_borders)

    @property
    def changes(self) -> tuple[tuple[int, int], ...]:
        """Zeros before and after on each axis."""
        return cast("tuple[tuple[int, int], ...]", self.padding)

    def resize(self, size: int, axis: int) -> int:
        """Add both ends."""
        return size + sum(self.changes[axis])

    def look(self, field: Field, axis: int) -> Field:
        """Look past the zeros."""
        return moved(field, self.changes[axis][0])


class ZeroPadding1D(ZeroPadding):
    """Zeros before and after a sequence."""

    rank = 1


class ZeroPadding2D(ZeroPadding):
    """Zeros around an image."""

    rank = 2


class ZeroPadding3D(ZeroPadding):
    """Zeros around a volume."""

    rank = 3


class Cropping(Resizing):
    """The input without its border."""

    cropping: Borders = given(default=1, kw_only=False, read=read_borders)

    @property
    def changes(self) -> tuple[tuple[int, int], ...]:
        """Positions cut off before and after on each axis."""
        return cast("tuple[tuple[int, int], ...]", self.cropping)

    def resize(self, size: int, axis: int) -> int:
        """Cut off both ends.

        Raises:
            ShapeError: Nothing is left.
        """
        before, after = self.changes[axis]
        if before + after >= size:
            raise ShapeError(
                f"nothing is left: {size} - {before} - {after} = {size - before - after}. "
                f"Expected at least 1. Crop at most {size - 1} in all, or use an input of at "
                f"least {before + after + 1}."
            )
        return size - before - after

    def look(self, field: Field, axis: int) -> Field:
        """Begin behind what was cut off."""
        return moved(field, -self.changes[axis][0])


class Cropping1D(Cropping):
    """A sequence without its ends."""

    rank = 1


class Cropping2D(Cropping):
    """An image without its border; Keras crops nothing unless told to."""

    rank = 2

    cropping: Borders = given(default=0, kw_only=False, read=read_borders)


class Cropping3D(Cropping):
    """A volume without its border."""

    rank = 3


def _read_interpolation(layer: object, name: str, value: object) -> str:
    return check_choice(name, value, INTERPOLATION_TAPS)


class UpSampling(Resizing):
    """Every axis larger by a whole factor."""

    size: PerAxis = given(default=2, kw_only=False, read=read_per_axis)
    interpolation: str = given(default="nearest", read=_read_interpolation)

    @property
    def changes(self) -> tuple[int, ...]:
        """The factor of each axis."""
        return cast("tuple[int, ...]", self.size)

    def resize(self, size: int, axis: int) -> int:
        """Multiply."""
        return size * self.changes[axis]

    def look(self, field: Field, axis: int) -> Field:
        """Look at the positions that each enlarged one is made of."""
        return through_upsampling(field, self.changes[axis], self.interpolation)


class UpSampling1D(UpSampling):
    """A sequence, each step repeated."""

    rank = 1


class UpSampling2D(UpSampling):
    """An image, enlarged."""

    rank = 2


class UpSampling3D(UpSampling):
    """A volume, each value repeated."""

    rank = 3
