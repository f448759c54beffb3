"""Descriptions of layers, named as in `keras.layers`; `__init__.pyi` lists them."""

from typing import Any

import lazy_loader

_load, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)


def __getattr__(name: str) -> Any:
    if name[:1].isupper() and name not in __all__:
        from digitzoo.formulas.layers.catalogue import ALIASES

        name = ALIASES.get(name, name)
    return _load(name)
