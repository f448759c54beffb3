"""The lines of ruled and squared paper."""

import cv2
import numpy as np

from digitzoo.data.pictures.planes import Mask, Plane

_THICKEST = 0.02  # of the shorter side; a stroke of MNIST's is three times as thick
_FAINTEST = 6.0  # levels of gray by which a line differs from the paper above and below
_COVERED = 0.6  # of its length, that must be seen: a digit may lie on the rest
_END = 1 / 16  # of the length; a line is seen at both ends, a digit's stroke is not
_MOST = 0.35  # of the picture, that lines may cover
_SLOPE, _STEP = np.radians(2.2), np.radians(0.1)  # a sheet lies a little askew


def remove_lines(pixels: Plane) -> Plane:
    """Fill thin straight lines with what is on both sides; without any, give the picture itself."""
    level = _remove_rows(pixels)
    turned = np.swapaxes(level, 0, 1)
    upright = _remove_rows(turned)
    return level if upright is turned else np.swapaxes(upright, 0, 1)


def _remove_rows(pixels: Plane) -> Plane:
    thickest = int(_THICKEST * min(pixels.shape[:2]))
    if thickest == 0:
        return pixels
    gray, step = pixels.mean(axis=-1), thickest + 1
    framed = np.pad(gray, ((step, step), (0, 0)), mode="reflect")
    above, below = framed[: -2 * step], framed[2 * step :]
    dark, light = np.minimum(above, below) - gray, gray - np.maximum(above, below)
    for thin, fill in ((dark > _FAINTEST, cv2.MORPH_CLOSE), (light > _FAINTEST, cv2.MORPH_OPEN)):
        lines = _find_lines(thin)
        if 0 < (lines & thin).mean() < _MOST:
            upright = np.ones((thickest + 3, 1), dtype=np.uint8)
            filled = cv2.morphologyEx(np.ascontiguousarray(pixels), fill, upright)
            return np.where(lines[..., np.newaxis], filled.reshape(pixels.shape), pixels)
    return pixels


def _find_lines(thin: Mask) -> Mask:
    """Draw the lines that cross a mask from end to end, over their softer edges."""
    height, width = thin.shape
    seen = thin.astype(np.uint8)
    drawn = np.zeros(thin.shape, dtype=np.uint8)
    found = cv2.HoughLines(
        seen,
        1,
        _STEP,
        int(_COVERED * width),
        min_theta=np.pi / 2 - _SLOPE,
        max_theta=np.pi / 2 + _SLOPE,
    )
    near = cv2.dilate(seen, np.ones((3, 1), np.uint8))
    x = np.arange(width)
    end = max(1, int(_END * width))
    for rho, theta in () if found is None else found[:, 0]:
        y = np.rint((rho - x * np.cos(theta)) / np.sin(theta)).astype(int)
        inside = (y >= 0) & (y < height)
        on = near[y.clip(0, height - 1), x] | ~inside  # it may leave by the upper edge
        if min(on.mean(), on[:end].mean(), on[-end:].mean()) >= _COVERED:
            cv2.line(drawn, (0, int(y[0])), (width - 1, int(y[-1])), 1, 3)
    return drawn > 0
