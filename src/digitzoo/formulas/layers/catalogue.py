"""The layers by name: Keras's, its short forms, and PyTorch's `torch.nn` ones."""

from collections.abc import Mapping
from typing import Any

from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, shown, unknown_name
from digitzoo.formulas import layers
from digitzoo.formulas.calls import public
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


@public
def describe(layer: str, /, **arguments: object) -> Layer:
    """Describe a layer by its name.

    Args:
        layer: Keras's name, such as `"Conv2D"`; or PyTorch's, such as `"torch.nn.Conv2d"`.
        **arguments: The arguments of Keras, or of PyTorch. Those that change no number, such as
            `kernel_initializer`, are taken and dropped.

    Returns:
        The frozen description.

    Raises:
        InvalidArgumentError: The name or an argument is unknown, or a value cannot work.

    >>> describe("Dense", units=10)
    Dense(units=10)
    >>> describe("torch.nn.Linear", in_features=784, out_features=10)
    Dense(units=10)
    """
    return named_layer(layer, arguments)


def named_layer(layer: object, arguments: Mapping[str, object]) -> Layer:
    """Describe a layer by its name, in errors too.

    Raises:
        InvalidArgumentError: The name or an argument is unknown, or a value cannot work.
        ArgumentTypeError: The name is no text, or a value has the wrong type.
    """
    if not isinstance(layer, str):
        raise ArgumentTypeError(
            f"A layer must be named by a string. Received {shown(layer)} ({type(layer).__name__})."
        )
    if layer.startswith("torch.nn."):
        from digitzoo.formulas.layers.torch_names import torch_layer

        return torch_layer(layer.removeprefix("torch.nn."), arguments)
    return make(LAYERS[resolve(layer)], arguments)


def make(kind: type[Layer], arguments: Mapping[str, object]) -> Layer:
    """Make a description of a class that is only known when the program runs."""
    anything: Any = kind
    described: Layer = anything(**arguments)
    return described


def resolve(layer: str) -> str:
    """Turn a name in any of the known spellings into Keras's.

    Raises:
        InvalidArgumentError: It is unknown.
    """
    name = _spelt(layer)
    if name is None:
        raise InvalidArgumentError(
            unknown_name("layer", layer, [*LAYERS, *ALIASES], "digitzoo.formulas.layers.__all__")
        )
    return name


def is_layer_name(text: str) -> bool:
    """Tell whether a text names a layer, in any of the known spellings."""
    return text.startswith("torch.nn.") or _spelt(text) is not None


def _spelt(layer: str) -> str | None:
    """Find a layer by its name or an alias, as Keras writes it or as `max_pooling2d`."""
    if layer in LAYERS:
        return layer
    known = {**{name: name for name in LAYERS}, **ALIASES}
    if layer in known:
        return known[layer]
    letters = layer.lower().replace("_", "")
    return next((name for key, name in known.items() if key.lower() == letters), None)
