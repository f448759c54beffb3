"""What each filter of a layer answers to an image."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from numpy.typing import ArrayLike, NDArray

from digitzoo.data import Split
from digitzoo.errors import InvalidArgumentError
from digitzoo.inspection.images import gives_channels_first, prepare_images, read_channels_first
from digitzoo.inspection.layers import (
    LayerChoice,
    convolutions_of,
    describe_image_layers,
    find_layer,
    maps_of,
)


def feature_maps(
    model: keras.Model,
    images: ArrayLike | Split,
    *,
    layers: LayerChoice | Sequence[LayerChoice] | None = None,
) -> dict[str, NDArray[Any]]:
    """Give what the filters of a network answer to images.

    The model is called once, in inference mode; one that is not built is built by it.

    Args:
        model: Any Keras model, with models inside too.
        images: One image or many, with or without the channel axis; whole numbers in 0..255 or
            floats in 0..1.
        layers: A layer or several, by name, by place in `model.layers` or as the layer itself; by
            default all two-dimensional convolutions.

    Returns:
        Arrays of shape `(N, height, width, filters)` by layer name, in the order in which the
        layers ran. One image gives `N = 1`.

    Raises:
        InvalidArgumentError: If there is no such layer, or its output is no image; the message
            names the layers whose output is.
        ArgumentTypeError: If it is no Keras model.

    >>> from digitzoo import fashion_cnn
    >>> maps = feature_maps(fashion_cnn(), np.zeros((28, 28), np.uint8))
    >>> [(name, values.shape) for name, values in maps.items()]
    [('conv1', (1, 28, 28, 32)), ('conv2', (1, 14, 14, 64))]
    """
    if layers is None:
        names = convolutions_of(model)
    else:
        several = isinstance(layers, Sequence) and not isinstance(layers, str | bytes)
        if several and not len(layers):
            raise InvalidArgumentError(
                "No layer is named. Name one or more, or leave layers out for all two-dimensional "
                "convolutions. Received layers=[]."
            )
        names = [find_layer(model, layer)[0] for layer in (layers if several else [layers])]
    pixels = prepare_images(model, images)
    if not names:
        raise InvalidArgumentError(
            f"{model.name!r} has no two-dimensional convolution. Name layers whose output is an "
            f"image. {describe_image_layers(model, pixels)}"
        )
    at_start = bool(read_channels_first(model))
    return {
        name: np.moveaxis(values, 1, -1)
        if gives_channels_first(model, name, at_start=at_start)
        else values
        for name, values in maps_of(model, pixels, names).items()
    }
