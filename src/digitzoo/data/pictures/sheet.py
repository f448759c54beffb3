"""The sheet in a photo that also shows the table on which it lies, turned or not."""

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitzoo.data.pictures.background import continue_paper, lift_shadow
from digitzoo.data.pictures.planes import Plane, bounding_box, split_levels

Corners = NDArray[np.float32]

_COARSE = 256  # pixels of the longer side on which the sheet is looked for
_LEAST_PHOTO = 64  # pixels of the longer side
_FINE = 2048  # pixels of the longer side of what is cut out
_LEAST = 0.2  # of the picture: less is no sheet
_SOLID = 0.7  # of the sheet, that is no ink
_BEND = 0.01  # of the outline's length, that an edge may bend
_MOST_CORNERS = 8  # four, and more where the picture cuts some off
_STRAIGHT = 0.96  # of the area, that lies in straight edges; of a circle it is 0.92
_SQUARE = 0.45  # the least ratio of the sides; a one is longer
_VISIBLE = 0.1  # of the outline, where the table is seen
_DIFFERENT = 25.0  # levels of gray between sheet and table
_SHARP = 0.7  # of their difference, that lies in the edge; of a lamp's light it is little
_CLEAN = 0.85  # of each edge, that is so, and of the table, that is no paper
_BAND = 6  # pixels from the edge to where both are compared: it may be blurred
_TRIM = 3  # pixels that are cut off with the edge


def cut_sheet(image: Image.Image) -> Image.Image:
    """Cut the sheet out of a photo, as seen from above; without a table, it is the image itself."""
    scale = max(1.0, max(image.size) / _COARSE)
    width, height = (max(1, round(length / scale)) for length in image.size)
    if max(image.size) < _LEAST_PHOTO or min(width, height) <= 2 * _BAND:
        return image
    coarse = image.convert("L").resize((width, height), Image.Resampling.BOX)
    cells = np.asarray(coarse, dtype=np.float32)
    planes = cells[..., np.newaxis]
    is_light = cells > split_levels(cells)[0]
    for kind in (is_light, ~is_light):
        corners = _find_outline(cells, kind.astype(np.uint8))
        if corners is not None:
            is_cut = ((corners <= 1) | (corners >= np.array([width, height]) - 2)).any(axis=1)
            # With one edge that runs across, it may be the light beside a shadow.
            if is_cut.all() and lift_shadow(planes) is not planes:
                return image
            whole = len(corners) == 4 and not is_cut.any()  # a rectangle's
            ratio = np.array(image.size) / (width, height)
            corners = ((corners + 0.5) * ratio).astype(np.float32)
            return (_rectify if whole else _fill_around)(image, corners, _TRIM * scale)
    return image


def _find_outline(cells: Plane, kind: NDArray[np.uint8]) -> Corners | None:
    """Give the corners of the largest part of a kind, if that is a sheet."""
    outlines, _ = cv2.findContours(kind, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not outlines:
        return None
    hull = cv2.convexHull(max(outlines, key=cv2.contourArea))
    corners = cv2.approxPolyDP(hull, _BEND * cv2.arcLength(hull, closed=True), closed=True)
    inside, straight = (np.zeros_like(kind) for _ in range(2))
    cv2.fillConvexPoly(inside, hull, 1)
    cv2.fillConvexPoly(straight, corners, 1)
    outside = inside == 0
    sides = sorted(cv2.minAreaRect(hull)[1])
    if (
        len(corners) > _MOST_CORNERS
        or outside.mean() > 1 - _LEAST
        or not outside.any()
        or straight.sum() < _STRAIGHT * inside.sum()
        or kind[inside > 0].mean() < _SOLID
        or kind[outside].mean() > 1 - _CLEAN
        or sides[0] < _SQUARE * sides[1]
    ):
        return None
    step = float(cells[(inside & kind) > 0].mean()) - float(cells[outside].mean())
    points: Corners = corners[:, 0].astype(np.float32)
    return points if abs(step) >= _DIFFERENT and _has_edges(cells / step, points) else None


def _has_edges(cells: Plane, corners: Corners) -> bool:
    middle = corners.mean(axis=0)
    limits = np.array(cells.shape[::-1]) - 1
    seen, length = 0, 0
    for begin, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        along = end - begin
        across = np.array([-along[1], along[0]]) / max(float(np.hypot(*along)), 1)
        across *= np.sign((middle - begin) @ across)
        count = int(np.abs(along).max()) + 1
        line = begin + np.linspace(0, 1, count)[_BAND:-_BAND, np.newaxis] * along
        inner = np.rint(line + _BAND * across).astype(int)
        outer = np.rint(line - _BAND * across).astype(int)
        visible = ((outer >= 0) & (outer <= limits) & (inner >= 0) & (inner <= limits)).all(axis=1)
        inner, outer = inner[visible], outer[visible]
        length += len(line)
        seen += len(inner)
        if len(inner) > _BAND:
            steps = cells[inner[:, 1], inner[:, 0]] - cells[outer[:, 1], outer[:, 0]]
            if float(np.quantile(steps, 1 - _CLEAN)) < _SHARP:
                return False
    return seen > _VISIBLE * length


def _rectify(image: Image.Image, corners: Corners, trim: float) -> Image.Image:
    # From the top left on, clockwise: the sheet lies as the picture does.
    ring = np.roll(corners, -int(corners.sum(axis=1).argmin()), axis=0)
    (right, down), (x, y) = ring[1] - ring[0], ring[3] - ring[0]
    ring = ring if right * y > down * x else np.roll(ring[::-1], 1, axis=0)
    sides = np.linalg.norm(ring - np.roll(ring, -1, axis=0), axis=1)
    size = np.array([sides[[0, 2]].mean(), sides[[1, 3]].mean()])
    size *= min(1.0, _FINE / size.max())
    width, height = (max(1, round(float(length - 2 * trim))) for length in size)
    far = np.array([width, height]) + trim
    flat = np.array([(-trim, -trim), (far[0], -trim), far, (-trim, far[1])], dtype=np.float32)
    turn = cv2.getPerspectiveTransform(ring, flat)
    return Image.fromarray(
        cv2.warpPerspective(np.asarray(image), turn, (width, height), flags=cv2.INTER_AREA)
    )


def _fill_around(image: Image.Image, corners: Corners, trim: float) -> Image.Image:
    """Crop to the sheet, and continue its paper where there is none."""
    pixels = np.asarray(image)
    inside = np.zeros(pixels.shape[:2], dtype=np.uint8)
    cv2.fillConvexPoly(inside, np.rint(corners).astype(np.int32), 1)
    size = 2 * round(trim) + 1
    # What lies beyond the picture's border is taken to be paper too: only the edge is trimmed.
    kept = cv2.erode(inside, np.ones((size, size), dtype=np.uint8), borderValue=1) > 0
    top, bottom, left, right = bounding_box(kept)
    frame = slice(top, bottom), slice(left, right)
    return Image.fromarray(continue_paper(pixels[frame], kept[frame]))
