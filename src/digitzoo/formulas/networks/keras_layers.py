"""Keras layers, living or out of a file, and the descriptions that stand for them."""

from collections.abc import Mapping
from typing import Any

from digitzoo.errors import DigitzooError
from digitzoo.formulas.layers.base import Layer
from digitzoo.formulas.layers.catalogue import LAYERS
from digitzoo.formulas.layers.elementwise import Identity
from digitzoo.formulas.layers.recurrent import Chain

Config = Mapping[str, Any]

# Layers of Keras's that have neither a formula here nor any weights.
_WEIGHTLESS = frozenset(
    {
        *("CenterCrop", "Dot", "Lambda", "RandomCrop", "Resizing", "Discretization", "Hashing"),
        *("CategoryEncoding", "HashedCrossing", "StringLookup", "IntegerLookup"),
        "TextVectorization",
    }
)

# `keras.ops` called on symbolic tensors. They have no weights, and most have no MACs.
# Each value for itself.
_ACTIVATIONS = (
    *("Relu", "Relu6", "Sigmoid", "HardSigmoid", "HardSwish", "HardSilu", "HardTanh", "Silu"),
    *("Swish", "Gelu", "Tanh", "TanhShrink", "HardShrink", "SoftShrink", "Softmax", "LogSoftmax"),
    *("LogSigmoid", "Softplus", "Softsign", "LeakyRelu", "Elu", "Celu", "Selu", "Squareplus"),
    *("SparsePlus", "SparseSigmoid", "Sparsemax", "Threshold", "Exp", "Exp2", "Expm1", "Log"),
    *("Log10", "Log1p", "Log2", "Abs", "Absolute", "Negative", "Sqrt", "Rsqrt", "Square"),
    *("Reciprocal", "Cast", "SaturateCast", "Clip", "Copy", "StopGradient", "Sign", "Floor"),
    *("Ceil", "Round", "Trunc", "Sin", "Cos", "Tan", "Sinh", "Cosh", "Arcsin", "Arccos"),
    *("Arctan", "Arcsinh", "Arccosh", "Arctanh", "Erf", "LogicalNot", "Isnan", "Isfinite"),
    *("Isinf", "NanToNum", "ZerosLike", "OnesLike"),
)
# Value by value of two tensors, sizes of 1 repeated: all are worked out as Multiply is.
_MERGES = (
    *("Divide", "TrueDivide", "FloorDivide", "DivideNoNan", "Mod", "Power", "Arctan2"),
    *("Equal", "NotEqual", "Greater", "GreaterEqual", "Less", "LessEqual", "Isclose"),
    *("LogicalAnd", "LogicalOr", "LogicalXor", "Logaddexp", "Fmax", "Fmin", "Hypot"),
)
_LAYERS_OF_OPERATIONS = {
    **dict.fromkeys(_ACTIVATIONS, "Activation"),
    **dict.fromkeys(_MERGES, "Multiply"),
    **{name: name for name in ("Add", "Subtract", "Multiply", "Maximum", "Minimum")},
}  # The layers that do what an operation does

_WITHOUT_MACS = frozenset(
    {
        # Values in another order, or some of them.
        *("GetItem", "Reshape", "Transpose", "Permute", "ExpandDims", "Squeeze", "Ravel", "Flip"),
        *("Concatenate", "Stack", "Unstack", "Vstack", "Hstack", "Dstack", "Split", "ArraySplit"),
        *("Pad", "Tile", "Repeat", "Roll", "Swapaxes", "Moveaxis", "Take", "TakeAlongAxis"),
        *("Slice", "SliceUpdate", "BroadcastTo", "Where", "Sort", "Argsort", "TopK", "Rot90"),
        *("OneHot", "Diagonal", "Tril", "Triu", "Rearrange", "SpaceToDepth", "DepthToSpace"),
        *("Select", "View", "Unfold", "Identity"),
        # Sums and the like; a MAC needs a product.
        *("Mean", "Sum", "Max", "Min", "Amax", "Amin", "Argmax", "Argmin", "Any", "All", "Prod"),
        *("Std", "Var", "Median", "Moments", "Cumsum", "Cumprod", "Logsumexp", "CountNonzero"),
        *("MaxPool", "AveragePool", "AdaptiveMaxPool", "AdaptiveAveragePool", "Norm", "Normalize"),
    }
)  # Operations without multiply-accumulates; what comes out of them is asked of Keras

_INPUT = object()
# Classes that keras.layers names otherwise.
_PUBLIC = {"GroupedQueryAttention": "GroupQueryAttention"}


def description_of(entry: Config) -> Layer | None:
    """Describe one layer of a config; `None` for a class that has no formula here."""
    class_name, module = str(entry["class_name"]), str(entry.get("module"))
    config = entry["config"]
    if module.startswith("keras.src.ops"):
        if class_name in _WITHOUT_MACS:
            return Identity()
        class_name = _LAYERS_OF_OPERATIONS.get(class_name, "")
    elif module != "keras.layers" or _changed(config):
        return None
    elif _augments(class_name):
        return Identity(name=config.get("name"))
    kind = LAYERS.get(_PUBLIC.get(class_name, class_name))
    if kind is None or class_name == "InputLayer":
        return None
    kept = {key: _argument(value) for key, value in config.items() if key in kind.argument_names()}
    if class_name == "Activation":  # an operation is named by its class alone
        kept.setdefault("activation", None)
    try:
        described: Layer = kind(**kept)
    except DigitzooError:  # a wrapper around a layer without a formula
        return None
    return described


def describe_keras_layer(layer: object) -> Layer | None:
    """Describe a living Keras layer; `None` for what is none, or has no formula here."""
    if isinstance(layer, type) or not hasattr(layer, "get_config"):
        return None
    kind = type(layer)
    # Keras's own layers; a user's child of one may do anything.
    module = "keras.layers" if kind.__module__.startswith("keras.src.layers.") else kind.__module__
    if module != "keras.layers" and not module.startswith("keras.src.ops"):
        return None
    return description_of({"class_name": kind.__name__, "module": module, "config": _said(layer)})


def _augments(kind: str) -> bool:
    """Tell layers of Keras's that change images while training only; RandomCrop always crops."""
    others = ("AugMix", "CutMix", "MixUp", "RandAugment")
    return kind in others or (kind.startswith("Random") and kind != "RandomCrop")


def weightless(entry: Config) -> bool:
    """Tell whether a layer or an operation without a formula is known to have no weights."""
    kind, module = str(entry["class_name"]), str(entry.get("module"))
    return module.startswith("keras.src.ops") or (module == "keras.layers" and kind in _WEIGHTLESS)


def _said(layer: Any) -> Config:
    """Give a layer's arguments: its config, or its attributes if that cannot be written down."""
    kind = LAYERS.get(_PUBLIC.get(type(layer).__name__, type(layer).__name__))
    names = kind.argument_names() if kind else ()
    config: dict[str, Any] = {}
    try:
        config.update(layer.get_config())
    except Exception:  # noqa: BLE001 - whatever an argument makes of it
        config = {name: getattr(layer, name) for name in names if hasattr(layer, name)}
    # The living variables tell of the weights that quantization made.
    return {name: value for name, value in config.items() if name != "dtype"}


def _changed(config: Config) -> bool:
    """Tell whether LoRA or quantization added weights that the layer's arguments do not say."""
    policy = config.get("dtype")
    of_policy = policy.get("config") if isinstance(policy, Mapping) else None
    # Policies of quantization have a mode, such as "int8"; others a name.
    return bool(config.get("lora_rank")) or "mode" in (of_policy or ())


def _argument(value: object) -> object:
    """Read an argument out of a config: lists as tuples, a layer's entry as its description."""
    if isinstance(value, Mapping) and isinstance(value.get("config"), Mapping):
        if value.get("class_name") == "Sequential":
            return _chain([_argument(one) for one in value["config"].get("layers", ())])
        return _INPUT if value.get("class_name") == "InputLayer" else description_of(value)
    if isinstance(value, (list, tuple)):
        return tuple(map(_argument, value))
    if type(value).__name__ == "Sequential" and hasattr(value, "layers"):
        return _chain([describe_keras_layer(one) for one in value.layers])
    return describe_keras_layer(value) or value


def _chain(layers: list[object]) -> Chain | None:
    """Put the descriptions of a Sequential model in a row, if there is a formula for each."""
    inner = tuple(one for one in layers if one is not _INPUT)
    if not inner or not all(isinstance(one, Layer) and not one.merges for one in inner):
        return None
    return Chain.trusted(layers=inner)
