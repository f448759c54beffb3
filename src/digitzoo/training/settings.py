"""Settings that are held to what can work when they are made, before any training."""

import dataclasses
import math
import operator
from collections.abc import Callable
from numbers import Real
from typing import Any, Self

from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, unknown_name


class Settings:
    """Parent of frozen dataclasses that name the nearest setting for one that is misspelt."""

    def __new__(cls, *values: object, **named: object) -> Self:  # noqa: ARG004 - __init__ takes them
        """Name the nearest setting for one that there is not, before `__init__` refuses it."""
        known = [field.name for field in dataclasses.fields(cls)]  # type: ignore[arg-type] # children are dataclasses
        for name in named:
            if name not in known:
                raise InvalidArgumentError(unknown_name(f"{cls.__name__} setting", name, known))
        return super().__new__(cls)

    def _hold(self, name: str, **bounds: float) -> None:
        """Check a number and keep it as a plain float, which JSON can write."""
        where = f"{type(self).__name__}({name}=...)"
        value = check_number(where, getattr(self, name), **bounds)
        object.__setattr__(self, name, value)


_BOUNDS: dict[str, tuple[str, Callable[[float, float], bool]]] = {
    "at_least": ("of {} or above", operator.ge),
    "above": ("above {}", operator.gt),
    "at_most": ("at most {}", operator.le),
    "below": ("below {}", operator.lt),
}


def check_number(name: str, value: Any, **bounds: float) -> float:  # noqa: ANN401 - what a user gave
    """Hold a setting to a finite number between bounds.

    Args:
        name: What the message calls it.
        value: What came.
        **bounds: Any of `at_least`, `above`, `at_most` and `below`.

    Returns:
        The number as a float.

    Raises:
        InvalidArgumentError: If it is not finite or out of bounds.
        ArgumentTypeError: If it is no number.

    >>> check_number("zoom", 0.1, at_least=0, below=1)
    0.1
    """
    expected = " and ".join(_BOUNDS[kind][0].format(f"{bound:g}") for kind, bound in bounds.items())
    message = f"{name} must be a finite number {expected}. Received {value!r}."
    if isinstance(value, bool) or not isinstance(value, Real):
        raise ArgumentTypeError(f"{message[:-1]}, a {type(value).__name__}. Give a plain number.")
    number = float(value)
    if not math.isfinite(number):
        raise InvalidArgumentError(message)
    for kind, bound in bounds.items():
        if not _BOUNDS[kind][1](number, bound):
            raise InvalidArgumentError(f"{message} The nearest bound is {bound:g}.")
    return number
