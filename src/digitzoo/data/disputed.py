"""Test images of MNIST whose label people doubt."""

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitzoo.data.encoding import LARGEST_PIXEL
from digitzoo.data.split import Split
from digitzoo.errors import ArgumentTypeError, shown

_FILE = Path(__file__).with_name("files") / "mnist_disputed_labels.json"
_PIXELS = 28 * 28


@dataclass(frozen=True)
class DisputedLabel:
    """What five reviewers said of one test image of MNIST.

    Attributes:
        test_index: The image's place among MNIST's 10,000 test images.
        given_label: Its label in MNIST.
        guessed_label: The label that other models gave it.
        votes_given: How many of the five saw the given label.
        votes_guessed: How many saw the guessed one.
        votes_neither: How many saw neither, or both.
        image_sha256: SHA-256 of its 784 bytes, by which it is found in any split.

    >>> first = disputed_labels()[0]
    >>> first.given_label, first.guessed_label
    (8, 9)
    """

    test_index: int
    given_label: int
    guessed_label: int
    votes_given: int
    votes_guessed: int
    votes_neither: int
    image_sha256: str


@cache
def disputed_labels() -> tuple[DisputedLabel, ...]:
    """List the test images of MNIST whose label fewer than three of five reviewers confirmed.

    Of 100 that were reviewed, 15 (Northcutt, Athalye and Mueller, "Pervasive Label Errors in Test
    Sets", arXiv 2103.14749). A model that calls them wrong may be right.

    Returns:
        One entry an image, by place.

    >>> len(disputed_labels()), disputed_labels()[0].test_index
    (15, 947)
    """
    rows = json.loads(_FILE.read_text(encoding="utf-8"))["rows"]
    return tuple(DisputedLabel(**row) for row in rows)


def is_disputed(split: Split) -> NDArray[np.bool_]:
    """Tell which images of a split have a disputed label.

    They are known by their pixels, so a part or another order of MNIST's test images will do.
    `evaluate(model, test[~is_disputed(test)])` measures without them.

    Args:
        split: Images as uint8 or as floats in 0..1. One that was corrected counts as such no more.

    Returns:
        Shape `(N,)`.

    Raises:
        ArgumentTypeError: If it is no split.

    >>> from digitzoo.data import load_data
    >>> test = load_data("mnist").test
    >>> np.flatnonzero(is_disputed(test))[:3].tolist()
    [947, 1621, 1901]
    """
    if not isinstance(split, Split):
        raise ArgumentTypeError(
            f"is_disputed takes a Split, whose labels it compares. Received {shown(split)}. "
            f"Split(images, labels) makes one."
        )
    found = np.zeros(len(split), dtype=bool)
    if split.labels is None or split.images[:1].size != _PIXELS:
        return found
    known = {(row.image_sha256, row.given_label) for row in disputed_labels()}
    labels = split.labels
    for index in np.flatnonzero(np.isin(labels, [label for _, label in known])):
        image = split.images[index]
        if np.issubdtype(image.dtype, np.floating):
            image = np.rint(np.nan_to_num(image.clip(0, 1)) * LARGEST_PIXEL)
        pixels = image.clip(0, LARGEST_PIXEL).astype(np.uint8)
        digest = hashlib.sha256(pixels.tobytes()).hexdigest()
        found[index] = (digest, int(labels[index])) in known
    return found
