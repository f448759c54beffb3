"""`plot_kernels`: kernels as pictures, on one colour scale around zero."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitzoo.errors import InvalidArgumentError
from digitzoo.inspection.layers import find_layer, layer_kernels
from digitzoo.visualization.canvas import AnyFigure, canvas, check_count, inches
from digitzoo.visualization.colours import DIVERGING
from digitzoo.visualization.fitting import fit, letter
from digitzoo.visualization.images import fill_tiles, mosaic_columns, scale_over, show_mosaic
from digitzoo.visualization.inputs import as_named_models, check_grid
from digitzoo.visualization.lettering import (
    TITLE_TYPE,
    text_size,
    wrap,
    write_percent,
)
from digitzoo.visualization.words import Say, words_of

_MOST_KERNELS = 16_384  # of a model, one for each input channel of each filter
_TILE = 0.42  # inches
_CELL = 0.035  # inches for each weight of a large kernel, where there is room
_SMALL_TILE = 0.16  # the smallest, where each input channel has a row
_ROOM = 1.3  # inches of height that the words beside those rows need
_WIDEST = 11.0  # inches
_NARROWEST = 2.5  # inches of a panel beside others, for its title
_HEADING = 0.6  # inches for what stands above and below the kernels, besides the title
_LETTERS = 56  # in a line of a title
_BAR = 1.0  # inches for the colour bar alone
_ACROSS = 1.6  # inches for numbers and the colour bar
_USUAL = 0.95  # the part of the weights that is seen on any scale
_STANDS_OUT = 2.0  # times the largest of those; of a normal distribution few reach it


def plot_kernels(
    models: Any,
    *,
    layer: Any = None,
    columns: int | None = None,
    language: str = "en",
    figure: AnyFigure | None = None,
    **imshow: Any,
) -> AnyFigure:
    """Draw the kernels of a convolution, on one scale around zero for all models.

    A first layer on gray images has one small picture a filter, numbered at the edges; one deeper
    inside has a row for each input channel and a column for each filter. Where a few weights are
    much larger than the others, the scale ends before them, and the colour bar says how many.

    A dense layer that takes the pixels has a picture of the image's size for each unit: what the
    unit looks for in red, what speaks against it in blue.

    Args:
        models: A built Keras model, or several to compare, such as
            `{"trained": model, "untrained": other}`.
        layer: By name, by place in `model.layers` or as the layer itself; by default the first
            convolution, or without one the dense layer that takes the pixels.
        columns: How many kernels stand in a row, for an input of one channel; by default as many
            as fill the figure.
        language: `"en"` or `"ko"`.
        figure: A figure or subfigure to draw on; by default one as large as the content needs.
        **imshow: What matplotlib's `Axes.imshow` takes, such as `vmin=-0.5, vmax=0.5`.

    Returns:
        The figure, with one panel for each model.

    Raises:
        InvalidArgumentError: If a model has no such kernels; the message names the layers that do.

    >>> from digitzoo import fashion_cnn
    >>> figure = plot_kernels(fashion_cnn())
    >>> figure.axes[0].get_title()
    'fashion_cnn, conv1: 32 kernels of 3 x 3'
    """
    imshow, say = check_grid(columns, figure, imshow), words_of(language)
    named = as_named_models(models)
    found = {name: layer_kernels(m, layer, dense=True) for name, m in named.items()}
    pictures = max(kernels.shape[2] * kernels.shape[3] for _, kernels in found.values())
    fewer = "Choose a layer with fewer channels or filters"
    check_count(pictures, _MOST_KERNELS, what="kernels", fewer=fewer)
    weights = np.concatenate([kernels.ravel() for _, kernels in found.values()])
    if not np.isfinite(weights).all():
        raise InvalidArgumentError("A kernel's numbers are not finite: its training was lost.")
    limit = max(_limit(kernels) for _, kernels in found.values()) or 1.0
    options = scale_over({"cmap": DIVERGING, "vmin": -limit, "vmax": limit}, imshow)

    beside = _beside(figure, list(found.values()), columns)
    sizes = [_inches(kernels, columns) for _, kernels in found.values()]
    if columns is None and figure is not None:
        sizes = [
            (_tiles(figure, kernels, beside, len(found))[0], *size[1:])
            for (_, kernels), size in zip(found.values(), sizes, strict=True)
        ]
    titles = []
    for name, (layer_name, kernels) in found.items():
        height, across, channels, filters = kernels.shape
        is_dense = type(find_layer(named[name], layer_name)[1]).__name__ == "Dense"
        shape = f"{height} x {across}"
        if channels > 1:
            shape = say("with channels", size=shape, channels=channels)
        what = {"name": f"{name}, {layer_name}", "count": filters, "size": shape}
        titles.append(wrap(say("units" if is_dense else "kernels", **what), _LETTERS))
    title_width, title_height = text_size(titles, TITLE_TYPE)
    heights = [height + title_height + _HEADING for _, _, height in sizes]
    width = max(title_width, *(width for _, width, _ in sizes)) + _ACROSS
    high = sum(heights)
    # What is compressed has no room for a title that is wider.
    compress = figure is not None and beside == 1
    for (_, kernels), (tiles, *_) in zip(found.values(), sizes, strict=True):
        if figure is not None:
            compress &= tiles * _tiles(figure, kernels, 1, len(found))[1] > title_width
    figure = canvas(figure, width=width, height=high, compress=compress)
    rows = math.ceil(len(found) / beside)
    ratios = heights if beside == 1 else [1] * rows
    panels = figure.subplots(rows, beside, squeeze=False, height_ratios=ratios).ravel()
    for ax, (_, kernels), size, title in zip(panels, found.values(), sizes, titles, strict=False):
        height, across, channels, _ = kernels.shape
        pieces = kernels.transpose(2, 3, 0, 1).reshape(-1, height, across)
        drawn = show_mosaic(ax, pieces, size[0], count_rows=channels > 1, **options)
        if channels > 1:
            ax.set_xlabel(say("filter"))
            ax.xaxis.set_label_position("top")
            ax.set_ylabel(say("input channel"))
        ax.set_title(title)
        fit(ax, width, high / len(found), right=_BAR)
    for ax in panels[len(found) :]:
        ax.remove()
    label, extend = _beyond(say, weights, *drawn.get_clim())
    bar: dict[str, Any] = {"fraction": 0.06, "pad": 0.02, "aspect": 25, "panchor": False}
    figure.colorbar(drawn, ax=list(panels[: len(found)]), label=label, extend=extend, **bar)
    letter(figure)
    return figure


def _beside(
    figure: AnyFigure | None, found: list[tuple[str, NDArray[Any]]], columns: int | None
) -> int:
    """Choose how many models stand beside each other: below each other, or as a figure allows."""
    if figure is None or columns is not None:
        return 1
    room = figure

    def smallest(beside: int) -> float:
        return min(_tiles(room, kernels, beside, len(found))[1] for _, kernels in found)

    most = max(1, min(len(found), int(inches(room)[0] / _NARROWEST)))
    return max(range(1, most + 1), key=lambda beside: (smallest(beside), -beside))


def _tiles(figure: AnyFigure, kernels: NDArray[Any], beside: int, models: int) -> tuple[int, float]:
    """Choose how many kernels stand in a row of a figure, and tell how wide they are."""
    wide, high = inches(figure)
    width = max((wide - _ACROSS) / beside - 0.3, 0.5)
    height = max(high / math.ceil(models / beside) - 1.5 * _HEADING, 0.3)
    tall, across, channels, filters = kernels.shape
    if channels > 1:
        return filters, min(width / filters, height / channels)
    return fill_tiles(filters, width, height, tall / across)


def _limit(kernels: NDArray[Any]) -> float:
    """Give where the colours end: at the largest weight, or before those that stand out."""
    sizes = np.abs(kernels)
    usual = float(np.quantile(sizes, _USUAL))
    largest = float(sizes.max())
    return usual if largest > _STANDS_OUT * usual > 0 else largest


def _beyond(say: Say, weights: NDArray[Any], low: float, high: float) -> tuple[str, str]:
    """Word how many weights lie beyond the colours, and say at which ends."""
    below, above = weights < low, weights > high
    ends = {(False, False): "neither", (True, False): "min", (False, True): "max"}
    end = ends.get((bool(below.any()), bool(above.any())), "both")
    share = float((below | above).mean())
    label = say("weight beyond", percent=write_percent(share)) if share else say("weight")
    return label, end


def _inches(kernels: NDArray[Any], columns: int | None) -> tuple[int, float, float]:
    """Give how many kernels stand in a row, and how much room they take."""
    height, across, channels, filters = kernels.shape
    least, width = 0.0, min(columns or mosaic_columns(filters), filters)
    side = max(_TILE, min(_CELL * across, _WIDEST / width))
    if channels > 1:
        side = min(_TILE, max(_SMALL_TILE, min(_WIDEST / filters, _ROOM / channels)))
        least, width = _ROOM, filters
    rows = math.ceil(channels * filters / width)
    return width, width * side, max(rows * side * height / across, least)
