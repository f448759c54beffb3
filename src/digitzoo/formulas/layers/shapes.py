"""Shapes without the batch axis: read, counted, shown, and their axes."""

from collections.abc import Sequence
from math import gcd, isqrt, prod

from digitzoo.errors import ArgumentTypeError, DigitzooError, ShapeError, shown
from digitzoo.formulas.axis.numbers import listed_numbers, whole
from digitzoo.formulas.calls import locate

Shape = tuple[int | None, ...]
"""Sizes without the batch axis; `None` where a size is unknown."""

AXIS_NAMES = {1: ("steps",), 2: ("height", "width"), 3: ("depth", "height", "width")}


def product(factors: Sequence[int | None]) -> int | None:
    """Multiply; unknown as soon as one factor is."""
    return None if None in factors else prod(factors)  # type: ignore[arg-type]  # no None left


def total(terms: Sequence[int | None]) -> int | None:
    """Add; unknown as soon as one term is."""
    return None if None in terms else sum(terms)  # type: ignore[arg-type]  # no None left


def read_shape(value: object) -> Shape:
    """Read a shape without the batch axis."""
    sizes = listed_numbers(value)
    if sizes is None:
        raise ArgumentTypeError(
            "the input shape must be a tuple of sizes without the batch axis, such as "
            f"(28, 28, 1). Received {shown(value)}."
        )
    return tuple(
        None if size is None else whole(f"axis {axis} of the input shape", size)
        for axis, size in enumerate(sizes)
    )


def show_shape(shape: Shape) -> str:
    """Write a shape as Python does, whatever numbers it is made of."""
    return str(tuple(shape)) if len(shape) < 20 else shown(tuple(shape))


def crossed(values: Sequence[object] | None, nothing: str = "none") -> str:
    """Write one number for each axis: `5 x 5`; a size that is unknown as a question mark."""
    if values is None:
        return nothing
    return " x ".join("?" if one is None else str(one) for one in values) or "none"


def known(size: int | None, what: str, shape: Shape) -> int:
    """Insist on a size that weights are made for."""
    if size is None:
        raise ShapeError(
            f"{what} must be known, because the weights have that size. Received "
            f"{show_shape(shape)}. Give input_shape= with every size."
        )
    return size


def axis_index(axis: int, shape: Shape) -> int:
    """Turn an axis that counts the batch axis, as Keras's do, into an index of `shape`."""
    index = axis - 1 if axis > 0 else axis + len(shape)
    if axis == 0 or not 0 <= index < len(shape):
        raise ShapeError(
            f"axis={shown(axis)} is not an axis of {show_shape(shape)}. Expected 1 to "
            f"{len(shape)} (0 is the batch axis), or -{len(shape)} to -1. Use axis=-1."
        )
    return index


def axis_indices(axis: int | Sequence[int] | None, shape: Shape) -> list[int]:
    """Turn one or several axes into indices of `shape`, in order; `None` names none."""
    axes = () if axis is None else (axis,) if isinstance(axis, int) else axis
    indices = sorted(axis_index(one, shape) for one in axes)
    if len(set(indices)) < len(indices):
        raise ShapeError(
            f"axis={shown(axis)} names an axis of {show_shape(shape)} twice. Name each once."
        )
    return indices


def axis_sizes(axis: int | Sequence[int] | None, shape: Shape) -> tuple[int, ...]:
    """Give the sizes of the axes that have weights of their own."""
    indices = axis_indices(axis, shape)
    return tuple(known(shape[index], f"axis {index + 1}", shape) for index in indices)


def along(axis: int, rank: int, error: DigitzooError) -> DigitzooError:
    """Put the name of a spatial axis before an error's message."""
    return locate(error, AXIS_NAMES[rank][axis])


def divide_into_groups(groups: int, **numbers: int) -> None:
    """Insist that groups divide all numbers, such as channels and filters; advice hangs on all."""
    odd = {name.replace("_", " "): one for name, one in numbers.items() if one % groups}
    if odd:
        # The largest divisor below; of giants, the largest that is found quickly.
        common = gcd(*numbers.values())
        small = [n for n in range(1, min(isqrt(common), 1_000_000) + 1) if common % n == 0]
        fits = max(n for n in (*small, *(common // n for n in small)) if n < groups)
        more = " and ".join(f"{-(-one // groups) * groups} {name}" for name, one in odd.items())
        name, number = next(iter(odd.items()))
        raise ShapeError(
            f"groups must divide the {name}. Received groups={groups} for {number} {name}. "
            f"Use groups={fits}, or {more}."
        )
