"""Images in the shape that a network's input asks for."""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from digitzoo.errors import InvalidArgumentError, ShapeError

_CHANNELS = (1, 3, 4)  # gray, RGB, RGB with transparency
_LONGEST_RIBBON = 10  # a wider array is no image but rows of pixels


def fit_images(images: NDArray[Any], input_shape: tuple[int | None, ...]) -> NDArray[Any]:
    """Bring many images to `(N, *input_shape)` where only the arrangement differs.

    A channel axis of length 1 may be there or not, and a flat input takes images line after line.
    Nothing is resized.

    Args:
        images: Shape `(N, ...)`.
        input_shape: The shape of one image, as the network takes it; None where any size will do.

    Returns:
        The same pixels, shape `(N, *input_shape)`; a view where possible.

    Raises:
        InvalidArgumentError: If the shapes do not fit.

    >>> fit_images(np.zeros((5, 28, 28)), (28, 28, 1)).shape
    (5, 28, 28, 1)
    """
    shape = images.shape[1:]
    if is_one_image(shape, input_shape):
        if len(shape) > len(input_shape):
            return images.reshape(len(images), *(shape[:-1] if len(input_shape) > 1 else (-1,)))
        return images if len(shape) == len(input_shape) else images[..., np.newaxis]
    raise InvalidArgumentError(
        f"The model takes images of shape {input_shape}. Received images of shape "
        f"{images.shape[1:]}. Build the model with input_shape={images.shape[1:]}, or resize them."
    )


def is_one_image(shape: tuple[int, ...], input_shape: tuple[int | None, ...]) -> bool:
    """Tell whether one image of a shape fits an input without being resized.

    Args:
        shape: The shape of one image.
        input_shape: What the network takes; None where any size will do.

    Returns:
        Whether it fits; a channel axis of length 1 may be there or not.

    >>> is_one_image((28, 28), (28, 28, 1)), is_one_image((28, 28), (784,))
    (True, True)
    >>> is_one_image((1, 28, 28), (28, 28, 1))
    False
    """
    if len(input_shape) == 1 and len(shape) > 1:
        return math.prod(shape) == input_shape[0]
    if len(shape) == len(input_shape) - 1 and input_shape[-1] == 1:
        shape = (*shape, 1)
    elif len(shape) - 1 == len(input_shape) > 1 and shape[-1] == 1:
        shape = shape[:-1]
    return len(shape) == len(input_shape) and all(
        expected in (None, size) for size, expected in zip(shape, input_shape, strict=True)
    )


def as_images(images: ArrayLike) -> NDArray[Any]:
    """Bring what a user calls images to one form.

    Args:
        images: `(N, height, width)`, `(N, height, width, channels)`, or one image without the first
            axis.

    Returns:
        The same pixels, shape `(N, height, width, channels)`.

    Raises:
        ShapeError: If they are no images.

    >>> as_images(np.zeros((28, 28))).shape, as_images(np.zeros((5, 28, 28))).shape
    ((1, 28, 28, 1), (5, 28, 28, 1))
    """
    pixels = np.asarray(images)
    flat = pixels.ndim == 2 and pixels.shape[1] > _LONGEST_RIBBON * len(pixels)  # noqa: PLR2004 - axes
    if pixels.ndim == 2 and not flat:  # noqa: PLR2004 - one gray image
        return pixels[np.newaxis, ..., np.newaxis]
    if pixels.ndim == 3:  # noqa: PLR2004 - many gray images, or one with its channels
        alone = pixels.shape[-1] in _CHANNELS
        return pixels[np.newaxis] if alone else pixels[..., np.newaxis]
    if pixels.ndim == 4 and pixels.shape[-1] in _CHANNELS:  # noqa: PLR2004 - the full form
        return pixels
    remedy = ""
    if pixels.ndim == 4 and pixels.shape[1] in _CHANNELS:  # noqa: PLR2004 - channels first
        remedy = " The channels come first: pass np.moveaxis(images, 1, -1)."
    elif flat:
        remedy = " Flat rows are images after images.reshape(-1, height, width)."
    raise ShapeError(
        f"Images have shape (N, height, width) or (N, height, width, channels) with 1, 3 or 4 "
        f"channels. Received shape {pixels.shape}.{remedy}"
    )
