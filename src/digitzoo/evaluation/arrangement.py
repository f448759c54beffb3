"""Images as people give them, brought to what a model takes."""

import math
import os
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from digitzoo.data import Dataset, Split, as_images, fit_images, is_one_image
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, ShapeError, shown


def pixels_of(images: ArrayLike | Split) -> NDArray[Any]:
    """Give the array of what should be images.

    Args:
        images: A split, or what NumPy makes an array of.

    Returns:
        The pixels, in the shape in which they came.

    Raises:
        ArgumentTypeError: If it is a whole data set, or nothing that holds numbers.
        ShapeError: If the images are not of one shape.

    >>> pixels_of([[0, 255], [255, 0]]).shape
    (2, 2)
    """
    if isinstance(images, Dataset):
        raise ArgumentTypeError(
            "Expected images. Received a whole Dataset. Give one of its parts, such as .test."
        )
    if isinstance(images, Split):
        return np.asarray(images.images)
    if not (isinstance(images, _NUMBERS) or any(hasattr(images, name) for name in _ARRAYS)):
        raise ArgumentTypeError(
            f"Images are a Split, an array, or a list of arrays. Received {shown(images)}."
            f"{_remedy(images)}"
        )
    try:
        pixels = np.asarray(images)
    except ValueError as error:
        raise ShapeError(
            "Images of one array have one shape. Received unlike ones. Of a pair (images, labels) "
            "give the images."
        ) from error
    except (TypeError, RuntimeError) as error:  # a tensor that is on a GPU, or in a graph
        raise ArgumentTypeError(f"Images are arrays of numbers: {error}") from error
    if pixels.dtype.kind in "OSUMm":
        raise ArgumentTypeError(f"Images are arrays of numbers. Received {shown(images)}.")
    return pixels


# Of any kind of array, TensorFlow's, PyTorch's and Pillow's too.
_ARRAYS = ("__array__", "__array_interface__", "__dlpack__")
_NUMBERS = (list, tuple, int, float, np.generic, memoryview)


def _remedy(images: object) -> str:
    if isinstance(images, str | os.PathLike):
        return " Classifier(...).predict takes files of pictures."
    if isinstance(images, Mapping):
        return " Give the array that is in it."
    if isinstance(images, Iterable) and not isinstance(images, bytes | bytearray | set):
        return " Gather them: np.stack(list(images))."
    return ""


def arrange_images(
    pixels: NDArray[Any], input_shape: tuple[int | None, ...]
) -> tuple[NDArray[Any], bool]:
    """Bring one image or many to `(N, *input_shape)` where only the arrangement differs.

    Args:
        pixels: One image or many, with or without the channel axis.
        input_shape: The shape of one image, as the model takes it; None where any size will do.

    Returns:
        The images, and whether it was one that came alone.

    Raises:
        InvalidArgumentError: If they do not fit.

    >>> images, alone = arrange_images(np.zeros((28, 28)), (28, 28, 1))
    >>> images.shape, alone
    ((1, 28, 28, 1), True)
    """
    alone = is_one_image(pixels.shape, input_shape)
    if alone:
        pixels = pixels[np.newaxis]
    elif not pixels.ndim or not is_one_image(pixels.shape[1:], input_shape):
        if is_flat(pixels.shape, input_shape):
            raise InvalidArgumentError(
                f"The model takes images of shape {input_shape}. Received flat rows of "
                f"{pixels.shape[-1]} pixels. Pass images.reshape{(-1, *input_shape)}."
            )
        raise InvalidArgumentError(
            f"The model takes images of shape {input_shape}. {_what_came(pixels, input_shape)}"
        )
    return fit_images(pixels, input_shape), alone


def is_flat(shape: tuple[int, ...], image_shape: tuple[int | None, ...]) -> bool:
    """Tell whether an array holds a row, or rows, of as many numbers as an image has.

    >>> is_flat((100, 784), (28, 28, 1)), is_flat((100, 700), (28, 28, 1))
    (True, False)
    """
    sizes = [size for size in image_shape if size is not None]
    known = len(sizes) == len(image_shape) > 1
    return known and len(shape) in (1, 2) and shape[-1] == math.prod(sizes)


def _what_came(pixels: NDArray[Any], input_shape: tuple[int | None, ...]) -> str:
    """Say what does not fit, and what would."""
    if not pixels.ndim:
        return "Received a single number."
    for come, (old, new) in (("first", (1, -1)), ("last", (-1, 1))):
        if pixels.ndim in (3, 4) and len(input_shape) == 3:  # noqa: PLR2004 - with channels
            many = pixels if pixels.ndim == 4 else pixels[np.newaxis]  # noqa: PLR2004 - the same
            if is_one_image(np.moveaxis(many, old, new).shape[1:], input_shape):
                axes = (old, new) if many is pixels else (old - (old > 0), new - (new > 0))
                return (
                    f"The channels come {come} in images of shape {many.shape[1:]}: pass "
                    f"np.moveaxis(images, {axes[0]}, {axes[1]})."
                )
    shape = _shape_of_one(pixels)
    remedy = "resize them"
    if shape[:-1] == input_shape[:-1]:
        remedy = f"give images of {input_shape[-1]} channels"
    return (
        f"Received images of shape {shape}. Build the model with input_shape={shape}, or {remedy}."
    )


def _shape_of_one(pixels: NDArray[Any]) -> tuple[int, ...]:
    """Guess the shape of one image where it is not clear which axis counts them."""
    try:
        return as_images(pixels).shape[1:]
    except ShapeError:
        return pixels.shape[1:]
