"""Connected parts of what was written, and which of them are one digit."""

from itertools import combinations
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from digitzoo.data.pictures.planes import Mask, Plane

Labels = NDArray[np.int32]

_ALONG_BORDER = 0.7  # of its length: such a part is a shadow or the edge of a page
_BORDER_DISCOUNT = 0.2
_LEAST_PART = 0.03  # of the ink of the main part: less is dust
_MOST_PARTS = 40  # the largest are looked at; grain has thousands
_STACKED = 0.3  # of the narrower one's width, that lies over or under the other
_BESIDE = 0.5  # of the heights of two digits, that lie beside each other
_GAP_STACKED = 0.5  # of the longer part; lines of writing lie farther apart
_GAP_BESIDE = 0.04  # of the longer part: two digits all but touch
_GAP = 0.35  # of the shorter part, such as the bar of a five or a segment of a display
_LEAST_DIGIT = 0.3  # of the main digit's length: less is a point
_LEAST_INK = 0.1  # of the main digit's


class Box(NamedTuple):
    """Where a part lies: its borders in pixels, the last ones outside."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def height(self) -> int:
        """From top to bottom."""
        return self.bottom - self.top

    @property
    def length(self) -> int:
        """The longer side."""
        return max(self.right - self.left, self.height)


def group_parts(mask: Mask, strength: Plane) -> Labels:
    """Number the digits of a mask from left to right.

    Parts belong to one digit if one lies over the other, or if they nearly touch. Dust, and parts
    that run along the border, are left out where there is something else.

    Args:
        mask: Where there is ink, shape `(height, width)`, not empty.
        strength: How much.

    Returns:
        The same shape: 0 where there is no digit, else its number, from 1 on.

    >>> two = np.zeros((20, 30), dtype=bool)
    >>> two[2:18, 4:8] = two[2:9, 20:24] = two[11:18, 20:24] = True
    >>> group_parts(two, two.astype(np.float32))[[5, 5, 15], [5, 21, 21]].tolist()
    [1, 2, 2]
    """
    count, found, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    labels = np.asarray(found, dtype=np.int32)
    boxes = [Box(left, top, left + x, top + y) for left, top, x, y, _ in stats.tolist()]
    mass = np.bincount(labels.ravel(), strength.ravel(), count).astype(np.float64)
    mass[0] = 0
    border = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    along = np.bincount(border, minlength=count) / [max(1, box.length) for box in boxes]
    mass[along > _ALONG_BORDER] *= _BORDER_DISCOUNT
    main = int(mass.argmax())
    kept = (along <= _ALONG_BORDER) & (mass > _LEAST_PART * mass[main])
    kept[main] = True
    parts = [int(part) for part in np.argsort(-mass)[:_MOST_PARTS] if kept[part]]
    group = np.arange(count)
    for one, other in combinations(parts, 2):
        if group[one] != group[other] and _are_one(labels, boxes, one, other):
            group[group == group[other]] = group[one]
    groups = [[part for part in parts if group[part] == first] for first in {*group[parts]}]
    ink = np.array([mass[members].sum() for members in groups])
    outer = [_around([boxes[part] for part in members]) for members in groups]
    first = int(ink.argmax())
    numbers = np.zeros(count, dtype=np.int32)
    digits = 0
    for index in sorted(range(len(groups)), key=outer.__getitem__):
        is_long = outer[index].length >= _LEAST_DIGIT * outer[first].length
        if is_long and ink[index] >= _LEAST_INK * ink[first]:
            digits += 1
            numbers[groups[index]] = digits
    numbered: Labels = numbers[labels]
    return numbered


def _around(boxes: list[Box]) -> Box:
    left, top, right, bottom = zip(*boxes, strict=True)
    return Box(min(left), min(top), max(right), max(bottom))


def _are_one(labels: Labels, boxes: list[Box], one: int, other: int) -> bool:
    """Tell whether two parts are of one digit, by how they lie and how far apart."""
    a, b = boxes[one], boxes[other]
    across = min(a.right, b.right) - max(a.left, b.left)  # negative: the gap
    down = min(a.bottom, b.bottom) - max(a.top, b.top)
    shorter, longer = sorted((a.length, b.length))
    if across >= _STACKED * min(a.right - a.left, b.right - b.left):
        return -down < _GAP_STACKED * longer
    is_beside = down >= _BESIDE * max(a.height, b.height)
    allowed = max(_GAP_BESIDE * longer if is_beside else _GAP * shorter, 2.0)
    if max(-across, -down) > allowed:
        return False
    frame = _around([a, b])
    here = labels[frame.top : frame.bottom, frame.left : frame.right]
    distance = cv2.distanceTransform((here != one).astype(np.uint8), cv2.DIST_L2, 5)
    return float(distance[here == other].min()) <= allowed
