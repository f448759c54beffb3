"""Layers that join branches; the receptive field is the largest of the branches."""

from collections.abc import Sequence
from functools import reduce

from digitzoo.errors import ShapeError
from digitzoo.formulas.axis.receptive_field import together
from digitzoo.formulas.layers.base import Fields, Input, Layer, Result, children
from digitzoo.formulas.layers.frozen import given
from digitzoo.formulas.layers.shapes import Shape, axis_index, read_axis, show_shape, total


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
