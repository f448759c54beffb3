"""The layers by name: Keras's, its short forms, and PyTorch's `torch.nn` ones."""

from collections.abc import Mapping
from typing import Any

from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, shown, unknown_name
from digitzoo.formulas import layers
from digitzoo.formulas.layers.base import Layer

LAYERS: Mapping[str, type[Layer]] = {
    name: getattr(layers, name) for name in layers.__all__ if name != "Layer"
}
"""Every layer there is a formula for, by Keras's name."""

ALIASES: Mapping[str, str] = {
    **{
        f"{all_}{short}{rank}D": f"{all_}{long}{rank}D"
        for all_ in ("", "Global")
        for short, long in (("MaxPool", "MaxPooling"), ("AvgPool", "AveragePooling"))
        for rank in (1, 2, 3)
    },
    **{
        f"Convolution{rank}D{turned}": f"Conv{rank}D{turned}"
        for turned in ("", "Transpose")
        for rank in (1, 2, 3)
    },
    **{f"SeparableConvolution{rank}D": f"SeparableConv{rank}D" for rank in (1, 2)},
}
"""Other names that `keras.layers` has for the same layers."""

# torch.nn's names. Its layers are channels_first and take numbers for padding.
_TORCH_KINDS = {
    "Conv": "Conv{}D",
    "ConvTranspose": "Conv{}DTranspose",
    "MaxPool": "MaxPooling{}D",
    "AvgPool": "AveragePooling{}D",
    "ZeroPad": "ZeroPadding{}D",
}
_TORCH_DEFAULTS: Mapping[str, Mapping[str, object]] = {
    "Conv": {"padding": 0},
    "ConvTranspose": {"padding": 0},
    "MaxPool": {"padding": 0},
    "AvgPool": {"padding": 0},
}
_TORCH_PLAIN = {
    "Linear": "Dense",
    "Flatten": "Flatten",
    "Dropout": "Dropout",
    "Dropout2d": "SpatialDropout2D",
    "ReLU": "ReLU",
    "LeakyReLU": "LeakyReLU",
    "Softmax": "Softmax",
    "Identity": "Identity",
    "Embedding": "Embedding",
    "LayerNorm": "LayerNormalization",
}


def describe(layer: str, **arguments: object) -> Layer:
    """Describe a layer by its name.

    Args:
        layer: Keras's name, such as `"Conv2D"`; or PyTorch's, such as `"torch.nn.Conv2d"`, with
            PyTorch's defaults (channels first, numbers for padding) under Keras's argument names.
        **arguments: Keras's arguments. Those that change no number, such as
            `kernel_initializer`, are taken and dropped.

    Returns:
        The frozen description.

    Raises:
        InvalidArgumentError: The name or an argument is unknown, or a value cannot work.

    >>> describe("Dense", units=10)
    Dense(units=10)
    """
    if not isinstance(layer, str):
        raise ArgumentTypeError(
            f"A layer must be named by a string. Received {shown(layer)} ({type(layer).__name__})."
        )
    name, defaults = resolve(layer)
    described = make(LAYERS[name], {**defaults, **arguments})
    strides = getattr(described, "strides", (1,))
    torch_same = layer.startswith("torch.") and getattr(described, "padding", 0) == "same"
    if torch_same and max(strides) > 1:
        raise InvalidArgumentError(
            f"{layer}: padding='same' with a stride is refused by PyTorch. Received "
            f"strides={strides}. Use strides=1, or the numbers that same_padding() gives."
        )
    return described


def make(kind: type[Layer], arguments: Mapping[str, object]) -> Layer:
    """Make a description of a class that is only known when the program runs."""
    anything: Any = kind
    described: Layer = anything(**arguments)
    return described


def resolve(layer: str) -> tuple[str, Mapping[str, object]]:
    """Turn a name in any of the known spellings into Keras's, with the defaults that go with it.

    Raises:
        InvalidArgumentError: It is unknown.
    """
    if layer.startswith("torch.nn."):
        return _resolve_torch(layer)
    name = _spelt(layer)
    if name is None:
        raise InvalidArgumentError(
            unknown_name("layer", layer, [*LAYERS, *ALIASES], "digitzoo.formulas.layers.__all__")
        )
    return name, {}


def is_layer_name(text: str) -> bool:
    """Tell whether a text names a layer, in any of the known spellings."""
    return text.startswith("torch.nn.") or _spelt(text) is not None


def _spelt(layer: str) -> str | None:
    """Find a layer by its name or an alias, as Keras writes it or as `max_pooling2d`."""
    known = {**{name: name for name in LAYERS}, **ALIASES}
    if layer in known:
        return known[layer]
    letters = layer.lower().replace("_", "")
    return next((name for key, name in known.items() if key.lower() == letters), None)


def _resolve_torch(layer: str) -> tuple[str, Mapping[str, object]]:
    name = layer.removeprefix("torch.nn.")
    first: Mapping[str, object] = {"data_format": "channels_first"}
    kind, rank = name[:-2], name[-2:-1]
    if name.endswith("d") and rank in "123" and kind in _TORCH_KINDS:
        return _TORCH_KINDS[kind].format(rank), {**first, **_TORCH_DEFAULTS.get(kind, {})}
    if name.endswith("d") and kind == "BatchNorm":
        return "BatchNormalization", {"axis": 1}
    if name == "GroupNorm":
        return "GroupNormalization", {"axis": 1}
    if name in _TORCH_PLAIN:
        return _TORCH_PLAIN[name], {}
    choices = [
        *(*_TORCH_PLAIN, "GroupNorm"),
        *(f"{kind}{rank}d" for kind in (*_TORCH_KINDS, "BatchNorm") for rank in (1, 2, 3)),
    ]
    raise InvalidArgumentError(unknown_name("layer of torch.nn", name, choices))
