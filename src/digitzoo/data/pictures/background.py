"""The paper, the board or the screen behind what was written, under its lamp."""

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitzoo.data.encoding import LARGEST_PIXEL
from digitzoo.data.pictures.planes import Mask, Plane, resize, smooth, widen

Values = NDArray[np.float64]

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


def find_background(pixels: Plane, *, ink_from: float = 1) -> Plane:
    """Work out what a picture would be without what was written on it.

    A plane, or where that fits better a surface of the second degree, is fitted to most of the
    pixels, those of the border first, by least squares in which what lies far off counts less and
    less (weights of Geman and McClure). What is then left beside the ink, such as the edge of a
    shadow, is smoothed and added.

    Args:
        pixels: Shape `(height, width, channels)`, in 0..255.
        ink_from: The part of the greatest difference from the surface that is surely ink. Below 1,
            shadows are followed less, and a digit that fills the picture is not taken for one.

    Returns:
        The same shape.
    """
    height, width = pixels.shape[:2]
    scale = min(1.0, _COARSE / max(height, width))
    size = max(1, round(height * scale)), max(1, round(width * scale))
    coarse = resize(pixels, size, Image.Resampling.BOX) if scale < 1 else pixels
    surface = _fit_surface(coarse)
    left = coarse - surface
    distance = np.linalg.norm(left, axis=-1)
    far = min(_INK * float(np.median(distance)), ink_from * float(distance.max()))
    ink = widen(distance > max(3 * _LEAST, far))
    paper = (~ink)[..., np.newaxis].astype(np.float32)
    radius = max(1, round(_WINDOW * max(size)))
    # The constant draws places with no paper near them to the surface.
    surface = surface + smooth(left * paper, radius) / (smooth(paper, radius) + 0.05)
    return resize(surface, (height, width)) if scale < 1 else surface


def lift_shadow(pixels: Plane) -> Plane:
    """Give a picture with a shadow across it the light that it has beside the shadow.

    What is behind the ink is the median around each pixel, which keeps a straight edge hard. It is
    taken for a shadow where it explains the picture much better than a smooth surface does, and is
    not as dark as ink is.

    Args:
        pixels: Shape `(height, width, channels)`, in 0..255.

    Returns:
        The same shape; the pixels themselves where there is no shadow.
    """
    local = _find_shadow(pixels)
    if local is None:
        return pixels
    lit = pixels * (np.quantile(local, 0.9, axis=(0, 1)) / np.maximum(local, 1))
    return np.clip(lit, 0, LARGEST_PIXEL).astype(np.float32)


def has_shadow(pixels: Plane) -> bool:
    """Tell whether a shadow with an edge lies across a picture, as `lift_shadow` finds it."""
    return _find_shadow(pixels) is not None


def _find_shadow(pixels: Plane) -> Plane | None:
    height, width = pixels.shape[:2]
    if min(height, width) < _COARSE:
        return None
    window = 2 * round(_AROUND * max(height, width)) + 1
    median = cv2.medianBlur(np.rint(pixels).astype(np.uint8), window)
    local: Plane = np.asarray(median, dtype=np.float32).reshape(pixels.shape)
    scale = _COARSE / max(height, width)
    size = max(1, round(height * scale)), max(1, round(width * scale))
    coarse, level = (resize(plane, size, Image.Resampling.BOX) for plane in (pixels, local))
    missed = [
        float(np.minimum(np.linalg.norm(coarse - fit, axis=-1), _MISSED).mean())
        for fit in (level, _fit_surface(coarse))
    ]
    dark, light = np.quantile(level.mean(axis=-1), (0.02, 0.98))
    is_shadow = missed[0] <= _EXPLAINED * missed[1] and dark >= _DARKEST_SHADOW * light
    return local if is_shadow else None


def find_backdrop(pixels: Plane) -> Plane:
    """Work out what is behind a piece that may fill most of the picture: from its border alone.

    Args:
        pixels: Shape `(height, width)`, in 0..255.

    Returns:
        The same shape; 0 everywhere if the border is mostly taken up by the piece.
    """
    scale = min(1.0, _COARSE / max(pixels.shape))
    height, width = (max(1, round(scale * length)) for length in pixels.shape)
    coarse = resize(pixels, (height, width), Image.Resampling.BOX) if scale < 1 else pixels
    values = coarse.reshape(-1, 1).astype(np.float64)
    terms = surface_terms(height, width)
    border = np.abs(terms[:, 1:3]).max(axis=1) >= 1
    corners = np.abs(terms[:, 1:3]).min(axis=1) >= 1
    level = np.full_like(values, np.median(values[corners]))
    fits = [refit(values, terms[:, :3], level, border.astype(np.float64))]
    fits.append(refit(values, terms, fits[0], border.astype(np.float64)))
    seen = [float((np.abs(values - fit)[border] <= 2 * _LEAST).mean()) for fit in fits]
    if max(seen) < _IN_SIGHT:
        return np.zeros_like(pixels)
    best = fits[0] if seen[1] < seen[0] + _BETTER else fits[1]
    surface: Plane = best.reshape(height, width).astype(np.float32)
    return resize(surface, pixels.shape[:2]) if scale < 1 else surface


def continue_paper(pixels: NDArray[np.uint8], is_paper: Mask) -> NDArray[np.uint8]:
    """Fill what lies beside a sheet with its paper, under the same light.

    Args:
        pixels: Shape `(height, width)` or `(height, width, channels)`.
        is_paper: Which of them are the sheet, shape `(height, width)`.

    Returns:
        The same shape.
    """
    if is_paper.all():
        return pixels
    height, width = is_paper.shape
    scale = min(1.0, _COARSE / max(height, width))
    size = max(1, round(height * scale)), max(1, round(width * scale))
    planes = pixels.reshape(height, width, -1).astype(np.float32)
    values = resize(planes, size, Image.Resampling.BOX).reshape(size[0] * size[1], -1)
    inside = resize(is_paper.astype(np.float32), size, Image.Resampling.BOX).ravel() == 1
    level = np.broadcast_to(np.median(values[inside], axis=0), values.shape)
    terms = surface_terms(*size)[:, :3]
    fitted = refit(values.astype(np.float64), terms, level, inside.astype(np.float64))
    surface = resize(fitted.reshape(*size, -1).astype(np.float32), (height, width))
    filled = np.where(is_paper[..., np.newaxis], planes, np.clip(surface, 0, LARGEST_PIXEL))
    return np.rint(filled).astype(np.uint8).reshape(pixels.shape)


def _fit_surface(coarse: Plane) -> Plane:
    height, width, channels = coarse.shape
    values = coarse.reshape(-1, channels).astype(np.float64)
    terms = surface_terms(height, width)
    ring = np.abs(terms[:, 1:3]).max(axis=1) > _RING
    level = np.broadcast_to(np.median(values[ring], axis=0), values.shape)
    plane = refit(values, terms[:, :3], level, np.where(ring, 1, _INSIDE))
    curved = refit(values, terms, plane, np.ones(len(values)))
    # A digit that fills the picture would bend the surface to itself.
    medians = [float(np.median(np.linalg.norm(values - fit, axis=1))) for fit in (plane, curved)]
    best = plane if medians[0] <= medians[1] else curved
    return best.reshape(coarse.shape).astype(np.float32)


def surface_terms(height: int, width: int) -> Values:
    """List 1, x, y, x^2, xy and y^2 of each pixel, x and y in -1..1; shape `(pixels, 6)`."""
    y, x = np.meshgrid(np.linspace(-1, 1, height), np.linspace(-1, 1, width), indexing="ij")
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1).reshape(-1, 6)


def refit(values: Values, terms: Values, fitted: Values, importance: Values) -> Values:
    """Fit by least squares, again and again, with less weight on what lies far from the last fit.

    Args:
        values: Shape `(pixels, channels)`.
        terms: Shape `(pixels, terms)`.
        fitted: What to begin with, the shape of the values.
        importance: A weight for each pixel; 0 where the fit is only continued.

    Returns:
        The values of the fit.
    """
    for _ in range(_ROUNDS):
        distance = np.linalg.norm(values - fitted, axis=1)
        unit = max(_LEAST, _OUTLYING * float(np.median(distance[importance > 0])))
        weights = importance / (1 + (distance / unit) ** 2)  # the root of Geman and McClure's
        # By the normal equations, six at most; x and y lie in -1..1, so they are well conditioned.
        weighted = (terms * weights[:, np.newaxis] ** 2).T
        fitted = terms @ np.linalg.lstsq(weighted @ terms, weighted @ values, rcond=None)[0]
    return fitted
