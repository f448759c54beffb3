"""`plot_receptive_field`: what one unit of each layer sees of an image."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes

from digitzoo.checks import check_choice, check_whole
from digitzoo.data.encoding import check_pixels
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, shown
from digitzoo.formulas import LayerInfo, Summary, summarize
from digitzoo.formulas.axis.receptive_field import Field
from digitzoo.inspection.layers import find_layer
from digitzoo.visualization.canvas import AnyFigure, check_count, check_figure, image_grid
from digitzoo.visualization.colours import FRAME
from digitzoo.visualization.images import add_frame, show_image, show_values
from digitzoo.visualization.inputs import Image, as_image, as_list, channels_come_first

_VEIL = (0.5, 0.5, 0.5, 0.75)
_MARGIN = 0.8  # pixels around the outermost frame
_MOST_PANELS = 36
_ARRANGING = ("Flatten", "Permute", "Reshape")  # they see nothing new


class _Panel(NamedTuple):
    """What one unit sees: first and last row, first and last column; None where all is seen."""

    title: str
    seen: tuple[tuple[int, int], tuple[int, int]] | None
    known: bool = True


def plot_receptive_field(
    model: object,
    image: Image,
    *,
    pixel: tuple[int, int] | None = None,
    layers: Any = None,
    figure: AnyFigure | None = None,
) -> AnyFigure:
    r"""Draw what one unit of each layer sees of an image: one panel a layer, the rest in shade.

    In each layer it is the unit that looks at one pixel, the middle of the image or another. A
    frame that reaches beyond the image sees the zeros around it; beyond half an image on a side it
    is cut, and the title says so. No pixel outside the frame can change what the unit says. The
    frames come from the formulas.

    Args:
        model: What `summarize` takes: a Keras model, the name of one of the zoo's networks, a list
            of layer descriptions, or the path of a `.keras` file.
        image: Shape `(height, width)` or `(height, width, channels)`, or a split of one image.
        pixel: Row and column that the units look at; by default the middle.
        layers: The layers to draw, by name, by place or, of a Keras model, itself; by default each
            that sees more than the one before.
        figure: Where to draw; by default a new figure as large as the panels need.

    Returns:
        The figure.

    Raises:
        InvalidArgumentError: If there is no such pixel or layer, or a layer's field is unknown.
        ShapeError: If the image does not fit the network, or is no single image.
        ArgumentTypeError: If `model` is none of these.

    >>> from digitzoo import load_data
    >>> figure = plot_receptive_field("simple_cnn", load_data("mnist").test.images[0])
    >>> [ax.get_title().split("\n")[1] for ax in figure.axes]
    ['sees 5 × 5', 'sees 6 × 6', 'sees all']
    """
    if hasattr(model, "model") and not hasattr(model, "layers"):
        raise ArgumentTypeError(
            f"Expected a network. Received {type(model).__name__}. Pass its .model."
        )
    check_figure(figure)
    picture = check_pixels(as_image(image, model))
    height, width = picture.shape[:2]
    looked_at = (height // 2, width // 2) if pixel is None else _as_pixel(pixel, height, width)
    shape = picture.shape
    summary = summarize(model, (shape[-1], *shape[:-1]) if channels_come_first(model) else shape)
    rows = _chosen(summary, layers, model)
    panels = [_cut(_panel(row, looked_at), (height, width)) for row in rows]
    if layers is None and panels and not panels[-1].known:
        last = summary.layers[-1].name
        if not panels[-1].title.startswith(f"{last}\n"):  # what follows is unknown too
            panels[-1] = panels[-1]._replace(title=f"{panels[-1].title}, up to {last}")
    fewer = f"Name some of them, such as layers={shown([row.name for row in rows[:2]])}"
    check_count(len(panels), _MOST_PANELS, what="layers", fewer=fewer)
    figure, axes = image_grid(
        [panel.title for panel in panels], figure=figure, image_size=(1.6, 1.6)
    )
    frames = [((0, height - 1), (0, width - 1)), *(p.seen for p in panels if p.seen is not None)]
    for ax, panel in zip(axes, panels, strict=True):
        show_image(ax, picture)
        _draw_frame(ax, panel, height, width)
        ax.plot(*looked_at[::-1], marker=".", color=FRAME)
        # All panels show as much as the largest frame needs, so that they compare.
        ax.set_xlim(
            min(frame[1][0] for frame in frames) - _MARGIN,
            max(frame[1][1] for frame in frames) + _MARGIN,
        )
        ax.set_ylim(
            max(frame[0][1] for frame in frames) + _MARGIN,
            min(frame[0][0] for frame in frames) - _MARGIN,
        )
    return figure


def _as_pixel(pixel: tuple[int, int], height: int, width: int) -> tuple[int, int]:
    several = isinstance(pixel, tuple | list) or (isinstance(pixel, np.ndarray) and pixel.ndim == 1)
    if not several or len(pixel) != 2:  # row, column
        kind = InvalidArgumentError if several else ArgumentTypeError
        raise kind(f"pixel is a row and a column. Received pixel={shown(pixel)}.")
    row, column = (
        check_whole(f"pixel's {name}", at, at_least=0)
        for name, at in zip(("row", "column"), pixel, strict=True)
    )
    if row >= height or column >= width:
        raise InvalidArgumentError(
            f"The image has rows 0 to {height - 1} and columns 0 to {width - 1}. Received "
            f"pixel={shown(pixel)}."
        )
    return row, column


def _chosen(summary: Summary, layers: Any, model: object) -> list[LayerInfo]:
    rows = [row for row in summary.layers if row.layer != "InputLayer"]
    if layers is not None:
        by_name = {row.name: row for row in rows}
        names = [_name(layer, rows, model) for layer in as_list(layers)]
        return [by_name[check_choice("layer", name, by_name)] for name in names]
    chosen: list[LayerInfo] = []
    for row in rows:
        before = chosen[-1] if chosen else None
        news = before is None or (row.receptive_field, row.seen) != (
            before.receptive_field,
            before.seen,
        )
        if news and row.layer not in _ARRANGING and row.receptive_field != (1, 1):
            chosen.append(row)
    return chosen


def _name(layer: Any, rows: Sequence[LayerInfo], model: object) -> str:
    if isinstance(layer, str):
        return layer
    if hasattr(model, "layers"):  # a Keras model; its places count the input of a graph too
        name: str = find_layer(model, layer)[0]
        return name
    place = check_whole("A layer's place", layer)
    if not -len(rows) <= place < len(rows):
        raise InvalidArgumentError(
            f"The layers have the places 0 to {len(rows) - 1}. Received {shown(place)}."
        )
    return rows[place].name


def _panel(row: LayerInfo, pixel: tuple[int, int]) -> _Panel:
    if not row.seen:
        return _Panel(f"{row.name}\nunknown: no formula", None, known=False)
    if row.fields is None:
        # Behind a Reshape that mixes places a unit may see less; which part is not worked out.
        sees = "all" if len(row.output_shape) == 1 else "at most all"
        return _Panel(f"{row.name}\nsees {sees}", None)
    if len(row.fields) != len(pixel):
        raise InvalidArgumentError(
            f"Layer {row.name!r} has {len(row.fields)} spatial axes. Expected a network of images, "
            "with two."
        )
    first = getattr(row.description, "data_format", None) == "channels_first"
    sizes = (row.output_shape[1:] if first else row.output_shape[:-1]) or (1, 1)
    vertical, horizontal = (
        _nearest(field, size or 1, at)
        for field, size, at in zip(row.fields, sizes, pixel, strict=True)
    )
    sees = " × ".join(str(span[1] - span[0] + 1) for span in (vertical, horizontal))
    return _Panel(f"{row.name}\nsees {sees}", (vertical, horizontal))


def _cut(panel: _Panel, sizes: tuple[int, int]) -> _Panel:
    """Cut a frame that reaches so far beyond the image that this would be a dot in it."""
    if panel.seen is None:
        return panel
    vertical, horizontal = (
        (max(low, -size // 2), min(high, size - 1 + size // 2))
        for (low, high), size in zip(panel.seen, sizes, strict=True)
    )
    if (vertical, horizontal) == panel.seen:
        return panel
    return panel._replace(title=f"{panel.title}\n(frame cut)", seen=(vertical, horizontal))


def _nearest(field: Field, size: int, at: int) -> tuple[int, int]:
    """Give what the position sees whose middle is nearest to a pixel."""
    spans = [span for span in map(field.at, range(size)) if span is not None]
    return min(spans, key=lambda span: abs(span[0] + span[1] - 2 * at), default=(at, at))


def _draw_frame(ax: Axes, panel: _Panel, height: int, width: int) -> None:
    if not panel.known:
        return
    (top, bottom), (left, right) = panel.seen or ((0, height - 1), (0, width - 1))
    veil = np.full((height, width, 4), _VEIL)
    veil[max(top, 0) : bottom + 1, max(left, 0) : right + 1, 3] = 0
    show_values(ax, veil)
    add_frame(ax, top, left, bottom - top + 1, right - left + 1)
