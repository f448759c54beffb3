"""What a user gives, held to what can be drawn and written."""

import math
from numbers import Real
from pathlib import Path

from digitzoo.errors import ArgumentTypeError, InvalidArgumentError


def check_positive(name: str, value: object) -> None:
    """Hold an argument to numbers above 0.

    Args:
        name: What the argument is called.
        value: What came.

    Raises:
        ArgumentTypeError: If it is no number.
        InvalidArgumentError: If it is 0, below, or not finite.

    >>> check_positive("fps", 0.5)
    """
    if isinstance(value, bool) or not isinstance(value, Real):
        raise ArgumentTypeError(f"{name} must be a number above 0. Received {value!r}.")
    if not 0 < float(value) < math.inf:
        raise InvalidArgumentError(f"{name} must be a number above 0. Received {value}.")


def check_folder(path: Path) -> None:
    """Hold a path to write at to a folder that is there.

    Raises:
        InvalidArgumentError: If the folder is not there.
    """
    if not path.parent.is_dir():
        raise InvalidArgumentError(
            f"The folder {str(path.parent)!r} is not there. Make it first. Received {str(path)!r}."
        )
