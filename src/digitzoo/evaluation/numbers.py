"""Whole numbers, held to what they are."""

import numpy as np

from digitzoo.errors import ArgumentTypeError, InvalidArgumentError


def check_whole(name: str, value: object, low: int | None = None) -> None:
    """Hold an argument to whole numbers.

    Args:
        name: What the argument is called.
        value: What came.
        low: The smallest that can be, if there is one.

    Raises:
        ArgumentTypeError: If it is no whole number.
        InvalidArgumentError: If it is too small.

    >>> check_whole("bins", 2, 1)
    """
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise ArgumentTypeError(f"{name} must be a whole number. Received {value!r}.")
    if low is not None and value < low:
        raise InvalidArgumentError(f"{name} must be {low} or above. Received {value}.")
