"""Where the boxes and the texts of `plot_layers` stand: worked out once, drawn in two ways.

All lengths are inches, x to the right and y down, as on a page. Nothing here draws.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from digitzoo.errors import InvalidArgumentError
from digitzoo.formulas import LayerInfo, Summary
from digitzoo.visualization.colours import Tint, tint_of

Point = tuple[float, float]
Measure = Callable[[str], float]
"""Gives the width of a bold line of text in inches."""

LINE = 0.17  # from one line of text to the next
_SIDE = 1.3  # the largest height, or width, of a box
_LENGTH = 1.0  # the largest thickness of a box
_THIN = 0.1  # the thickness of a row of units
_LEAST = 0.04  # what is smaller could not be seen
_SLANT = 0.45  # how much of a box's width the slanted side shows
_COLUMN_GAP, _ROW_GAP, _MARGIN, _TEXT_GAP = 0.3, 0.3, 0.12, 0.1
_ROW_LENGTH = 13.3  # a slide's width


class Box(NamedTuple):
    """One layer: three faces of a box, and the lines of text below it, the first bold."""

    faces: tuple[tuple[Point, ...], ...]
    tint: Tint
    lines: tuple[str, ...]
    text_at: Point
    extent: tuple[float, float, float, float]
    """Left, right, top and bottom of the faces together."""


class Arrow(NamedTuple):
    """A way that values take."""

    start: Point
    end: Point


@dataclass(frozen=True)
class Layout:
    """The whole picture.

    Attributes:
        size: Width and height.
        boxes: In the order in which the layers are called.
        arrows: From each layer to the next; none in a network with branches.
        caption: What the sizes mean, at the bottom.
        caption_at: The middle of its first line.
    """

    size: tuple[float, float]
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    caption: tuple[str, ...]
    caption_at: Point


class _Solid(NamedTuple):
    """A box's measures: along the row, from top to bottom, and to the back."""

    length: float
    height: float
    back: float

    @property
    def across(self) -> float:
        return self.length + self.back

    @property
    def down(self) -> float:
        return self.height + self.back


class _Column(NamedTuple):
    solid: _Solid
    tint: Tint
    lines: tuple[str, ...]
    width: float


def lay_out(summary: Summary, measure: Measure) -> Layout:
    """Place the boxes and texts of a network.

    Args:
        summary: The network, worked out.
        measure: Measures text.

    Returns:
        The layout.

    Raises:
        InvalidArgumentError: If a size is unknown, so that nothing can be drawn to scale.
    """
    columns = _columns(summary, measure)
    rows = _rows(columns)
    chained = _is_chain(summary)
    caption = _caption(summary, chained=chained)
    wide = max(sum(column.width + _COLUMN_GAP for column in row) - _COLUMN_GAP for row in rows)
    aside = _COLUMN_GAP if chained and len(rows) > 1 else 0.0  # arrows from row to row
    width = max(wide + 2 * aside, *(measure(line) for line in caption)) + 2 * _MARGIN
    boxes: list[Box] = []
    arrows: list[Arrow] = []
    top = _MARGIN
    for number, row in enumerate(rows):
        high = max(column.solid.down for column in row)
        middle = top + high / 2
        left = (width - sum(column.width + _COLUMN_GAP for column in row) + _COLUMN_GAP) / 2
        first = len(boxes)
        for column in row:
            boxes.append(_place(column, left + column.width / 2, middle, top + high + _TEXT_GAP))
            left += column.width + _COLUMN_GAP
        if chained:
            before, after = number > 0, number + 1 < len(rows)
            arrows += _arrows(boxes[first:], middle, before=before, after=after)
        top += high + _TEXT_GAP + LINE * max(len(column.lines) for column in row) + _ROW_GAP
    height = top + LINE * len(caption) + _MARGIN
    return Layout((width, height), tuple(boxes), tuple(arrows), caption, (width / 2, top))


def _columns(summary: Summary, measure: Measure) -> list[_Column]:
    shapes = [
        (f"input {number + 1}" if number else "input", "", shape, ())
        for number, shape in enumerate(summary.input_shapes)
    ]
    rows = [
        (row.name, row.layer, row.output_shape, _facts(row))
        for row in summary.layers
        if row.layer != "InputLayer"
    ]
    formats = {getattr(row.description, "data_format", None) for row in summary.layers}
    first = "channels_first" in formats
    solids = _solids(
        [
            (*shape[1:], shape[0]) if first and len(shape) > 1 else shape
            for _, _, shape, _ in (*shapes, *rows)
        ]
    )
    columns = []
    for solid, (name, kind, shape, facts) in zip(solids, (*shapes, *rows), strict=True):
        lines = (name, *([kind] if kind else []), " × ".join(map(str, shape)) or "1", *facts)
        width = max(solid.across, *(measure(line) for line in lines))
        columns.append(_Column(solid, tint_of(kind), lines, width))
    return columns


def _facts(row: LayerInfo) -> tuple[str, ...]:
    facts = [f"{row.params:,} parameters"] if row.params else []
    if row.shared:
        facts.append("weights shared")
    if row.macs:
        facts.append(f"{row.macs:,} MACs")
    return tuple(facts)


def _solids(given: Sequence[tuple[int | None, ...]]) -> list[_Solid]:
    shapes = [tuple(size for size in shape if size is not None) for shape in given]
    if shapes != list(given):
        raise InvalidArgumentError(
            "Boxes to scale need sizes, and this network leaves some open. Give "
            "input_shape=(28, 28, 1), with the sizes that you mean."
        )
    sides = [size for shape in shapes if len(shape) > 1 for size in shape[:-1][:2]]
    counts = [math.sqrt(shape[-1]) for shape in shapes if len(shape) > 1]
    units = [math.sqrt(math.prod(shape)) for shape in shapes if len(shape) <= 1]
    by_side = _SIDE / max(sides, default=1)
    by_count = _LENGTH / max(counts, default=1)
    by_unit = _SIDE / max(units, default=1)
    solids = []
    for shape in shapes:
        if len(shape) <= 1:
            solids.append(_Solid(_THIN, max(by_unit * math.sqrt(math.prod(shape)), _LEAST), 0))
            continue
        height, *rest = shape[:-1]
        back = by_side * rest[0] * _SLANT if rest else 0
        solids.append(
            _Solid(
                max(by_count * math.sqrt(shape[-1]), _LEAST), max(by_side * height, _LEAST), back
            )
        )
    return solids


def _rows(columns: Sequence[_Column]) -> list[list[_Column]]:
    """Break the row where it would be wider than a slide, into rows of about one length."""
    whole = sum(column.width + _COLUMN_GAP for column in columns)
    length = whole / math.ceil(whole / _ROW_LENGTH)
    rows: list[list[_Column]] = [[]]
    used = 0.0
    for column in columns:
        step = column.width + _COLUMN_GAP
        if rows[-1] and (used + step / 2 > length or used + step > _ROW_LENGTH):
            rows.append([])
            used = 0.0
        rows[-1].append(column)
        used += step
    return rows


def _place(column: _Column, center: float, middle: float, text_top: float) -> Box:
    length, height, back = column.solid
    left, top = center - column.solid.across / 2, middle - column.solid.down / 2 + back
    right, bottom = left + length, top + height
    front = ((left, top), (right, top), (right, bottom), (left, bottom))
    lid = ((left, top), (left + back, top - back), (right + back, top - back), (right, top))
    side = (
        (right, top),
        (right + back, top - back),
        (right + back, bottom - back),
        (right, bottom),
    )
    return Box(
        (front, lid, side) if back else (front,),
        column.tint,
        column.lines,
        (center, text_top),
        (left, right + back, top - back, bottom),
    )


def _arrows(boxes: Sequence[Box], middle: float, *, before: bool, after: bool) -> list[Arrow]:
    """Connect the boxes of a row; with what is `before` in the row above, `after` in that below."""
    lefts, rights = [box.extent[0] for box in boxes], [box.extent[1] for box in boxes]
    starts = [lefts[0] - 0.9 * _COLUMN_GAP, *rights]
    ends = [*lefts, rights[-1] + 0.9 * _COLUMN_GAP]
    kept = slice(0 if before else 1, None if after else -1)
    return [
        Arrow((start, middle), (end, middle))
        for start, end in zip(starts[kept], ends[kept], strict=True)
    ]


def _is_chain(summary: Summary) -> bool:
    """Tell whether each layer takes what the one before it gives."""
    if len(summary.input_shapes) != 1:
        return False
    given = summary.input_shapes[0]
    for row in summary.layers:
        if row.input_shapes != (given,):
            return False
        given = row.output_shape
    return True


def _caption(summary: Summary, *, chained: bool) -> tuple[str, ...]:
    totals = summary.totals
    macs = (
        ""
        if totals.macs is None
        else f", {totals.macs:,} multiply-accumulates (MACs) for one example"
    )
    lines = [
        f"{summary.name}: {totals.params:,} parameters{macs}",
        "Heights and widths to scale; channels and units by their square roots.",
    ]
    if not chained:
        lines.append("Layers in the order of their calls; plot_model shows how they are connected.")
    return tuple(lines)
