"""`plot_feature_maps`: what each filter of a network answers to one image."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitzoo.checks import check_choice
from digitzoo.data import Split
from digitzoo.errors import InvalidArgumentError
from digitzoo.inspection import feature_maps
from digitzoo.visualization.canvas import AnyFigure, canvas, check_count, inches
from digitzoo.visualization.colours import DIVERGING, SEQUENTIAL
from digitzoo.visualization.fitting import fit, letter
from digitzoo.visualization.images import (
    fill_tiles,
    mosaic_columns,
    scale_over,
    show_image,
    show_mosaic,
)
from digitzoo.visualization.inputs import Image, as_image, check_grid, split_for
from digitzoo.visualization.lettering import TITLE_TYPE, text_size
from digitzoo.visualization.words import words_of

_MOST_MAPS = 1024
_TILE = 0.6  # inches
_IMAGE = 1.6
_NARROWEST = 2.5  # inches of a panel beside others, for its title
_ACROSS = 1.5  # inches for numbers and colour bars
_HEADING = 0.75  # inches for a title and the numbers below it


def plot_feature_maps(
    model: Any,
    image: Image,
    *,
    layers: Any = None,
    scale: str = "layer",
    columns: int | None = None,
    language: str = "en",
    figure: AnyFigure | None = None,
    **imshow: Any,
) -> AnyFigure:
    """Draw what the filters of a network answer to one image, layer by layer.

    Each layer has one panel with all its maps, numbered at the edges, on its own colour scale.
    After a ReLU dark is no answer; where some are below zero, zero is white, blue below it and red
    above. A convolution whose normalization and ReLU are layers of their own shows what it gives
    to them; `layers="relu1"` shows what they make of it. `feature_maps` gives the numbers. 1,024
    maps are drawn at most.

    Args:
        model: Any Keras model.
        image: Shape `(height, width)` or `(height, width, channels)`; whole numbers in 0..255 or
            floats in 0..1. Or a split of one image.
        layers: One or several, by name, by place in `model.layers` or as the layer itself; by
            default all two-dimensional convolutions.
        scale: `"layer"`, one scale for all maps of a layer, so that they compare; or `"each"`, one
            for each map, so that the shape of faint ones is seen too.
        columns: How many maps stand in a row; by default as many as fill the figure.
        language: `"en"` or `"ko"`.
        figure: A figure or subfigure to draw on; by default one as large as the content needs.
        **imshow: What matplotlib's `Axes.imshow` takes for the maps, such as `cmap="magma"`.

    Returns:
        The figure: the image, then a panel for each layer.

    Raises:
        ShapeError: If it is not one image.
        InvalidArgumentError: If a layer has no maps (the message names those that do), or gives
            numbers that are not finite.

    >>> from digitzoo import fashion_cnn, load_data
    >>> figure = plot_feature_maps(fashion_cnn(), load_data("fashion_mnist").test.images[0])
    >>> [ax.get_title() for ax in figure.axes[:3]]
    ['image', 'conv1: 32 maps of 28 x 28', 'conv2: 64 maps of 14 x 14']
    """
    imshow, say = check_grid(columns, figure, imshow), words_of(language)
    check_choice("scale", scale, ("layer", "each"))
    picture = as_image(image, model)
    arranged = split_for(model, Split(picture[np.newaxis]))
    answers = feature_maps(model, arranged, layers=layers)
    maps = {name: values[0] for name, values in answers.items()}
    total = sum(values.shape[-1] for values in maps.values())
    several = f"Name some of the {len(maps)} layers, such as layers={next(iter(maps))!r}"
    fewer = several if len(maps) > 1 else "Name another layer"
    check_count(total, _MOST_MAPS, what="maps", fewer=fewer)
    beside = 1 if figure is None or columns else _beside(figure, list(maps.values()))
    across, heights, titles = [], [_IMAGE + 0.3], []
    compress = figure is not None  # but not where a title is wider than what is left
    for name, values in maps.items():
        if not np.isfinite(values).all():
            raise InvalidArgumentError(
                f"Layer {name!r} gives numbers that are not finite: its training was lost."
            )
        height, width, count = values.shape
        tiles, side = columns or mosaic_columns(count), 0.0
        if figure is not None and columns is None:
            tiles, side = _tiles(figure, values, beside, len(maps))
        across.append(tiles)
        heights.append(math.ceil(count / tiles) * _TILE * height / width + _HEADING)
        titles.append(say("maps", name=name, count=count, size=f"{height} x {width}"))
        compress &= figure is None or tiles * side > text_size(titles[-1:], TITLE_TYPE)[0]
    wide = max(max(across) * _TILE, text_size(titles, TITLE_TYPE)[0]) + _ACROSS
    high = sum(heights) + 0.1
    figure = canvas(figure, width=wide, height=high, compress=compress)
    rows = math.ceil(len(heights) / beside)
    ratios = heights if beside == 1 else [1] * rows
    panels = figure.subplots(rows, beside, squeeze=False, height_ratios=ratios).ravel()
    show_image(panels[0], picture)
    panels[0].set_title(say("image"))
    fit(panels[0], _IMAGE, heights[0])
    for ax, values, tiles, title in zip(panels[1:], maps.values(), across, titles, strict=False):
        limit, signed = float(np.abs(values).max()) or 1.0, bool(values.min() < 0)
        shown, limit = (_alike(values), 1.0) if scale == "each" else (values, limit)
        colours = DIVERGING if signed else SEQUENTIAL  # zero is seen to be zero
        options: dict[str, Any] = {"cmap": colours, "vmin": -limit if signed else 0, "vmax": limit}
        options = scale_over(options, imshow)
        drawn = show_mosaic(ax, np.moveaxis(shown, -1, 0), tiles, **options)
        ax.set_title(title)
        bar = figure.colorbar(drawn, ax=ax, fraction=0.05, pad=0.01, panchor=False)
        if scale == "each":
            bar.set_label(say("of largest"))
        fit(ax, wide, _TILE * 2 + _HEADING, bar.ax)
    for ax in panels[len(heights) :]:
        ax.remove()
    letter(figure)
    return figure


def _alike(values: NDArray[Any]) -> NDArray[Any]:
    """Divide each map by its largest size, where it has one."""
    largest = np.abs(values).max(axis=(0, 1))
    return values / np.where(largest > 0, largest, 1)


def _beside(figure: AnyFigure, maps: list[NDArray[Any]]) -> int:
    """Choose how many panels stand beside each other so that the maps are large."""

    def smallest(beside: int) -> float:
        return min(_tiles(figure, values, beside, len(maps))[1] for values in maps)

    most = max(1, min(len(maps) + 1, int(inches(figure)[0] / _NARROWEST)))
    return max(range(1, most + 1), key=lambda beside: (smallest(beside), -beside))


def _tiles(figure: AnyFigure, values: NDArray[Any], beside: int, layers: int) -> tuple[int, float]:
    """Choose how many maps stand in a row of one of so many panels, and tell how wide they are."""
    wide, high = inches(figure)
    height, width, count = values.shape
    rows = math.ceil((layers + 1) / beside)
    room = max(wide / beside - 0.5 * _ACROSS, 0.5), max(high / rows - _HEADING, 0.3)
    return fill_tiles(count, *room, height / width)
