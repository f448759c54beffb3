"""`plot_layers` and `layers_to_svg`: a network as boxes to scale; lengths are inches, y down."""

import io
import itertools
import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Polygon

from digitzoo.errors import InvalidArgumentError
from digitzoo.formulas import Summary, summarize
from digitzoo.visualization.canvas import check_axes, single
from digitzoo.visualization.colours import LINES, Tint, tint_of
from digitzoo.visualization.lettering import choose_lettering, text_scale, text_size

_TYPE = 9.0  # points
_BOLD = 1.12  # as wide as bold letters are beside plain ones
_PADDING = 0.1  # what a constrained layout keeps around
_INK = "#010203"  # stands for the colour of the text around an SVG
_LINE = 0.17  # from one line of text to the next
_SIDE = 1.3  # the largest height, or width, of a box
_LENGTH = 1.0  # the largest thickness of a box
_THIN = 0.1  # the thickness of a row of units
_LEAST = 0.04  # what is smaller could not be seen
_SLANT = 0.45  # how much of a box's width the slanted side shows
_GAP, _MARGIN, _TEXT_GAP = 0.3, 0.12, 0.1
_ARROW_GAP = 0.9 * _GAP  # from row to row
_ARROW: dict[str, Any] = {"arrowstyle": "-|>", "color": LINES, "shrinkA": 2, "shrinkB": 1}
_ROW_LENGTH = 13.3  # a slide's width
_MOST_OTHERS = 4  # lines that say what else a layer takes


class _Layer(NamedTuple):
    """A layer's box, along the row, from top to bottom and to the back, and what stands below."""

    follows: bool  # whether it takes what the layer before it gives

    length: float
    height: float
    back: float
    tint: Tint
    lines: tuple[str, ...]
    width: float


def plot_layers(
    model: object, *, input_shape: Sequence[Any] | None = None, ax: Axes | None = None
) -> Axes:
    """Draw a network as boxes to scale, with shapes, parameters and multiply-accumulates.

    Heights and widths are to scale; channels, and the units of a dense layer, count by their square
    roots, since 10 beside 4,608 could not be seen. The numbers are those of `digitzoo.summarize`.
    The layers stand in the order of their calls, and an arrow leads to the next where that takes
    what comes out; where a network branches and joins, words say what else a layer takes.

    Args:
        model: What `summarize` takes: a Keras model, the name of one of the zoo's networks, a list
            of layer descriptions, or the path of a `.keras` file.
        input_shape: The sizes that come in, for a network that leaves them open.
        ax: Where to draw; by default a new figure as large as the network needs.

    Returns:
        The Axes.

    Raises:
        InvalidArgumentError: If a size is unknown.
        ArgumentTypeError: If `model` is none of these.

    >>> ax = plot_layers("simple_cnn")
    >>> "4608" in [text.get_text() for text in ax.texts]
    True
    """
    check_axes(ax)
    drawing = _Drawing(summarize(model, input_shape))
    width, height = drawing.size
    scale = text_scale()
    if ax is not None:
        box, dpi = ax.get_window_extent(), ax.figure.dpi
        scale = min(1.0, box.width / dpi / width, box.height / dpi / height)
    ax = single(ax, width=width + _PADDING, height=height + _PADDING)
    drawing.draw(ax, _TYPE * scale)
    return ax


def layers_to_svg(model: object, *, input_shape: Sequence[Any] | None = None) -> str:
    """Write the picture of `plot_layers` as SVG, with text that can be selected and searched.

    The letters take the colour of the text around them.

    Args:
        model: What `summarize` takes.
        input_shape: The sizes that come in, for a network that leaves them open.

    Returns:
        The SVG; `IPython.display.SVG` shows it, `Path.write_text` keeps it.

    Raises:
        InvalidArgumentError: If a size is unknown.
        ArgumentTypeError: If `model` is none of these.

    >>> layers_to_svg("simple_cnn").startswith("<svg")
    True
    """
    drawing = _Drawing(summarize(model, input_shape))
    written, nothing = io.StringIO(), dict.fromkeys(("Creator", "Date", "Format", "Type"))
    style: dict[Any, Any] = {"svg.fonttype": "none", "svg.hashsalt": "digitzoo", "text.color": _INK}
    with mpl.rc_context(style):
        figure = Figure(drawing.size)
        drawing.draw(figure.add_axes((0, 0, 1, 1)), _TYPE)
        figure.savefig(written, format="svg", transparent=True, metadata=nothing)
    svg = written.getvalue()
    return svg[svg.index("<svg") :].replace(_INK, "currentColor")


class _Drawing:
    """Rows of boxes with their texts, and the lines at the bottom."""

    def __init__(self, summary: Summary) -> None:
        self._rows = _break_rows(list(_layers(summary)))
        layers = [layer for row in self._rows for layer in row]
        chained = all(layer.follows for layer in layers[1:])
        self._caption = _caption(summary, chained=chained)
        names = [row.name for row in summary.layers]
        self._lettering = choose_lettering([summary.name, "0123456789 ×,", *names])
        between = any(row[0].follows for row in self._rows)  # arrows from a row to the next
        aside = 2 * _GAP if between else 0.0
        width = max(max(map(_width, self._rows)) + aside, _text_width(self._caption))
        below = _LINE * len(self._caption)
        self.size = (width + 2 * _MARGIN, sum(map(_height, self._rows)) + below + 2 * _MARGIN)

    def draw(self, ax: Axes, size: float) -> None:
        """Draw it all, in letters of so many points."""
        width, height = self.size
        ax.set(xlim=(0, width), ylim=(height, 0), aspect="equal")
        ax.set_axis_off()
        top = _MARGIN
        for row, following in zip(self._rows, [*self._rows[1:], []], strict=True):
            middle, foot = top + _box_height(row) / 2, top + _box_height(row) + _TEXT_GAP
            left = (width - _width(row)) / 2
            ends = [left - _ARROW_GAP]
            for layer in row:
                center = left + layer.width / 2
                ends += _draw_box(ax, layer, center, middle)
                self._write(ax, layer.lines, (center, foot), size)
                left += layer.width + _GAP
            ends.append(ends[-1] + _ARROW_GAP)
            # The first arrow leads in from the row before, the last one to the next.
            pairs = zip(ends[::2], ends[1::2], [*row, *following[:1]], strict=False)
            for start, end, layer in pairs:
                if layer.follows:
                    where = (start, middle), (end, middle)
                    ax.add_patch(FancyArrowPatch(*where, mutation_scale=size, **_ARROW))
            top += _height(row)
        self._write(ax, self._caption, (width / 2, top), size)

    def _write(self, ax: Axes, lines: Sequence[str], at: tuple[float, float], size: float) -> None:
        style: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": size}
        for number, line in enumerate(map(self._lettering.spell, lines)):
            y, weight = at[1] + _LINE * (number + 0.5), "normal" if number else "bold"
            self._lettering.apply(ax.text(at[0], y, line, fontweight=weight, **style))


def _layers(summary: Summary) -> Iterator[_Layer]:
    """Give each layer its box; what has no height and width is a row of units."""
    rows = [row for row in summary.layers if row.layer != "InputLayer"]
    given = [*summary.input_shapes, *(row.output_shape for row in rows)]
    shapes = [tuple(size for size in shape if size is not None) for shape in given]
    if shapes != given:
        raise InvalidArgumentError(
            "Boxes to scale need sizes, and this network leaves some open. Give input_shape=."
        )
    texts: list[tuple[str, ...]] = [
        (f"input {number + 1}" if number else "input", "", " × ".join(map(str, shape)))
        for number, shape in enumerate(shapes[: len(summary.input_shapes)])
    ]
    follows = [False] * len(texts)
    inputs = {row.name: row.sources[0] for row in summary.layers if row.layer == "InputLayer"}
    for row, shape in zip(rows, shapes[len(texts) :], strict=True):
        others = [inputs.get(name, name) for name in row.sources]
        follows.append(texts[-1][0] in others)
        if follows[-1]:
            others.remove(texts[-1][0])
        others = [f"{'with' if follows[-1] else 'from'} {name}" for name in others]
        params = f"{row.params:,} parameters" if row.params else ""
        shared = "weights shared" if row.shared else ""
        macs = f"{row.macs:,} MACs" if row.macs else ""
        size = " × ".join(map(str, shape)) or "1"
        if len(others) > _MOST_OTHERS:
            others[_MOST_OTHERS - 1 :] = [f"and {len(others) - _MOST_OTHERS + 1} more"]
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
        width = max(length + back, _text_width(lines))
        yield _Layer(after, length, max(height, _LEAST), back, tint_of(text[1]), lines, width)


def _caption(summary: Summary, *, chained: bool) -> tuple[str, ...]:
    totals = summary.totals
    least = "" if totals.macs_complete else "at least "
    weights = f"{'' if totals.params_complete else 'at least '}{totals.params:,}"
    work = "" if totals.macs is None else f"{least}{totals.macs:,} multiply-accumulates (MACs)"
    first = f"{summary.name}: {weights} parameters{work and f', {work} for one example'}"
    scale = "Heights and widths to scale; channels and units by their square roots."
    branches = "Layers in the order of their calls; plot_model shows how they are connected."
    return (first, scale) if chained else (first, scale, branches)


def _break_rows(layers: Sequence[_Layer]) -> list[list[_Layer]]:
    """Break the row where it would be wider than a slide, into rows of about one length."""
    whole = _width(layers) + _GAP
    for count in itertools.count(math.ceil(whole / _ROW_LENGTH)):
        rows: list[list[_Layer]] = [[]]
        for layer in layers:
            used, step = _width(rows[-1]) + _GAP, layer.width + _GAP
            if rows[-1] and (used + step / 2 > whole / count or used + step > _ROW_LENGTH):
                rows.append([])
            rows[-1].append(layer)
        if len(rows) <= count:  # else a few layers would be left over for one row more
            break
    return rows


def _text_width(lines: Sequence[str]) -> float:
    return _BOLD * text_size(lines, _TYPE)[0]


def _width(row: Sequence[_Layer]) -> float:
    return sum(layer.width + _GAP for layer in row) - _GAP


def _box_height(row: Sequence[_Layer]) -> float:
    return max(layer.height + layer.back for layer in row)


def _height(row: Sequence[_Layer]) -> float:
    return _box_height(row) + _TEXT_GAP + _LINE * max(len(layer.lines) for layer in row) + _GAP


def _draw_box(ax: Axes, layer: _Layer, center: float, middle: float) -> tuple[float, float]:
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
