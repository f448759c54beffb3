"""Connected parts of a mask, and which of them are the digit."""

import numpy as np
from numpy.typing import NDArray

from digitzoo.data.pictures.planes import Plane

Mask = NDArray[np.bool_]

_ALONG_BORDER = 0.7  # of its length: such a part is a shadow or the edge of a page
_BORDER_DISCOUNT = 0.2
_LEAST_PART = 0.03  # of the ink of the main part: less is dust
_FARTHEST_PART = 0.25  # of the length of the main part: what lies farther off is something else


def choose_blobs(mask: Mask, strength: Plane) -> Mask:
    """Keep the part with the most ink, and what belongs to it.

    A stroke may have gaps, so other parts are kept if they are near and no dust. Parts that run
    along the border are taken only where there is nothing else.

    Args:
        mask: Where there is ink, shape `(height, width)`, not empty.
        strength: How much.

    Returns:
        A part of the mask.
    """
    labels = label_blobs(mask)
    count = int(labels.max()) + 1
    mass = np.bincount(labels.ravel(), strength.ravel(), count)
    mass[0] = 0
    top, bottom, left, right = _boxes(labels, count)
    length = np.maximum(bottom - top, right - left)
    border = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    framing = np.bincount(border, minlength=count) > _ALONG_BORDER * length
    mass[framing] *= _BORDER_DISCOUNT
    main = int(mass.argmax())
    gap = np.max(
        [top - bottom[main], top[main] - bottom, left - right[main], left[main] - right], axis=0
    )
    kept = ~framing & (mass > _LEAST_PART * mass[main]) & (gap < _FARTHEST_PART * length[main])
    kept[main] = True
    chosen: Mask = kept[labels] & mask
    return chosen


def label_blobs(mask: Mask) -> NDArray[np.intp]:
    """Number the connected parts of a mask; pixels that touch at a corner are connected.

    Each pixel begins as a part of its own. Two that touch and differ are joined, the larger number
    to the smaller, and each then takes the number at the end of its chain, until none differ.

    Args:
        mask: Shape `(height, width)`.

    Returns:
        The same shape, 0 outside and 1, 2, ... inside.

    >>> label_blobs(np.array([[1, 0, 0], [0, 1, 0], [0, 0, 0], [1, 0, 1]], dtype=bool)).tolist()
    [[1, 0, 0], [0, 1, 0], [0, 0, 0], [2, 0, 3]]
    """
    numbers = np.cumsum(mask.ravel(), dtype=np.intp).reshape(mask.shape)
    parents = np.arange(numbers[-1, -1] + 1)
    pairs = _touching(mask, numbers)
    while pairs.size:
        ends = parents[pairs]
        low, high = ends.min(axis=0), ends.max(axis=0)
        pairs, low, high = (part[..., low != high] for part in (pairs, low, high))
        np.minimum.at(parents, high, low)
        while (parents != (further := parents[parents])).any():
            parents = further
    _, consecutive = np.unique(parents[1:], return_inverse=True)
    labels = np.zeros(mask.shape, dtype=np.intp)
    labels[mask] = consecutive + 1
    return labels


def _touching(mask: Mask, numbers: NDArray[np.intp]) -> NDArray[np.intp]:
    """List the pairs of numbers of touching pixels, shape `(2, pairs)`."""
    whole, begin, end = slice(None), slice(None, -1), slice(1, None)
    found = []
    for one, other in (
        ((whole, begin), (whole, end)),
        ((begin, whole), (end, whole)),
        ((begin, begin), (end, end)),
        ((begin, end), (end, begin)),
    ):
        both = mask[one] & mask[other]
        found.append(np.stack([numbers[one][both], numbers[other][both]]))
    return np.concatenate(found, axis=1)


def _boxes(labels: NDArray[np.intp], count: int) -> tuple[NDArray[np.intp], ...]:
    rows, columns = np.nonzero(labels)
    of = labels[rows, columns]
    edges = []
    for places in (rows, columns):
        first, last = np.full(count, labels.size), np.zeros(count, dtype=np.intp)
        np.minimum.at(first, of, places)
        np.maximum.at(last, of, places + 1)
        edges += [first, last]
    return tuple(edges)
