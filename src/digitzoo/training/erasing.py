"""Random erasing: rectangles of training images filled with random pixels."""

import numpy as np
from numpy.typing import NDArray

from digitzoo.training.draws import Draws, Purpose

# Zhong et al. (2017) erase 2 to 40 % and torchvision 2 to 33 %. A digit covers about a fifth of
# its 28 x 28 pixels, in the middle: the smaller bound more often leaves enough to tell it by.
ERASED_AREA = (0.02, 0.33)
ERASED_ASPECT_RATIO = (0.3, 1 / 0.3)  # Zhong et al. (2017), height / width


def erase(images: NDArray[np.float32], probability: float, draws: Draws) -> NDArray[np.float32]:
    """Fill a rectangle of some of the images with random pixels.

    Zhong et al. draw until a rectangle fits. Here the aspect ratio is drawn, evenly in its
    logarithm, from those that fit, so that no draw is lost.
    """
    height, width = images.shape[1:3]
    draw = draws.uniform(Purpose.ERASING, (5, len(images)))
    chosen = np.flatnonzero(draw[0] < probability)
    _, area, aspect, top, left = draw[:, chosen]

    least, most = ERASED_AREA
    area = (least + (most - least) * area) * height * width
    highest = np.minimum(ERASED_ASPECT_RATIO[1], height**2 / area)
    lowest = np.minimum(np.maximum(ERASED_ASPECT_RATIO[0], area / width**2), highest)
    aspect = lowest * (highest / lowest) ** aspect
    rows = _spans(np.sqrt(area * aspect), top, height)
    columns = _spans(np.sqrt(area / aspect), left, width)

    erased = images.copy()
    inside = (rows[:, :, None] & columns[:, None, :])[..., None]
    noise = draws.pixels(Purpose.ERASED_PIXELS, (len(chosen), *images.shape[1:]))
    erased[chosen] = np.where(inside, noise, images[chosen])
    return erased


def _spans(length: NDArray[np.float64], place: NDArray[np.float64], size: int) -> NDArray[np.bool_]:
    """Mark spans of an axis, shape `(N, size)`, by length and by place from 0 to below 1."""
    whole = np.clip(np.rint(length), 1, size)
    first = np.floor(place * (size - whole + 1))[:, None]
    positions = np.arange(size)
    inside: NDArray[np.bool_] = (positions >= first) & (positions < first + whole[:, None])
    return inside
