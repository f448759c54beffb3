"""Pixels and labels in the forms that networks take: scaled, flat, one-hot."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from digitzoo.errors import ArgumentTypeError, InvalidArgumentError

LARGEST_PIXEL = 255
_OVERSHOOT = 0.2  # what resizing and rounding may add to floats in 0..1


def scale_pixels(images: ArrayLike, *, dtype: DTypeLike = "float32") -> NDArray[np.floating]:
    """Bring pixels to floats in 0..1, the one input that every model here takes.

    Whole numbers are pixels in 0..255 and are divided by 255. Floats are taken as scaled already.

    Args:
        images: Pixels of any shape.
        dtype: The float type of the result.

    Returns:
        An array of the same shape, with values in 0..1.

    Raises:
        InvalidArgumentError: If a whole number lies outside 0..255, or a float outside 0..1.
        ArgumentTypeError: If the pixels are not numbers.

    >>> scale_pixels([0, 51, 255]).tolist()
    [0.0, 0.20000000298023224, 1.0]
    """
    pixels = check_pixels(np.asarray(images))
    if pixels.dtype == np.bool_ or np.issubdtype(pixels.dtype, np.floating):
        return pixels.astype(dtype, copy=False)
    return _divide(pixels, dtype)


def check_pixels(pixels: NDArray[Any]) -> NDArray[Any]:
    """Hold pixels to whole numbers in 0..255 or floats in 0..1.

    Args:
        pixels: What should be pixels, of any shape.

    Returns:
        The same pixels.

    Raises:
        InvalidArgumentError: If one lies outside.
        ArgumentTypeError: If they are not numbers.
    """
    if pixels.dtype in (np.uint8, np.bool_):
        return pixels
    if np.issubdtype(pixels.dtype, np.integer):
        _check_range(pixels, LARGEST_PIXEL, "Whole-number pixels must lie in 0..255.")
    elif np.issubdtype(pixels.dtype, np.floating):
        _check_range(pixels, 1, "Float pixels must lie in 0..1.")
    else:
        raise ArgumentTypeError(f"Pixels must be numbers. Received an array of {pixels.dtype}.")
    return pixels


def flatten_images(images: NDArray[np.generic]) -> NDArray[np.generic]:
    """Lay each image out as one row, line after line.

    Args:
        images: Shape `(N, ...)`.

    Returns:
        A view where possible, shape `(N, pixels)`.

    >>> flatten_images(np.zeros((2, 28, 28, 1))).shape
    (2, 784)
    """
    return images.reshape(len(images), -1)


def one_hot(labels: ArrayLike, num_classes: int | None = None) -> NDArray[np.float32]:
    """Turn each label into a row of zeros with a one at its class.

    Args:
        labels: Whole numbers of 0 or above, shape `(N,)`.
        num_classes: The length of a row; by default the largest label and one.

    Returns:
        Shape `(N, num_classes)`.

    Raises:
        InvalidArgumentError: If a label lies outside `0..num_classes - 1`.
        ArgumentTypeError: If the labels are not whole numbers in one dimension.

    >>> one_hot([1, 0], num_classes=3).tolist()
    [[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]
    """
    checked = check_labels(np.asarray(labels), num_classes)
    width = num_classes or (int(checked.max()) + 1 if len(checked) else 0)
    rows = np.zeros((len(checked), width), dtype=np.float32)
    rows[np.arange(len(checked)), checked] = 1.0
    return rows


def from_one_hot(rows: NDArray[Any]) -> NDArray[np.intp]:
    """Turn rows of zeros with a single one back into labels.

    Args:
        rows: Shape `(N, num_classes)`.

    Returns:
        Labels, shape `(N,)`.

    Raises:
        InvalidArgumentError: If a row is anything else.

    >>> from_one_hot(np.array([[0, 0, 1], [1, 0, 0]])).tolist()
    [2, 0]
    """
    single = (np.count_nonzero(rows, axis=1) == 1) & (rows.max(axis=1, initial=0) == 1)
    if not single.all():
        row = int(np.argmin(single))
        raise InvalidArgumentError(
            f"Row {row} of the labels is not one-hot. Expected zeros and a single 1. "
            f"Received {rows[row].tolist()}."
        )
    labels: NDArray[np.intp] = np.argmax(rows, axis=1)
    return labels


def check_labels(
    labels: NDArray[Any], num_classes: int | None = None, *, source: str = "labels"
) -> NDArray[np.integer]:
    """Hold labels to whole numbers, one for each image, inside the classes.

    Args:
        labels: What should be labels.
        num_classes: How many classes there are; None checks only that none is negative.
        source: What the message calls them, such as a file's name.

    Returns:
        The same labels.

    Raises:
        InvalidArgumentError: If a label lies outside the classes.
        ArgumentTypeError: If they are not whole numbers in one dimension.

    >>> check_labels(np.array([0, 9]), 10).tolist()
    [0, 9]
    """
    if labels.ndim != 1 or not np.issubdtype(labels.dtype, np.integer):
        raise ArgumentTypeError(
            f"{source}: labels must be whole numbers of shape (N,). "
            f"Received {labels.dtype} of shape {labels.shape}."
        )
    if not len(labels):
        return labels
    outside = labels < 0
    if num_classes is not None:
        outside |= labels >= num_classes
    if outside.any():
        first = int(np.argmax(outside))
        expected = "0 or above" if num_classes is None else f"0 to {num_classes - 1}"
        raise InvalidArgumentError(
            f"{source}: label {labels[first]} at index {first} lies outside the classes. "
            f"Expected {expected}."
        )
    return labels


def _divide(pixels: NDArray[Any], dtype: DTypeLike) -> NDArray[np.floating]:
    scaled: NDArray[np.floating] = np.divide(pixels, LARGEST_PIXEL, dtype=dtype, casting="unsafe")
    return scaled


def _check_range(pixels: NDArray[Any], largest: int, expected: str) -> None:
    if not pixels.size:
        return
    low, high = pixels.min(), pixels.max()
    if np.isnan(low):
        raise InvalidArgumentError(f"{expected} Received nan, which is no number.")
    if low < 0 or high > largest:
        remedy = _remedy(low, high, floats=largest == 1)
        raise InvalidArgumentError(f"{expected} Received {low} to {high}.{remedy}")


def _remedy(low: float, high: float, *, floats: bool) -> str:
    """Say what to do with pixels that leave the range."""
    if floats and low >= -_OVERSHOOT and high <= 1 + _OVERSHOOT:
        return " Clip them: np.clip(images, 0, 1)."
    if low < 0:
        return " Undo what brought them below 0." if floats else ""
    if high <= LARGEST_PIXEL and floats:
        return " Divide them by 255, or pass them as uint8."
    return " Divide them by the largest value that they can have, such as 65,535 for 16 bits."
