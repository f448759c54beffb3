"""Errors name where they happened, once: a public function or a layer, and the axis in it.

The arithmetic raises bare messages. Whoever knows an axis puts its name before them, and a door
(a public function, the making of a layer, a layer at work) its own: `Conv2D 'last', height: ...`.
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from digitzoo.errors import ArgumentTypeError, DigitzooError, shown, unknown_name

_P = ParamSpec("_P")
_R = TypeVar("_R")


def locate(error: DigitzooError, place: str, *, door: bool = False) -> DigitzooError:
    """Put a place before an error's message; behind a door nothing more is added.

    >>> print(locate(locate(DigitzooError("no room"), "height"), "Conv2D", door=True))
    Conv2D, height: no room
    """
    known = error.__dict__
    if not known.get("named"):
        places = known["places"] = (place, *known.get("places", ()))
        message = known.setdefault("message", str(error))
        error.args = (f"{', '.join(places)}: {message}",)
        known["named"] = door
    return error


def public(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Let a function's errors name it, and say what was meant by a keyword that it does not know.

    >>> @public
    ... def double(number: int) -> int:
    ...     return 2 * number
    >>> double(numbr=1)
    Traceback (most recent call last):
        ...
    digitzoo.errors.ArgumentTypeError: double: Unknown argument 'numbr'. Did you mean 'number'? \
There is: number.
    """
    name = function.__name__

    @wraps(function)
    def call(*values: _P.args, **named: _P.kwargs) -> _R:
        try:
            return function(*values, **named)
        except DigitzooError as error:
            locate(error, name, door=True)
            raise
        except TypeError as error:
            # Python refused the call itself if nothing of the function ran.
            if error.__traceback__ is None or error.__traceback__.tb_next is not None:
                raise
            problem = _refusal(function, values, named, error)
        raise problem

    return call


def _refusal(
    function: Callable[..., object], values: tuple[object, ...], named: object, error: TypeError
) -> ArgumentTypeError:
    name, code = function.__name__, function.__code__
    by_position = code.co_varnames[: code.co_argcount]
    known = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    given = named if isinstance(named, dict) else {}
    for key in given:
        if key not in known:
            return ArgumentTypeError(f"{name}: {unknown_name('argument', key, known)}")
    if len(values) > len(by_position):
        return ArgumentTypeError(
            f"{name} takes {len(by_position)} arguments by position ({', '.join(by_position)}). "
            f"Received {len(values)}. Name the others: {', '.join(known[len(by_position) :])}."
        )
    needed = by_position[: len(by_position) - len(function.__defaults__ or ())]
    missing = [one for one in needed[len(values) :] if one not in given]
    if missing:
        came = [*map(shown, values), *(f"{key}={shown(value)}" for key, value in given.items())]
        return ArgumentTypeError(
            f"{name}: {' and '.join(missing)} must be given. Received {', '.join(came) or 'none'}."
        )
    return ArgumentTypeError(str(error))
