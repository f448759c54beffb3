"""Adaptive pooling: windows so long that a wanted number of outputs comes out.

Output o of O sees the positions from floor(o W / O) to ceil((o + 1) W / O) of W, as PyTorch and
Keras cut them.
"""

from collections.abc import Sequence
from math import gcd, lcm
from typing import cast

from digitzoo.errors import InvalidArgumentError, shown
from digitzoo.formulas.axis.receptive_field import LARGEST_PERIOD, Field, ends, hull
from digitzoo.formulas.layers.arguments import PerAxis, read_per_axis
from digitzoo.formulas.layers.base import Input, Result
from digitzoo.formulas.layers.frozen import given
from digitzoo.formulas.layers.resizing import Resizing
from digitzoo.formulas.layers.shapes import join_shape, split_shape


class AdaptivePooling(Resizing):
    """Cuts every axis into `output_size` windows and keeps one value of each."""

    output_size: PerAxis = given(kw_only=False, read=read_per_axis)

    @property
    def changes(self) -> tuple[int, ...]:
        """The windows on each axis."""
        return cast("tuple[int, ...]", self.output_size)

    def work_out(self, inputs: Sequence[Input]) -> Result:
        """Work the layer out for its input."""
        (one,) = inputs
        spatial, channels = split_shape(one.shape, self.rank, str(self.data_format))
        fields = one.fields
        if fields:
            known = None not in spatial
            fields = tuple(map(_through_cuts, fields, spatial, self.changes)) if known else None
        return Result(join_shape(self.changes, channels, str(self.data_format)), fields)


def cuts(size: int, output_size: int) -> list[tuple[int, int]]:
    """Give the first position of each window, and the one after its last.

    >>> cuts(7, 3)
    [(0, 3), (2, 5), (4, 7)]
    """
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


class AdaptiveAveragePooling1D(AdaptivePooling):
    """The mean of each window of a sequence."""

    rank = 1


class AdaptiveAveragePooling2D(AdaptivePooling):
    """The mean of each window of an image."""

    rank = 2


class AdaptiveAveragePooling3D(AdaptivePooling):
    """The mean of each window of a volume."""

    rank = 3


class AdaptiveMaxPooling1D(AdaptivePooling):
    """The largest value of each window of a sequence."""

    rank = 1


class AdaptiveMaxPooling2D(AdaptivePooling):
    """The largest value of each window of an image."""

    rank = 2


class AdaptiveMaxPooling3D(AdaptivePooling):
    """The largest value of each window of a volume."""

    rank = 3
