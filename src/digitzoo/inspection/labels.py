"""Which class of an image is explained."""

import contextlib

import numpy as np
from numpy.typing import ArrayLike, NDArray

from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, shown


def as_labels(label: ArrayLike) -> NDArray[np.integer]:
    """Give what should be labels as whole numbers.

    Raises:
        ArgumentTypeError: If it is something else.
    """
    labels = None
    with contextlib.suppress(ValueError):  # rows of unlike lengths
        labels = np.asarray(label)
    if labels is None or not np.issubdtype(labels.dtype, np.integer):
        raise ArgumentTypeError(f"A label is a whole number. Received {shown(label)}.")
    return labels


def choose_labels(logits: NDArray[np.floating], label: ArrayLike | None) -> NDArray[np.intp]:
    """Give the class to explain for each image: what the user asks for, or what the model says.

    Args:
        logits: Shape `(N, num_classes)`.
        label: A class for all images, one for each, or None.

    Returns:
        Shape `(N,)`.

    Raises:
        InvalidArgumentError: If there is no such class, or not one for each image.
        ArgumentTypeError: If it is no whole number.
    """
    if label is None:
        likeliest: NDArray[np.intp] = np.argmax(logits, axis=1)
        return likeliest
    labels = as_labels(label)
    count, num_classes = logits.shape
    if labels.ndim > 1 or (labels.ndim == 1 and len(labels) != count):
        raise InvalidArgumentError(
            f"Expected one label, or one for each of {count} images. Received {labels.size}."
        )
    if labels.size and not 0 <= labels.min() <= labels.max() < num_classes:
        raise InvalidArgumentError(
            f"The model knows the classes 0 to {num_classes - 1}. Received label={shown(label)}."
        )
    return np.broadcast_to(labels, (count,)).astype(np.intp)
