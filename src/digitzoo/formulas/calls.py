"""Errors name where they happened: `Conv2D 'last', height: ...`; a door is named once."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import ParamSpec, TypeVar

from digitzoo.errors import ArgumentTypeError, DigitzooError, shown, unknown_name

CO_VARKEYWORDS = 8  # as `inspect` has it, which loads slowly
_P = ParamSpec("_P")
_R = TypeVar("_R")


def locate(error: DigitzooError, place: str, *, door: bool = False) -> DigitzooError:
    """Put a place before an error's message; behind a door nothing more is added."""
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
            _name(error, name)
            raise
        except TypeError as error:
            # Python refused the call itself if nothing of the function ran.
            if error.__traceback__ is None or error.__traceback__.tb_next is not None:
                raise
            problem = ArgumentTypeError(_refusal(function, values, named) or str(error))
        raise locate(problem, name, door=True)

    return call


def _name(error: DigitzooError, function: str) -> None:
    """Name the function that was called in place of those that it calls itself."""
    known = error.__dict__
    if known.get("of_function"):
        known.update(named=False, places=known["places"][1:])
    known["of_function"] = not known.get("named")
    locate(error, function, door=True)


def _refusal(
    function: Callable[..., object], values: tuple[object, ...], named: Mapping[str, object]
) -> str:
    code = function.__code__
    known = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    by_position, others = known[: code.co_argcount], known[code.co_argcount :]
    unknown = [key for key in named if key not in known]
    if unknown and not code.co_flags & CO_VARKEYWORDS:
        return unknown_name("argument", unknown[0], known)
    if len(values) > len(by_position):
        rest = f"Name the others: {', '.join(others)}." if others else "Leave the others out."
        return f"takes {', '.join(by_position)} by position. Received {len(values)} values. {rest}"
    needed = by_position[: len(by_position) - len(function.__defaults__ or ())]
    missing = [one for one in needed[len(values) :] if one not in named]
    came = [*map(shown, values), *(f"{key}={shown(value)}" for key, value in named.items())]
    received = f"Received {', '.join(came) or 'nothing'}."
    return f"{' and '.join(missing)} must be given. {received}" if missing else ""
