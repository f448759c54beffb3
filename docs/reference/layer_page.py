"""The page of the layer descriptions: every layer of `digitzoo.formulas.layers`, with an example.

mkdocstrings does not see the arguments that a description has from its parents, so this page is
read off the classes themselves; each example is worked out while the site is built.
"""

import inspect
import itertools
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from digitzoo.errors import DigitzooError
from digitzoo.formulas import layer_info, layers

_FILE = Path(__file__).with_name("layer_arguments.toml")
_COLUMNS = 80
_OF_ALL = ("name", "trainable")
# What an example gives to arguments that have no default, and the first inputs that it tries.
_GIVEN: dict[str, object] = {
    "filters": 8,
    "pool_size": 2,
    "rate": 0.5,
    "stddev": 0.1,
    "activation": "relu",
    "scale": 2,
    "kernel_size": 3,
    "units": 10,
    "input_dim": 1000,
    "output_dim": 16,
    "shape": (28, 28, 32),
    "target_shape": (-1,),
    "dims": (2, 1, 3),
    "n": 4,
    "output_size": 5,
    "num_heads": 4,
    "key_dim": 8,
    "head_dim": 8,
    "num_query_heads": 4,
    "num_key_value_heads": 2,
    "equation": "abc,cd->abd",
    "output_shape": (None, 10),
}
_WRAPPED = {"Bidirectional": layers.LSTM(16), "TimeDistributed": layers.Dense(10)}
_INPUTS = ((28, 28, 32), (28, 32), (8, 28, 28, 32), (128,))


def values() -> dict[str, Any]:
    """Give what the page's template shows."""
    return {
        "names": [name for name in layers.__all__ if name != "Layer"],  # which is their parent
        "common": _OF_ALL,
        "says": argument_words(),
        "own_arguments": own_arguments,
        "signature": _signature,
        "doc": lambda name: inspect.cleandoc(getattr(layers, name).__doc__ or ""),
        "example": example,
    }


@cache
def argument_words() -> dict[str, dict[str, str]]:
    """Say what each argument means, in each language."""
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def own_arguments(name: str) -> list[str]:
    """List a layer's arguments beside those that every layer takes."""
    return [one for one in getattr(layers, name).argument_names() if one not in _OF_ALL]


def example(name: str) -> tuple[str, str]:
    """Make a call that works a layer out, and what it gives."""
    kind = getattr(layers, name)
    needed = [one for one in kind.argument_names() if _has_no_default(kind, one)]
    given = {one: _WRAPPED[name] if one == "layer" else _GIVEN[one] for one in needed}
    words = (
        f"{one}={'layers.' if one == 'layer' else ''}{value!r}" for one, value in given.items()
    )
    call = f"layers.{name}({', '.join(words)})"
    for shape, count in itertools.product(_INPUTS, (2, 1)):
        shapes: Any = shape if count == 1 else [shape] * count
        try:
            worked = layer_info(kind(**given), shapes)
        except DigitzooError:
            continue
        return f"layer_info({call}, {shapes})", repr(worked)
    raise ValueError(f"No example of {name}: give layer_page._INPUTS a shape that it takes.")


def _signature(name: str) -> str:
    """Write the arguments as a call has them, those by position first."""
    parameters = inspect.signature(getattr(layers, name)).parameters.values()
    written = [
        one.name if one.default is one.empty else f"{one.name}={one.default!r}"
        for one in parameters
    ]
    written.insert(sum(one.kind is not one.KEYWORD_ONLY for one in parameters), "*")
    line = f"{name}({', '.join(written)})"
    if len(line) <= _COLUMNS:
        return line
    return f"{name}(\n" + "".join(f"    {one},\n" for one in written) + ")"


def _has_no_default(kind: Any, name: str) -> bool:
    return inspect.signature(kind).parameters[name].default is inspect.Parameter.empty
