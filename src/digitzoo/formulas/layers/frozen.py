"""Frozen records, without what `dataclasses` cost at import: 0.45 ms a class, 10 ms `inspect`."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self, dataclass_transform

from digitzoo.errors import DigitzooError, InvalidArgumentError, shown, unknown_name
from digitzoo.formulas.calls import locate

_MISSING: Any = object()
Reader = Callable[..., object]
"""Reads a field: its name, what came, and the record's rank where `given` says so."""


class _Given(NamedTuple):
    """A field with more than a default."""

    default: object
    read: Reader | None = None
    kw_only: bool = True
    ranked: bool = False


def given(
    *,
    default: Any = _MISSING,
    kw_only: bool = True,
    read: Reader | None = None,
    ranked: bool = False,
) -> Any:
    """Declare a field that may be given by position, or that is read in a way of its own."""
    return _Given(default, read, kw_only, ranked)


class _Signature:
    """What `inspect.signature` and Shift-Tab show, made when they ask: `inspect` loads slowly."""

    def __get__(self, record: object, kind: "type[Frozen]") -> object:
        from inspect import Parameter, Signature

        parameters = []
        for name, default in kind.defaults().items():
            by_position = name in kind._positional  # noqa: SLF001 - the class this is a part of
            parameters.append(
                Parameter(
                    name,
                    Parameter.POSITIONAL_OR_KEYWORD if by_position else Parameter.KEYWORD_ONLY,
                    default=Parameter.empty if default is _MISSING else default,
                    annotation=kind._annotations[name],  # noqa: SLF001
                )
            )
        return Signature(parameters)


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(given,))
class Frozen:
    """A record whose fields are its annotations and cannot be changed."""

    without_effect: ClassVar[frozenset[str]] = frozenset()
    _defaults: ClassVar[dict[str, object]] = {}
    _positional: ClassVar[tuple[str, ...]] = ()
    _annotations: ClassVar[dict[str, object]] = {}
    _readers: ClassVar[dict[str, tuple[Reader, bool]]] = {}
    _readers_of: ClassVar[Mapping[object, Reader]] = {}
    if TYPE_CHECKING:
        rank: ClassVar[int]  # of a layer
    else:
        __signature__ = _Signature()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls._defaults, cls._annotations = dict(cls._defaults), dict(cls._annotations)
        cls._readers = dict(cls._readers)
        for name, kind in cls.__annotations__.items():
            if name.startswith("_") or getattr(kind, "__origin__", None) is ClassVar:
                continue
            field = cls.__dict__.get(name, _MISSING)
            if name in cls.__dict__:
                delattr(cls, name)
            if not isinstance(field, _Given):
                field = _Given(field)
            if not field.kw_only and name not in cls._positional:
                cls._positional = (*cls._positional, name)
            read = field.read or cls._readers_of.get(kind)
            if read:
                cls._readers[name] = read, field.ranked
            cls._defaults[name], cls._annotations[name] = field.default, kind

    def __init__(self, *values: object, **named: object) -> None:
        try:
            fields = self._given(values, named)
            self.__dict__.update(fields)
            for name, (read, ranked) in self._readers.items():
                value = fields[name]
                if value is not None or self._defaults[name] is not None:
                    self.__dict__[name] = read(name, value, *(self.rank,) * ranked)
            self.__post_init__()
        except DigitzooError as error:
            locate(error, type(self).__name__, door=True)
            raise

    def _given(self, values: tuple[object, ...], named: Mapping[str, object]) -> dict[str, object]:
        fields = dict(self._defaults)
        if len(values) > len(self._positional):
            raise InvalidArgumentError(
                f"takes {len(self._positional)} arguments by position"
                f"{' (' + ', '.join(self._positional) + ')' if self._positional else ''}. "
                f"Received {len(values)}. Name the others."
            )
        fields.update(zip(self._positional, values, strict=False))
        for name, value in named.items():
            if name in fields:
                fields[name] = value
            elif name not in self.without_effect:
                kind = f"argument of {type(self).__name__}"
                raise InvalidArgumentError(unknown_name(kind, name, fields))
        missing = [name for name, value in fields.items() if value is _MISSING]
        if missing:
            came = ", ".join(f"{name}={shown(value)}" for name, value in named.items())
            raise InvalidArgumentError(
                f"{' and '.join(missing)} must be given. Received {came or 'nothing'}."
            )
        return fields

    def __post_init__(self) -> None:
        """Check what concerns several fields; children do."""

    @classmethod
    def defaults(cls) -> dict[str, object]:
        """Give the default of each field, those by position first; a mark where there is none."""
        order = (*cls._positional, *(n for n in cls._defaults if n not in cls._positional))
        return {name: cls._defaults[name] for name in order}

    @classmethod
    def argument_names(cls) -> tuple[str, ...]:
        """Name the fields."""
        return tuple(cls._defaults)

    @classmethod
    def trusted(cls, **values: object) -> Self:
        """Make a record of values that were worked out, not given: nothing is checked."""
        made = object.__new__(cls)
        made.__dict__.update(cls._defaults)
        made.__dict__.update(values)
        return made

    def replace(self, **changes: object) -> Self:
        """Make a copy with other values, unchecked: they are results, not arguments."""
        return self.trusted(**{**self.__dict__, **changes})

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(
            f"{type(self).__name__} is frozen: {name} cannot become {shown(value)}. Make a new one."
        )

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen: {name} cannot be deleted.")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash((type(self), *self.__dict__.values()))

    def __repr__(self) -> str:
        # What has to be given, then what differs from the default.
        values = ((name, self.__dict__[name]) for name in self.defaults())
        told = (f"{name}={value!r}" for name, value in values if not self._is_default(name))
        return f"{type(self).__name__}({', '.join(told)})"

    def _is_default(self, name: str) -> bool:
        value, default = self.__dict__[name], self._defaults[name]
        # A default of 1 was made (1, 1) for the axes.
        return bool(value == default or (isinstance(value, tuple) and set(value) == {default}))

    def _set(self, **values: object) -> None:
        self.__dict__.update(values)
