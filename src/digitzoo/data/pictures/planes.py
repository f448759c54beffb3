"""Resizing and smoothing of pictures as floats, with Pillow and sums."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Plane = NDArray[np.float32]

_TO_SIGMA = 1.4826  # median absolute deviation to standard deviation, for normal noise
_BICUBIC = Image.Resampling.BICUBIC


def resize(plane: Plane, size: tuple[int, int], how: Image.Resampling = _BICUBIC) -> Plane:
    """Resize a plane, or each channel of a picture, to `(height, width)`."""
    if plane.ndim == 3:  # noqa: PLR2004 - with channels
        channels = [resize(plane[..., index], size, how) for index in range(plane.shape[-1])]
        return np.stack(channels, axis=-1)
    image = Image.fromarray(np.ascontiguousarray(plane, dtype=np.float32))
    return np.asarray(image.resize(size[::-1], how))


def smooth(plane: Plane, radius: int) -> Plane:
    """Take the mean over `2 radius + 1` pixels twice in each direction: nearly a Gaussian."""
    smoothed = plane
    for axis in (0, 1, 0, 1):
        smoothed = _running_mean(smoothed, radius, axis)
    return smoothed


def widen(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Add the pixels that touch a mask's."""
    return np.asarray(Image.fromarray(mask).convert("L").filter(ImageFilter.MaxFilter(3))) > 0


def estimate_noise(deviations: NDArray[Any]) -> float:
    """Give the standard deviation of normal noise by the median of its sizes.

    >>> round(estimate_noise(np.array([-1, 0.5, 1, 1, 40])), 2)
    1.48
    """
    return _TO_SIGMA * float(np.median(np.abs(deviations)))


def bounding_box(mask: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """Say where a mask begins and ends: top, bottom, left, right.

    >>> bounding_box(np.pad(np.ones((2, 3), dtype=bool), 4))
    (4, 6, 4, 7)
    """
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


def split_levels(plane: Plane) -> tuple[int, float]:
    """Find the level between light and dark that sets them apart the most (Otsu 1979).

    Args:
        plane: Values in 0..255.

    Returns:
        The highest level that is dark, and the part of the variance that the two levels explain:
        about 1 for two, 0.75 for an even slope, 0.64 for normal noise.
    """
    levels = np.clip(plane, 0, 255).astype(np.intp).ravel()
    counts = np.bincount(levels, minlength=256).astype(np.float64)
    below, sums = np.cumsum(counts), np.cumsum(counts * np.arange(256))
    above = below[-1] - below
    apart = (sums[-1] * below / below[-1] - sums) ** 2 / np.maximum(below * above, 1)
    return int(apart.argmax()), float(apart.max() / max(levels.var(), 1e-9))


def _running_mean(plane: Plane, radius: int, axis: int) -> Plane:
    width, length = 2 * radius + 1, plane.shape[axis]
    padding = [(0, 0)] * plane.ndim
    padding[axis] = (radius + 1, radius)
    sums = np.cumsum(np.pad(plane, padding, mode="edge"), axis=axis, dtype=np.float64)
    sums = np.moveaxis(sums, axis, 0)
    means = (sums[width : width + length] - sums[:length]) / width
    return np.moveaxis(means, 0, axis).astype(np.float32)
