"""A network as boxes to scale: how large each is, and what stands below it; inches, y down."""

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.patches import Polygon

from digitzoo.errors import InvalidArgumentError
from digitzoo.formulas import Summary
from digitzoo.visualization.colours import Tint, tint_of
from digitzoo.visualization.lettering import text_size
from digitzoo.visualization.words import Say

TYPE = 9.0  # points
_BOLD = 1.12  # as wide as bold letters are beside plain ones
LINE = 0.17  # from one line of text to the next
_SIDE = 1.3  # the largest height, or width, of a box
_LENGTH = 1.0  # the largest thickness of a box
_THIN = 0.1  # the thickness of a row of units
_LEAST = 0.04  # what is smaller could not be seen
_SLANT = 0.45  # how much of a box's width the slanted side shows
GAP, TEXT_GAP = 0.3, 0.1
_ROW_LENGTH = 13.3  # a slide's width
_MOST_OTHERS = 4  # lines that say what else a layer takes


class Box(NamedTuple):
    """A layer's box, along the row, from top to bottom and to the back, and what stands below."""

    follows: bool  # whether it takes what the layer before it gives

    length: float
    height: float
    back: float
    tint: Tint
    lines: tuple[str, ...]
    width: float


def boxes_of(summary: Summary, say: Say) -> Iterator[Box]:
    """Give each layer its box; what has no height and width is a row of units."""
    rows = [row for row in summary.layers if row.layer != "InputLayer"]
    given = [*summary.input_shapes, *(row.output_shape for row in rows)]
    shapes = [tuple(size for size in shape if size is not None) for shape in given]
    if shapes != given:
        raise InvalidArgumentError(
            "Boxes to scale need sizes, and this network leaves some open. Give input_shape=."
        )
    texts: list[tuple[str, ...]] = [
        (_input_name(say, number), "", " × ".join(map(str, shape)))
        for number, shape in enumerate(shapes[: len(summary.input_shapes)])
    ]
    follows = [False] * len(texts)
    words = {("input", f"input {n + 1}")[n > 0]: text[0] for n, text in enumerate(texts)}
    inputs = {
        row.name: words.get(row.sources[0], row.sources[0])
        for row in summary.layers
        if row.layer == "InputLayer"
    }
    inputs = words | inputs
    for row, shape in zip(rows, shapes[len(texts) :], strict=True):
        others = [inputs.get(name, name) for name in row.sources]
        follows.append(texts[-1][0] in others)
        if follows[-1]:
            others.remove(texts[-1][0])
        others = [say("with" if follows[-1] else "from", name=name) for name in others]
        params = say("parameters", count=row.params) if row.params else ""
        shared = say("shared") if row.shared else ""
        macs = say("macs", count=row.macs) if row.macs else ""
        size = " × ".join(map(str, shape)) or "1"
        if len(others) > _MOST_OTHERS:
            others[_MOST_OTHERS - 1 :] = [say("more", count=len(others) - _MOST_OTHERS + 1)]
        texts.append((row.name, row.layer, size, params, shared, macs, *others))
    if any(getattr(row.description, "data_format", None) == "channels_first" for row in rows):
        shapes = [(*shape[1:], *shape[:1]) for shape in shapes]
    images = [shape for shape in shapes if len(shape) > 1]
    units = [math.sqrt(math.prod(shape)) for shape in shapes if len(shape) <= 1]
    by_side = _SIDE / max((max(shape[:-1][:2]) for shape in images), default=1)
    by_count = _LENGTH / max((math.sqrt(shape[-1]) for shape in images), default=1)
    by_unit = _SIDE / max(units, default=1)
    for shape, text, after in zip(shapes, texts, follows, strict=True):
        length, height, back = _THIN, by_unit * math.sqrt(math.prod(shape)), 0.0
        if len(shape) > 1:
            length, height = max(by_count * math.sqrt(shape[-1]), _LEAST), by_side * shape[0]
            back = by_side * shape[1] * _SLANT if len(shape) > 2 else 0.0
        lines = tuple(filter(None, text))
        width = max(length + back, text_width(lines))
        yield Box(after, length, max(height, _LEAST), back, tint_of(text[1]), lines, width)


def _input_name(say: Say, number: int) -> str:
    return say("input number", number=number + 1) if number else say("input")


def caption_of(summary: Summary, say: Say, *, chained: bool) -> tuple[str, ...]:
    """Word the totals, and how the picture is to be read."""
    totals = summary.totals
    params = "parameters" if totals.params_complete else "at least parameters"
    sums = say(params, count=totals.params)
    if totals.macs is not None:
        macs = "macs for one" if totals.macs_complete else "at least macs for one"
        sums += f", {say(macs, count=totals.macs)}"
    lines = (f"{summary.name}: {sums}", say("scale"))
    return lines if chained else (*lines, say("order"))


def break_rows(layers: Sequence[Box]) -> list[list[Box]]:
    """Break the row where it would be wider than a slide, into rows of about one length."""
    whole = width_of(layers) + GAP
    for count in itertools.count(math.ceil(whole / _ROW_LENGTH)):
        rows: list[list[Box]] = [[]]
        for layer in layers:
            used, step = width_of(rows[-1]) + GAP, layer.width + GAP
            if rows[-1] and (used + step / 2 > whole / count or used + step > _ROW_LENGTH):
                rows.append([])
            rows[-1].append(layer)
        if len(rows) <= count:  # else a few layers would be left over for one row more
            break
    return rows


def text_width(lines: Sequence[str]) -> float:
    """Give how wide some lines of text are, the first of them bold."""
    return _BOLD * text_size(lines, TYPE)[0]


def width_of(row: Sequence[Box]) -> float:
    """Give how wide a row is."""
    return sum(layer.width + GAP for layer in row) - GAP


def box_height(row: Sequence[Box]) -> float:
    """Give how high the boxes of a row are."""
    return max(layer.height + layer.back for layer in row)


def height_of(row: Sequence[Box]) -> float:
    """Give how high a row is with all that stands below it."""
    return box_height(row) + TEXT_GAP + LINE * max(len(layer.lines) for layer in row) + GAP


def draw_box(ax: Axes, layer: Box, center: float, middle: float) -> tuple[float, float]:
    """Draw the front, the lid and the side of a box; give where it begins and ends."""
    _, length, height, back, tint, *_ = layer
    left, top = center - (length + back) / 2, middle - (height + back) / 2 + back
    right, bottom = left + length, top + height
    front = ((left, top), (right, top), (right, bottom), (left, bottom))
    lid = ((left, top), (left + back, top - back), (right + back, top - back), (right, top))
    side = (lid[3], lid[2], (right + back, bottom - back), front[2])
    for face in (front, lid, side) if back else (front,):
        ax.add_patch(Polygon(face, facecolor=tint.fill, edgecolor=tint.edge, joinstyle="round"))
    return left, right + back
