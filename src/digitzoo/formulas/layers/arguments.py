"""Reading layers' arguments: one number for all axes or one each, shapes, data formats."""

from collections.abc import Sequence
from math import prod

from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, ShapeError, unknown_name
from digitzoo.formulas.axis.numbers import PADDINGS, Padding, explicit_padding, whole

Shape = tuple[int | None, ...]
"""Sizes without the batch axis; `None` where a size is unknown."""

PerAxis = int | Sequence[int]
"""One number for every spatial axis, or one for each."""

Pads = str | tuple[tuple[int, int], ...]
"""A padding that was read: a word, or (before, after) for each axis."""

AXIS_NAMES = {1: ("steps",), 2: ("height", "width"), 3: ("depth", "height", "width")}
DATA_FORMATS = ("channels_last", "channels_first")


def product(factors: Sequence[int | None]) -> int | None:
    """Multiply; unknown as soon as one factor is.

    >>> product((3, 3, 2)), product((3, None))
    (18, None)
    """
    return None if None in factors else prod(factors)  # type: ignore[arg-type]  # no None left


def total(terms: Sequence[int | None]) -> int | None:
    """Add; unknown as soon as one term is."""
    return None if None in terms else sum(terms)  # type: ignore[arg-type]  # no None left


def per_axis(
    value: object, rank: int, name: str, where: str, *, at_least: int = 1
) -> tuple[int, ...]:
    """Read one whole number for all axes, or one for each.

    Raises:
        InvalidArgumentError: There are too few or too many, or one is too small.
        ArgumentTypeError: One is not a whole number.
    """
    if type(value) is int and value >= at_least:
        return (value,) * rank
    if not isinstance(value, (tuple, list)):
        return (whole(value, name, where, at_least=at_least),) * rank
    if len(value) != rank:
        raise InvalidArgumentError(
            f"{where}: {name} must be one number or {rank}. Received {name}={value!r}, "
            f"{len(value)} numbers. Use {name}={value[0] if value else 1!r}."
        )
    axes = AXIS_NAMES.get(rank, ())
    return tuple(
        whole(one, name, f"{where}, {axis}" if rank > 1 else where, at_least=at_least)
        for one, axis in zip(value, axes or map(str, range(rank)), strict=True)
    )


def before_and_after(
    value: object, rank: int, name: str, where: str
) -> tuple[tuple[int, int], ...]:
    """Read P, one P for each axis, or (before, after) for each axis, as Keras's ZeroPadding2D.

    Raises:
        InvalidArgumentError: There are too few or too many, or one is negative.
        ArgumentTypeError: One is not a whole number.
    """
    if isinstance(value, (tuple, list)):
        if rank == 1 and len(value) == 2:  # noqa: PLR2004 - (before, after), as in ZeroPadding1D
            return (explicit_padding(tuple(value), where),)
        if len(value) != rank:
            raise InvalidArgumentError(
                f"{where}: {name} must be one number, {rank} numbers, or {rank} pairs (before, "
                f"after). Received {name}={value!r}. Use one number, such as {name}=1."
            )
        return tuple(explicit_padding(one, where) for one in value)
    number = whole(value, name, where, at_least=0)
    return ((number, number),) * rank


def paddings(value: object, rank: int, where: str, *, words: Sequence[str] = PADDINGS) -> Pads:
    """Read a padding: a word for all axes, or numbers as (before, after) for each.

    Raises:
        InvalidArgumentError: The word is unknown, or the numbers are too many or too small.
        ArgumentTypeError: It is neither a word nor a number.
    """
    if value in words:
        return str(value)
    if isinstance(value, str):
        if value.lower() in words:
            return value.lower()
        if value.lower() == "causal":
            raise InvalidArgumentError(
                f"{where}: padding='causal' exists for Conv1D alone, where the axis is time. "
                f"Expected {' or '.join(map(repr, words))}. Use padding='same'."
            )
        raise InvalidArgumentError(
            f"{where}: {unknown_name('padding', value, words)} A number pads that many on both "
            "sides."
        )
    if value is None:
        raise ArgumentTypeError(f"{where}: padding must be a word or a number. Received None.")
    return before_and_after(value, rank, "padding", where)


def on_axis(padding: Pads, axis: int) -> Padding:
    """Pick one axis out of what `paddings` read."""
    return padding if isinstance(padding, str) else padding[axis]


def data_format_of(value: object, where: str) -> str:
    """Read `channels_last` (also for `None`, Keras's default) or `channels_first`.

    Raises:
        InvalidArgumentError: It is something else.
    """
    if value is None:
        return DATA_FORMATS[0]
    if value not in DATA_FORMATS:
        raise InvalidArgumentError(f"{where}: {unknown_name('data_format', value, DATA_FORMATS)}")
    return str(value)


def read_shape(value: object, where: str) -> Shape:
    """Read a shape without the batch axis.

    Raises:
        ArgumentTypeError: It is no sequence of whole numbers.
        InvalidArgumentError: A size is below 1.
    """
    if not isinstance(value, (tuple, list)):
        raise ArgumentTypeError(
            f"{where}: the input shape must be a tuple of sizes without the batch axis, such as "
            f"(28, 28, 1). Received {value!r}."
        )
    return tuple(
        None if size is None else whole(size, f"axis {axis} of the input shape", where)
        for axis, size in enumerate(value)
    )


def split_shape(shape: Shape, rank: int, data_format: str, where: str) -> tuple[Shape, int | None]:
    """Split a shape into its spatial sizes and its channels.

    Raises:
        ShapeError: It has the wrong number of axes.
    """
    if len(shape) != rank + 1:
        axes = ", ".join(AXIS_NAMES[rank])
        expected = (
            f"({axes}, channels)" if data_format == "channels_last" else f"(channels, {axes})"
        )
        raise ShapeError(
            f"{where}: the input must have {rank + 1} axes without the batch axis, {expected}. "
            f"Received {show_shape(shape)}, {len(shape)} axes. {_change_rank(shape, rank)}"
        )
    channels = shape[-1] if data_format == "channels_last" else shape[0]
    return (shape[:-1] if data_format == "channels_last" else shape[1:]), channels


def join_shape(spatial: Shape, channels: int | None, data_format: str) -> Shape:
    """Put spatial sizes and channels back together."""
    return (*spatial, channels) if data_format == "channels_last" else (channels, *spatial)


def show_shape(shape: Shape) -> str:
    """Write a shape as Python does, whatever numbers it is made of."""
    return str(tuple(shape))


def axis_index(axis: int, shape: Shape, where: str) -> int:
    """Turn an axis that counts the batch axis, as Keras's do, into an index of `shape`.

    Raises:
        ShapeError: There is no such axis, or it is the batch axis.
        ArgumentTypeError: It is no whole number.
    """
    axis = whole(axis, "axis", where, at_least=None)
    index = axis - 1 if axis > 0 else axis + len(shape)
    if axis == 0 or not 0 <= index < len(shape):
        raise ShapeError(
            f"{where}: axis={axis} is not an axis of {show_shape(shape)}. Expected 1 to "
            f"{len(shape)} (0 is the batch axis), or -{len(shape)} to -1. Use axis=-1."
        )
    return index


def _change_rank(shape: Shape, rank: int) -> str:
    if len(shape) == rank:
        return f"Add the channels: {show_shape((*shape, 1))}."
    if len(shape) == rank + 2:
        return "Leave the batch axis out, or use the layer for one more dimension."
    return f"Use a layer for {len(shape) - 1} dimensions." if len(shape) > 1 else "Reshape first."
