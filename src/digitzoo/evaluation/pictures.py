"""Pictures as people hand them over, and what a model's input makes of their shape."""

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from digitzoo.data import Picture
from digitzoo.data.images import as_images, has_channels_first, is_flat
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, ShapeError
from digitzoo.evaluation.heads import input_shape_of


def list_pictures(
    pictures: Picture | Iterable[Picture], image_shape: tuple[int | None, ...]
) -> list[Picture]:
    """List pictures for a model that takes images of a shape; one is a list of one."""
    if isinstance(pictures, str | Path | Image.Image):
        return [pictures]
    if hasattr(pictures, "__array__"):  # tensors of all backends too
        pixels = np.asarray(pictures)
        if pixels.ndim == 3 and pixels.shape[-1] == 2:  # gray and transparency
            return [pixels]
        if not pixels.size:
            raise InvalidArgumentError("There are no pictures to predict.")
        if pixels.ndim == 2 and is_flat(pixels.shape, image_shape):
            raise ShapeError(
                f"An array of shape {pixels.shape} is {len(pixels)} flat rows or one picture. "
                f"For rows pass images.reshape{(-1, *image_shape)}, for one picture [picture]."
            )
        return list(as_images(pixels))
    is_content = isinstance(pictures, bytes | bytearray | memoryview)
    if not isinstance(pictures, Iterable) or hasattr(pictures, "read") or is_content:
        opened = "PIL.Image.open(io.BytesIO(...)) reads the content of a file."
        raise ArgumentTypeError(
            f"Expected a file's path, a Pillow image, an array of pixels, or a list of such. "
            f"Received {type(pictures).__name__}. "
            f"{opened if is_content else 'PIL.Image.open reads an open file.'}"
        )
    many = list(pictures)
    if not many:
        raise InvalidArgumentError("There are no pictures to predict.")
    return many


def channels_last(model: Any) -> tuple[int | None, ...]:
    """Give the shape of one image that a model takes, with the channels last."""
    shape = input_shape_of(model)
    return (*shape[1:], shape[0]) if has_channels_first(shape) else shape


def picture_shape(model: Any) -> tuple[int | None, ...]:
    """Give height, width and channels of the pictures for a model, flat ones as squares."""
    input_shape = channels_last(model)
    if len(input_shape) == 1 and input_shape[0] is not None:
        side = math.isqrt(input_shape[0])
        return side, side, 1
    return (*input_shape, 1) if len(input_shape) == 2 else input_shape  # gray
