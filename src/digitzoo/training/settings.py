"""Settings that are held to what can work when they are made, before any training."""

import dataclasses
from typing import Any, Self

from digitzoo.checks import check_number
from digitzoo.errors import InvalidArgumentError, unknown_name


class Settings:
    """Parent of frozen dataclasses that name the nearest setting for one that is misspelt."""

    def __new__(cls, *values: object, **named: object) -> Self:
        """Refuse a setting that there is not, before `__init__` does."""
        known = [field.name for field in dataclasses.fields(cls)]  # type: ignore[arg-type] # children are dataclasses
        for name in named:
            if name not in known:
                raise InvalidArgumentError(unknown_name(f"{cls.__name__} setting", name, known))
        return super().__new__(cls)

    def _set(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)

    def _hold(self, name: str, **bounds: float) -> None:
        """Check a number and keep it as a plain float, which JSON can write."""
        where = f"{type(self).__name__}({name}=...)"
        self._set(name, check_number(where, getattr(self, name), **bounds))
