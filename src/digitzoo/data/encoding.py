"""Pixels and labels in the forms that networks take: scaled, flat, one-hot."""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from digitzoo.checks import check_whole
from digitzoo.data.classes import check_labels
from digitzoo.data.images import pixels_of
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, shown

LARGEST_PIXEL = 255
_FEWER_BITS = (1, 15, 16)  # masks, 4 bits, scikit-learn's digits
_ENOUGH_PIXELS = 64  # fewer may all be dark by chance
_OVERSHOOT = 0.2  # what resizing and rounding may add to floats in 0..1
_MOST_CLASSES = 1_000_000  # a row of one-hot labels has as many numbers


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
        ArgumentTypeError: If the pixels are not numbers, or the type is no float.

    >>> scale_pixels([0, 51, 255]).tolist()
    [0.0, 0.20000000298023224, 1.0]
    """
    try:  # None would be float64 to NumPy, and a number its own type
        floats = np.dtype("O" if dtype is None or isinstance(dtype, np.generic) else dtype)
    except (TypeError, ValueError, SyntaxError) as error:  # NumPy's, for what names no type
        raise ArgumentTypeError(f"dtype must be a float type. Received {shown(dtype)}.") from error
    if floats.kind != "f":
        raise ArgumentTypeError(f"dtype must be a float type. Received {shown(dtype)}.")
    pixels = check_pixels(images)
    if pixels.dtype.kind in "bf":
        return pixels.astype(floats, copy=False)
    scaled: NDArray[np.floating] = np.divide(pixels, LARGEST_PIXEL, dtype=floats, casting="unsafe")
    return scaled


def check_pixels(images: ArrayLike) -> NDArray[Any]:
    """Hold pixels of any shape to whole numbers in 0..255 or floats in 0..1; give the array."""
    pixels = pixels_of(images)
    if not pixels.size or pixels.dtype in (np.uint8, np.bool_):
        return pixels
    largest, kind = (1, "Float") if pixels.dtype.kind == "f" else (LARGEST_PIXEL, "Whole-number")
    low, high = pixels.min(), pixels.max()
    if low >= 0 and high <= largest:
        return pixels
    if np.isnan(low):
        remedy = "A nan is no number: replace it."
    elif largest == 1 and low >= -_OVERSHOOT and high <= 1 + _OVERSHOOT:
        remedy = "Clip them: np.clip(images, 0, 1)."
    elif low < 0:
        remedy = "Undo what brought them below 0."
    elif high <= LARGEST_PIXEL:
        remedy = "Divide them by 255, or by what white is in them, such as 16."
    else:
        remedy = "Divide them by the largest value that they can have, such as 65,535 for 16 bits."
    raise InvalidArgumentError(
        f"{kind} pixels must lie in 0..{largest}. Received {low} to {high}. {remedy}"
    )


def check_scale(
    *parts: NDArray[Any],
    subject: str = "The images are",
    remedy: str = "Pass images / {largest}, or booleans where they are 0 and 1.",
) -> None:
    """Refuse whole numbers that by their largest have fewer bits, and would be as good as black."""
    if all(part.dtype.kind in "iu" for part in parts):
        largest = max((int(part.max()) for part in parts if part.size), default=0)
        if largest in _FEWER_BITS and sum(part.size for part in parts) >= _ENOUGH_PIXELS:
            numbers = "0 and 1" if largest == 1 else f"0 to {largest}"
            raise InvalidArgumentError(
                f"{subject} whole numbers of {numbers}, where 255 is white. "
                f"{remedy.format(largest=largest)}"
            )


def flatten_images(images: ArrayLike) -> NDArray[Any]:
    """Lay each image out as one row, line after line.

    Args:
        images: Shape `(N, ...)`.

    Returns:
        A view where possible, shape `(N, pixels)`.

    Raises:
        InvalidArgumentError: If it is a single number.
        ArgumentTypeError: If they are not numbers.

    >>> flatten_images(np.zeros((2, 28, 28, 1))).shape
    (2, 784)
    """
    pixels = pixels_of(images)
    if not pixels.ndim:
        raise InvalidArgumentError(f"Expected images. Received a single number, {shown(images)}.")
    return pixels.reshape(len(pixels), math.prod(pixels.shape[1:]))


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
    checked = check_labels(labels, num_classes)
    if num_classes is None:
        num_classes = int(checked.max()) + 1 if len(checked) else 0
    width = check_whole("num_classes", num_classes, at_least=0, at_most=_MOST_CLASSES)
    rows = np.zeros((len(checked), width), dtype=np.float32)
    rows[np.arange(len(checked)), checked] = 1.0
    return rows
