"""How arguments are checked, in every room alike: what was expected, what came, what to do.

A wrong type is an `ArgumentTypeError`, a value that cannot work an `InvalidArgumentError`. Standard
library only, so that the formulas can use it.
"""

import math
import operator
import os
from collections.abc import Collection
from contextlib import suppress
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

    >>> check_whole("epochs", 3, at_least=1)
    3
    """
    bound = "" if at_least is None else f" of {at_least} or above"
    number = None
    if not _is_flag(value) and not getattr(value, "shape", None):
        with suppress(TypeError):
            number = operator.index(value)  # type: ignore[arg-type] # that is the question
    if number is None:
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

    >>> check_number("zoom", 0.1, at_least=0, below=1)
    0.1
    """
    bounds = (
        ("of {:g} or above", at_least, operator.ge),
        ("above {:g}", above, operator.gt),
        ("at most {:g}", at_most, operator.le),
        ("below {:g}", below, operator.lt),
    )
    given = [(text, bound, holds) for text, bound, holds in bounds if bound is not None]
    expected = " and ".join(text.format(bound) for text, bound, _ in given)
    message = f"{name} must be a finite number {expected}".rstrip() + "."
    number = _as_float(value)
    if number is None:
        raise ArgumentTypeError(f"{message} {_received(value)}")
    if not math.isfinite(number) or not all(holds(number, bound) for _, bound, holds in given):
        raise InvalidArgumentError(f"{message} Received {shown(value)}.")
    return number


def check_flag(name: str, value: object) -> bool:
    """Hold an argument to True and False, Python's or NumPy's."""
    if not _is_flag(value):
        raise ArgumentTypeError(f"{name} must be True or False. {_received(value)}")
    return bool(value)


def check_text(name: str, value: object) -> str:
    """Hold an argument to text that says something."""
    if not isinstance(value, str):
        raise ArgumentTypeError(f"{name} must be a text. {_received(value)}")
    if not value.strip():
        raise InvalidArgumentError(f"{name} must not be empty. Received {value!r}.")
    return value


def check_choice(kind: str, value: object, choices: Collection[str], *, listing: str = "") -> str:
    """Hold an argument to one of several names; the nearest, or the call that shows all, is named.

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
    try:
        return Path(text).expanduser()
    except RuntimeError:  # ~somebody, who has no home here
        return Path(text)


def _is_flag(value: object) -> bool:
    is_numpys = str(getattr(value, "dtype", "")) == "bool" and not getattr(value, "shape", None)
    return isinstance(value, bool) or is_numpys


def _as_float(value: object) -> float | None:
    if isinstance(value, str | bytes) or _is_flag(value) or getattr(value, "shape", None):
        return None
    if str(getattr(value, "dtype", "")) == "object":
        return None
    try:
        return float(value)  # type: ignore[arg-type] # that is the question
    except OverflowError:
        return math.inf
    except (TypeError, ValueError):
        return None


def _received(value: object) -> str:
    kind = type(value).__name__
    text = shown(value)
    return f"Received {text}." if value is None or kind in text else f"Received {text} ({kind})."
