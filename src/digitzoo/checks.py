"""How arguments are checked, in every room alike: what was expected, what came, what to do.

A wrong type is an `ArgumentTypeError`, a value that cannot work an `InvalidArgumentError`. Standard
library only, so that the formulas can use it.
"""

import math
import operator
import os
from collections.abc import Collection
from typing import TYPE_CHECKING

from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, listed, shown, unknown_name

if TYPE_CHECKING:
    from pathlib import Path

_LONGEST_NAME, _LONGEST_PATH = 255, 4096  # bytes: what file systems take at most
_LARGEST = 2**63 - 1  # what NumPy and Keras can count with


def check_whole(
    name: str, value: object, *, at_least: int | None = None, at_most: int = _LARGEST
) -> int:
    """Hold an argument to whole numbers, Python's or NumPy's; True and False are none.

    Args:
        name: What the message calls it.
        value: What came.
        at_least: The smallest that works, if there is one.
        at_most: The largest that works.

    Returns:
        The number as Python's own.

    Raises:
        ArgumentTypeError: If it is no whole number.
        InvalidArgumentError: If it is out of bounds.

    >>> check_whole("epochs", 3, at_least=1)
    3
    """
    bound = "" if at_least is None else f" of {at_least} or above"
    number = None
    if not isinstance(value, bool) and not getattr(value, "shape", None):
        try:
            number = operator.index(value)  # type: ignore[arg-type] # that is the question
        except TypeError:
            number = None
    if number is None or str(getattr(value, "dtype", "")) == "bool":
        raise ArgumentTypeError(f"{name} must be a whole number{bound}. {_received(value)}")
    if at_least is not None and number < at_least:
        raise InvalidArgumentError(
            f"{name} must be a whole number{bound}. Received {shown(number)}. "
            f"The smallest that works is {at_least}."
        )
    if number > at_most:
        raise InvalidArgumentError(
            f"{name} must be a whole number of at most {at_most:,}. Received {shown(number)}."
        )
    return number


def check_number(
    name: str,
    value: object,
    *,
    at_least: float | None = None,
    above: float | None = None,
    at_most: float | None = None,
    below: float | None = None,
) -> float:
    """Hold an argument to finite numbers between bounds.

    Args:
        name: What the message calls it.
        value: What came.
        at_least: The smallest that works.
        above: What it has to be larger than.
        at_most: The largest that works.
        below: What it has to be smaller than.

    Returns:
        The number as a float.

    Raises:
        ArgumentTypeError: If it is no number.
        InvalidArgumentError: If it is not finite, or out of bounds.

    >>> check_number("zoom", 0.1, at_least=0, below=1)
    0.1
    """
    bounds = (
        ("of {:g} or above", at_least, operator.ge),
        ("above {:g}", above, operator.gt),
        ("at most {:g}", at_most, operator.le),
        ("below {:g}", below, operator.lt),
    )
    expected = " and ".join(text.format(bound) for text, bound, _ in bounds if bound is not None)
    message = f"{name} must be a finite number {expected}".rstrip() + "."
    number = _as_float(value)
    if number is None:
        raise ArgumentTypeError(f"{message} {_received(value)}")
    if not math.isfinite(number) or any(
        bound is not None and not holds(number, bound) for _, bound, holds in bounds
    ):
        raise InvalidArgumentError(f"{message} Received {shown(value)}.")
    return number


def check_flag(name: str, value: object) -> bool:
    """Hold an argument to True and False.

    Raises:
        ArgumentTypeError: If it is neither.

    >>> check_flag("restart", True)
    True
    """
    if isinstance(value, bool):
        return value
    if str(getattr(value, "dtype", "")) == "bool" and not getattr(value, "shape", None):
        return bool(value)  # NumPy's
    raise ArgumentTypeError(f"{name} must be True or False. {_received(value)}")


def check_text(name: str, value: object) -> str:
    """Hold an argument to text that says something.

    Raises:
        ArgumentTypeError: If it is no text.
        InvalidArgumentError: If it is empty.

    >>> check_text("name", "simple_cnn")
    'simple_cnn'
    """
    if not isinstance(value, str):
        raise ArgumentTypeError(f"{name} must be a text. {_received(value)}")
    if not value.strip():
        raise InvalidArgumentError(f"{name} must not be empty. Received {value!r}.")
    return value


def check_choice(kind: str, value: object, choices: Collection[str], *, listing: str = "") -> str:
    """Hold an argument to one of several names.

    Args:
        kind: What the name stands for, such as `"model"`.
        value: What came.
        choices: The names there are.
        listing: The call that shows them all; without it the message lists them.

    Raises:
        ArgumentTypeError: If it is no text.
        InvalidArgumentError: If it is not among them; the nearest is named.

    >>> check_choice("padding", "same", ("valid", "same"))
    'same'
    """
    if not isinstance(value, str):
        there = f"{listing} shows all." if listing else f"There is: {listed(sorted(choices))}."
        raise ArgumentTypeError(f"A {kind} is named by a text. {_received(value)} {there}")
    if value not in choices:
        raise InvalidArgumentError(unknown_name(kind, value, choices, listing))
    return value


def check_path(name: str, value: object) -> "Path":
    """Hold an argument to a path, with `~` as the home folder wherever it came from.

    Raises:
        ArgumentTypeError: If it is neither a text nor a path.
        InvalidArgumentError: If no file can have that name.

    >>> check_path("run_dir", "runs/first").name
    'first'
    """
    from pathlib import Path

    if not isinstance(value, str | os.PathLike) or not isinstance(os.fspath(value), str):
        raise ArgumentTypeError(
            f"{name} must be a path, as text or pathlib.Path. {_received(value)}"
        )
    text = os.fspath(value)
    try:
        encoded = os.fsencode(text)
        longest = max(map(len, encoded.split(os.fsencode(os.sep))))
        fits = longest <= _LONGEST_NAME and len(encoded) < _LONGEST_PATH
        writable = bool(text) and b"\0" not in encoded and fits
    except UnicodeEncodeError:  # half of a pair of surrogates
        writable = False
    if not writable:
        raise InvalidArgumentError(
            f"{name} is no name that a file can have. Received {shown(text)}."
        )
    path = Path(text)
    try:
        return path.expanduser()
    except RuntimeError:  # ~somebody, who has no home here
        return path


def _as_float(value: object) -> float | None:
    if isinstance(value, bool | str | bytes) or getattr(value, "shape", None):
        return None
    if str(getattr(value, "dtype", "")) in {"bool", "object"}:
        return None
    if not hasattr(value, "__float__") and not hasattr(value, "__index__"):
        return None
    try:
        return float(value)  # type: ignore[arg-type] # it has the method
    except OverflowError:
        return math.inf
    except (TypeError, ValueError):
        return None


def _received(value: object) -> str:
    kind = type(value).__name__
    text = shown(value)
    return f"Received {text}." if value is None or kind in text else f"Received {text} ({kind})."
