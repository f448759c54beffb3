"""Random numbers that depend on seed, epoch and batch alone.

NumPy may change what `Generator` draws from one version to the next; the raw output of PCG64 is
promised to stay (NEP 19), and all is drawn from that.
"""

import dataclasses
import enum

import numpy as np
from numpy.typing import NDArray

from digitzoo.checks import check_whole

_LARGEST_PIXEL = 255


class Purpose(enum.IntEnum):
    """What a draw is for. None is 0, which is where the order of the batches is drawn from.

    Each setting draws by itself, so that turning one on leaves the others' draws alone.
    """

    SHIFT = 1
    ROTATION = 2
    ZOOM = 3
    HORIZONTAL_FLIP = 4
    ERASING = 5
    ERASED_PIXELS = 6
    LAYERS = 7


@dataclasses.dataclass(frozen=True)
class Draws:
    """Random numbers of one batch, by what they are for."""

    seed: int
    epoch: int
    batch: int

    def __post_init__(self) -> None:
        for name in ("seed", "epoch", "batch"):
            number = check_whole(name, getattr(self, name), at_least=0)
            object.__setattr__(self, name, number)

    def sequence(self, purpose: Purpose, *more: int) -> np.random.SeedSequence:
        """Give the seed of a purpose."""
        return np.random.SeedSequence([self.seed, self.epoch, self.batch, purpose, *more])

    def raw(self, purpose: Purpose, count: int) -> NDArray[np.uint64]:
        """Draw 64 random bits each."""
        bits: NDArray[np.uint64] = np.random.PCG64(self.sequence(purpose)).random_raw(count)
        return bits

    def uniform(self, purpose: Purpose, shape: int | tuple[int, ...]) -> NDArray[np.float64]:
        """Draw evenly from 0 to below 1: the upper 53 bits, which float64 holds exactly."""
        bits = self.raw(purpose, int(np.prod(shape)))
        fractions: NDArray[np.float64] = np.ldexp((bits >> np.uint64(11)).astype(np.float64), -53)
        return fractions.reshape(shape)

    def symmetric(
        self, purpose: Purpose, shape: int | tuple[int, ...], *, asked: float
    ) -> NDArray[np.float64]:
        """Draw evenly from -1 to 1; zeros where nothing is asked for."""
        return 2 * self.uniform(purpose, shape) - 1 if asked else np.zeros(shape)

    def pixels(self, purpose: Purpose, shape: tuple[int, ...]) -> NDArray[np.float32]:
        """Draw grey values as uint8 images have them, eight from each 64 bits."""
        count = int(np.prod(shape))
        raw = self.raw(purpose, -(-count // 8))
        bits = raw.astype("<u8", copy=False).view(np.uint8)[:count].reshape(shape)
        return np.divide(bits, _LARGEST_PIXEL, dtype=np.float32)
