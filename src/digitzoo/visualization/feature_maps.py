"""`plot_feature_maps`: what each filter of a network answers to one image."""

import math
from typing import Any

import numpy as np

from digitzoo.data import Split
from digitzoo.errors import InvalidArgumentError
from digitzoo.inspection import feature_maps
from digitzoo.visualization.canvas import AnyFigure, canvas, check_count
from digitzoo.visualization.colours import DIVERGING, SEQUENTIAL
from digitzoo.visualization.images import mosaic_columns, scale_over, show_image, show_mosaic
from digitzoo.visualization.inputs import Image, as_image, check_grid, split_for
from digitzoo.visualization.lettering import TITLE_TYPE, choose_lettering, text_size

_MOST_MAPS = 1024
_TILE = 0.6  # inches
_IMAGE = 1.6
_ACROSS = 1.5  # inches for numbers and colour bars
_HEADING = 0.75  # inches for a title and the numbers below it


def plot_feature_maps(
    model: Any,
    image: Image,
    *,
    layers: Any = None,
    columns: int | None = None,
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
        columns: How many maps stand in a row.
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
    imshow = check_grid(columns, figure, imshow)
    picture = as_image(image, model)
    arranged = split_for(model, Split(picture[np.newaxis]))
    answers = feature_maps(model, arranged, layers=layers)
    maps = {name: values[0] for name, values in answers.items()}
    lettering = choose_lettering(maps)
    across, heights, titles = [], [_IMAGE + 0.3], []
    for name, values in maps.items():
        if not np.isfinite(values).all():
            raise InvalidArgumentError(
                f"Layer {name!r} gives numbers that are not finite: its training was lost."
            )
        height, width, count = values.shape
        across.append(columns or mosaic_columns(count))
        heights.append(math.ceil(count / across[-1]) * _TILE * height / width + _HEADING)
        what = f"{count} {'map' if count == 1 else 'maps'} of {height} x {width}"
        titles.append(f"{lettering.spell(name)}: {what}")
    total = sum(values.shape[-1] for values in maps.values())
    several = f"Name some of the {len(maps)} layers, such as layers={next(iter(maps))!r}"
    fewer = several if len(maps) > 1 else "Name another layer"
    check_count(total, _MOST_MAPS, what="maps", fewer=fewer)
    wide = max(max(across) * _TILE, text_size(titles, TITLE_TYPE)[0]) + _ACROSS
    figure = canvas(figure, width=wide, height=sum(heights) + 0.1)
    panels = figure.subplots(len(heights), 1, squeeze=False, height_ratios=heights)[:, 0]
    show_image(panels[0], picture)
    panels[0].set_title("image")
    for ax, values, tiles, title in zip(panels[1:], maps.values(), across, titles, strict=True):
        limit, signed = float(np.abs(values).max()) or 1.0, bool(values.min() < 0)
        colours = DIVERGING if signed else SEQUENTIAL  # zero is seen to be zero
        scale = {"cmap": colours, "vmin": -limit if signed else 0, "vmax": limit}
        options = scale_over(scale, imshow)
        drawn = show_mosaic(ax, np.moveaxis(values, -1, 0), tiles, **options)
        lettering.apply(ax.set_title(title))
        figure.colorbar(drawn, ax=ax, fraction=0.05, pad=0.01, panchor=False)
    return figure
