"""Where the boxes and the texts of `plot_layers` stand.

All lengths are inches, x to the right and y down, as on a page. Nothing here draws.
"""

import math
from collections.abc import Callable, Iterator, Sequence
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
_ARROW_GAP = 0.9 * _COLUMN_GAP  # from row to row
_ROW_LENGTH = 13.3  # a slide's width


class Box(NamedTuple):
    """One layer: its faces, its left and right end, and its text, the first line of it bold."""

    faces: tuple[tuple[Point, ...], ...]
    tint: Tint
    lines: tuple[str, ...]
    text_at: Point
    ends: tuple[float, float]


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
    arrows: tuple[tuple[Point, Point], ...]
    caption: tuple[str, ...]
    caption_at: Point


class _Column(NamedTuple):
    """A layer's box, along the row, from top to bottom and to the back, and what stands below."""

    length: float
    height: float
    back: float
    tint: Tint
    lines: tuple[str, ...]
    width: float


def lay_out(summary: Summary, measure: Measure) -> Layout:
    """Place the boxes and texts of a network."""
    rows = _rows(list(_columns(summary, measure)))
    chained = _is_chain(summary)
    caption = _caption(summary, chained=chained)
    wide = max(sum(column.width + _COLUMN_GAP for column in row) - _COLUMN_GAP for row in rows)
    aside = _COLUMN_GAP if chained and len(rows) > 1 else 0.0  # arrows from row to row
    width = max(wide + 2 * aside, *(measure(line) for line in caption)) + 2 * _MARGIN
    boxes: list[Box] = []
    arrows: list[tuple[Point, Point]] = []
    top = _MARGIN
    for number, row in enumerate(rows):
        high = max(column.height + column.back for column in row)
        middle = top + high / 2
        left = (width - sum(column.width + _COLUMN_GAP for column in row) + _COLUMN_GAP) / 2
        ends = [] if number == 0 else [left - _ARROW_GAP]
        for column in row:
            box = _place(column, left + column.width / 2, middle, top + high + _TEXT_GAP)
            boxes.append(box)
            ends += box.ends
            left += column.width + _COLUMN_GAP
        ends = ends[1:] if number == 0 else ends
        ends += [] if number + 1 == len(rows) else [ends[-1] + _ARROW_GAP]
        if chained:
            arrows += [
                ((start, middle), (end, middle))
                for start, end in zip(ends[::2], ends[1::2], strict=False)
            ]
        top += high + _TEXT_GAP + LINE * max(len(column.lines) for column in row) + _ROW_GAP
    height = top + LINE * len(caption) + _MARGIN
    return Layout((width, height), tuple(boxes), tuple(arrows), caption, (width / 2, top))


def _columns(summary: Summary, measure: Measure) -> Iterator[_Column]:
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
    turned = [
        (*shape[1:], shape[0]) if "channels_first" in formats and len(shape) > 1 else shape
        for _, _, shape, _ in (*shapes, *rows)
    ]
    for solid, (name, kind, shape, facts) in zip(_solids(turned), (*shapes, *rows), strict=True):
        lines = (name, *([kind] if kind else []), " × ".join(map(str, shape)) or "1", *facts)
        width = max(solid[0] + solid[2], *(measure(line) for line in lines))
        yield _Column(*solid, tint_of(kind), lines, width)


def _facts(row: LayerInfo) -> tuple[str, ...]:
    params = f"{row.params:,} parameters" if row.params else ""
    macs = f"{row.macs:,} MACs" if row.macs else ""
    return tuple(fact for fact in (params, "weights shared" if row.shared else "", macs) if fact)


def _solids(given: Sequence[tuple[int | None, ...]]) -> list[tuple[float, float, float]]:
    """Give each box's length, height and depth; what has no height and width is a row of units."""
    shapes = [tuple(size for size in shape if size is not None) for shape in given]
    if shapes != list(given):
        raise InvalidArgumentError(
            "Boxes to scale need sizes, and this network leaves some open. Give "
            "input_shape=(28, 28, 1), with the sizes that you mean."
        )
    images = [shape for shape in shapes if len(shape) > 1]
    units = [math.sqrt(math.prod(shape)) for shape in shapes if len(shape) <= 1]
    by_side = _SIDE / max((max(shape[:-1][:2]) for shape in images), default=1)
    by_count = _LENGTH / max((math.sqrt(shape[-1]) for shape in images), default=1)
    by_unit = _SIDE / max(units, default=1)
    return [
        (
            max(by_count * math.sqrt(shape[-1]), _LEAST),
            max(by_side * shape[0], _LEAST),
            by_side * shape[1] * _SLANT if len(shape) > 2 else 0.0,  # height, width, channels
        )
        if len(shape) > 1
        else (_THIN, max(by_unit * math.sqrt(math.prod(shape)), _LEAST), 0.0)
        for shape in shapes
    ]


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
    length, height, back, *_ = column
    left, top = center - (length + back) / 2, middle - (height + back) / 2 + back
    right, bottom = left + length, top + height
    front = ((left, top), (right, top), (right, bottom), (left, bottom))
    lid = ((left, top), (left + back, top - back), (right + back, top - back), (right, top))
    side = (lid[3], lid[2], (right + back, bottom - back), front[2])
    faces = (front, lid, side) if back else (front,)
    return Box(faces, column.tint, column.lines, (center, text_top), (left, right + back))


def _is_chain(summary: Summary) -> bool:
    """Tell whether each layer takes what the one before it gives."""
    given = [summary.input_shapes, *((row.output_shape,) for row in summary.layers)]
    taken = [row.input_shapes for row in summary.layers]
    return len(summary.input_shapes) == 1 and given[:-1] == taken


def _caption(summary: Summary, *, chained: bool) -> tuple[str, ...]:
    totals = summary.totals
    least = "" if totals.macs_complete else "at least "
    weights = f"{'' if totals.params_complete else 'at least '}{totals.params:,}"
    work = "" if totals.macs is None else f"{least}{totals.macs:,} multiply-accumulates (MACs)"
    lines = [
        f"{summary.name}: {weights} parameters{work and f', {work} for one example'}",
        "Heights and widths to scale; channels and units by their square roots.",
    ]
    if not chained:
        lines.append("Layers in the order of their calls; plot_model shows how they are connected.")
    return tuple(lines)
