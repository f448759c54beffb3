"""Where a network keeps the channels: last, as most do, or first."""

from collections.abc import Iterator
from typing import Any

import keras

from digitzoo.data.images import has_channels_first
from digitzoo.errors import ShapeError
from digitzoo.inspection.layers import named_layers

# What stands before the first layer that knows where the channels are, and leaves them there.
_PASSING = (
    *("ActivityRegularization", "BatchNormalization", "Dropout", "GaussianNoise", "Identity"),
    *("InputLayer", "Normalization", "Rescaling"),
)


def takes_channels_first(model: keras.Model, shape: tuple[int, ...]) -> bool:
    """Tell where the channels are in images of a shape that a model takes.

    >>> from digitzoo import simple_cnn
    >>> takes_channels_first(simple_cnn(), (28, 28, 1))
    False
    """
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
    for step in _steps(model):
        found = _data_format(step)
        if found is not None:
            return found == "channels_first"
        if type(step).__name__ not in _PASSING:
            return None
    return None


def gives_channels_first(model: keras.Model, name: str, *, at_start: bool = False) -> bool:
    """Tell where the channels are in what a layer gives.

    One that does not know, such as an activation, leaves them where the layers before it do, or
    where the images have them, `at_start`. What turns them does so for the next one that knows.
    """
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


def _steps(model: Any) -> Iterator[Any]:
    inner: Any = getattr(model, "operations", None) or getattr(model, "layers", ())
    for step in inner:
        if getattr(step, "layers", None):
            yield from _steps(step)
        else:
            yield step
