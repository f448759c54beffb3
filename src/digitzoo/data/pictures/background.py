"""The paper, the board or the screen behind what was written, with its lamp and its lines."""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitzoo.data.encoding import LARGEST_PIXEL
from digitzoo.data.pictures.planes import Mask, Plane, resize, shrink, smooth, widen

_COARSE = 48  # pixels of the longer side on which the lighting is worked out
_RING = 0.8  # what lies beyond this part of the half width is the border
_INSIDE = 0.3  # the weight of what does not, at first
_ROUNDS = 4
_OUTLYING = 2.5  # in medians: from there on a pixel counts little
_LEAST = 2.0  # levels of gray that are no difference
_INK = 4.5  # in medians, at least 6 levels: this is no background
_IN_SIGHT = 0.35  # of the border: where less of it is backdrop, nothing is known of it
_BETTER = 0.1  # of the border, that a curved backdrop must explain beyond a plane one
_AROUND = 0.15  # of the longer side, to each side: the window whose median is behind the ink
_MISSED = 30.0  # levels of gray: what differs by more is not explained at all
_EXPLAINED = 0.7  # of what a surface leaves, is left by a shadow with an edge
_DARKEST_SHADOW = 0.35  # of the light beside it; ink is darker
_WINDOW = 0.06  # of the longer side, for what is left of shadows
_THICKEST = 0.02  # of the shorter side, for the lines of ruled paper
_FAINTEST = 6.0  # levels of gray by which a line differs from the paper above and below
_COVERED = 0.6  # of a line's length, that must be seen: a digit may lie on the rest
_END = 1 / 16  # of the length; a line is seen at both ends, a digit's stroke is not
_MOST = 0.35  # of the picture, that lines may cover
_SLOPE, _STEP = np.radians(2.2), np.radians(0.1)  # a sheet lies a little askew


def find_background(pixels: Plane, *, ink_from: float = 1) -> Plane:
    """Work out a picture without its ink, which surely differs by `ink_from` of the most."""
    coarse = shrink(pixels, _COARSE)
    surface = _fit_surface(coarse)
    left = coarse - surface
    distance = np.linalg.norm(left, axis=-1)
    far = min(_INK * float(np.median(distance)), ink_from * float(distance.max()))
    paper = ~widen(distance > max(3 * _LEAST, far))[..., np.newaxis]
    radius = max(1, round(_WINDOW * max(coarse.shape)))
    # The constant draws places with no paper near them to the surface.
    local = smooth(left * paper, radius) / (smooth(paper.astype(np.float32), radius) + 0.05)
    return resize(surface + local, pixels.shape[:2])


def lift_shadow(pixels: Plane) -> Plane:
    """Light up a shadow across a picture; without one, it is the picture itself."""
    if min(pixels.shape[:2]) < _COARSE:
        return pixels
    window = 2 * round(_AROUND * max(pixels.shape[:2])) + 1
    median = cv2.medianBlur(np.rint(pixels).astype(np.uint8), window)
    local: Plane = np.asarray(median, dtype=np.float32).reshape(pixels.shape)
    coarse, level = shrink(pixels, _COARSE), shrink(local, _COARSE)
    missed = [
        float(np.minimum(np.linalg.norm(coarse - fit, axis=-1), _MISSED).mean())
        for fit in (level, _fit_surface(coarse))
    ]
    dark, light = np.quantile(level.mean(axis=-1), (0.02, 0.98))
    if missed[0] > _EXPLAINED * missed[1] or dark < _DARKEST_SHADOW * light:
        return pixels
    lit = pixels * (np.quantile(local, 0.9, axis=(0, 1)) / np.maximum(local, 1))
    return np.clip(lit, 0, LARGEST_PIXEL).astype(np.float32)


def find_backdrop(pixels: Plane) -> Plane:
    """Work out from the border what is behind a piece; 0 if the piece takes most of the border."""
    coarse = shrink(pixels, _COARSE)
    border = _reach(*coarse.shape) >= 1
    level = np.full_like(coarse, np.median(coarse[[0, 0, -1, -1], [0, -1, 0, -1]]))
    plane = _fit(coarse, border, level, terms=3)
    curved = _fit(coarse, border, plane)
    seen = [(np.abs(coarse - fit)[border] <= 2 * _LEAST).mean() for fit in (plane, curved)]
    if max(seen) < _IN_SIGHT:
        return np.zeros_like(pixels)
    return resize(plane if seen[1] < seen[0] + _BETTER else curved, pixels.shape[:2])


def continue_paper(pixels: NDArray[np.uint8], is_paper: Mask) -> NDArray[np.uint8]:
    """Fill what lies beside a sheet with its paper, under the same light."""
    planes = pixels.reshape(*is_paper.shape, -1).astype(np.float32)
    coarse = shrink(planes, _COARSE)
    inside = shrink(is_paper.astype(np.float32), _COARSE) == 1
    level = np.broadcast_to(np.median(coarse[inside], axis=0), coarse.shape)
    paper = resize(_fit(coarse, inside, level, terms=3), is_paper.shape)
    filled = np.where(is_paper[..., np.newaxis], planes, np.clip(paper, 0, LARGEST_PIXEL))
    return np.rint(filled).astype(np.uint8).reshape(pixels.shape)


def _fit_surface(coarse: Plane) -> Plane:
    """Fit a plane to most of the pixels, or a surface of the second degree if that fits better."""
    ring = _reach(*coarse.shape[:2]) > _RING
    level = np.broadcast_to(np.median(coarse[ring], axis=0), coarse.shape)
    plane = _fit(coarse, np.where(ring, 1, _INSIDE), level, terms=3)
    curved = _fit(coarse, np.ones(ring.shape), plane)
    # A digit that fills the picture would bend the surface to itself.
    medians = [np.median(np.linalg.norm(coarse - fit, axis=-1)) for fit in (plane, curved)]
    return plane if medians[0] <= medians[1] else curved


def _reach(height: int, width: int) -> NDArray[np.float64]:
    down, across = (np.abs(np.linspace(-1, 1, length)) for length in (height, width))
    return np.maximum(down[:, np.newaxis], across)


def _fit(coarse: Plane, importance: NDArray[np.generic], fitted: Plane, terms: int = 6) -> Plane:
    """Fit by least squares, with less weight on what lies far off (Geman and McClure)."""
    y, x = (
        axis.ravel()
        for axis in np.mgrid[-1 : 1 : coarse.shape[0] * 1j, -1 : 1 : coarse.shape[1] * 1j]
    )
    powers = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y][:terms], axis=-1)
    values = coarse.reshape(len(powers), -1).astype(np.float64)
    result, important = fitted.reshape(values.shape), importance.astype(np.float64).ravel()
    for _ in range(_ROUNDS):
        distance = np.linalg.norm(values - result, axis=1)
        unit = max(_LEAST, _OUTLYING * float(np.median(distance[important > 0])))
        weights = important / (1 + (distance / unit) ** 2)
        # By the normal equations, six at most; a thin picture has more terms than pixels for them.
        weighted = (powers * weights[:, np.newaxis] ** 2).T
        _, factors = cv2.solve(weighted @ powers, weighted @ values, flags=cv2.DECOMP_SVD)
        result = powers @ factors
    return result.reshape(coarse.shape).astype(np.float32)


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
