"""Normalisations: a scale and an offset for each channel, and statistics that are not trained.

A receptive field passes them unchanged: it follows the windows, not the statistics, although
those of LayerNormalization and GroupNormalization look at the whole image.
"""

from collections.abc import Sequence
from typing import ClassVar

from digitzoo.errors import InvalidArgumentError
from digitzoo.formulas.axis.numbers import whole
from digitzoo.formulas.layers.arguments import (
    read_axes,
    read_axes_or_none,
    read_axis,
    read_numbers,
)
from digitzoo.formulas.layers.base import Input, Layer, Result, Weight, initializers, same_shape
from digitzoo.formulas.layers.checks import divide_into_groups
from digitzoo.formulas.layers.frozen import given
from digitzoo.formulas.layers.shapes import Shape, axis_indices, known

_VALUES = initializers("beta", "gamma") | {"epsilon"}


class BatchNormalization(Layer):
    """Normalises with the mean and variance of the batch, and keeps moving ones for later."""

    without_effect: ClassVar[frozenset[str]] = (
        _VALUES
        | initializers("moving_mean", "moving_variance")
        | {"momentum", "renorm_clipping", "renorm_momentum", "synchronized"}
    )

    axis: int = given(default=-1, kw_only=False, read=read_axis)
    center: bool = True
    scale: bool = True
    renorm: bool = False
    # PyTorch keeps the moving statistics as buffers.
    buffers: ClassVar[bool] = False

    def work_out(self, inputs: Sequence[Input]) -> Result:
        """Work the layer out for its input."""
        (one,) = inputs
        shape = axis_sizes(self.axis, one.shape)
        kept = [] if self.buffers else ["moving mean", "moving variance"]
        if self.renorm:
            kept += ["moving deviation", "renorm mean", "renorm deviation"]
        return same_shape(
            one,
            (
                *scale_and_offset(shape, scale=self.scale, center=self.center),
                *(Weight(name, shape, trainable=False) for name in kept),
            ),
        )


class LayerNormalization(Layer):
    """Normalises each example for itself over `axis`."""

    without_effect: ClassVar[frozenset[str]] = _VALUES

    axis: int | Sequence[int] = given(default=-1, kw_only=False, read=read_axes)
    center: bool = True
    scale: bool = True
    rms_scaling: bool = False  # Keras's old spelling of RMSNormalization

    def work_out(self, inputs: Sequence[Input]) -> Result:
        """Work the layer out for its input."""
        (one,) = inputs
        shape = axis_sizes(self.axis, one.shape)
        return same_shape(
            one,
            scale_and_offset(
                shape,
                scale=self.scale or self.rms_scaling,
                center=self.center and not self.rms_scaling,
            ),
        )


def _read_groups(layer: object, name: str, value: object) -> int:
    groups = whole(value, name, at_least=-1)
    if groups == 0:
        raise InvalidArgumentError(
            "groups must be at least 1, or -1 for one group a channel. Received groups=0. "
            "The smallest that works is 1."
        )
    return groups


class GroupNormalization(Layer):
    """Normalises groups of channels of each example; -1 makes each channel a group."""

    without_effect: ClassVar[frozenset[str]] = _VALUES

    groups: int = given(default=32, kw_only=False, read=_read_groups)
    axis: int = given(default=-1, kw_only=False, read=read_axis)
    center: bool = True
    scale: bool = True

    def work_out(self, inputs: Sequence[Input]) -> Result:
        """Work the layer out for its input."""
        (one,) = inputs
        shape = axis_sizes(self.axis, one.shape)
        if self.groups != -1:
            divide_into_groups(self.groups, channels=shape[0])
        return same_shape(one, scale_and_offset(shape, scale=self.scale, center=self.center))


class RMSNormalization(Layer):
    """Divides by the root mean square; a scale, no offset."""

    without_effect: ClassVar[frozenset[str]] = Layer.without_effect | {"epsilon"}

    axis: int | Sequence[int] = given(default=-1, kw_only=False, read=read_axes)

    def work_out(self, inputs: Sequence[Input]) -> Result:
        """Work the layer out for its input."""
        (one,) = inputs
        return same_shape(one, (Weight("scale", axis_sizes(self.axis, one.shape)),))


class Normalization(Layer):
    """Subtracts a mean and divides by a deviation that were given, or counted from data."""

    axis: int | Sequence[int] | None = given(default=-1, kw_only=False, read=read_axes_or_none)
    mean: object = given(default=None, read=read_numbers)
    variance: object = given(default=None, read=read_numbers)
    invert: bool = False

    def __post_init__(self) -> None:
        if (self.mean is None) != (self.variance is None):
            raise InvalidArgumentError(
                "mean and variance go together. Received one of them. Give both, or neither for "
                "what adapt() counts from data."
            )

    def work_out(self, inputs: Sequence[Input]) -> Result:
        """Work the layer out for its input."""
        (one,) = inputs
        if self.mean is not None:
            return same_shape(one)
        shape = axis_sizes(self.axis, one.shape)
        sizes = (("mean", shape), ("variance", shape), ("count", ()))
        return same_shape(one, tuple(Weight(name, size, trainable=False) for name, size in sizes))


def axis_sizes(axis: int | Sequence[int] | None, shape: Shape) -> tuple[int, ...]:
    """Give the sizes of the axes that have weights of their own.

    Raises:
        ShapeError: There is no such axis, or its size is unknown.
    """
    indices = axis_indices(axis, shape)
    return tuple(known(shape[index], f"axis {index + 1}", shape) for index in indices)


def scale_and_offset(shape: tuple[int, ...], *, scale: bool, center: bool) -> tuple[Weight, ...]:
    """List gamma and beta, those that are wanted."""
    return (*(Weight("gamma", shape),) * scale, *(Weight("beta", shape),) * center)
