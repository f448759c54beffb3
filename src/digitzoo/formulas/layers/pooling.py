"""Pooling over windows, over everything (Global), and into a number of windows (Adaptive)."""

from collections.abc import Sequence
from functools import partial
from math import gcd, lcm
from typing import Any, ClassVar, cast

from digitzoo.errors import InvalidArgumentError, shown
from digitzoo.formulas.axis.receptive_field import LARGEST_PERIOD, Field, ends, hull, through
from digitzoo.formulas.axis.window import Window, check_pooling, slide
from digitzoo.formulas.layers.base import Input, Result, ranked
from digitzoo.formulas.layers.frozen import given
from digitzoo.formulas.layers.shapes import PerAxis, per_axis
from digitzoo.formulas.layers.spatial import Resizing, Spatial, Windowed


class Pooling(Windowed):
    """A window that keeps one value of those under it."""

    window: ClassVar[str] = "pool_size"

    pool_size: PerAxis = given(default=2, kw_only=False, read=per_axis, ranked=True)
    strides: PerAxis | None = given(default=None, read=per_axis, ranked=True)
    ceil_mode: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.strides is None:
            self._set(strides=self.pool_size)
        check = partial(check_pooling, ceil_mode=self.ceil_mode)
        each = [(size, padding) for size, _, padding, _ in self.arguments()]
        if isinstance(self.padding, str):
            check(*each[0])
        else:
            self.on_each_axis(check, each)

    def work_out_axis(self, size: int | None, arguments: Sequence[Any]) -> Window:
        """Slide the window along one axis."""
        return slide(size, *arguments, ceil_mode=self.ceil_mode)

    def _result(self, one: Input) -> Result:
        spatial, channels = self.split(one.shape)
        lines, fields = self.move(one, spatial)
        return Result(
            self.join([line.output_size for line in lines], channels),
            fields,
            windows=lines,
            padding=tuple([(line.before, line.after) for line in lines]),
        )


MaxPooling1D, MaxPooling2D, MaxPooling3D = ranked(
    Pooling, "MaxPooling{}D", "The largest value of each window of {}."
)


class AveragePooling(Pooling):
    """The mean of each window; Keras wants its size said."""

    pool_size: PerAxis = given(kw_only=False, read=per_axis, ranked=True)


AveragePooling1D, AveragePooling2D, AveragePooling3D = ranked(
    AveragePooling, "AveragePooling{}D", "The mean of each window of {}."
)


class GlobalPooling(Spatial):
    """One window over everything: a single value for each channel."""

    keepdims: bool = False

    def _result(self, one: Input) -> Result:
        spatial, channels = self.split(one.shape)
        kept = self.join((1,) * self.rank, channels) if self.keepdims else (channels,)
        if None in spatial:
            return Result(kept, None)
        windows = tuple(slide(size, cast("int", size), cast("int", size)) for size in spatial)
        fields = one.fields and tuple(map(through, one.fields, windows))
        return Result(kept, fields, windows=windows, padding=((0, 0),) * self.rank)


GlobalMaxPooling1D, GlobalMaxPooling2D, GlobalMaxPooling3D = ranked(
    GlobalPooling, "GlobalMaxPooling{}D", "The largest value of each channel of {}."
)
GlobalAveragePooling1D, GlobalAveragePooling2D, GlobalAveragePooling3D = ranked(
    GlobalPooling, "GlobalAveragePooling{}D", "The mean of each channel of {}."
)


class AdaptivePooling(Resizing):
    """Cuts every axis into `output_size` windows and keeps one value of each."""

    changed = "output_size"

    output_size: PerAxis = given(kw_only=False, read=per_axis, ranked=True)

    def _result(self, one: Input) -> Result:
        spatial, channels = self.split(one.shape)
        fields = one.fields
        if fields:
            known = None not in spatial
            fields = tuple(map(_through_cuts, fields, spatial, self.changes)) if known else None
        return Result(self.join(self.changes, channels), fields)


AdaptiveAveragePooling1D, AdaptiveAveragePooling2D, AdaptiveAveragePooling3D = ranked(
    AdaptivePooling, "AdaptiveAveragePooling{}D", "The mean of each window of {}."
)
AdaptiveMaxPooling1D, AdaptiveMaxPooling2D, AdaptiveMaxPooling3D = ranked(
    AdaptivePooling, "AdaptiveMaxPooling{}D", "The largest value of each window of {}."
)


def cuts(size: int, output_size: int) -> list[tuple[int, int]]:
    """Give the first position of each window, and the one after its last."""
    return [
        (n * size // output_size, -(-(n + 1) * size // output_size)) for n in range(output_size)
    ]


def _through_cuts(field: Field, size: int | None, output_size: int) -> Field:
    # Windows that have no common divisor with the input repeat one behind the other.
    common = gcd(size or 0, output_size)
    step, windows = (size or 0) // common, output_size // common
    # After as many rounds their pattern meets that of the field again.
    rounds = lcm(step, len(field.spans)) // step
    if rounds * windows > LARGEST_PERIOD:
        raise InvalidArgumentError(
            f"output_size={shown(output_size)} makes windows that do not repeat for "
            f"{shown(rounds * windows)}, which is too many to follow. Expected at most "
            f"{LARGEST_PERIOD}."
        )
    spans = [
        hull(*map(field.at, ends(range(first + turn * step, last + turn * step), len(field.spans))))
        for turn in range(rounds)
        for first, last in cuts(step, windows)
    ]
    return Field(field.shift * step * rounds // len(field.spans), tuple(spans))
