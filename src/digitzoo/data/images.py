"""Images as people have them, brought to the arrangement that is asked for; never resized."""

import contextlib
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from digitzoo.checks import check_whole
from digitzoo.errors import (
    ArgumentTypeError,
    DigitzooError,
    InvalidArgumentError,
    ShapeError,
    shown,
)

CHANNELS = (1, 3, 4)  # gray, RGB, RGB with transparency
_LONGEST_SIDE = 100_000
_LONGEST_RIBBON = 10  # a wider array is no image but rows of pixels
_NUMBERS = "biuf"  # NumPy's kinds: booleans, whole numbers, floats


def pixels_of(images: ArrayLike) -> NDArray[Any]:
    """Give the array of what should be images: a split, a tensor of any library, lists."""
    if hasattr(images, "train") and hasattr(images, "test"):
        raise ArgumentTypeError(
            "Expected images. Received a whole Dataset. Give one of its parts, such as .test."
        )
    try:
        pixels = np.asarray(images)
    except DigitzooError:  # what knows better
        raise
    except ValueError as error:
        raise ShapeError(
            "Images of one array have one shape. Received unlike ones. Of a pair give the images; "
            "where labels are taken too, they come as a tuple: (images, labels)."
        ) from error
    except Exception as error:  # whatever another library's tensor raises
        raise ArgumentTypeError(
            f"Pixels must be numbers, in an array or in lists. Received {type(images).__name__}, "
            f"of which NumPy makes no array ({shown(str(error))})."
        ) from error
    if pixels.dtype.kind not in _NUMBERS:
        raise ArgumentTypeError(
            f"Pixels must be numbers, in an array or in lists. Received {shown(images)}."
        )
    return pixels


def as_images(images: ArrayLike) -> NDArray[Any]:
    """Bring what a user calls images, or one of them, to `(N, height, width, channels)`."""
    pixels = pixels_of(images)
    flat = pixels.ndim == 2 and pixels.shape[1] > _LONGEST_RIBBON * len(pixels)
    if pixels.ndim == 2 and not flat:
        return pixels[np.newaxis, ..., np.newaxis]
    if pixels.ndim == 3:
        return pixels[np.newaxis] if pixels.shape[-1] in CHANNELS else add_channel_axis(pixels)
    if pixels.ndim == 4 and pixels.shape[-1] in CHANNELS:
        return pixels
    remedy = channels_first_remedy(pixels.shape)
    if flat:
        remedy = " Flat rows are images after images.reshape(-1, height, width)."
    raise ShapeError(
        f"Images have shape (N, height, width) or (N, height, width, channels) with 1, 3 or 4 "
        f"channels. Received shape {pixels.shape}.{remedy}"
    )


def add_channel_axis(pixels: NDArray[Any]) -> NDArray[Any]:
    """Bring many gray images `(N, height, width)` to `(N, height, width, 1)`; others stay."""
    return pixels[..., np.newaxis] if pixels.ndim == 3 else pixels


def check_image_size(size: object) -> tuple[int, int]:
    """Hold `image_size` to `(height, width)`."""
    if not isinstance(size, Sequence) or isinstance(size, str | bytes):
        raise ArgumentTypeError(f"image_size must be (height, width). Received {shown(size)}.")
    bounds = {"at_least": 1, "at_most": _LONGEST_SIDE}
    sizes = [check_whole("Each size in image_size", side, **bounds) for side in size]
    if len(sizes) != 2:
        raise InvalidArgumentError(f"image_size must be (height, width). Received {shown(size)}.")
    return sizes[0], sizes[1]


def has_channels_first(shape: tuple[int | None, ...]) -> bool | None:
    """Tell by its shape where the channels of an image are; None where it could be either."""
    if len(shape) != 3:
        return None
    first, last = shape[0] in CHANNELS, shape[-1] in CHANNELS
    return None if first == last else first


def channels_first_remedy(shape: tuple[int, ...]) -> str:
    """Say what to do with images `(N, channels, height, width)`; nothing for others."""
    if has_channels_first(shape[1:]):
        return " The channels come first: pass np.moveaxis(images, 1, -1)."
    return ""


def is_one_image(shape: tuple[int, ...], input_shape: tuple[int | None, ...]) -> bool:
    """Tell whether one image fits an input (None: any size) without being resized."""
    if len(input_shape) == 1 and len(shape) > 1:
        return math.prod(shape) == input_shape[0]
    if len(shape) == len(input_shape) - 1 and input_shape[-1] == 1:
        shape = (*shape, 1)
    elif len(shape) == 2 and input_shape[0] == 1 and has_channels_first(input_shape):
        shape = (1, *shape)
    elif len(shape) - 1 == len(input_shape) > 1 and shape[-1] == 1:
        shape = shape[:-1]
    return len(shape) == len(input_shape) and all(
        expected in (None, size) for size, expected in zip(shape, input_shape, strict=True)
    )


def is_flat(shape: tuple[int, ...], image_shape: tuple[int | None, ...]) -> bool:
    """Tell whether an array holds a row, or rows, of as many numbers as an image has."""
    sizes = [size for size in image_shape if size is not None]
    known = len(sizes) == len(image_shape) > 1
    return known and len(shape) in (1, 2) and shape[-1] == math.prod(sizes)


def arrange_images(
    images: ArrayLike, input_shape: tuple[int | None, ...]
) -> tuple[NDArray[Any], bool]:
    """Bring one image or many to `(N, *input_shape)`, and tell whether one came alone."""
    pixels = pixels_of(images)
    if is_one_image(pixels.shape, input_shape):
        return fit_images(pixels[np.newaxis], input_shape), True
    if not is_one_image(pixels.shape[1:], input_shape) and not is_flat(pixels.shape, input_shape):
        # They do not fit. One or many: the message shall speak of the right axes.
        with contextlib.suppress(ShapeError):
            pixels = as_images(pixels)
    return fit_images(pixels, input_shape), False


def fit_images(images: NDArray[Any], input_shape: tuple[int | None, ...]) -> NDArray[Any]:
    """Bring many images to `(N, *input_shape)` where only the arrangement differs."""
    shape = images.shape[1:]
    if not images.ndim or not is_one_image(shape, input_shape):
        raise InvalidArgumentError(_misfit(images.shape, input_shape))
    if len(shape) > len(input_shape):
        return images.reshape(len(images), *(shape[:-1] if len(input_shape) > 1 else (-1,)))
    if len(shape) == len(input_shape):
        return images
    return images[..., np.newaxis] if input_shape[-1] == 1 else images[:, np.newaxis]


def _misfit(shape: tuple[int, ...], input_shape: tuple[int | None, ...]) -> str:
    takes = f"The model takes images of shape {input_shape}. Received"
    if not shape:
        return f"{takes} a single number."
    if is_flat(shape, input_shape):
        return f"{takes} flat rows of {shape[-1]} pixels. Pass images.reshape{(-1, *input_shape)}."
    one = shape[1:]
    turned = (*one[1:], one[0]) if one else ()
    if len(one) == 3 and is_one_image(turned, input_shape):
        return f"{takes} images of shape {one}.{channels_first_remedy(shape)}"
    if len(one) == 3 and is_one_image((one[-1], *one[:-1]), input_shape):
        return (
            f"{takes} images of shape {one}. The channels come last, and the model reads them "
            f"first: pass np.moveaxis(images, -1, -3)."
        )
    if not one:
        return f"{takes} a row of {shape[0]} numbers."
    remedy = "resize them"
    if one[:-1] == input_shape[:-1]:
        remedy = f"give images of {input_shape[-1]} channels"
    return f"{takes} images of shape {one}. Build the model with input_shape={one}, or {remedy}."
