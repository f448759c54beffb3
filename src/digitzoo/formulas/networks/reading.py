"""What counts as a network: descriptions in a list, a name of the zoo, a Keras model or a file."""

import os
from collections.abc import Sequence
from typing import NamedTuple

from digitzoo.errors import ArgumentTypeError, shown
from digitzoo.formulas.layers.base import Layer
from digitzoo.formulas.layers.shapes import Shape
from digitzoo.formulas.layers.shaping import InputLayer
from digitzoo.formulas.networks.keras_config import Model, described, read_keras_file, read_model


class Described(NamedTuple):
    """Layers one after the other; `input_shape` is `None` where nothing says it."""

    name: str
    layers: tuple[Layer, ...]
    input_shape: Shape | None


def read_network(model: object) -> Described | Model:
    """Read whatever stands for a network.

    Raises:
        ArgumentTypeError: It is none, or a list holds something else than layers.
        InvalidArgumentError: The zoo has no network of that name.
        DataFileError: The file is not what `model.save` writes.
    """
    if isinstance(model, str) and not model.endswith(".keras"):
        from digitzoo.formulas.networks import zoo  # noqa: PLC0415 - only those who name one

        layers, shape = zoo.network(model)
        return Described(model, layers, shape)
    if isinstance(model, (list, tuple)):
        return _described(model)
    if isinstance(model, (str, os.PathLike)):
        return read_keras_file(model)
    return read_model(model)


def _described(model: Sequence[object]) -> Described:
    layers = []
    for layer in model:
        read = layer if isinstance(layer, Layer) else described(layer)
        if read is None:
            raise ArgumentTypeError(
                "a list must hold layer descriptions, such as "
                f"formulas.layers.Conv2D(32, 5). Received {shown(layer)} ({type(layer).__name__}). "
                "Give a layer that has no formula here in a built keras.Sequential."
            )
        layers.append(read)
    if layers and isinstance(layers[0], InputLayer):
        return Described("network", tuple(layers[1:]), tuple(layers[0].shape))
    return Described("network", tuple(layers), None)
