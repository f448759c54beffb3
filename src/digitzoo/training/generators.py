"""Random numbers from seeds, made of PCG64's raw output, which NumPy promises to keep (NEP 19)."""

import dataclasses
import enum
import math
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitzoo.checks import check_whole
from digitzoo.training.identity import all_layers

LARGEST_SEED = 2**32 - 1  # what NumPy's and Keras's generators take
_LARGEST_STATE = 2**31 - 1  # fits the generators' integer type on every backend
_HIDDEN = 1_000_000  # far from where the generators of the layers themselves begin


def seed_generators(model: Any, seed: int) -> None:
    """Start the generators of Dropout and its kin from the seed, each from a place of its own."""
    for number, state in enumerate(seed_states(model)):  # also of what is hidden inside a layer
        state.assign([seed & _LARGEST_STATE, _HIDDEN + number])
    for number, layer in enumerate(all_layers(model)):
        generator = getattr(layer, "seed_generator", None)
        if generator is not None:
            generator.state.assign([seed & _LARGEST_STATE, number])
    for inner in model._flatten_layers():  # noqa: SLF001 - cells and wrapped layers have no public list
        for generator in inner._seed_generators:  # noqa: SLF001 - the same
            # Else dropout on PyTorch draws from its global generator, which no checkpoint keeps.
            generator._initial_seed = seed  # noqa: SLF001 - there is no public way


def seed_states(layer: Any) -> list[Any]:
    """Find the variables that random generators count in, those of inner layers too."""
    # What Keras calls them in 3.12 to 3.15; no public list has generators of their own.
    return [variable for variable in layer.variables if variable.name == "seed_generator_state"]


@contextmanager
def global_generators_kept() -> Iterator[None]:
    """Put the global generators back: new layers and optimizers draw their seeds from Python's."""
    python, numpy = random.getstate(), np.random.get_state()  # noqa: NPY002 - the global one
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)  # noqa: NPY002 - the global one


# Each setting draws by itself, so that one leaves the others' alone; 0 draws the batches' order.
Purpose = enum.IntEnum(
    "Purpose", "SHIFT ROTATION ZOOM HORIZONTAL_FLIP ERASING ERASED_PIXELS LAYERS"
)


@dataclasses.dataclass(frozen=True)
class Draws:
    """Random numbers of one batch, by what they are for. They depend on nothing else."""

    seed: int
    epoch: int
    batch: int

    def __post_init__(self) -> None:
        for name, value in dataclasses.asdict(self).items():
            object.__setattr__(self, name, check_whole(name, value, at_least=0))

    def sequence(self, purpose: Purpose, *more: int) -> np.random.SeedSequence:
        """Give the seed of a purpose."""
        return np.random.SeedSequence([self.seed, self.epoch, self.batch, purpose, *more])

    def uniform(self, purpose: Purpose, shape: tuple[int, ...]) -> NDArray[np.float64]:
        """Draw evenly from 0 to below 1: the upper 53 bits, which float64 holds exactly."""
        bits = self._raw(purpose, int(np.prod(shape)))
        fractions: NDArray[np.float64] = np.ldexp((bits >> np.uint64(11)).astype(np.float64), -53)
        return fractions.reshape(shape)

    def within(self, bound: float, purpose: Purpose, *shape: int) -> NDArray[np.float64]:
        """Draw evenly within a bound either way."""
        return bound * (2 * self.uniform(purpose, shape) - 1) if bound else np.zeros(shape)

    def pixels(self, purpose: Purpose, shape: tuple[int, ...]) -> NDArray[np.float32]:
        """Draw grey values as uint8 images have them, eight from each 64 bits."""
        count = int(np.prod(shape))
        raw = self._raw(purpose, math.ceil(count / 8))
        bits = raw.astype("<u8", copy=False).view(np.uint8)[:count].reshape(shape)
        return np.divide(bits, 255, dtype=np.float32)

    def _raw(self, purpose: Purpose, count: int) -> NDArray[np.uint64]:
        bits: NDArray[np.uint64] = np.random.PCG64(self.sequence(purpose)).random_raw(count)
        return bits
