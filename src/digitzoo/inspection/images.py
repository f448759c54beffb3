"""Images as people have them, brought to what a network takes."""

from typing import Any

import keras
import numpy as np
from numpy.typing import ArrayLike, NDArray

from digitzoo.data import Split, scale_pixels
from digitzoo.data.images import arrange_images, as_images, is_one_image, pixels_of
from digitzoo.errors import InvalidArgumentError
from digitzoo.evaluation.heads import image_shape_of
from digitzoo.evaluation.pixels import pixel_scale, rescale, scale_for
from digitzoo.inspection.channels import has_channels_first, read_channels_first
from digitzoo.inspection.layers import named_layers

_IMAGE_AXES = 4  # N, height, width, channels


def prepare_images(model: keras.Model, images: ArrayLike | Split) -> NDArray[np.floating]:
    """Bring images to what a model takes.

    Args:
        model: Any Keras model. One that is not built says nothing of its input: images then go in
            as they are, with a channel axis; and so they do into a subclass that was built with
            others.
        images: One image or many, with or without the channel axis; whole numbers in 0..255 or
            floats in 0..1.

    Returns:
        Floats in 0..1, shape `(N, ...)`.

    Raises:
        InvalidArgumentError: If they do not fit, or the model takes several inputs.
        ArgumentTypeError: If it is a whole data set.
    """
    named_layers(model)  # that it is a Keras model
    pixels = pixels_of(images)
    if not pixels.size:
        raise InvalidArgumentError(f"There are no images. Received shape {pixels.shape}.")
    own = hasattr(model, "input_shape")
    try:
        input_shape = image_shape_of(model)
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
