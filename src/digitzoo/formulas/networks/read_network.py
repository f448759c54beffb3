"""What counts as a network: descriptions in a list, a name of the zoo, a Keras model or a file."""

import os
from collections.abc import Hashable, Sequence
from functools import cache

from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, shown
from digitzoo.formulas.layers.base import Layer
from digitzoo.formulas.layers.shapes import Shape
from digitzoo.formulas.layers.shaping import InputLayer
from digitzoo.formulas.networks.graph import Call, Graph
from digitzoo.formulas.networks.keras_files import read_keras_file
from digitzoo.formulas.networks.keras_layers import describe_keras_layer
from digitzoo.formulas.networks.keras_models import read_model


def read_network(model: object) -> Graph:
    """Read whatever stands for a network."""
    if isinstance(model, str) and not model.endswith(".keras"):
        from digitzoo.formulas.networks import zoo  # only for those who name one

        entries = zoo.network(model)
        chain = _chain(model, [(layer, None) for layer, _ in entries], zoo.INPUT_SHAPE)
        graph = _wired(chain, [taken for _, taken in entries])
    elif isinstance(model, list | tuple):
        graph = _listed(model)
    elif isinstance(model, str | os.PathLike):
        graph = read_keras_file(model)
    else:
        graph = read_model(model)
    if not graph.calls:
        raise InvalidArgumentError(
            f"a network needs at least one layer. Received {shown(model)}. Use a list such as "
            "[formulas.layers.Dense(10)]."
        )
    return graph


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
    return _chain("network", layers, shape)


def _chain(name: str, layers: Sequence[tuple[Layer, Hashable]], input_shape: Shape | None) -> Graph:
    used: dict[str, int] = {}
    calls = [
        Call(
            layer.name or _numbered(layer.kind, used),
            layer.kind,
            layer,
            (number,),
            (number + 1,),
            identity=identity,
        )
        for number, (layer, identity) in enumerate(layers)
    ]
    return Graph(name, (input_shape,), tuple(calls), (len(calls),), built=False)


def _wired(chain: Graph, taken: Sequence[tuple[str, ...]]) -> Graph:
    """Have the calls that name layers take their outputs, not that of the one above."""
    outputs = {call.name: call.outputs[0] for call in chain.calls}
    calls = [
        call._replace(inputs=tuple(outputs[name] for name in names) or call.inputs)
        for call, names in zip(chain.calls, taken, strict=True)
    ]
    return chain._replace(calls=tuple(calls))


def _numbered(kind: str, used: dict[str, int]) -> str:
    """Name a description without a name as Keras would: conv2d, conv2d_1, ..."""
    word = _in_snake_case(kind)
    count = used.get(word, 0)
    used[word] = count + 1
    return f"{word}_{count}" if count else word


@cache  # a network repeats few kinds of layers
def _in_snake_case(kind: str) -> str:
    return "".join(
        f"_{letter}" if letter.isupper() and before.islower() else letter
        for before, letter in zip(" " + kind, kind, strict=False)
    ).lower()
