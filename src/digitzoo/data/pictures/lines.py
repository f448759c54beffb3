"""The lines of ruled and squared paper."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitzoo.data.pictures.planes import Plane

Mask = NDArray[np.bool_]

_THICKEST = 0.02  # of the shorter side; a stroke of MNIST's is three times as thick
_FAINTEST = 6.0  # levels of gray by which a line differs from the paper above and below
_COVERED = 0.6  # of its length, that must be seen: a digit may lie on the rest
_STRIPS = 16  # across the picture; a line reaches the outermost, a digit's stroke does not
_MOST = 0.35  # of the picture, that lines may cover
_SLOPES = np.tan(np.radians((0, -0.5, 0.5, -1, 1, -1.5, 1.5, -2, 2)))  # a sheet lies a little askew


def remove_lines(pixels: Plane) -> Plane:
    """Fill the thin straight lines that run across a picture with what is on both sides of them.

    Where a stroke crosses a line there is ink on both sides, so it stays.

    Args:
        pixels: Shape `(height, width, channels)`, in 0..255.

    Returns:
        The same shape; the pixels themselves where there is no line.

    >>> paper = np.full((100, 120, 1), 240, dtype=np.float32)
    >>> paper[20::20] = 90
    >>> float(remove_lines(paper).min())
    240.0
    """
    level = _remove_rows(pixels)
    turned = np.swapaxes(level, 0, 1)
    upright = _remove_rows(turned)
    return level if upright is turned else np.swapaxes(upright, 0, 1)


def _remove_rows(pixels: Plane) -> Plane:
    height, width = pixels.shape[:2]
    thickest = int(_THICKEST * min(height, width))
    if thickest == 0:
        return pixels
    gray = pixels.mean(axis=-1)
    step = thickest + 1
    framed = np.pad(gray, ((step, step), (0, 0)), mode="reflect")
    above, below = framed[: -2 * step], framed[2 * step :]
    for thin in (np.minimum(above, below) - gray, gray - np.maximum(above, below)):
        found = _find_lines(thin > _FAINTEST)
        if found is not None:
            rows, shifts = found
            return _fill(pixels, rows, shifts)
    return pixels


def _find_lines(mask: Mask) -> tuple[Mask, NDArray[np.intp]] | None:
    """Give the rows that are lines once each column is shifted, and the shifts."""
    height, width = mask.shape
    starts = np.arange(_STRIPS) * width // _STRIPS
    widths = np.diff(starts, append=width)
    strips = np.add.reduceat(mask, starts, axis=1, dtype=np.float32) / widths
    seen = []
    for slope in _SLOPES:
        shifts = _shifts(slope, starts + widths / 2, width)
        covered = strips[_shifted(shifts, height)].mean(axis=1)
        seen.append(float((covered[covered >= _COVERED / 2] ** 2).sum()))
    if not any(seen):
        return None
    shifts = _shifts(_SLOPES[int(np.argmax(seen))], np.arange(width), width)
    straight = mask[_shifted(shifts, height)]
    ends = widths[0]
    covered = straight.mean(axis=1)
    at_ends = np.stack([straight[:, :ends].mean(axis=1), straight[:, -ends:].mean(axis=1)])
    at_ends += np.roll(at_ends, 1, axis=1) + np.roll(at_ends, -1, axis=1)  # half a pixel askew
    rows = np.minimum(covered, at_ends.min(axis=0)) >= _COVERED
    return (rows, shifts) if 0 < rows.mean() < _MOST else None


def _shifts(slope: float, columns: NDArray[Any], width: int) -> NDArray[np.intp]:
    return np.rint(slope * (columns - width / 2)).astype(np.intp)


def _shifted(shifts: NDArray[np.intp], height: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Index an array so that each of its columns moves up by its shift, around the border."""
    return (np.arange(height)[:, np.newaxis] + shifts) % height, np.arange(shifts.size)


def _fill(pixels: Plane, rows: Mask, shifts: NDArray[np.intp]) -> Plane:
    """Go evenly from the row above each line to the one below it."""
    places = _shifted(shifts, pixels.shape[0])
    straight = pixels[places]
    softened = rows.copy()  # the edges of a line are fainter than it
    softened[1:] |= rows[:-1]
    softened[:-1] |= rows[1:]
    kept, lost = np.flatnonzero(~softened), np.flatnonzero(softened)
    after = np.searchsorted(kept, lost)
    below, above = kept[np.minimum(after, kept.size - 1)], kept[np.maximum(after - 1, 0)]
    part = (lost - above) / np.maximum(below - above, 1)
    part = np.clip(part, 0, 1).astype(np.float32)[:, np.newaxis, np.newaxis]
    straight[lost] = (1 - part) * straight[above] + part * straight[below]
    filled = np.empty_like(pixels)
    filled[places] = straight
    return filled
