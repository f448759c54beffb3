"""Layers that treat each value for itself: dropout, activations, rescaling. PReLU has weights."""

from collections.abc import Sequence
from typing import ClassVar

from digitzoo.errors import ArgumentTypeError, InvalidArgumentError
from digitzoo.formulas.layers.arguments import axis_index
from digitzoo.formulas.layers.base import (
    Input,
    Layer,
    Result,
    Weight,
    initializers,
    known,
    same_shape,
)
from digitzoo.formulas.layers.frozen import given


class Elementwise(Layer):
    """A layer whose output has the shape of its input."""

    def work_out(self, inputs: Sequence[Input], where: str, *, strict: bool = False) -> Result:  # noqa: ARG002 - nothing is divided
        """Pass shape and receptive field on."""
        (one,) = inputs
        return same_shape(one)


class Dropout(Elementwise):
    """Sets a share of the values to zero while training."""

    without_effect: ClassVar[frozenset[str]] = Layer.without_effect | {
        "noise_shape",
        "seed",
        "data_format",
    }

    rate: float = given(default=0.5, kw_only=False)

    def __post_init__(self) -> None:
        if isinstance(self.rate, (str, bool)) or not hasattr(self.rate, "__float__"):
            raise ArgumentTypeError(
                f"{self.kind}: rate must be a share from 0 to 1. Received rate={self.rate!r} "
                f"({type(self.rate).__name__}). Use rate=0.5."
            )
        if not 0 <= self.rate <= 1:
            raise InvalidArgumentError(
                f"{self.kind}: rate must be a share from 0 to 1. Received rate={self.rate!r}. "
                f"The nearest that works is {min(max(self.rate, 0), 1)}."
            )


class SpatialDropout1D(Dropout):
    """Drops whole channels of a sequence."""


class SpatialDropout2D(Dropout):
    """Drops whole channels of an image."""


class SpatialDropout3D(Dropout):
    """Drops whole channels of a volume."""


class AlphaDropout(Dropout):
    """Dropout that keeps mean and variance."""


class GaussianDropout(Dropout):
    """Multiplies with noise while training."""


class GaussianNoise(Elementwise):
    """Adds noise while training."""

    without_effect: ClassVar[frozenset[str]] = Layer.without_effect | {"seed"}

    stddev: float = given(default=0.0, kw_only=False)


class Activation(Elementwise):
    """A function of each value."""

    activation: object = given(default=None, kw_only=False)


class ReLU(Elementwise):
    """max(x, 0), with Keras's variations."""

    max_value: float | None = given(default=None, kw_only=False)
    negative_slope: float = given(default=0.0, kw_only=False)
    threshold: float = given(default=0.0, kw_only=False)


class LeakyReLU(Elementwise):
    """x, or a share of it where it is negative."""

    # Keras 2's name of the slope, which Keras 3 still takes.
    without_effect: ClassVar[frozenset[str]] = Layer.without_effect | {"alpha"}

    negative_slope: float = given(default=0.3, kw_only=False)


class ELU(Elementwise):
    """x, or alpha (exp(x) - 1) where it is negative."""

    alpha: float = given(default=1.0, kw_only=False)


class Softmax(Elementwise):
    """Shares that add up to 1."""

    axis: int | Sequence[int] = given(default=-1, kw_only=False)


class Rescaling(Elementwise):
    """x scale + offset."""

    scale: object = given(default=1.0, kw_only=False)
    offset: object = given(default=0.0, kw_only=False)


class UnitNormalization(Elementwise):
    """Vectors of length 1."""

    axis: int | Sequence[int] = given(default=-1, kw_only=False)


class Masking(Elementwise):
    """Marks steps to be skipped."""

    mask_value: object = given(default=0.0, kw_only=False)


class Identity(Elementwise):
    """Nothing."""


class ActivityRegularization(Elementwise):
    """A penalty on the values; nothing else."""

    without_effect = Layer.without_effect | {"l1", "l2"}


class PReLU(Layer):
    """x, or alpha x where it is negative; alpha is learned for each value or shared."""

    without_effect: ClassVar[frozenset[str]] = initializers("alpha")

    shared_axes: int | Sequence[int] | None = None

    def work_out(self, inputs: Sequence[Input], where: str, *, strict: bool = False) -> Result:  # noqa: ARG002 - nothing is divided
        """Work the layer out for its input."""
        (one,) = inputs
        given = self.shared_axes
        axes = () if given is None else given if isinstance(given, (tuple, list)) else (given,)
        shared = {axis_index(axis, one.shape, where) for axis in axes}
        shape = tuple(
            1 if index in shared else known(size, f"axis {index + 1}", where, one.shape)
            for index, size in enumerate(one.shape)
        )
        return same_shape(one, (Weight("alpha", shape),))
