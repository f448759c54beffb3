"""Shapes without the batch axis, and layers' arguments: read, checked, shown."""

from collections.abc import Mapping, Sequence
from math import gcd, isqrt, prod

from digitzoo.checks import check_choice, check_number
from digitzoo.errors import (
    ArgumentTypeError,
    DigitzooError,
    InvalidArgumentError,
    ShapeError,
    shown,
)
from digitzoo.formulas.axis.window import explicit_padding, listed_numbers, whole
from digitzoo.formulas.calls import locate

Shape = tuple[int | None, ...]  # Sizes without the batch axis; `None` where a size is unknown

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


PerAxis = int | Sequence[int]  # One number for every spatial axis, or one for each

# keras.activations; a test holds them to be all.
ACTIVATIONS = (
    *("celu", "elu", "exponential", "gelu", "glu", "hard_shrink", "hard_sigmoid", "hard_silu"),
    *("hard_swish", "hard_tanh", "leaky_relu", "linear", "log_sigmoid", "log_softmax", "mish"),
    *("relu", "relu6", "selu", "sigmoid", "silu", "soft_shrink", "softmax", "softplus"),
    *("softsign", "sparse_plus", "sparse_sigmoid", "sparsemax", "squareplus", "swish", "tanh"),
    *("tanh_shrink", "threshold"),
)
DATA_FORMATS = ("channels_last", "channels_first")


def per_axis(name: str, value: object, rank: int, *, at_least: int = 1) -> tuple[int, ...]:
    """Read one whole number for all axes, or one for each."""
    numbers = listed_numbers(value)
    if numbers is None:
        return (whole(name, value, at_least=at_least),) * rank
    if len(numbers) != rank:
        raise InvalidArgumentError(
            f"{name} must be one number or {rank}. Received {name}={shown(value)}, "
            f"{len(numbers)} numbers. Use {name}={shown(numbers[0]) if numbers else 1}."
        )
    read = []
    for place, one in enumerate(numbers):
        try:
            read.append(whole(name, one, at_least=at_least))
        except (ArgumentTypeError, InvalidArgumentError) as error:
            named = 1 < rank <= len(AXIS_NAMES)
            raise locate(error, AXIS_NAMES[rank][place]) if named else error from None
    return tuple(read)


def before_and_after(name: str, value: object, rank: int) -> tuple[tuple[int, int], ...]:
    """Read P, one P for each axis, or (before, after) for each axis, as Keras's ZeroPadding2D."""
    pairs = value if isinstance(value, (tuple, list)) else listed_numbers(value)
    if pairs is None:
        number = whole(name, value, at_least=0)
        return ((number, number),) * rank
    if rank == 1 and len(pairs) == 2:
        return (explicit_padding(tuple(pairs)),)
    if len(pairs) != rank:
        raise InvalidArgumentError(
            f"{name} must be one number, {rank} numbers, or {rank} pairs (before, "
            f"after). Received {name}={shown(value)}. Use one number, such as {name}=1."
        )
    return tuple(map(explicit_padding, pairs))


def read_padding(name: str, value: object, rank: int) -> str | tuple[tuple[int, int], ...]:
    """Read numbers as (before, after) for each axis; words are the layer's own affair."""
    if value is None:
        raise ArgumentTypeError("padding must be a word or a number. Received None.")
    return value if isinstance(value, str) else before_and_after(name, value, rank)


def read_activation(name: str, value: object) -> object:
    """Read a name, a function, or what Keras saved of one."""
    if isinstance(value, str) and ">" not in value:  # my_package>mine is a registered one
        return check_choice(name, value, ACTIVATIONS)
    saved = isinstance(value, Mapping) and len(value) > 0
    if value is None or saved or isinstance(value, str) or callable(value):
        return value
    raise ArgumentTypeError(
        f"{name} must be a name such as 'relu', a function or None. Received {shown(value)} "
        f"({type(value).__name__})."
    )


def read_number(name: str, value: object) -> object:
    """Read a number of 0 or above, which is shown as it came."""
    check_number(name, value, at_least=0)
    return value


def read_share(name: str, value: object) -> object:
    """Read a share from 0 to 1, which is shown as it came."""
    wrong = f"{name} must be a share from 0 to 1. Received {name}={shown(value)}"
    try:
        share = check_number(name, value)
    except ArgumentTypeError:
        raise ArgumentTypeError(f"{wrong} ({type(value).__name__}). Use {name}=0.5.") from None
    if not 0 <= share <= 1:
        nearest = f"{min(max(share, 0), 1):g}"
        raise InvalidArgumentError(f"{wrong}. The nearest that works is {nearest}.")
    return value


def read_numbers(name: str, value: object) -> object:
    """Read a number, or numbers in lists or an array, which become tuples; None stays."""
    if value is None:
        return None
    numbers = value.tolist() if hasattr(value, "tolist") else value
    if isinstance(numbers, (tuple, list)):
        return tuple(read_numbers(name, one) for one in numbers)
    check_number(name, numbers)
    return numbers


def read_sizes(name: str, value: object) -> tuple[int | None, ...]:
    """Read one size or several; None leaves one open."""
    numbers = listed_numbers(value)
    sizes = [value] if numbers is None else numbers
    return tuple(None if size is None else whole(name, size) for size in sizes)


def read_data_format(name: str, value: object) -> str:
    """Read `channels_last` (also for `None`, Keras's default) or `channels_first`."""
    return DATA_FORMATS[0] if value is None else check_choice(name, value, DATA_FORMATS)


def read_axis(name: str, value: object) -> int:
    """Read the number of an axis; those from the end are negative."""
    return whole(name, value, at_least=None)


def read_axes(name: str, value: object) -> int | tuple[int, ...]:
    """Read one axis, or several that differ."""
    numbers = listed_numbers(value)
    if numbers is None:
        return read_axis(name, value)
    axes = tuple(read_axis(name, one) for one in numbers)
    if not axes or len(set(axes)) < len(axes):
        raise InvalidArgumentError(
            f"{name} must name one axis, or several that differ. Received {name}={shown(value)}. "
            f"Use {name}=-1."
        )
    return axes
