"""Frozen records: what `dataclasses` does, without its price at import.

The room has some forty small classes, and has to load in 40 ms. `dataclasses` writes and compiles
the methods of each (0.45 ms a class on two slow cores) and brings `inspect` along (10 ms). Type
checkers know these records by `dataclass_transform` just as well. A layer also has to take the
arguments of Keras's that change no number, and to name the nearest for one that is misspelt.
"""

from typing import Any, ClassVar, Self, dataclass_transform

from digitzoo.errors import InvalidArgumentError, unknown_name

_MISSING: Any = object()


class _Given:
    """A field that may be given by position."""

    def __init__(self, default: object) -> None:
        self.default = default


def given(*, default: Any = _MISSING, kw_only: bool) -> Any:  # noqa: ANN401 - any field's type
    """Declare a field that may be given by position, as Keras's own first arguments."""
    return default if kw_only else _Given(default)


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(given,))
class Frozen:
    """A record whose fields are its annotations and cannot be changed.

    Fields are keyword-only, but for those declared with `given`. A child may name arguments that
    it takes and drops in `without_effect`.
    """

    without_effect: ClassVar[frozenset[str]] = frozenset()
    _defaults: ClassVar[dict[str, object]] = {}
    _positional: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        defaults, positional = dict(cls._defaults), list(cls._positional)
        for name, kind in cls.__annotations__.items():
            if name.startswith("_") or str(kind).startswith("typing.ClassVar"):
                continue
            value = cls.__dict__.get(name, _MISSING)
            if isinstance(value, _Given):
                value = value.default
                positional.append(name)
            if name in cls.__dict__:
                delattr(cls, name)
            defaults[name] = value
        cls._defaults, cls._positional = defaults, tuple(positional)

    def __init__(self, *values: object, **named: object) -> None:
        fields = dict(self._defaults)
        if len(values) > len(self._positional):
            raise InvalidArgumentError(
                f"{type(self).__name__} takes {len(self._positional)} arguments by position"
                f"{' (' + ', '.join(self._positional) + ')' if self._positional else ''}. "
                f"Received {len(values)}. Name the others."
            )
        fields.update(zip(self._positional, values, strict=False))
        for name, value in named.items():
            if name in fields:
                fields[name] = value
            elif name not in self.without_effect:
                raise InvalidArgumentError(
                    unknown_name(f"argument of {type(self).__name__}", name, fields)
                )
        if any(value is _MISSING for value in fields.values()):
            missing = [name for name, value in fields.items() if value is _MISSING]
            raise InvalidArgumentError(
                f"{type(self).__name__}: {' and '.join(missing)} must be given. Received "
                f"{', '.join(f'{name}={value!r}' for name, value in named.items()) or 'nothing'}."
            )
        self.__dict__.update(fields)
        self.__post_init__()

    def __post_init__(self) -> None:
        """Check and normalise the fields; children do."""

    @classmethod
    def argument_names(cls) -> tuple[str, ...]:
        """Name the fields."""
        return tuple(cls._defaults)

    @classmethod
    def trusted(cls, **values: object) -> Self:
        """Make a record of values that were worked out, not given: nothing is checked."""
        made = object.__new__(cls)
        made.__dict__.update(cls._defaults, **values)
        return made

    def replace(self, **changes: object) -> Self:
        """Make a copy with other values, unchecked: they are results, not arguments."""
        copy = object.__new__(type(self))
        copy.__dict__.update(self.__dict__, **changes)
        return copy

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(
            f"{type(self).__name__} is frozen: {name} cannot become {value!r}. Make a new one."
        )

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen: {name} cannot be deleted.")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash((type(self), *self.__dict__.values()))

    def __repr__(self) -> str:
        # What has to be given, then what differs from the default.
        names = (*self._positional, *(n for n in self._defaults if n not in self._positional))
        shown = (f"{name}={self.__dict__[name]!r}" for name in names if not self._is_default(name))
        return f"{type(self).__name__}({', '.join(shown)})"

    def _is_default(self, name: str) -> bool:
        value, default = self.__dict__[name], self._defaults[name]
        # A default of 1 was made (1, 1) for the axes.
        return bool(value == default or (isinstance(value, tuple) and set(value) == {default}))

    def _set(self, **values: object) -> None:
        self.__dict__.update(values)
