"""Layers that treat each value for itself: dropout, activations, rescaling. PReLU has weights."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from typing import ClassVar

from digitzoo.errors import InvalidArgumentError
from digitzoo.formulas.arguments import axis_index
from digitzoo.formulas.layer import Input, Layer, Result, Weight, initializers, known, same_shape


@dataclass(frozen=True, repr=False)
class Elementwise(Layer):
    """A layer whose output has the shape of its input."""

    def work_out(self, inputs: Sequence[Input], where: str, *, strict: bool = False) -> Result:  # noqa: ARG002 - nothing is divided
        """Pass shape and receptive field on."""
        (one,) = inputs
        return same_shape(one)


@dataclass(frozen=True, repr=False)
class Dropout(Elementwise):
    """Sets a share of the values to zero while training."""

    without_effect: ClassVar[frozenset[str]] = Layer.without_effect | {
        "noise_shape",
        "seed",
        "data_format",
    }

    rate: float = 0.5

    def __post_init__(self) -> None:
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


@dataclass(frozen=True, repr=False)
class GaussianNoise(Elementwise):
    """Adds noise while training."""

    without_effect: ClassVar[frozenset[str]] = Layer.without_effect | {"seed"}

    stddev: float = 0.0


@dataclass(frozen=True, repr=False)
class Activation(Elementwise):
    """A function of each value."""

    activation: object = None


@dataclass(frozen=True, repr=False)
class ReLU(Elementwise):
    """max(x, 0), with Keras's variations."""

    max_value: float | None = None
    negative_slope: float = 0.0
    threshold: float = 0.0


@dataclass(frozen=True, repr=False)
class LeakyReLU(Elementwise):
    """x, or a share of it where it is negative."""

    negative_slope: float = 0.3


@dataclass(frozen=True, repr=False)
class ELU(Elementwise):
    """x, or alpha (exp(x) - 1) where it is negative."""

    alpha: float = 1.0


@dataclass(frozen=True, repr=False)
class Softmax(Elementwise):
    """Shares that add up to 1."""

    axis: int | Sequence[int] = -1


@dataclass(frozen=True, repr=False)
class Rescaling(Elementwise):
    """x scale + offset."""

    scale: object = 1.0
    offset: object = 0.0


@dataclass(frozen=True, repr=False)
class UnitNormalization(Elementwise):
    """Vectors of length 1."""

    axis: int | Sequence[int] = -1


@dataclass(frozen=True, repr=False)
class Masking(Elementwise):
    """Marks steps to be skipped."""

    mask_value: object = 0.0


class Identity(Elementwise):
    """Nothing."""


class ActivityRegularization(Elementwise):
    """A penalty on the values; nothing else."""

    without_effect = Layer.without_effect | {"l1", "l2"}


@dataclass(frozen=True, repr=False)
class PReLU(Layer):
    """x, or alpha x where it is negative; alpha is learned for each value or shared."""

    without_effect: ClassVar[frozenset[str]] = initializers("alpha")

    _: KW_ONLY
    shared_axes: int | Sequence[int] | None = None

    def work_out(self, inputs: Sequence[Input], where: str, *, strict: bool = False) -> Result:  # noqa: ARG002 - nothing is divided
        """Work the layer out for its input."""
        (one,) = inputs
        axes = [self.shared_axes] if isinstance(self.shared_axes, int) else self.shared_axes or ()
        shared = {axis_index(axis, one.shape, where) for axis in axes}
        shape = tuple(
            1 if index in shared else known(size, f"axis {index + 1}", where, one.shape)
            for index, size in enumerate(one.shape)
        )
        return same_shape(one, (Weight("alpha", shape),))
