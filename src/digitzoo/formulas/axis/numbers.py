"""Whole numbers and paddings, read and checked: what every window is made of."""

import operator

from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, unknown_name

Padding = str | int | tuple[int, int]
"""`"valid"`, `"same"`, `"causal"`, P on both sides, or (before, after)."""


PADDINGS = ("valid", "same", "causal")


def effective_kernel_size(kernel_size: int, dilation_rate: int) -> int:
    """Give the reach of a dilated kernel: d (k - 1) + 1.

    >>> effective_kernel_size(3, 2)
    5
    """
    return dilation_rate * (kernel_size - 1) + 1


def whole(value: object, name: str, where: str, *, at_least: int | None = 1) -> int:
    """Read a whole number, of a least size if there is one.

    Raises:
        ArgumentTypeError: It is not a whole number.
        InvalidArgumentError: It is too small.
    """
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise ArgumentTypeError(
            f"{where}: {name} must be a whole number. Received {name}={value!r} "
            f"({type(value).__name__})."
        )
    number = operator.index(value)
    if at_least is not None and number < at_least:
        raise InvalidArgumentError(
            f"{where}: {name} must be at least {at_least}. Received {name}={number}. "
            f"The smallest that works is {at_least}."
        )
    return number


def explicit_padding(padding: object, where: str) -> tuple[int, int]:
    """Read P or (before, after).

    Raises:
        InvalidArgumentError: It is an unknown word, or not one or two numbers of at least 0.
        ArgumentTypeError: It is no number.
    """
    if isinstance(padding, str):
        raise InvalidArgumentError(unknown_padding(padding, where))
    if isinstance(padding, (tuple, list)):
        if len(padding) != 2:  # noqa: PLR2004 - before and after
            raise InvalidArgumentError(
                f"{where}: padding must be one number or (before, after). Received "
                f"padding={padding!r}. Use one number, such as padding=1."
            )
        return (
            whole(padding[0], "padding", where, at_least=0),
            whole(padding[1], "padding", where, at_least=0),
        )
    number = whole(padding, "padding", where, at_least=0)
    return number, number


def unknown_padding(padding: str, where: str) -> str:
    """Word the error for a word that is no padding."""
    return (
        f"{where}: {unknown_name('padding', padding, PADDINGS)} A number pads that many on both "
        "sides."
    )
