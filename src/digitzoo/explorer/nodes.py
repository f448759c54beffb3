"""Each layer of a model as plain values: what operations.js does, and with which numbers."""

from collections.abc import Callable, Iterable
from typing import Any

import keras
import numpy as np

from digitzoo.errors import InvalidArgumentError, listed
from digitzoo.formulas import LayerInfo
from digitzoo.formulas.layers.base import Layer
from digitzoo.formulas.networks.graph import Call

# Of each value for itself, and of all channels at one place.
_ACTIVATIONS = frozenset(
    {
        *("linear", "relu", "relu6", "leaky_relu", "elu", "selu", "gelu", "silu", "swish", "mish"),
        *("sigmoid", "hard_sigmoid", "tanh", "softplus", "softsign", "exponential"),
        *("softmax", "log_softmax"),
    }
)
_POOLS = {"Max": "max_pool", "Average": "average_pool"}
_MERGES = ("Add", "Subtract", "Multiply", "Maximum", "Minimum", "Average")
_PASSING = (
    *("Dropout", "SpatialDropout2D", "GaussianDropout", "GaussianNoise", "ActivityRegularization"),
    *("Flatten", "Reshape", "Identity", "InputLayer"),
)

Node = dict[str, Any]


def describe_node(call: Call, row: LayerInfo, layer: Any) -> Node:
    """Describe one call of a layer.

    Raises:
        InvalidArgumentError: A page does not know such a layer, or not with these arguments.
    """
    described, kind = call.description, call.kind
    if layer is None or described is None:
        raise _refusal(call)
    if getattr(described, "data_format", None) == "channels_first":
        raise _refusal(call, "channels that come first")
    if getattr(layer, "quantization_mode", None) is not None:
        raise _refusal(call, f"weights quantized to {layer.quantization_mode}")
    node: Node = {
        "name": call.name,
        "kind": kind,
        "inputs": list(call.inputs),
        "output": call.outputs[0],
        "shape": list(row.output_shape),
        "activation": {"name": "linear"},
        "size": [1, 1],
        "strides": [1, 1],
        "dilation": [1, 1],
        "before": [0, 0],
        "groups": 1,
        "axis": 0,
        "epsilon": 0.0,
        "scale": [1.0],
        "offset": [0.0],
    }
    # What changes images while training only is described as an Identity.
    known = "Identity" if described.kind == "Identity" else kind
    maker = next((make for kinds, make in _MAKERS.items() if known in kinds), None)
    if maker is None:
        raise _refusal(call)
    node.update(maker(call, row, layer, described))
    return node


def _refusal(
    call: Call, what: str = "", known: Iterable[str] = (), of: str = "layers"
) -> InvalidArgumentError:
    layers = sorted({kind for kinds in _MAKERS for kind in kinds})
    if not what and call.kind in layers:
        what = "arguments or a call of its own"
    elif not what:
        known = layers
    knows = f" It knows the {of} {', '.join(known)}." if known else ""
    return InvalidArgumentError(
        f"A page cannot run {call.kind} {call.name!r}{what and f' with {what}'}.{knows} Explore a "
        "model without this layer."
    )


def _window(row: LayerInfo) -> Node:
    """Give what a window does on both axes; the formulas worked it out."""
    return {
        "size": [line.kernel_size for line in row.windows],
        "strides": [line.strides for line in row.windows],
        "dilation": [line.dilation_rate for line in row.windows],
        "before": [line.before for line in row.windows],
    }


def _activation(call: Call, layer: Any) -> Node:
    function = layer.activation
    name = getattr(function, "__name__", "")
    name = {"swish": "silu"}.get(name, name)
    if name not in _ACTIVATIONS or getattr(keras.activations, name, None) is not function:
        what = f"the activation {getattr(function, '__name__', function)!r}"
        raise _refusal(call, what, sorted(_ACTIVATIONS), "activations")
    return {"activation": {"name": name}}


def _conv(call: Call, row: LayerInfo, layer: Any, described: Any) -> Node:
    # A depthwise convolution has a group for each channel.
    groups = row.input_shapes[0][-1] if call.kind == "DepthwiseConv2D" else described.groups
    return {"operation": "conv", "groups": groups, **_window(row), **_activation(call, layer)}


def _separable(call: Call, row: LayerInfo, layer: Any, described: Any) -> Node:
    return {"operation": "separable_conv", **_window(row), **_activation(call, layer)}


def _pool(call: Call, row: LayerInfo, layer: Any, described: Any) -> Node:
    operation = next(name for word, name in _POOLS.items() if word in call.kind)
    return {"operation": operation, **_window(row)}


def _dense(call: Call, row: LayerInfo, layer: Any, described: Any) -> Node:
    return {"operation": "dense", **_activation(call, layer)}


def _batch_normalization(call: Call, row: LayerInfo, layer: Any, described: Any) -> Node:
    if layer.axis not in (-1, len(row.output_shape)):
        raise _refusal(call, f"axis={layer.axis}")
    return {"operation": "batch_normalization", "epsilon": layer.epsilon}


def _layer_normalization(call: Call, row: LayerInfo, layer: Any, described: Any) -> Node:
    if getattr(layer, "rms_scaling", False):
        raise _refusal(call, "rms_scaling=True")
    rank = len(row.output_shape)
    axes = [layer.axis] if isinstance(layer.axis, int) else list(layer.axis)
    places = sorted(axis - 1 if axis > 0 else axis + rank for axis in axes)
    if places != list(range(places[0], rank)):
        raise _refusal(call, f"axis={layer.axis}")
    return {"operation": "layer_normalization", "epsilon": layer.epsilon, "axis": places[0]}


def _rescaling(call: Call, row: LayerInfo, layer: Any, described: Any) -> Node:
    return _factors(call, row, layer.scale, layer.offset)


def _normalization(call: Call, row: LayerInfo, layer: Any, described: Any) -> Node:
    mean, variance = (np.asarray(one).reshape(-1) for one in (layer.mean, layer.variance))
    factor = 1 / np.maximum(np.sqrt(variance), keras.backend.epsilon())
    if getattr(layer, "invert", False):
        raise _refusal(call, "invert=True")
    return _factors(call, row, factor, -mean * factor)


def _factors(call: Call, row: LayerInfo, scale: Any, offset: Any) -> Node:
    given = {"scale": scale, "offset": offset}
    factors = {name: np.asarray(one, np.float64).reshape(-1) for name, one in given.items()}
    if any(len(values) not in (1, row.output_shape[-1]) for values in factors.values()):
        raise _refusal(call, "factors that differ by place")
    return {"operation": "rescaling", **{name: v.tolist() for name, v in factors.items()}}


def _activation_layer(call: Call, row: LayerInfo, layer: Any, described: Any) -> Node:
    kind = call.kind
    if kind == "Activation":
        return {"operation": "activation", **_activation(call, layer)}
    settings: dict[str, Any] = {"name": kind.lower()}
    if kind == "ReLU":
        settings |= {
            name: _number(getattr(layer, name))
            for name in ("max_value", "negative_slope", "threshold")
        }
    elif kind == "LeakyReLU":
        settings = {"name": "leaky_relu", "negative_slope": _number(layer.negative_slope)}
    elif kind == "ELU":
        settings["negative_slope"] = _number(layer.alpha)
    elif kind == "Softmax" and layer.axis not in (-1, len(row.output_shape)):
        raise _refusal(call, f"axis={layer.axis}")
    return {"operation": "activation", "activation": settings}


def _number(value: Any) -> float | None:
    return None if value is None else float(np.asarray(value))


def _prelu(call: Call, row: LayerInfo, layer: Any, described: Any) -> Node:
    if tuple(layer.alpha.shape[:-1]) not in (
        (1,) * (len(row.output_shape) - 1),
        tuple(row.output_shape[:-1]),
    ):
        raise _refusal(call, f"shared_axes={layer.shared_axes}")
    return {"operation": "prelu"}


def _pad(call: Call, row: LayerInfo, layer: Any, described: Any) -> Node:
    edges = described.padding if call.kind == "ZeroPadding2D" else described.cropping
    sign = 1 if call.kind == "ZeroPadding2D" else -1
    return {"operation": "pad", "before": [sign * before for before, _ in edges]}


def _merge(call: Call, row: LayerInfo, layer: Any, described: Any) -> Node:
    if len(set(row.input_shapes)) > 1:
        raise _refusal(call, f"inputs of different shapes, {listed(map(str, row.input_shapes))}")
    return {"operation": call.kind.lower()}


def _concatenate(call: Call, row: LayerInfo, layer: Any, described: Any) -> Node:
    rank = len(row.output_shape)
    return {
        "operation": "concatenate",
        "axis": layer.axis - 1 if layer.axis > 0 else layer.axis + rank,
    }


def _pass(call: Call, row: LayerInfo, layer: Any, described: Any) -> Node:
    return {"operation": "copy"}


_Maker = Callable[[Call, LayerInfo, Any, Layer], Node]
_MAKERS: dict[tuple[str, ...], _Maker] = {
    ("Conv2D", "DepthwiseConv2D"): _conv,
    ("SeparableConv2D",): _separable,
    ("MaxPooling2D", "AveragePooling2D"): _pool,
    ("GlobalMaxPooling2D", "GlobalAveragePooling2D"): _pool,
    ("Dense",): _dense,
    ("BatchNormalization",): _batch_normalization,
    ("LayerNormalization",): _layer_normalization,
    ("Rescaling",): _rescaling,
    ("Normalization",): _normalization,
    ("Activation", "ReLU", "LeakyReLU", "ELU", "Softmax"): _activation_layer,
    ("PReLU",): _prelu,
    ("ZeroPadding2D", "Cropping2D"): _pad,
    _MERGES: _merge,
    ("Concatenate",): _concatenate,
    _PASSING: _pass,
}
