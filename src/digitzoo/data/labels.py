"""Labels as people have them: whole numbers, booleans, columns or one-hot rows."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from digitzoo.checks import check_whole
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, shown


def as_labels(labels: ArrayLike) -> tuple[NDArray[Any], int | None]:
    """Bring labels to whole numbers of shape `(N,)`; one-hot rows tell the number of classes too.

    Args:
        labels: Whole numbers or booleans of shape `(N,)` or `(N, 1)`, as Keras's CIFAR and MedMNIST
            have them, or one-hot rows.

    Raises:
        InvalidArgumentError: If a label is negative, or a row is not one-hot.
        ArgumentTypeError: If they are no labels.

    >>> as_labels([[0, 1], [1, 0]])
    (array([1, 0]), 2)
    """
    numbers = array_of(labels)
    if numbers.ndim == 2 and numbers.shape[1] > 1:  # N, classes
        return from_one_hot(numbers), numbers.shape[1]
    if numbers.ndim == 2:  # N, 1
        numbers = numbers[:, 0]
    return check_labels(numbers.astype(np.uint8) if numbers.dtype == bool else numbers), None


def check_labels(
    labels: ArrayLike, num_classes: int | None = None, *, source: str = "labels"
) -> NDArray[Any]:
    """Hold labels to whole numbers, one for each image, inside the classes, and give the array.

    Args:
        labels: What should be labels.
        num_classes: How many classes there are; None checks only that none is negative.
        source: What the message calls them, such as a file's name.

    Raises:
        InvalidArgumentError: If a label lies outside the classes.
        ArgumentTypeError: If they are not whole numbers in one dimension.

    >>> check_labels([0, 9], 10).tolist()
    [0, 9]
    """
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
    """Turn rows of zeros with a single one back into labels.

    Raises:
        InvalidArgumentError: If a row is anything else.
        ArgumentTypeError: If they are no rows of numbers.

    >>> from_one_hot([[0, 0, 1], [1, 0, 0]]).tolist()
    [2, 0]
    """
    numbers = array_of(rows)
    if numbers.ndim != 2 or numbers.dtype.kind not in "biuf":  # N, classes
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
