"""Images as people have them, brought to what a network takes, and where it keeps the channels."""

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
from digitzoo.evaluation.heads import input_shape_of, num_classes_of, steps_of
from digitzoo.evaluation.pixels import pixel_scale, rescale, scale_for
from digitzoo.inspection.layers import named_layers
from digitzoo.inspection.logits import as_label

_AT_ONCE = 128


def prepare_images(model: keras.Model, images: ArrayLike | Split) -> NDArray[np.floating]:
    """Bring images to what a model takes; one that is not built says it once it was called."""
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
        return pixels if pixels.ndim == 4 else pixels[np.newaxis]
    return np.moveaxis(as_images(pixels), -1, 1)


@dataclass(frozen=True, eq=False)
class PictureBatch:
    """Images as a model takes them, and what they are as pictures."""

    inputs: NDArray[np.floating]
    shape: tuple[int, int, int]  # height, width, channels
    channels_first: bool
    scale: int  # what a pixel of 1 is in the inputs: 1, or 255

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
    """Bring images to what a classifier takes, and keep what they are as pictures."""
    if hasattr(model, "output_shape"):
        num_classes_of(model)
    if label is not None:
        as_label(label)
    inputs = prepare_images(model, images)
    pixels = pixels_of(images)
    shape = pixels.shape if is_one_image(pixels.shape, inputs.shape[1:]) else pixels.shape[1:]
    if inputs.ndim == 4:
        shape = inputs.shape[1:]
    elif len(shape) == 2:  # without channels
        shape = (*shape, 1)
    if len(shape) != 3:  # height, width, channels
        raise ShapeError(
            f"Only what has a height and a width can be shown. Expected images of shape (height, "
            f"width) or (height, width, channels). Received {shape}; the model flattens them."
        )
    first = inputs.ndim == 4 and takes_channels_first(model, shape)
    height, width, channels = (*shape[1:], shape[0]) if first else shape
    return PictureBatch(inputs, (height, width, channels), first, pixel_scale(model))


# What stands before the first layer that knows where the channels are, and leaves them there.
_PASSING = (
    *("ActivityRegularization", "BatchNormalization", "Dropout", "GaussianNoise", "Identity"),
    *("InputLayer", "Normalization", "Rescaling"),
)


def takes_channels_first(model: keras.Model, shape: tuple[int, ...]) -> bool:
    """Tell where the channels are in images of a shape that a model takes."""
    by_shape, by_layer = has_channels_first(shape), read_channels_first(model)
    if by_layer is None or by_shape is None:
        return bool(by_shape if by_layer is None else by_layer)
    if by_layer != by_shape:
        come, read, axes = ("last", "first", "-1, -3") if by_layer else ("first", "last", "-3, -1")
        raise ShapeError(
            f"The channels come {come} in images of shape {shape}, and {model.name!r} reads them "
            f"{read}. Build it for the other arrangement, and pass np.moveaxis(images, {axes})."
        )
    return by_layer


def read_channels_first(model: keras.Model) -> bool | None:
    """Tell where the first layer that knows of channels looks for them; None if none knows."""
    for step in steps_of(model):
        found = _data_format(step)
        if found is not None:
            return found == "channels_first"
        if type(step).__name__ not in _PASSING:
            return None
    return None


def gives_channels_first(model: keras.Model, name: str, *, at_start: bool = False) -> bool:
    """Tell where the channels are in what a layer gives, by the nearest that knows before it."""
    layers = named_layers(model)
    place = list(layers).index(name)
    listed = list(layers.values())
    for number in range(place, -1, -1):
        found = _data_format(listed[number])
        if found is None and type(listed[number]).__name__ in ("Permute", "Reshape"):
            after = (_data_format(layer) for layer in listed[number + 1 :])
            found = next((known for known in after if known is not None), "channels_last")
        if found is not None:
            return found == "channels_first"
    return at_start


def _data_format(step: Any) -> str | None:
    found = getattr(step, "data_format", None)
    # Flatten's tells how it turns what it flattens; what comes out has no channels.
    return found if isinstance(found, str) and type(step).__name__ != "Flatten" else None
