"""`plot_receptive_field`: what one unit of each layer sees of an image."""

import operator
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from digitzoo.checks import check_choice, check_whole
from digitzoo.data.encoding import check_pixels
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, shown
from digitzoo.formulas import LayerInfo, Summary, summarize
from digitzoo.inspection.layers import find_layer
from digitzoo.visualization.canvas import AnyFigure, check_count, check_figure, image_grid
from digitzoo.visualization.colours import FRAME
from digitzoo.visualization.images import add_frame, show_image, show_values
from digitzoo.visualization.inputs import Image, as_image, as_list, channels_come_first
from digitzoo.visualization.words import Say, words_of

_VEIL = (0.5, 0.5, 0.5, 0.75)
_MARGIN = 0.8  # pixels around the outermost frame
_MOST_PANELS = 36
_ARRANGING = ("Flatten", "Permute", "Reshape")  # they see nothing new

# First and last row, first and last column.
Span = tuple[tuple[int, int], tuple[int, int]]


def plot_receptive_field(
    model: object,
    image: Image,
    *,
    pixel: tuple[int, int] | None = None,
    layers: Any = None,
    language: str = "en",
    figure: AnyFigure | None = None,
) -> AnyFigure:
    r"""Draw what one unit of each layer sees of an image: one panel a layer, the rest in shade.

    In each layer it is the unit that looks at one pixel. No pixel outside its frame can change what
    it says. A frame that reaches beyond the image sees the zeros around it; beyond half an image on
    a side it is cut, and the title says so. The frames come from the formulas.

    Args:
        model: What `summarize` takes: a Keras model, the name of one of the zoo's networks, a list
            of layer descriptions, or the path of a `.keras` file.
        image: Shape `(height, width)` or `(height, width, channels)`, or a split of one image.
        pixel: Row and column that the units look at; by default the middle.
        layers: The layers to draw, by name, by place or, of a Keras model, itself; by default each
            that sees more than any before it.
        language: `"en"` or `"ko"`.
        figure: A figure or subfigure to draw on; by default one as large as the content needs.

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
    say = words_of(language)
    picture = check_pixels(as_image(image, model))
    height, width, channels = picture.shape
    sizes = (height, width)
    looked_at = (height // 2, width // 2) if pixel is None else _as_pixel(pixel, sizes)
    first = channels_come_first(model)
    summary = summarize(model, (channels, height, width) if first else picture.shape)
    rows = _chosen(summary, layers, model)
    panels = [_panel(say, row, looked_at, sizes) for row in rows]
    titles = [title for title, _ in panels]
    seen = [span for _, span in panels]
    last = summary.layers[-1].name
    if layers is None and seen and seen[-1] is None and rows[-1].name != last:
        titles[-1] += say("up to layer", name=last)  # what follows is unknown too
    fewer = f"Name some of them, such as layers={shown([row.name for row in rows[:2]])}"
    check_count(len(panels), _MOST_PANELS, what="layers", fewer=fewer)
    figure, axes = image_grid(titles, figure=figure, image_size=(1.6, 1.6))
    frames = np.array([[(0, height - 1), (0, width - 1)], *filter(None, seen)])
    low, high = frames[..., 0].min(axis=0) - _MARGIN, frames[..., 1].max(axis=0) + _MARGIN
    for ax, span in zip(axes, seen, strict=True):
        show_image(ax, picture)
        if span is not None:
            _draw_frame(ax, span, sizes)
        ax.plot(*looked_at[::-1], marker=".", color=FRAME)
        # All panels show as much as the largest frame needs, so that they compare.
        ax.set(xlim=(low[1], high[1]), ylim=(high[0], low[0]))
    return figure


def _as_pixel(pixel: Any, sizes: tuple[int, int]) -> tuple[int, int]:
    several = isinstance(pixel, tuple | list) or (isinstance(pixel, np.ndarray) and pixel.ndim == 1)
    if not several or len(pixel) != 2:
        kind = InvalidArgumentError if several else ArgumentTypeError
        raise kind(f"pixel is a row and a column. Received pixel={shown(pixel)}.")
    row, column = (
        check_whole(f"pixel's {name}", at, at_least=0, at_most=size - 1)
        for name, at, size in zip(("row", "column"), pixel, sizes, strict=True)
    )
    return row, column


def _chosen(summary: Summary, layers: Any, model: object) -> list[LayerInfo]:
    """Give the layers that are named, or each that sees more than the one before."""
    rows = {row.name: row for row in summary.layers if row.layer != "InputLayer"}
    if layers is not None:
        names = [_name(layer, list(rows), model) for layer in as_list(layers)]
        return [rows[check_choice("layer", name, rows)] for name in names]
    chosen: list[LayerInfo] = []
    for row in rows.values():
        news = not any(_sees_no_more(row, one) for one in chosen)
        if news and row.layer not in _ARRANGING and row.receptive_field != (1, 1):
            chosen.append(row)
    return chosen


def _sees_no_more(row: LayerInfo, other: LayerInfo) -> bool:
    """Tell whether a layer shows nothing new beside another, such as in the arm of a block."""
    if None in (row.receptive_field, other.receptive_field) or not row.seen or not other.seen:
        return (row.receptive_field, row.seen) == (other.receptive_field, other.seen)
    here, there = row.receptive_field or (), other.receptive_field or ()
    return len(here) == len(there) and all(map(operator.le, here, there))


def _name(layer: Any, names: list[str], model: object) -> str:
    if isinstance(layer, str):
        return layer
    if hasattr(model, "layers"):  # a Keras model; its places count the input of a graph too
        return str(find_layer(model, layer)[0])
    last = len(names) - 1
    return names[check_whole("A layer's place", layer, at_least=-len(names), at_most=last)]


def _panel(
    say: Say, row: LayerInfo, pixel: tuple[int, int], sizes: tuple[int, int]
) -> tuple[str, Span | None]:
    """Give the title, and what the unit that looks at a pixel sees; None where it is unknown."""
    if not row.seen:
        return f"{row.name}\n{say('unknown')}", None
    if row.fields is None:
        # Behind a Reshape that mixes places a unit may see less; which part is not worked out.
        sees = say("sees all" if len(row.output_shape) == 1 else "at most all")
        return f"{row.name}\n{sees}", ((0, sizes[0] - 1), (0, sizes[1] - 1))
    if len(row.fields) != len(pixel):
        raise InvalidArgumentError(
            f"Layer {row.name!r} has {len(row.fields)} spatial axes. Expected two, of images."
        )
    first = getattr(row.description, "data_format", None) == "channels_first"
    places = (row.output_shape[1:] if first else row.output_shape[:-1]) or (1, 1)
    seen = []
    for field, count, at in zip(row.fields, places, pixel, strict=True):
        spans = [span for span in map(field.at, range(count or 1)) if span is not None]
        # The unit whose middle is nearest to the pixel.
        seen.append(min(spans, key=lambda span: abs(sum(span) - 2 * at), default=(at, at)))
    size = " × ".join(str(high - low + 1) for low, high in seen)
    title = f"{row.name}\n{say('sees', size=size)}"
    # Beyond half an image on a side a frame is cut: the image would be a dot in it.
    cut = [
        (max(low, -size // 2), min(high, size - 1 + size // 2))
        for (low, high), size in zip(seen, sizes, strict=True)
    ]
    return title if cut == seen else f"{title}\n{say('frame cut')}", (cut[0], cut[1])


def _draw_frame(ax: Axes, seen: Span, sizes: tuple[int, int]) -> None:
    (top, bottom), (left, right) = seen
    veil = np.full((*sizes, 4), _VEIL)
    veil[max(top, 0) : bottom + 1, max(left, 0) : right + 1, 3] = 0
    show_values(ax, veil)
    add_frame(ax, top, left, bottom - top + 1, right - left + 1)
