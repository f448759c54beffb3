"""Reading layers' arguments: one number for all axes or one each, paddings, axes, formats.

A reader takes the layer, the argument's name and what came; `given(read=...)` names it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from digitzoo.checks import check_choice, check_flag, check_number, check_text
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, shown
from digitzoo.formulas.axis.numbers import (
    PADDINGS,
    explicit_padding,
    listed_numbers,
    padding_word,
    whole,
)
from digitzoo.formulas.calls import locate
from digitzoo.formulas.layers.shapes import AXIS_NAMES

PerAxis = int | Sequence[int]
"""One number for every spatial axis, or one for each."""

Pads = str | tuple[tuple[int, int], ...]
"""A padding that was read: a word, or (before, after) for each axis."""

# keras.activations; a test holds them to be all.
ACTIVATIONS = (
    *("celu", "elu", "exponential", "gelu", "glu", "hard_shrink", "hard_sigmoid", "hard_silu"),
    *("hard_swish", "hard_tanh", "leaky_relu", "linear", "log_sigmoid", "log_softmax", "mish"),
    *("relu", "relu6", "selu", "sigmoid", "silu", "soft_shrink", "softmax", "softplus"),
    *("softsign", "sparse_plus", "sparse_sigmoid", "sparsemax", "squareplus", "swish", "tanh"),
    *("tanh_shrink", "threshold"),
)
DATA_FORMATS = ("channels_last", "channels_first")


def per_axis(value: object, rank: int, name: str, *, at_least: int = 1) -> tuple[int, ...]:
    """Read one whole number for all axes, or one for each.

    Raises:
        InvalidArgumentError: There are too few or too many, or one is too small.
        ArgumentTypeError: One is not a whole number.
    """
    numbers = listed_numbers(value)
    if numbers is None:
        return (whole(value, name, at_least=at_least),) * rank
    if len(numbers) != rank:
        raise InvalidArgumentError(
            f"{name} must be one number or {rank}. Received {name}={shown(value)}, "
            f"{len(numbers)} numbers. Use {name}={shown(numbers[0]) if numbers else 1}."
        )
    axes = AXIS_NAMES.get(rank, ()) if rank > 1 else ()
    read = []
    for place, one in enumerate(numbers):
        try:
            read.append(whole(one, name, at_least=at_least))
        except (ArgumentTypeError, InvalidArgumentError) as error:
            raise locate(error, axes[place]) if axes else error from None
    return tuple(read)


def before_and_after(value: object, rank: int, name: str) -> tuple[tuple[int, int], ...]:
    """Read P, one P for each axis, or (before, after) for each axis, as Keras's ZeroPadding2D.

    Raises:
        InvalidArgumentError: There are too few or too many, or one is negative.
        ArgumentTypeError: One is not a whole number.
    """
    pairs = value if isinstance(value, (tuple, list)) else listed_numbers(value)
    if pairs is None:
        number = whole(value, name, at_least=0)
        return ((number, number),) * rank
    if rank == 1 and len(pairs) == 2:  # (before, after), as in ZeroPadding1D
        return (explicit_padding(tuple(pairs)),)
    if len(pairs) != rank:
        raise InvalidArgumentError(
            f"{name} must be one number, {rank} numbers, or {rank} pairs (before, "
            f"after). Received {name}={shown(value)}. Use one number, such as {name}=1."
        )
    return tuple(explicit_padding(one) for one in pairs)


def paddings(value: object, rank: int, words: Sequence[str] = PADDINGS) -> Pads:
    """Read a padding: a word for all axes, or numbers as (before, after) for each.

    Raises:
        InvalidArgumentError: The word is unknown, or the numbers are too many or too small.
        ArgumentTypeError: It is neither a word nor a number.
    """
    if isinstance(value, str):
        return padding_word(value, words)
    if value is None:
        raise ArgumentTypeError("padding must be a word or a number. Received None.")
    return before_and_after(value, rank, "padding")


def read_flag(layer: object, name: str, value: object) -> bool:
    """Read True or False."""
    return check_flag(name, value)


def read_count(layer: object, name: str, value: object) -> int:
    """Read a whole number of 1 or above."""
    return whole(value, name)


def read_text(layer: object, name: str, value: object) -> str | None:
    """Read a text, or None."""
    return None if value is None else check_text(name, value)


def read_activation(layer: object, name: str, value: object) -> object:
    """Read a name, a function, or what Keras saved of one."""
    if isinstance(value, str) and ">" not in value:  # my_package>mine is a registered one
        return check_choice(name, value, ACTIVATIONS)
    saved = isinstance(value, Mapping) and len(value) > 0
    if value is None or saved or isinstance(value, str) or callable(value):
        return value
    raise ArgumentTypeError(
        f"{name} must be a name such as 'relu', a function or None. Received {shown(value)} "
        f"({type(value).__name__})."
    )


def read_number(layer: object, name: str, value: object) -> float:
    """Read a number of 0 or above."""
    check_number(name, value, at_least=0)
    return value  # type: ignore[return-value]  # it was checked, and is shown as it came


def read_number_or_none(layer: object, name: str, value: object) -> float | None:
    """Read the same, or None."""
    return None if value is None else read_number(layer, name, value)


def read_share(layer: object, name: str, value: object) -> float:
    """Read a share from 0 to 1."""
    wrong = f"{name} must be a share from 0 to 1. Received {name}={shown(value)}"
    try:
        share = check_number(name, value)
    except ArgumentTypeError:
        raise ArgumentTypeError(f"{wrong} ({type(value).__name__}). Use {name}=0.5.") from None
    if not 0 <= share <= 1:
        nearest = f"{min(max(share, 0), 1):g}"
        raise InvalidArgumentError(f"{wrong}. The nearest that works is {nearest}.")
    return value  # type: ignore[return-value]  # it was checked, and is shown as it came


def read_numbers(layer: object, name: str, value: object) -> object:
    """Read a number, or numbers in lists or an array, which become tuples; None stays."""
    if value is None:
        return None
    whole_array = value.tolist() if hasattr(value, "tolist") else value
    if isinstance(whole_array, (tuple, list)):
        return tuple(read_numbers(layer, name, one) for one in whole_array)
    check_number(name, whole_array)
    return whole_array


def read_per_axis(layer: Any, name: str, value: object) -> tuple[int, ...]:
    """Read one number for all axes of a layer, or one for each."""
    return per_axis(value, layer.rank, name)


def read_per_axis_or_none(layer: Any, name: str, value: object) -> tuple[int, ...] | None:
    """Read the same, or None."""
    return None if value is None else per_axis(value, layer.rank, name)


def read_borders(layer: Any, name: str, value: object) -> tuple[tuple[int, int], ...]:
    """Read (before, after) for each axis of a layer."""
    return before_and_after(value, layer.rank, name)


def read_padding(layer: Any, name: str, value: object) -> Pads:
    """Read the padding of a layer's windows."""
    return paddings(value, layer.rank, layer.paddings)


def read_data_format(layer: object, name: str, value: object) -> str:
    """Read `channels_last` (also for `None`, Keras's default) or `channels_first`."""
    return DATA_FORMATS[0] if value is None else check_choice(name, value, DATA_FORMATS)


def read_axis(layer: object, name: str, value: object) -> int:
    """Read the number of an axis; those from the end are negative."""
    return whole(value, name, at_least=None)


def read_axes(layer: object, name: str, value: object) -> int | tuple[int, ...]:
    """Read one axis, or several that differ."""
    numbers = listed_numbers(value)
    if numbers is None:
        return read_axis(layer, name, value)
    axes = tuple(read_axis(layer, name, one) for one in numbers)
    if not axes or len(set(axes)) < len(axes):
        raise InvalidArgumentError(
            f"{name} must name one axis, or several that differ. Received {name}={shown(value)}. "
            f"Use {name}=-1."
        )
    return axes


def read_axes_or_none(layer: object, name: str, value: object) -> int | tuple[int, ...] | None:
    """Read the same, or None."""
    return None if value is None else read_axes(layer, name, value)
