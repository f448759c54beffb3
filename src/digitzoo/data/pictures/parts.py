"""Connected parts of what was written, and which of them are one digit."""

from itertools import combinations

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


def group_parts(mask: Mask, strength: Plane) -> Labels:
    """Number the digits of a mask, which is not empty, from left to right; 0 is none."""
    count, found, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    labels = np.asarray(found, dtype=np.int32)
    boxes = stats[:, :4] + np.pad(stats[:, :2], ((0, 0), (2, 0)))  # left, top, right, bottom
    mass = np.bincount(labels.ravel(), strength.ravel(), count).astype(np.float64)
    mass[0] = 0
    border = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    along = np.bincount(border, minlength=count) / np.maximum(1, stats[:, 2:4].max(axis=1))
    mass[along > _ALONG_BORDER] *= _BORDER_DISCOUNT
    main = int(mass.argmax())
    kept = (along <= _ALONG_BORDER) & (mass > _LEAST_PART * mass[main])
    kept[main] = True
    parts = [part for part in np.argsort(-mass)[:_MOST_PARTS].tolist() if kept[part]]
    group = np.arange(count)
    for one, other in combinations(parts, 2):
        if group[one] != group[other] and _are_one(labels, boxes.tolist(), one, other):
            group[group == group[other]] = group[one]
    digits = []
    for first in np.unique(group[parts]):
        members = [part for part in parts if group[part] == first]
        corner, far = boxes[members, :2].min(axis=0), boxes[members, 2:].max(axis=0)
        digits.append((tuple(corner), (far - corner).max(), mass[members].sum(), members))
    _, length, ink, _ = max(digits, key=lambda digit: digit[2])
    numbers = np.zeros(count, dtype=np.int32)
    for _, own_length, own_ink, members in sorted(digits):
        if own_length >= _LEAST_DIGIT * length and own_ink >= _LEAST_INK * ink:
            numbers[members] = numbers.max() + 1
    numbered: Labels = numbers[labels]
    return numbered


def _are_one(labels: Labels, boxes: list[list[int]], one: int, other: int) -> bool:
    (left, top, right, bottom), (left2, top2, right2, bottom2) = boxes[one], boxes[other]
    across = min(right, right2) - max(left, left2)  # negative: the gap
    down = min(bottom, bottom2) - max(top, top2)
    width, width2, height, height2 = right - left, right2 - left2, bottom - top, bottom2 - top2
    shorter, longer = sorted((max(width, height), max(width2, height2)))
    if across >= _STACKED * min(width, width2):
        return -down < _GAP_STACKED * longer
    is_beside = down >= _BESIDE * max(height, height2)
    allowed = max(_GAP_BESIDE * longer if is_beside else _GAP * shorter, 2.0)
    if max(-across, -down) > allowed:
        return False
    here = labels[min(top, top2) : max(bottom, bottom2), min(left, left2) : max(right, right2)]
    distance = cv2.distanceTransform((here != one).astype(np.uint8), cv2.DIST_L2, 5)
    return float(distance[here == other].min()) <= allowed
