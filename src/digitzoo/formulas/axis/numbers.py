"""Whole numbers and paddings, read and checked: what every window is made of."""

from collections.abc import Sequence

from digitzoo.checks import check_whole
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, shown, unknown_name

Padding = str | int | Sequence[int]
"""`"valid"`, `"same"`, `"causal"`, P on both sides, or (before, after)."""

_SMALL = 1 << 32
PADDINGS = ("valid", "same", "causal")


def effective_kernel_size(kernel_size: int, dilation_rate: int) -> int:
    """Give the reach of a dilated kernel: d (k - 1) + 1."""
    return dilation_rate * (kernel_size - 1) + 1


def whole(name: str, value: object, *, at_least: int | None = 1) -> int:
    """Read a whole number, of a least size if there is one."""
    if type(value) is int and _SMALL > value >= (1 if at_least is None else at_least):
        return value  # what nearly every number is, in the hot path
    number = check_whole(name, value)
    if at_least is not None and number < at_least:
        came = f"{name}={shown(number)}" if name.isidentifier() else shown(number)
        raise InvalidArgumentError(
            f"{name} must be at least {at_least}. Received {came}. "
            f"The smallest that works is {at_least}."
        )
    return number


def listed_numbers(value: object) -> list[object] | None:
    """Read a tuple, a list or NumPy's array, its rows as lists; `None` for anything else."""
    if isinstance(value, (tuple, list)):
        return list(value)
    if getattr(value, "ndim", 0) in {1, 2} and hasattr(value, "tolist"):
        return list(value.tolist())
    return None


def explicit_padding(padding: object) -> tuple[int, int]:
    """Read P or (before, after)."""
    if isinstance(padding, str):
        raise unknown_padding(padding)
    pair = listed_numbers(padding)
    if pair is None:
        if not hasattr(padding, "__index__"):
            raise ArgumentTypeError(
                "padding must be a word, a whole number or (before, after). Received "
                f"{shown(padding)} ({type(padding).__name__})."
            )
        pair = [padding, padding]
    if len(pair) != 2:  # before and after
        raise InvalidArgumentError(
            f"padding must be one number or (before, after). Received padding={shown(padding)}. "
            "Use one number, such as padding=1."
        )
    before, after = (whole("padding", one, at_least=0) for one in pair)
    return before, after


def padding_word(word: str, words: Sequence[str]) -> str:
    """Read a word for padding; Keras's convolutions take capitals too."""
    if word.lower() in words:
        return word.lower()
    if word.lower() == "causal":
        raise InvalidArgumentError(
            "padding='causal' exists for Conv1D alone, where the axis is time. "
            f"Expected {' or '.join(map(repr, words))}. Use padding='same'."
        )
    raise unknown_padding(word, words)


def unknown_padding(word: str, words: Sequence[str] = PADDINGS) -> InvalidArgumentError:
    """Make the error for a word that is no padding."""
    unknown = unknown_name("padding", word, words)
    return InvalidArgumentError(f"{unknown} A number pads that many on both sides.")
