"""Flatten, Reshape, Permute and RepeatVector: the same values in another order."""

from collections.abc import Sequence
from typing import ClassVar

from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, ShapeError, shown
from digitzoo.formulas.axis.window import listed_numbers, whole
from digitzoo.formulas.layers.base import Elementwise, Fields, Input, Layer, Result
from digitzoo.formulas.layers.frozen import given
from digitzoo.formulas.layers.shapes import Shape, product, read_data_format, read_shape, show_shape


def _read_shape(_: str, value: object) -> Shape:
    return read_shape(value)


def _read_target(name: str, value: object) -> tuple[int, ...]:
    sizes = listed_numbers(value)
    if sizes is None:
        raise ArgumentTypeError(
            f"{name} must be a tuple of sizes. Received {name}={shown(value)}. "
            f"Use {name}=({shown(value)},)."
        )
    target = tuple(whole(name, size, at_least=-1) for size in sizes)
    if target.count(-1) > 1 or 0 in target:
        raise InvalidArgumentError(
            f"{name} may hold one -1 and no 0. Received {shown(target)}. Give "
            "the sizes, all but one."
        )
    return target


def _read_dims(name: str, value: object) -> tuple[int, ...]:
    axes = listed_numbers(value)
    if axes is None:
        raise ArgumentTypeError(
            f"{name} must be a tuple of axes. Received {name}={shown(value)}. Use {name}=(2, 1)."
        )
    dims = tuple(whole(name, one) for one in axes)
    if sorted(dims) != list(range(1, len(dims) + 1)):
        raise InvalidArgumentError(
            f"{name} must hold each of 1 to {len(dims)} once. Received {shown(dims)}. Use "
            f"{name}={shown(tuple(range(1, len(dims) + 1)))}."
        )
    return dims


class InputLayer(Elementwise):
    """Where values come in; nothing is computed."""

    without_effect: ClassVar[frozenset[str]] = frozenset({"dtype", "sparse", "ragged", "optional"})

    shape: Sequence[int | None] = given(kw_only=False, read=_read_shape)


class Flatten(Layer):
    """All values in one row; from here on there are no positions."""

    data_format: str | None = given(default="channels_last", read=read_data_format)

    def _result(self, one: Input) -> Result:
        return Result((product(one.shape),), None)


class Reshape(Layer):
    """The same values under other axes; one size may be -1 and is worked out."""

    target_shape: Sequence[int] = given(kw_only=False, read=_read_target)

    def _result(self, one: Input) -> Result:
        target, values = tuple(self.target_shape), product(one.shape)
        rest = product([size for size in target if size != -1]) or 1
        missing, left = (None, 0) if values is None else divmod(values, rest)
        if left or (-1 not in target and missing not in {1, None}):
            raise ShapeError(
                f"{show_shape(one.shape)} holds {values} values, target_shape={target} holds "
                f"{'a multiple of ' if -1 in target else ''}{rest}. Expected the same number. Use "
                f"target_shape=(-1,), or an input of {rest * max(1, missing or 0)} values."
            )
        shape = tuple(missing if size == -1 else size for size in target)
        return Result(shape, _kept(one, shape))


class Permute(Layer):
    """The axes in another order; `dims` counts them from 1, without the batch axis."""

    dims: Sequence[int] = given(kw_only=False, read=_read_dims)

    def _result(self, one: Input) -> Result:
        if len(self.dims) != len(one.shape):
            raise ShapeError(
                f"dims={tuple(self.dims)} needs an input of {len(self.dims)} axes. "
                f"Received {show_shape(one.shape)}. Name {len(one.shape)} axes in dims."
            )
        order = [dim - 1 for dim in self.dims]
        fields = one.fields
        if fields and len(fields) == len(order) - 1:
            # Channels last on both sides keeps the positions; otherwise they are mixed.
            last = order[-1] == len(fields)
            fields = tuple(fields[axis] for axis in order[:-1]) if last else None
        return Result(tuple(one.shape[axis] for axis in order), fields)


class RepeatVector(Layer):
    """The same vector `n` times."""

    n: int = given(kw_only=False)

    def _result(self, one: Input) -> Result:
        if len(one.shape) != 1:
            raise ShapeError(
                f"the input must be a vector. Received {show_shape(one.shape)}. Use "
                "Flatten before it."
            )
        return Result((self.n, *one.shape), None)


def _kept(one: Input, shape: Shape) -> Fields:
    """Keep the fields where every position is still the same position (channels last)."""
    before, after = one.shape[:-1], shape[:-1]
    if before == after:
        return one.fields
    # A vector under axes of size 1, as squeeze-and-excitation blocks need it.
    if one.fields and not before and len(after) == len(one.fields) and set(after) == {1}:
        return one.fields
    return None
