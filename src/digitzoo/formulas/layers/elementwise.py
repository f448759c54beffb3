"""Layers that treat each value for itself, and those that join branches."""

from collections.abc import Sequence
from functools import reduce
from typing import ClassVar

from digitzoo.errors import ShapeError
from digitzoo.formulas.axis.receptive_field import together
from digitzoo.formulas.axis.window import listed_numbers
from digitzoo.formulas.layers.base import (
    Elementwise,
    Fields,
    Input,
    Layer,
    Result,
    Weight,
    children,
    initializers,
    ranked,
)
from digitzoo.formulas.layers.frozen import given
from digitzoo.formulas.layers.shapes import (
    Shape,
    axis_index,
    axis_indices,
    known,
    read_activation,
    read_axes,
    read_axis,
    read_number,
    read_numbers,
    read_share,
    show_shape,
    total,
)


class Dropout(Elementwise):
    """Sets a share of the values to zero while training."""

    without_effect: ClassVar[frozenset[str]] = Layer.without_effect | {
        *("noise_shape", "seed", "data_format")
    }

    rate: float = given(kw_only=False, read=read_share)


SpatialDropout1D, SpatialDropout2D, SpatialDropout3D = ranked(
    Dropout, "SpatialDropout{}D", "Drops whole channels of {}."
)
AlphaDropout, GaussianDropout = children(
    Dropout,
    {
        "AlphaDropout": "Dropout that keeps mean and variance.",
        "GaussianDropout": "Multiplies with noise while training.",
    },
)


class GaussianNoise(Elementwise):
    """Adds noise while training."""

    without_effect = Layer.without_effect | {"seed"}

    stddev: float = given(kw_only=False, read=read_share)


class Activation(Elementwise):
    """A function of each value."""

    activation: object = given(kw_only=False, read=read_activation)


class ReLU(Elementwise):
    """max(x, 0), with Keras's variations."""

    max_value: float | None = given(default=None, kw_only=False, read=read_number)
    negative_slope: float = given(default=0.0, kw_only=False, read=read_number)
    threshold: float = given(default=0.0, kw_only=False, read=read_number)


class LeakyReLU(Elementwise):
    """x, or a share of it where it is negative."""

    # Keras 2's name of the slope, which Keras 3 still takes.
    without_effect = Layer.without_effect | {"alpha"}

    negative_slope: float = given(default=0.3, kw_only=False, read=read_number)


class ELU(Elementwise):
    """x, or alpha (exp(x) - 1) where it is negative."""

    alpha: float = given(default=1.0, kw_only=False, read=read_numbers)


class AlongAxes(Elementwise):
    """A function of the values along some axes; the batch axis may be among them."""

    axis: int | Sequence[int] = given(default=-1, kw_only=False, read=read_axes)

    def _weights(self, shape: Shape) -> tuple[Weight, ...]:
        axes = (self.axis,) if isinstance(self.axis, int) else self.axis
        axis_indices([axis for axis in axes if axis not in {0, -1 - len(shape)}], shape)
        return ()


Softmax, UnitNormalization = children(
    AlongAxes, {"Softmax": "Shares that add up to 1.", "UnitNormalization": "Vectors of length 1."}
)


class Rescaling(Elementwise):
    """x scale + offset."""

    scale: object = given(kw_only=False, read=read_numbers)
    offset: object = given(default=0.0, kw_only=False, read=read_numbers)


class Masking(Elementwise):
    """Marks steps to be skipped."""

    mask_value: object = given(default=0.0, kw_only=False, read=read_numbers)


class Identity(Elementwise):
    """Nothing."""


class ActivityRegularization(Elementwise):
    """A penalty on the values; nothing else."""

    without_effect = Layer.without_effect | {"l1", "l2"}


def _read_shared_axes(name: str, value: object) -> object:
    return None if listed_numbers(value) == [] else read_axes(name, value)


class PReLU(Elementwise):
    """x, or alpha x where it is negative; alpha is learned for each value or shared."""

    without_effect = initializers("alpha")

    shared_axes: int | Sequence[int] | None = given(default=None, read=_read_shared_axes)

    def _weights(self, shape: Shape) -> tuple[Weight, ...]:
        shared = axis_indices(self.shared_axes, shape)
        sizes = [
            1 if index in shared else known(size, f"axis {index + 1}", shape)
            for index, size in enumerate(shape)
        ]
        return (Weight("alpha", tuple(sizes)),)


class Merge(Layer):
    """Joins branches value by value; sizes of 1 are repeated."""

    merges = True

    def work_out(self, inputs: Sequence[Input]) -> Result:
        """Work the layer out for all its inputs."""
        shape = reduce(_broadcast, (i.shape for i in inputs))
        if any(i.shape[:-1] != shape[:-1] for i in inputs):
            # One value for all positions, such as a channel's weight after global pooling.
            return Result(shape, None)
        return Result(shape, join_fields(inputs))


Add, Subtract, Multiply, Average, Maximum, Minimum = children(
    Merge,
    {
        "Add": "The sum of its inputs.",
        "Subtract": "The difference of two inputs.",
        "Multiply": "The product of its inputs, value by value.",
        "Average": "The mean of its inputs.",
        "Maximum": "The largest of its inputs, value by value.",
        "Minimum": "The smallest of its inputs, value by value.",
    },
)


class Concatenate(Layer):
    """Puts its inputs one after the other along `axis`."""

    merges = True

    axis: int = given(default=-1, kw_only=False, read=read_axis)

    def work_out(self, inputs: Sequence[Input]) -> Result:
        """Work the layer out for all its inputs."""
        first = inputs[0].shape
        index = axis_index(self.axis, first)
        for one in inputs:
            if len(one.shape) != len(first) or any(
                axis != index and a != b and None not in (a, b)
                for axis, (a, b) in enumerate(zip(one.shape, first, strict=True))
            ):
                raise ShapeError(
                    f"all axes but axis {index + 1} must agree. Received "
                    f"{show_shape(first)} and {show_shape(one.shape)}. Crop or pad one of them, or "
                    "join along another axis."
                )
        joined = total([one.shape[index] for one in inputs])
        return Result((*first[:index], joined, *first[index + 1 :]), join_fields(inputs))


def join_fields(inputs: Sequence[Input]) -> Fields:
    """Join receptive fields axis by axis; one that sees everything makes all see everything."""
    joined: Fields = inputs[0].fields
    for one in inputs[1:]:
        if joined is None or one.fields is None or len(joined) != len(one.fields):
            return None
        joined = tuple(map(together, joined, one.fields))
    return joined


def _broadcast(one: Shape, other: Shape) -> Shape:
    longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
    padded = (1,) * (len(longer) - len(shorter)) + shorter
    for axis, (a, b) in enumerate(zip(longer, padded, strict=True), start=1):
        if a is not None and b is not None and a != b and 1 not in {a, b}:
            raise ShapeError(
                f"the inputs do not go together on axis {axis}: {a} and {b}. Received "
                f"{show_shape(one)} and {show_shape(other)}. Expected equal sizes, or 1. Make both "
                f"{min(a, b)} or {max(a, b)}, or join them with Concatenate."
            )
    return tuple(
        b if a == 1 else a if b in (1, None) else b for a, b in zip(longer, padded, strict=True)
    )
