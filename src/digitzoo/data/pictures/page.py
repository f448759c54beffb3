"""The sheet in a photo that also shows the table on which it lies."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitzoo.data.pictures.blobs import label_blobs
from digitzoo.data.pictures.planes import Plane, bounding_box, split_levels

Box = tuple[int, int, int, int]

_COARSE = 64  # pixels of the longer side on which the sheet is looked for
_BAND = 2  # of them, from the edge to where sheet and table are compared: it may be blurred
_VISIBLE = 3  # of them, that the table is seen at least on one side
_DIFFERENT = 25.0  # levels of gray between sheet and table
_SHARP = 0.7  # of their difference, that lies in the edge; of a lamp's light it is little
_CLEAN = 0.85  # of the sheet's outer cells, that are no ink, and of the table, that is no paper
_LEAST = 0.2  # of the picture: less is no sheet
_SOLID = 0.7  # of its box, that is no ink
_SQUARE = 0.45  # the least ratio of the sides; a one is longer


def find_page(image: Image.Image) -> Box | None:
    """Find an upright sheet with a sharp edge to what lies around it or at one side of it.

    Args:
        image: Gray or RGB.

    Returns:
        Left, top, right and bottom of the sheet without its edge, or None where the picture shows
        no table.
    """
    scale = min(1.0, _COARSE / max(image.size))
    size = [max(1, round(scale * length)) for length in image.size]
    coarse = image.convert("L").resize((size[0], size[1]), Image.Resampling.BOX)
    cells = np.asarray(coarse, dtype=np.float32)
    if max(cells.shape) < _COARSE:  # no photo
        return None
    is_light = cells > split_levels(cells)[0]
    for kind in (is_light, ~is_light):
        box = _box_of_page(cells, kind)
        if box is not None:
            top, bottom, left, right = box
            x, y = image.width / size[0], image.height / size[1]
            return (
                round(x * (left + 1)),
                round(y * (top + 1)),
                round(x * (right - 1)),
                round(y * (bottom - 1)),
            )
    return None


def _box_of_page(cells: Plane, kind: NDArray[np.bool_]) -> Box | None:
    """Give the box of the largest part, top, bottom, left and right, if that is a sheet."""
    if kind.all() or not kind.any():
        return None
    labels = label_blobs(kind)
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    page = labels == sizes.argmax()
    top, bottom, left, right = box = bounding_box(page)
    short, long = sorted((bottom - top, right - left))
    step = float(cells[page].mean()) - float(cells[~kind].mean())
    around = kind.size - short * long
    alike = int(kind.sum() - kind[top:bottom, left:right].sum())
    if page.sum() < _SOLID * short * long or alike > (1 - _CLEAN) * around:
        return None
    if short * long < _LEAST * kind.size or short < _SQUARE * long or abs(step) < _DIFFERENT:
        return None
    turned = [(np.rot90(cells / step, turns), np.rot90(page, turns)) for turns in range(4)]
    with_table = [side for side in turned if bounding_box(side[1])[0] >= _VISIBLE]
    return box if with_table and all(_has_edge(*side) for side in with_table) else None


def _has_edge(cells: Plane, page: NDArray[np.bool_]) -> bool:
    """Compare a row inside the top of the sheet, which must hold no digit, with one outside."""
    top, _, left, right = bounding_box(page)
    along = slice(left + _BAND, right - _BAND)
    clean = page[top + _BAND, along]
    if clean.mean() < _CLEAN:
        return False
    steps = (cells[top + _BAND, along] - cells[top - _BAND, along])[clean]
    return float(np.quantile(steps, 1 - _CLEAN)) >= _SHARP
