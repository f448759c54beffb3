"""`plot_layers` and `layers_to_svg`: a network as boxes to scale."""

import io
from collections.abc import Iterator, Sequence
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Polygon

from digitzoo.formulas import summarize
from digitzoo.visualization.canvas import check_axes, single
from digitzoo.visualization.colours import LINES
from digitzoo.visualization.layer_layout import LINE, Layout, Point, lay_out
from digitzoo.visualization.lettering import Lettering, choose_lettering, text_size

_TYPE = 9.0  # points
_BOLD = 1.12  # as wide as bold letters are beside plain ones
_PADDING = 0.1  # inches that a constrained layout keeps around
_INK = "#010203"  # stands for the colour of the text around an SVG


def plot_layers(
    model: object, *, input_shape: Sequence[Any] | None = None, ax: Axes | None = None
) -> Axes:
    """Draw a network as boxes to scale, with shapes, parameters and multiply-accumulates.

    Heights and widths of the boxes are to scale; channels, and the units of a dense layer, count
    by their square roots, since 10 beside 4,608 could not be seen otherwise. The numbers are those
    of `digitzoo.summarize`.

    Args:
        model: What `summarize` takes: a Keras model, the name of one of the zoo's networks, a list
            of layer descriptions, or the path of a `.keras` file.
        input_shape: The sizes that come in, for a network that leaves them open.
        ax: Where to draw; by default a new figure as large as the network needs. On Axes that are
            smaller, boxes and texts shrink.

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
    layout, lettering = _layout(model, input_shape)
    width, height = layout.size
    size = _TYPE
    if ax is not None:
        box, dpi = ax.get_window_extent(), ax.figure.dpi
        size *= min(1.0, box.width / dpi / width, box.height / dpi / height)
    ax = single(ax, width=width + _PADDING, height=height + _PADDING)
    _draw(ax, layout, lettering, size)
    return ax


def layers_to_svg(model: object, *, input_shape: Sequence[Any] | None = None) -> str:
    """Write the picture of `plot_layers` as SVG, with text that can be selected and searched.

    The letters take the colour of the text around them, so that the picture suits pages of any
    colour.

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
    layout, lettering = _layout(model, input_shape)
    settings: dict[Any, Any] = {
        "svg.fonttype": "none",
        "svg.hashsalt": "digitzoo",
        "text.color": _INK,
    }
    written = io.StringIO()
    with mpl.rc_context(settings):
        figure = Figure(layout.size)
        _draw(figure.add_axes((0, 0, 1, 1)), layout, lettering, _TYPE)
        figure.savefig(
            written,
            format="svg",
            transparent=True,
            metadata=dict.fromkeys(("Creator", "Date", "Format", "Type")),
        )
    svg = written.getvalue()
    return svg[svg.index("<svg") :].replace(_INK, "currentColor")


def _draw(ax: Axes, layout: Layout, lettering: Lettering, size: float) -> None:
    width, height = layout.size
    ax.set(xlim=(0, width), ylim=(height, 0), aspect="equal")
    ax.set_axis_off()
    for box in layout.boxes:
        for face in box.faces:
            ax.add_patch(
                Polygon(face, facecolor=box.tint.fill, edgecolor=box.tint.edge, joinstyle="round")
            )
    for start, end in layout.arrows:
        ax.add_patch(
            FancyArrowPatch(
                start, end, arrowstyle="-|>", mutation_scale=size, color=LINES, shrinkA=2, shrinkB=1
            )
        )
    style: dict[str, Any] = {"fontsize": size, "ha": "center", "va": "center"}
    for line, at, weight in _texts(layout):
        lettering.apply(ax.text(*at, lettering.spell(line), fontweight=weight, **style))


def _layout(model: object, input_shape: Sequence[Any] | None) -> tuple[Layout, Lettering]:
    summary = summarize(model, input_shape)
    names = [row.name for row in summary.layers]
    lettering = choose_lettering([summary.name, "0123456789 ×,", *names])

    def measure(line: str) -> float:
        return _BOLD * text_size([line], _TYPE, lettering)[0]

    return lay_out(summary, measure), lettering


def _texts(layout: Layout) -> Iterator[tuple[str, Point, str]]:
    """Give every line of text, the middle of it, and its weight."""
    blocks = [(box.lines, box.text_at) for box in layout.boxes]
    for lines, (x, y) in [*blocks, (layout.caption, layout.caption_at)]:
        for number, line in enumerate(lines):
            yield line, (x, y + LINE * (number + 0.5)), "normal" if number else "bold"
