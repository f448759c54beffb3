"""What lies over the dots of a plane: small images in their colours, and the classes' names."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.offsetbox import AnnotationBbox, OffsetImage
from numpy.typing import NDArray

from digitzoo.data import scale_pixels
from digitzoo.tables import width_of
from digitzoo.visualization.colours import class_colour
from digitzoo.visualization.fitting import room_of
from digitzoo.visualization.lettering import LETTER_WIDTH, text_scale

_SIDE = 0.3  # inches
_TYPE = 10.0  # points


def add_thumbnails(
    ax: Axes,
    images: NDArray[np.integer | np.floating],
    points: NDArray[np.floating],
    labels: NDArray[np.integer],
) -> None:
    """Draw images where their points are, none over another, gray ones in their class's colour."""
    side = _SIDE * text_scale()
    places = _in_inches(ax, points)
    taken: list[NDArray[np.floating]] = []
    for index, place in enumerate(places):
        if taken and np.abs(np.array(taken) - place).max(axis=1).min() < side:
            continue
        taken.append(place)
        pixels = scale_pixels(images[index : index + 1])[0]
        if pixels.shape[-1] == 1:
            ink = np.full((*pixels.shape[:2], 3), to_rgb(class_colour(labels[index])))
            pixels = np.concatenate((ink, pixels), axis=-1)
        small = OffsetImage(pixels, zoom=72 * side / max(pixels.shape[:2]), resample=True)
        # They lie inside, and a layout that measures all of them takes most of the time.
        box = AnnotationBbox(small, points[index], frameon=False, pad=0)
        box.set_in_layout(False)
        ax.add_artist(box)


def add_labels(ax: Axes, labels: Mapping[str, tuple[float, float, str]]) -> None:
    """Write names at places in data, on paper with an edge in their colour, none over another."""
    size = _TYPE * text_scale() * min(1.0, room_of(ax)[0] / 4)
    names, points = list(labels), np.array([at[:2] for at in labels.values()])
    taken: list[tuple[float, float, float]] = []
    paper: dict[str, Any] = {"boxstyle": "round,pad=0.2", "facecolor": ax.get_facecolor()}
    for name, (x, y) in zip(names, _in_inches(ax, points), strict=True):
        half = (width_of(name) + 1.5) * LETTER_WIDTH * size / 144
        line = 1.9 * size / 72
        free = all(abs(x - u) > half + wide or abs(y - v) > line for u, v, wide in taken)
        width = ax.get_window_extent().width / ax.figure.dpi
        if free and half < x < width - half:
            taken.append((x, y, half))
            left, top, colour = labels[name]
            box = {**paper, "edgecolor": colour, "linewidth": 1.5, "alpha": 0.85}
            style: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": size, "bbox": box}
            text = ax.text(left, top, name, zorder=4, **style)
            text.set_in_layout(False)


def _in_inches(ax: Axes, points: NDArray[np.floating]) -> NDArray[np.floating]:
    """Give places in data as inches from the panel's lower left."""
    ax.autoscale_view()
    box = ax.get_window_extent()
    low, high = np.array([ax.get_xlim(), ax.get_ylim()]).T
    share = (points - low) / (high - low)
    places: NDArray[np.floating] = share * (box.width, box.height) / ax.figure.dpi
    return places
