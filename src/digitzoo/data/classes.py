"""The classes and their names; labels as people have them, which count the classes."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from digitzoo.checks import check_whole
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, listed, shown

ClassNames = Sequence[str] | NDArray[Any]
"""The names of classes, in the order of the labels."""

MOST_CLASSES = 10_000
_DIGITS = 10
_FEW = 5  # a class with as many images in each class before it is not left out by chance
_STRAY_SHARE = 0.02


def number_names(count: int) -> tuple[str, ...]:
    """Name classes by their numbers."""
    return tuple(str(number) for number in range(count))


def check_class_names(class_names: ClassNames | None) -> tuple[str, ...]:
    """Hold names of classes to texts of which no two are alike; None is no names."""
    if class_names is None:
        return ()
    # An array is such as scikit-learn's classes_; one of no axes becomes a text here.
    names = class_names.tolist() if isinstance(class_names, np.ndarray) else class_names
    is_list = isinstance(names, Sequence) and not isinstance(names, str | bytes)
    if not is_list or not all(isinstance(name, str) for name in names):
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
    """Take the names that are given, or the numbers up to the largest label."""
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
    """Find the first label that stands apart from all others, as a slip of the pen does."""
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


def as_labels(labels: ArrayLike) -> tuple[NDArray[Any], int | None]:
    """Bring labels to whole numbers `(N,)`; one-hot rows tell how many classes there are too."""
    numbers = array_of(labels)
    if numbers.ndim == 2 and numbers.shape[1] > 1:
        return from_one_hot(numbers), numbers.shape[1]
    if numbers.ndim == 2:
        numbers = numbers[:, 0]
    return check_labels(numbers.astype(np.uint8) if numbers.dtype == bool else numbers), None


def check_labels(
    labels: ArrayLike, num_classes: int | None = None, *, source: str = "labels"
) -> NDArray[Any]:
    """Hold labels to whole numbers in one dimension, inside the classes, and give the array."""
    numbers = array_of(labels)
    if num_classes is not None:
        check_whole("num_classes", num_classes, at_least=1)
    if not numbers.size and numbers.ndim == 1:
        numbers = numbers.astype(np.intp)  # an empty list is of floats
    # Times are whole numbers to np.issubdtype, so the kind is asked.
    if numbers.ndim != 1 or numbers.dtype.kind not in "iu":
        raise ArgumentTypeError(
            f"{source}: labels must be whole numbers of shape (N,). Received {shown(labels)}."
        )
    outside = numbers < 0
    if num_classes is not None:
        outside |= numbers >= num_classes
    if outside.any():
        first = int(np.argmax(outside))
        expected = "0 or above" if num_classes is None else f"0 to {num_classes - 1}"
        raise InvalidArgumentError(
            f"{source}: label {numbers[first]} at index {first} lies outside the classes. "
            f"Expected {expected}."
        )
    return numbers


def from_one_hot(rows: ArrayLike) -> NDArray[np.intp]:
    """Turn rows of zeros with a single one back into labels."""
    numbers = array_of(rows)
    if numbers.ndim != 2 or numbers.dtype.kind not in "biuf":
        raise ArgumentTypeError(
            f"One-hot labels are numbers of shape (N, num_classes). Received {shown(rows)}."
        )
    single = (np.count_nonzero(numbers, axis=1) == 1) & (numbers.max(axis=1, initial=0) == 1)
    if not single.all():
        row = int(np.argmin(single))
        raise InvalidArgumentError(
            f"Row {row} of the labels is not one-hot. Expected zeros and a single 1. "
            f"Received {shown(numbers[row].tolist())}."
        )
    labels: NDArray[np.intp] = np.argmax(numbers, axis=1)
    return labels


def array_of(values: ArrayLike) -> NDArray[Any]:
    """Make an array of what people have; of what NumPy cannot, one of a single Python object."""
    try:
        return np.asarray(values)
    except Exception:  # noqa: BLE001 - unlike rows; whatever another library's tensor raises
        return np.array(None)
