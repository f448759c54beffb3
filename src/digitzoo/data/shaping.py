"""Images in the shape that a network's input asks for."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitzoo.errors import InvalidArgumentError


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
            return images.reshape(len(images), -1)
        return images if len(shape) == len(input_shape) else images[..., np.newaxis]
    raise InvalidArgumentError(
        f"The model takes images of shape {input_shape}. Received images of shape "
        f"{images.shape[1:]}. Build the model with input_shape={images.shape[1:]}, or resize them."
    )


def is_one_image(shape: tuple[int, ...], input_shape: tuple[int | None, ...]) -> bool:
    """Tell whether one image of a shape fits an input without being resized.

    >>> is_one_image((28, 28), (28, 28, 1)), is_one_image((28, 28), (784,))
    (True, True)
    >>> is_one_image((1, 28, 28), (28, 28, 1))
    False
    """
    if len(input_shape) == 1 and len(shape) > 1:
        return math.prod(shape) == input_shape[0]
    if len(shape) == len(input_shape) - 1 and input_shape[-1] == 1:
        shape = (*shape, 1)
    return len(shape) == len(input_shape) and all(
        expected in (None, size) for size, expected in zip(shape, input_shape, strict=True)
    )
