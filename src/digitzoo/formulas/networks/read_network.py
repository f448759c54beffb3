"""What counts as a network: descriptions in a list, a name of the zoo, a Keras model or a file."""

import os
from collections.abc import Sequence

from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, shown
from digitzoo.formulas.layers.base import Layer
from digitzoo.formulas.layers.shaping import InputLayer
from digitzoo.formulas.networks.graph import Graph, chain_graph
from digitzoo.formulas.networks.keras_files import read_keras_file
from digitzoo.formulas.networks.keras_layers import describe_keras_layer
from digitzoo.formulas.networks.keras_models import read_model


def read_network(model: object) -> Graph:
    """Read whatever stands for a network.

    Raises:
        ArgumentTypeError: It is none, or a list holds something else than layers.
        InvalidArgumentError: The list is empty, or the zoo has no network of that name.
        DataFileError: The file is not what `model.save` writes.
    """
    graph = _read(model)
    if not graph.calls:
        raise InvalidArgumentError(
            f"a network needs at least one layer. Received {shown(model)}. Use a list such as "
            "[formulas.layers.Dense(10)]."
        )
    return graph


def _read(model: object) -> Graph:
    if isinstance(model, str) and not model.endswith(".keras"):
        from digitzoo.formulas.networks import zoo

        layers, shape = zoo.network(model)
        return chain_graph(model, [(layer, None) for layer in layers], shape)
    if isinstance(model, (list, tuple)):
        return _listed(model)
    if isinstance(model, (str, os.PathLike)):
        return read_keras_file(model)
    return read_model(model)


def _listed(model: Sequence[object]) -> Graph:
    layers = []
    for layer in model:
        read = layer if isinstance(layer, Layer) else describe_keras_layer(layer)
        if read is None:
            raise ArgumentTypeError(
                "a list must hold layer descriptions, such as "
                f"formulas.layers.Conv2D(32, 5). Received {shown(layer)} "
                f"({type(layer).__name__}). Give a layer that has no formula here in a built "
                "keras.Sequential."
            )
        # A description is a value: the same one twice makes two layers. A Keras layer is itself.
        layers.append((read, None if read is layer else id(layer)))
    first = layers[0][0] if layers else None
    if isinstance(first, InputLayer):
        del layers[0]
    shape = tuple(first.shape) if isinstance(first, InputLayer) else None
    return chain_graph("network", layers, shape)
