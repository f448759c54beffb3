"""The layers by name: Keras's, its short forms, and PyTorch's `torch.nn` ones."""

from collections.abc import Mapping
from typing import Any

from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, shown, unknown_name
from digitzoo.formulas import layers
from digitzoo.formulas.calls import public
from digitzoo.formulas.layers.base import Layer

LAYERS: Mapping[str, Any] = {
    name: getattr(layers, name) for name in layers.__all__ if name != "Layer"
}  # The class of every layer there is a formula for, by Keras's name

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
}  # Other names that `keras.layers` has for the same layers


_TORCH = "torch.nn."


def _letters(name: str) -> str:
    return name.lower().replace("_", "")


_SPELT = {_letters(name): ALIASES.get(name, name) for name in (*LAYERS, *ALIASES)}


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
    """Describe a layer by its name, in errors too."""
    if not isinstance(layer, str):
        raise ArgumentTypeError(
            f"A layer must be named by a string. Received {shown(layer)} ({type(layer).__name__})."
        )
    if layer.startswith(_TORCH):
        from digitzoo.formulas.layers.torch_names import torch_layer

        return torch_layer(layer.removeprefix(_TORCH), arguments)
    name = _SPELT.get(_letters(layer))
    if name is None:
        known = [*LAYERS, *ALIASES]
        raise InvalidArgumentError(
            unknown_name("layer", layer, known, "digitzoo.formulas.layers.__all__")
        )
    described: Layer = LAYERS[name](**arguments)
    return described


def is_layer_name(text: str) -> bool:
    """Tell whether a text names a layer: as Keras, as `max_pooling2d`, or as `torch.nn` does."""
    return text.startswith(_TORCH) or _letters(text) in _SPELT
