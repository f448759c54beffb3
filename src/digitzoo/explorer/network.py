"""A Keras model as plain values: what its layers do, and their weights in few bytes."""

import math
from typing import Any, NamedTuple

import keras
import numpy as np

from digitzoo.errors import InvalidArgumentError
from digitzoo.evaluation.heads import check_model, head_activation, input_shape_of
from digitzoo.evaluation.pixels import pixel_scale
from digitzoo.explorer.nodes import describe_node
from digitzoo.formulas import LayerInfo, summarize
from digitzoo.formulas.networks.read_network import read_network
from digitzoo.inspection.layers import named_layers

MOST_PARAMETERS = 6_000_000
_CHANNELS = (1, 3)
_IMAGE_RANK = 3
_UNIFORM = (
    1.9  # the limit of a uniform distribution is 1.73 deviations, the largest of many normal 3
)


class Packed(NamedTuple):
    """What a page computes with.

    Attributes:
        description: The network as `Network` of network.js takes it, but for its weights.
        weights: Its arrays, one after the other.
        rows: The layers' numbers, one for each node.
    """

    description: dict[str, Any]
    weights: bytes
    rows: tuple[LayerInfo, ...]


def pack_network(model: keras.Model) -> Packed:
    """Bring a model to what a page can run.

    Args:
        model: A built Sequential or functional model of images.

    Raises:
        InvalidArgumentError: It has a layer that a page does not know (the message names it), or
            is too large, or takes something else than one image of one or three channels.
        ArgumentTypeError: It is no Keras model.
    """
    check_model(model)
    shape = _image_shape(input_shape_of(model))
    if len(shape) != _IMAGE_RANK or None in shape or shape[-1] not in _CHANNELS:
        raise InvalidArgumentError(
            f"{model.name!r} takes inputs of shape {input_shape_of(model)}. Expected images of a "
            "fixed size with one channel or three, the channels last, such as (28, 28, 1)."
        )
    if model.count_params() > MOST_PARAMETERS:
        raise InvalidArgumentError(
            f"{model.name!r} has {model.count_params():,} parameters. A page takes up to "
            f"{MOST_PARAMETERS:,}: explore a smaller model."
        )
    graph, summary = read_network(model), summarize(model)
    if len(graph.outputs) != 1:
        raise InvalidArgumentError(
            f"{model.name!r} has {len(graph.outputs)} outputs. Expected one: explore "
            "keras.Model(model.inputs, model.outputs[0])."
        )
    living = {id(layer): layer for layer in named_layers(model).values()}
    store, nodes, rows = _Store(), [], []
    for call, row in zip(graph.calls, summary.layers, strict=True):
        if call.kind == "InputLayer":
            continue
        layer = living.get(call.identity)  # type: ignore[call-overload] # an id, of a living layer
        node = describe_node(call, row, layer)
        node["weights"] = store.add(layer)
        node["drawn"] = _drawn(layer)
        nodes.append(node)
        rows.append(row)
    description = {
        "name": model.name,
        "input": list(shape),
        "scale": pixel_scale(model),
        "nodes": nodes,
        "output": graph.outputs[0],
        "head": head_activation(model),
    }
    return Packed(description, bytes(store.bytes), tuple(rows))


def _image_shape(shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
    """Give the shape as an image: gray ones may lack the channel axis, or be flat squares."""
    if len(shape) == 1 and shape[0] is not None and math.isqrt(shape[0]) ** 2 == shape[0]:
        return math.isqrt(shape[0]), math.isqrt(shape[0]), 1
    return (*shape, 1) if len(shape) == _IMAGE_RANK - 1 else shape


class _Store:
    """Arrays, each once, as float16 where that is exact."""

    def __init__(self) -> None:
        self.bytes = bytearray()
        self._known: dict[int, dict[str, Any]] = {}

    def add(self, layer: Any) -> dict[str, Any]:
        """Add a layer's arrays and say where each lies."""
        return {
            variable.name: self._add(layer, variable) for variable in getattr(layer, "weights", ())
        }

    def _add(self, layer: Any, variable: Any) -> dict[str, Any]:
        if id(variable) not in self._known:
            array = keras.ops.convert_to_numpy(variable.value).astype(np.float32)
            if not np.isfinite(array).all():
                raise InvalidArgumentError(
                    f"Weights of {layer.name!r} are not finite: its training was lost. Explore a "
                    "model of an earlier epoch."
                )
            with np.errstate(over="ignore"):
                halves = array.astype(np.float16)
            exact = np.array_equal(halves.astype(np.float32), array)
            self._known[id(variable)] = {
                "shape": list(array.shape),
                "start": len(self.bytes),
                "type": "float16" if exact else "float32",
            }
            self.bytes += (halves if exact else array).astype("<f2" if exact else "<f4").tobytes()
        return self._known[id(variable)]


def _drawn(layer: Any) -> dict[str, dict[str, Any]]:
    """Say how a layer's arrays are drawn before training."""
    drawn = {}
    for variable in getattr(layer, "weights", ()):
        names = (variable.name, variable.name.removesuffix("_kernel"), "depthwise")
        found = (getattr(layer, f"{name}_initializer", None) for name in names)
        initializer = next(filter(callable, found), None)
        if initializer is None:
            continue
        values = keras.ops.convert_to_numpy(initializer(tuple(variable.shape), dtype="float32"))
        largest, deviation = float(np.abs(values).max()), float(values.std())
        if not deviation:
            how, size = "constant", float(values.flat[0])
        elif largest < _UNIFORM * deviation:
            how, size = "uniform", largest
        else:
            how, size = "normal", deviation
        drawn[variable.name] = {"distribution": how, "size": size}
    return drawn
