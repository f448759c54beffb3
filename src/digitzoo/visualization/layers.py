"""`plot_layers` and `layers_to_svg`: a network as boxes to scale; lengths are inches, y down."""

import io
from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch

from digitzoo.formulas import Summary, summarize
from digitzoo.visualization.boxes import (
    GAP,
    LINE,
    TEXT_GAP,
    TYPE,
    box_height,
    boxes_of,
    break_rows,
    caption_of,
    draw_box,
    height_of,
    text_width,
    width_of,
)
from digitzoo.visualization.canvas import check_axes, single
from digitzoo.visualization.colours import LINES
from digitzoo.visualization.fitting import letter
from digitzoo.visualization.lettering import text_scale
from digitzoo.visualization.words import Say, words_of

_PADDING = 0.1  # what a constrained layout keeps around
_INK = "#010203"  # stands for the colour of the text around an SVG
_MARGIN = 0.12
_ARROW_GAP = 0.9 * GAP  # from row to row
_ARROW: dict[str, Any] = {"arrowstyle": "-|>", "color": LINES, "shrinkA": 2, "shrinkB": 1}


def plot_layers(
    model: object,
    *,
    input_shape: Sequence[Any] | None = None,
    language: str = "en",
    ax: Axes | None = None,
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
        language: `"en"` or `"ko"`.
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
    drawing = _Drawing(summarize(model, input_shape), words_of(language))
    width, height = drawing.size
    scale = text_scale()
    if ax is not None:
        box, dpi = ax.get_window_extent(), ax.figure.dpi
        scale = min(1.0, box.width / dpi / width, box.height / dpi / height)
    ax = single(ax, width=width + _PADDING, height=height + _PADDING)
    drawing.draw(ax, TYPE * scale)
    return ax


def layers_to_svg(
    model: object, *, input_shape: Sequence[Any] | None = None, language: str = "en"
) -> str:
    """Write the picture of `plot_layers` as SVG, with text that can be selected and searched.

    The letters take the colour of the text around them.

    Args:
        model: What `summarize` takes.
        input_shape: The sizes that come in, for a network that leaves them open.
        language: `"en"` or `"ko"`.

    Returns:
        The SVG; `IPython.display.SVG` shows it, `Path.write_text` keeps it.

    Raises:
        InvalidArgumentError: If a size is unknown.
        ArgumentTypeError: If `model` is none of these.

    >>> layers_to_svg("simple_cnn").startswith("<svg")
    True
    """
    drawing = _Drawing(summarize(model, input_shape), words_of(language))
    written, nothing = io.StringIO(), dict.fromkeys(("Creator", "Date", "Format", "Type"))
    style: dict[Any, Any] = {"svg.fonttype": "none", "svg.hashsalt": "digitzoo", "text.color": _INK}
    with mpl.rc_context(style):
        figure = Figure(drawing.size)
        drawing.draw(figure.add_axes((0, 0, 1, 1)), TYPE)
        figure.savefig(written, format="svg", transparent=True, metadata=nothing)
    svg = written.getvalue()
    return svg[svg.index("<svg") :].replace(_INK, "currentColor")


class _Drawing:
    """Rows of boxes with their texts, and the lines at the bottom."""

    def __init__(self, summary: Summary, say: Say) -> None:
        self._rows = break_rows(list(boxes_of(summary, say)))
        layers = [layer for row in self._rows for layer in row]
        chained = all(layer.follows for layer in layers[1:])
        self._caption = caption_of(summary, say, chained=chained)
        between = any(row[0].follows for row in self._rows)  # arrows from a row to the next
        aside = 2 * GAP if between else 0.0
        width = max(max(map(width_of, self._rows)) + aside, text_width(self._caption))
        below = LINE * len(self._caption)
        self.size = (width + 2 * _MARGIN, sum(map(height_of, self._rows)) + below + 2 * _MARGIN)

    def draw(self, ax: Axes, size: float) -> None:
        """Draw it all, in letters of so many points."""
        width, height = self.size
        ax.set(xlim=(0, width), ylim=(height, 0), aspect="equal")
        ax.set_axis_off()
        top = _MARGIN
        for row, following in zip(self._rows, [*self._rows[1:], []], strict=True):
            middle, foot = top + box_height(row) / 2, top + box_height(row) + TEXT_GAP
            left = (width - width_of(row)) / 2
            ends = [left - _ARROW_GAP]
            for layer in row:
                center = left + layer.width / 2
                ends += draw_box(ax, layer, center, middle)
                self._write(ax, layer.lines, (center, foot), size)
                left += layer.width + GAP
            ends.append(ends[-1] + _ARROW_GAP)
            # The first arrow leads in from the row before, the last one to the next.
            pairs = zip(ends[::2], ends[1::2], [*row, *following[:1]], strict=False)
            for start, end, layer in pairs:
                if layer.follows:
                    where = (start, middle), (end, middle)
                    ax.add_patch(FancyArrowPatch(*where, mutation_scale=size, **_ARROW))
            top += height_of(row)
        self._write(ax, self._caption, (width / 2, top), size)
        letter(ax)

    @staticmethod
    def _write(ax: Axes, lines: Sequence[str], at: tuple[float, float], size: float) -> None:
        style: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": size}
        for number, line in enumerate(lines):
            y, weight = at[1] + LINE * (number + 0.5), "normal" if number else "bold"
            ax.text(at[0], y, line, fontweight=weight, **style)
