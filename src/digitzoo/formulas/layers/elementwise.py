"""Layers that treat each value for itself: dropout, activations, rescaling. PReLU has weights."""

from collections.abc import Sequence
from typing import ClassVar

from digitzoo.formulas.axis.window import listed_numbers
from digitzoo.formulas.layers.base import Elementwise, Layer, Weight, children, initializers, ranked
from digitzoo.formulas.layers.frozen import given
from digitzoo.formulas.layers.shapes import (
    Shape,
    axis_indices,
    known,
    read_activation,
    read_axes,
    read_number,
    read_numbers,
    read_share,
)


class Dropout(Elementwise):
    """Sets a share of the values to zero while training."""

    without_effect: ClassVar[frozenset[str]] = Layer.without_effect | {
        *("noise_shape", "seed", "data_format"),
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
    AlongAxes,
    {"Softmax": "Shares that add up to 1.", "UnitNormalization": "Vectors of length 1."},
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
