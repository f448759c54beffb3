"""`plot_layers` and `layers_to_svg`: a network as boxes to scale."""

from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, Polygon

from digitzoo.formulas import summarize
from digitzoo.visualization.canvas import single
from digitzoo.visualization.layer_layout import LINE, Layout, Point, lay_out
from digitzoo.visualization.lettering import Lettering, choose_lettering, text_size

_TYPE = 9.0  # points
_BOLD = 1.12  # as wide as bold letters are beside plain ones
_PADDING = 0.1  # inches that a constrained layout keeps around
_LINES = "#808080"  # reads on white and on black
_POINTS = 72  # an inch
_FONTS = "Helvetica,Arial,Liberation Sans,Arimo,Nimbus Sans,sans-serif"


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
    layout, lettering = _layout(model, input_shape)
    width, height = layout.size
    new = ax is None
    ax = single(ax, width=width + _PADDING, height=height + _PADDING)
    size = _TYPE if new else _TYPE * min(1.0, *_room(ax, layout))
    ax.set(xlim=(0, width), ylim=(height, 0), aspect="equal")
    ax.set_axis_off()
    for box in layout.boxes:
        for face in box.faces:
            ax.add_patch(
                Polygon(face, facecolor=box.tint.fill, edgecolor=box.tint.edge, joinstyle="round")
            )
    for arrow in layout.arrows:
        ax.add_patch(
            FancyArrowPatch(
                arrow.start,
                arrow.end,
                arrowstyle="-|>",
                mutation_scale=size,
                color=_LINES,
                shrinkA=2,
                shrinkB=1,
            )
        )
    for line, at, weight in _texts(layout):
        lettering.apply(
            ax.text(
                *at,
                lettering.spell(line),
                fontsize=size,
                ha="center",
                va="center",
                fontweight=weight,
            )
        )
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
    layout, _ = _layout(model, input_shape)
    width, height = (length * _POINTS for length in layout.size)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}pt" height="{height:.0f}pt" '
        f'viewBox="0 0 {width:.1f} {height:.1f}" font-family="{_FONTS}" font-size="{_TYPE:g}" '
        'text-anchor="middle" fill="currentColor">'
    )
    tip = (
        '<marker id="tip" viewBox="0 0 6 6" refX="6" refY="3" markerWidth="6" markerHeight="6" '
        f'orient="auto"><path d="M0,0 L6,3 L0,6 z" fill="{_LINES}"/></marker>'
    )
    parts = [head, tip]
    for box in layout.boxes:
        faces = (
            f'<polygon points="{" ".join(_numbers(corner) for corner in face)}"/>'
            for face in box.faces
        )
        parts.append(
            f'<g fill="{box.tint.fill}" stroke="{box.tint.edge}" stroke-linejoin="round">'
            f"{''.join(faces)}</g>"
        )
    parts += [
        f'<path d="M{_numbers(arrow.start)} L{_numbers(arrow.end)}" stroke="{_LINES}" '
        'marker-end="url(#tip)"/>'
        for arrow in layout.arrows
    ]
    for line, (x, y), weight in _texts(layout):
        # SVG places the foot of the letters, which is a third of their size below the middle.
        at = f'x="{x * _POINTS:.1f}" y="{y * _POINTS + _TYPE / 3:.1f}"'
        bold = ' font-weight="bold"' if weight == "bold" else ""
        parts.append(f"<text {at}{bold}>{escape(line)}</text>")
    return "\n".join([*parts, "</svg>"])


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


def _room(ax: Axes, layout: Layout) -> tuple[float, float]:
    """Give the width and height of a user's Axes as parts of what the layout wants."""
    box = ax.get_window_extent()
    dpi = ax.figure.dpi
    return box.width / dpi / layout.size[0], box.height / dpi / layout.size[1]


def _numbers(point: Point) -> str:
    return f"{point[0] * _POINTS:.1f},{point[1] * _POINTS:.1f}"
