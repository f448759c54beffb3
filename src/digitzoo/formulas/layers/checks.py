"""What more than one kind of layer refuses: a stride with a dilation, groups that do not divide."""

from math import gcd, isqrt

from digitzoo.errors import InvalidArgumentError, ShapeError
from digitzoo.formulas.layers.base import Layer


def refuse_strides_with_dilation(layer: Layer) -> None:
    """Refuse what Keras refuses; with numbers for padding PyTorch's rule holds, which allows it.

    Raises:
        InvalidArgumentError: A stride and a dilation are both above 1.
    """
    strides, dilation_rate, padding = (
        getattr(layer, name) for name in ("strides", "dilation_rate", "padding")
    )
    if isinstance(padding, str) and max(strides) > 1 and max(dilation_rate) > 1:
        raise InvalidArgumentError(
            "strides and dilation_rate cannot both be above 1, Keras refuses it. "
            f"Received strides={strides}, dilation_rate={dilation_rate}. Use strides=1 or "
            "dilation_rate=1."
        )


def divide_into_groups(groups: int, **numbers: int) -> None:
    """Insist that groups divide every one of some numbers, such as channels and filters.

    What to advise hangs on all of them, so they are checked together.

    Raises:
        ShapeError: One does not come out even.
    """
    for what, number in numbers.items():
        if number % groups:
            fits = _largest_divisor(gcd(*numbers.values()), below=groups)
            more = " and ".join(
                f"{-(-other // groups) * groups} {_spaced(name)}"
                for name, other in numbers.items()
                if other % groups
            )
            raise ShapeError(
                f"groups must divide the {_spaced(what)}. Received groups={groups} for "
                f"{number} {_spaced(what)}. Use groups={fits}, or {more}."
            )


def _largest_divisor(number: int, below: int) -> int:
    """Find the largest divisor below a bound; of giants, the largest that is found quickly."""
    small = [n for n in range(1, min(isqrt(number), 1_000_000) + 1) if number % n == 0]
    return max(n for n in (*small, *(number // n for n in small)) if n < below)


def _spaced(name: str) -> str:
    return name.replace("_", " ")
