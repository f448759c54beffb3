"""States of callbacks, in the form that a checkpoint keeps: JSON, with its arrays beside it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitzoo.errors import ArgumentTypeError

_ARRAY, _NUMBER = "NumPy array", "NumPy number"
_KINDS = "biufcSUmMV"  # all that NumPy stores without pickles


def take_arrays_out(value: Any, name: str, arrays: dict[str, NDArray[Any]]) -> Any:
    """Put a reference in the place of each array of a state, however deep it lies.

    A state is None, a boolean, a number, a text, a NumPy array or number, or lists and dicts of
    such; tuples become lists. `name` is what arrays and messages call it.

    Raises:
        ArgumentTypeError: If it holds something else.

    >>> arrays = {}
    >>> take_arrays_out({"seen": [np.ones(2), 7]}, "counter", arrays)
    {'seen': [{'NumPy array': 'counter/seen/0'}, 7]}
    >>> arrays
    {'counter/seen/0': array([1., 1.])}
    """
    if isinstance(value, np.ndarray | np.generic) and value.dtype.kind in _KINDS:
        arrays[name] = np.asarray(value)
        return {_ARRAY if isinstance(value, np.ndarray) else _NUMBER: name}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple):
        return [take_arrays_out(part, f"{name}/{i}", arrays) for i, part in enumerate(value)]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {key: take_arrays_out(part, f"{name}/{key}", arrays) for key, part in value.items()}
    what = "a dict with keys that are no texts" if isinstance(value, dict) else repr(value)[:100]
    raise ArgumentTypeError(
        f"The state of {name} cannot be kept: it is {what}. state_dict() gives a dict by texts of "
        f"None, booleans, numbers, texts, NumPy arrays, and lists and dicts of such."
    )


def put_arrays_back(value: Any, arrays: dict[str, NDArray[Any]]) -> Any:
    """Undo `take_arrays_out`.

    >>> put_arrays_back({"seen": [{"NumPy array": "x"}, 7]}, {"x": np.ones(2)})
    {'seen': [array([1., 1.]), 7]}
    """
    if isinstance(value, list):
        return [put_arrays_back(part, arrays) for part in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((kind, name),) = value.items()
        if kind == _ARRAY:
            return arrays[name].copy()  # the callback may go on to count in it
        if kind == _NUMBER:
            return arrays[name][()]
    return {key: put_arrays_back(part, arrays) for key, part in value.items()}
