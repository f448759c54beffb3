"""ZeroPadding, Cropping and UpSampling: borders and enlargements without weights."""

from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar

from digitzoo.checks import check_choice
from digitzoo.errors import ShapeError
from digitzoo.formulas.axis.receptive_field import (
    INTERPOLATION_TAPS,
    Field,
    moved,
    through_upsampling,
)
from digitzoo.formulas.layers.arguments import PerAxis, before_and_after, per_axis
from digitzoo.formulas.layers.base import Input, Result, ranked
from digitzoo.formulas.layers.frozen import given
from digitzoo.formulas.layers.spatial import Spatial

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
