"""The layers by name: Keras's, its short forms, and PyTorch's `torch.nn` ones."""

from collections.abc import Iterator, Mapping
from typing import Any

from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, shown, unknown_name
from digitzoo.formulas import layers
from digitzoo.formulas.layers.base import Layer

LAYERS: Mapping[str, type[Layer]] = {
    name: getattr(layers, name) for name in layers.__all__ if name != "Layer"
}
"""Every layer there is a formula for, by Keras's name."""

_SHORT = (("MaxPool", "MaxPooling"), ("AvgPool", "AveragePooling"), ("Convolution", "Conv"))

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
    for name in _spellings(layer):
        if name in LAYERS:
            return name, {}
    raise InvalidArgumentError(
        unknown_name("layer", layer, LAYERS, "digitzoo.formulas.layers.__all__")
    )


def _spellings(layer: str) -> Iterator[str]:
    yield layer
    for short, long in _SHORT:
        yield layer.replace(short, long)
    lower = layer.lower()
    yield from (name for name in LAYERS if name.lower() == lower)


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
