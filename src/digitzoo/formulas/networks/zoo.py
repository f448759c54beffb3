"""The zoo's networks, out of the cards beside the builders: a check on these."""

from functools import cache
from pathlib import Path

from digitzoo.checks import check_choice
from digitzoo.formulas.layers.base import Layer
from digitzoo.formulas.layers.catalogue import named_layer

_CARDS = Path(__file__).parents[2] / "models" / "architectures"

INPUT_SHAPE = (28, 28, 1)  # What all of them take

NETWORKS = tuple(sorted(path.stem for path in _CARDS.glob("*.toml")))  # Their names


@cache
def network(name: str) -> tuple[tuple[Layer, tuple[str, ...]], ...]:
    """Give the layers of one of the zoo's networks, each with those whose outputs it takes.

    A layer that names none takes what the one above it gives.
    """
    import tomllib

    check_choice("network", name, NETWORKS)
    card = tomllib.loads((_CARDS / f"{name}.toml").read_text(encoding="utf-8"))
    return tuple(
        (named_layer(kind, options), tuple(*taken)) for kind, options, *taken in card["layers"]
    )
