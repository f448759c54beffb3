"""Resizing and smoothing of pictures as floats, and the levels and extents of what they show."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Plane = NDArray[np.float32]
Mask = NDArray[np.bool_]

_TO_SIGMA = 1.4826  # median absolute deviation to standard deviation, for normal noise
_BICUBIC = Image.Resampling.BICUBIC


def resize(plane: Plane, size: tuple[int, int], how: Image.Resampling = _BICUBIC) -> Plane:
    """Resize each channel to `(height, width)`; unlike OpenCV, Pillow smooths what it shrinks."""
    if plane.ndim == 3:  # with channels
        channels = [resize(plane[..., index], size, how) for index in range(plane.shape[-1])]
        return np.stack(channels, axis=-1)
    image = Image.fromarray(np.ascontiguousarray(plane, dtype=np.float32))
    return np.asarray(image.resize(size[::-1], how))


def shrink(plane: Plane, longest: int) -> Plane:
    """Bring the longer side to so many pixels at most, by means over boxes."""
    scale = min(1.0, longest / max(plane.shape[:2]))
    height, width = (max(1, round(scale * length)) for length in plane.shape[:2])
    return resize(plane, (height, width), Image.Resampling.BOX)


def smooth(plane: Plane, radius: int) -> Plane:
    """Take the mean over `2 radius + 1` pixels twice in each direction: nearly a Gaussian."""
    size = (2 * radius + 1, 2 * radius + 1)
    once = cv2.blur(plane, size, borderType=cv2.BORDER_REPLICATE)
    twice = cv2.blur(once, size, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(twice, dtype=np.float32).reshape(plane.shape)  # it drops a single channel


def widen(mask: Mask, radius: int = 1) -> Mask:
    """Add the pixels that are so near to a mask's."""
    around = np.ones((2 * radius + 1, 2 * radius + 1), dtype=np.uint8)
    return cv2.dilate(mask.astype(np.uint8), around) > 0


def estimate_noise(deviations: NDArray[Any]) -> float:
    """Give the standard deviation of normal noise by the median of its sizes."""
    return _TO_SIGMA * float(np.median(np.abs(deviations)))


def bounding_box(mask: Mask) -> tuple[int, int, int, int]:
    """Say where a mask begins and ends: top, bottom, left, right."""
    left, top, width, height = cv2.boundingRect(mask.astype(np.uint8))
    return top, top + height, left, left + width


def split_levels(plane: Plane) -> tuple[int, float]:
    """Find the highest dark level (Otsu 1979), and the part of the variance that it explains."""
    levels = np.clip(plane, 0, 255).astype(np.uint8)
    level, light = cv2.threshold(levels, 0, 1, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    if not light.any() or light.all():
        return int(level), 0.0
    share, apart = light.mean(), levels[light > 0].mean() - levels[light == 0].mean()
    return int(level), float(share * (1 - share) * apart**2 / levels.var())
