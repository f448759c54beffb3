"""Normalisations; a receptive field follows windows, not statistics, and passes unchanged."""

from collections.abc import Sequence
from typing import ClassVar

from digitzoo.errors import InvalidArgumentError
from digitzoo.formulas.axis.window import whole
from digitzoo.formulas.layers.base import Elementwise, Layer, Weight, initializers
from digitzoo.formulas.layers.frozen import given
from digitzoo.formulas.layers.shapes import (
    Shape,
    axis_sizes,
    divide_into_groups,
    read_axes,
    read_axis,
    read_numbers,
)

_VALUES = initializers("beta", "gamma") | {"epsilon"}


class BatchNormalization(Elementwise):
    """Normalises with the mean and variance of the batch, and keeps moving ones for later."""

    without_effect = (
        _VALUES
        | initializers("moving_mean", "moving_variance")
        | {"momentum", "renorm_clipping", "renorm_momentum", "synchronized"}
    )

    axis: int = given(default=-1, kw_only=False, read=read_axis)
    center: bool = True
    scale: bool = True
    renorm: bool = False
    buffers: ClassVar[bool] = False  # PyTorch keeps the moving statistics as buffers

    def _weights(self, shape: Shape) -> tuple[Weight, ...]:
        sizes = axis_sizes(self.axis, shape)
        kept = [] if self.buffers else ["moving mean", "moving variance"]
        if self.renorm:
            kept += ["moving deviation", "renorm mean", "renorm deviation"]
        moving = [Weight(name, sizes, trainable=False) for name in kept]
        return (*_trained(sizes, self.scale, self.center), *moving)


class LayerNormalization(Elementwise):
    """Normalises each example for itself over `axis`."""

    without_effect = _VALUES

    axis: int | Sequence[int] = given(default=-1, kw_only=False, read=read_axes)
    center: bool = True
    scale: bool = True
    rms_scaling: bool = False  # Keras's old spelling of RMSNormalization

    def _weights(self, shape: Shape) -> tuple[Weight, ...]:
        scale, center = self.scale or self.rms_scaling, self.center and not self.rms_scaling
        return _trained(axis_sizes(self.axis, shape), scale, center)


def _read_groups(name: str, value: object) -> int:
    groups = whole(name, value, at_least=-1)
    if groups == 0:
        raise InvalidArgumentError(
            "groups must be at least 1, or -1 for one group a channel. Received groups=0. "
            "The smallest that works is 1."
        )
    return groups


class GroupNormalization(Elementwise):
    """Normalises groups of channels of each example; -1 makes each channel a group."""

    without_effect = _VALUES

    groups: int = given(default=32, kw_only=False, read=_read_groups)
    axis: int = given(default=-1, kw_only=False, read=read_axis)
    center: bool = True
    scale: bool = True

    def _weights(self, shape: Shape) -> tuple[Weight, ...]:
        sizes = axis_sizes(self.axis, shape)
        if self.groups != -1:
            divide_into_groups(self.groups, channels=sizes[0])
        return _trained(sizes, self.scale, self.center)


class RMSNormalization(Elementwise):
    """Divides by the root mean square; a scale, no offset."""

    without_effect = Layer.without_effect | {"epsilon"}

    axis: int | Sequence[int] = given(default=-1, kw_only=False, read=read_axes)

    def _weights(self, shape: Shape) -> tuple[Weight, ...]:
        return (Weight("scale", axis_sizes(self.axis, shape)),)


def _read_axes_or_none(name: str, value: object) -> object:
    return None if value is None else read_axes(name, value)


class Normalization(Elementwise):
    """Subtracts a mean and divides by a deviation that were given, or counted from data."""

    axis: int | Sequence[int] | None = given(default=-1, kw_only=False, read=_read_axes_or_none)
    mean: object = given(default=None, read=read_numbers)
    variance: object = given(default=None, read=read_numbers)
    invert: bool = False

    def __post_init__(self) -> None:
        if (self.mean is None) != (self.variance is None):
            raise InvalidArgumentError(
                "mean and variance go together. Received one of them. Give both, or neither for "
                "what adapt() counts from data."
            )

    def _weights(self, shape: Shape) -> tuple[Weight, ...]:
        if self.mean is not None:
            return ()
        sizes = axis_sizes(self.axis, shape)
        kept = (("mean", sizes), ("variance", sizes), ("count", ()))
        return tuple(Weight(name, size, trainable=False) for name, size in kept)


def _trained(shape: tuple[int, ...], scale: int, center: int) -> tuple[Weight, ...]:
    return (*(Weight("gamma", shape),) * scale, *(Weight("beta", shape),) * center)
