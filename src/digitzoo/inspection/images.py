"""Images as people have them, brought to what a network takes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from numpy.typing import ArrayLike, NDArray

from digitzoo.data import Split, scale_pixels
from digitzoo.data.images import (
    arrange_images,
    as_images,
    has_channels_first,
    is_one_image,
    pixels_of,
)
from digitzoo.errors import InvalidArgumentError, ShapeError
from digitzoo.evaluation.heads import check_model, input_shape_of, num_classes_of
from digitzoo.evaluation.pixels import pixel_scale, rescale, scale_for
from digitzoo.inspection.channels import read_channels_first, takes_channels_first
from digitzoo.inspection.logits import as_label

_AT_ONCE = 128
_IMAGE_AXES = 4  # N, height, width, channels


def prepare_images(model: keras.Model, images: ArrayLike | Split) -> NDArray[np.floating]:
    """Bring images to what a model takes, in the pixels that it wants.

    A model that is not built says nothing of its input: images then go in as they are, with a
    channel axis; and so they do into a subclass that was built with others.
    """
    check_model(model)
    pixels = pixels_of(images)
    if not pixels.size:
        raise InvalidArgumentError(f"There are no images. Received shape {pixels.shape}.")
    own = hasattr(model, "input_shape")
    try:
        input_shape = input_shape_of(model)
    except InvalidArgumentError:
        if own or model.built:
            raise
        arranged = scale_pixels(_as_model_reads(model, pixels))
        model(arranged[:1])  # what is built tells which pixels it wants
        return rescale(arranged, pixel_scale(model))
    fits = any(is_one_image(shape, input_shape) for shape in (pixels.shape, pixels.shape[1:]))
    if not own and not fits:  # a subclass may take other sizes than it was built with
        return scale_for(model, _as_model_reads(model, pixels))
    return scale_for(model, arrange_images(pixels, input_shape)[0])


def _as_model_reads(model: keras.Model, pixels: NDArray[Any]) -> NDArray[Any]:
    """Give images a channel axis, where the model's first layer looks for it."""
    if not read_channels_first(model):
        return as_images(pixels)
    if has_channels_first(pixels.shape[-3:]):
        return pixels if pixels.ndim == _IMAGE_AXES else pixels[np.newaxis]
    return np.moveaxis(as_images(pixels), -1, 1)


@dataclass(frozen=True, eq=False)
class PictureBatch:
    """Images as a model takes them, and what they are as pictures.

    Attributes:
        inputs: Shape `(N, ...)`.
        shape: Height, width and channels of one picture.
        channels_first: Whether that is how the model takes them.
        scale: What a pixel of 1 is in the inputs: 1, or 255.
    """

    inputs: NDArray[np.floating]
    shape: tuple[int, int, int]
    channels_first: bool
    scale: int

    def slices(self) -> Iterator[slice]:
        """Divide the images into parts that are worked out at once."""
        return (slice(n, n + _AT_ONCE) for n in range(0, len(self.inputs), _AT_ONCE))

    def as_pictures(self, values: NDArray[np.floating]) -> NDArray[np.floating]:
        """Bring what is arranged as the inputs to `(N, height, width, channels)`."""
        if self.channels_first:
            values = np.moveaxis(values, 1, -1)
        return values.reshape(-1, *self.shape)

    def as_inputs(self, pictures: NDArray[np.floating]) -> NDArray[np.floating]:
        """Bring them back."""
        if self.channels_first:
            pictures = np.moveaxis(pictures, -1, 1)
        return pictures.reshape(-1, *self.inputs.shape[1:])


def picture_batch(
    model: keras.Model, images: ArrayLike | Split, label: ArrayLike | None
) -> PictureBatch:
    """Bring images to what a classifier takes, and keep what they are as pictures.

    The label is what is asked for, so that a wrong type is said before any work.
    """
    check_model(model)
    if hasattr(model, "output_shape"):
        num_classes_of(model)
    if label is not None:
        as_label(label)
    inputs = prepare_images(model, images)
    pixels = pixels_of(images)
    shape = pixels.shape if is_one_image(pixels.shape, inputs.shape[1:]) else pixels.shape[1:]
    if inputs.ndim == _IMAGE_AXES:
        shape = inputs.shape[1:]
    elif len(shape) == 2:  # without channels
        shape = (*shape, 1)
    if len(shape) != 3:  # height, width, channels
        raise ShapeError(
            f"Only what has a height and a width can be shown. Expected images of shape (height, "
            f"width) or (height, width, channels). Received {shape}; the model flattens them."
        )
    first = inputs.ndim == _IMAGE_AXES and takes_channels_first(model, shape)
    height, width, channels = (*shape[1:], shape[0]) if first else shape
    return PictureBatch(inputs, (height, width, channels), first, pixel_scale(model))
