"""The classes that labels count: their names, and the label that is none of them."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, listed, shown

ClassNames = Sequence[str] | NDArray[Any]
"""The names of classes, in the order of the labels."""

MOST_CLASSES = 10_000
_DIGITS = 10
_FEW = 5  # a class with as many images in each class before it is not left out by chance
_STRAY_SHARE = 0.02


def number_names(count: int) -> tuple[str, ...]:
    """Name classes by their numbers.

    >>> number_names(3)
    ('0', '1', '2')
    """
    return tuple(str(number) for number in range(count))


def check_class_names(class_names: ClassNames | None) -> tuple[str, ...]:
    """Hold names of classes to texts of which no two are alike.

    Args:
        class_names: The names, in the order of the labels; None for none.

    Returns:
        The names.

    Raises:
        ArgumentTypeError: If it is one text, or one of them is no text.
        InvalidArgumentError: If a name is empty or stands twice.

    >>> check_class_names(["cat", "dog"])
    ('cat', 'dog')
    """
    if class_names is None:
        return ()
    names = None
    if isinstance(class_names, np.ndarray):  # such as scikit-learn's classes_
        names = tuple(np.atleast_1d(class_names).ravel().tolist())
    elif isinstance(class_names, Sequence) and not isinstance(class_names, str | bytes):
        names = tuple(class_names)
    if names is None or not all(isinstance(name, str) for name in names):
        raise ArgumentTypeError(
            f"class_names must be a sequence of names. Received {shown(class_names)}. "
            f"Leave it out to number the classes."
        )
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise InvalidArgumentError(
            f"class_names must differ, so that a name means one class. Twice: {listed(twice)}."
        )
    if any(not name.strip() for name in names):
        raise InvalidArgumentError(f"class_names must not be empty. Received {shown(names)}.")
    return tuple(str(name) for name in names)


def name_classes(given: ClassNames | None, *labels: NDArray[np.integer]) -> tuple[str, ...]:
    """Take the names that are given, or the numbers up to the largest label.

    Raises:
        ArgumentTypeError: If what is given are no names.
        InvalidArgumentError: If names are alike, or the labels would make more classes than anyone
            means.

    >>> name_classes(None, np.array([0, 2]))
    ('0', '1', '2')
    """
    names = check_class_names(given)
    if names:
        return names
    count = max((int(part.max()) + 1 for part in labels if len(part)), default=0)
    if count > MOST_CLASSES:
        raise InvalidArgumentError(
            f"The largest label is {count - 1:,}, which would make {count:,} classes. Expected "
            f"labels from 0 on, at most {MOST_CLASSES:,} classes; or give class_names."
        )
    return number_names(count)


def stray_label(labels: NDArray[np.integer]) -> int | None:
    """Find the one label that stands apart from all others, as a slip of the pen does.

    Ten digits and a single 11 would make twelve classes. The labels up to a gap are the classes
    where hardly any image lies beyond the gap, and where chance has not left the class out: each
    class before it has several images, or they are the ten digits.

    Args:
        labels: Whole numbers of 0 or above.

    Returns:
        The index of the first image with such a label; None if there is none.

    >>> stray_label(np.array([*range(10), 11])), stray_label(np.array([0, 1, 5]))
    (10, None)
    """
    if not len(labels) or int(labels.max()) > MOST_CLASSES:
        return None
    counts = np.bincount(labels)
    if counts.all():
        # No gap. One image of a last class, where all others have many, is a slip as well.
        alone = len(counts) > _FEW and counts[-1] == 1 and counts[:-1].min() >= 4 * _FEW
        gap = len(counts) - 1 if alone else 0
    else:
        gap = int(np.argmin(counts > 0))
    before, beyond = counts[:gap], int(counts[gap:].sum())
    by_chance = gap < 2 or (gap != _DIGITS and before.min() < _FEW)
    if by_chance or beyond > max(1, _STRAY_SHARE * len(labels)):
        return None
    return int(np.argmax(labels >= gap))
