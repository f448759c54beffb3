"""How much ink lies on each pixel, whatever the paper, the lamp and the pen."""

from dataclasses import dataclass

import numpy as np

from digitzoo.data.encoding import LARGEST_PIXEL
from digitzoo.data.pictures.background import find_background, lift_shadow, remove_lines
from digitzoo.data.pictures.parts import Labels, group_parts
from digitzoo.data.pictures.planes import Plane, estimate_noise, smooth, split_levels, widen
from digitzoo.errors import InvalidArgumentError

_LEAST_NOISE = 0.5  # rounding to whole numbers
_CLEAR = 10  # standard deviations that ink should stand out by; else the picture is smoothed
_FINEST = 80  # a picture is smoothed by this part of its length at most
_INK_FROM = (1, 0.3)  # of the greatest difference; the second for digits that fill the picture
_SURE = 6  # standard deviations that ink must stand out by
_TWO_LEVELS = 0.8  # of the variance, that ink and background explain; of a slope it is 0.75
_FAINTEST = 10.0  # levels of gray that it must
_DARKEST = 2000  # one pixel in so many, at least 20, says how strong ink is
_HALFWAY = 0.35  # of the full strength: from there on it is ink
_FLOOR = 0.3  # of the full strength: noise is cut off up to there at most
_NOISE_CUT = 2.5  # standard deviations that are cut off


@dataclass(frozen=True, eq=False)
class Ink:
    """How much of each pixel is ink, in 0..1, and of which digit, from left to right; 0 is none."""

    strength: Plane
    labels: Labels

    @property
    def main(self) -> int:
        """The digit with the most ink."""
        mass = np.bincount(self.labels.ravel(), self.strength.ravel())
        return int(mass[1:].argmax()) + 1

    def coverage(self, digit: int) -> Plane:
        """Give the ink of one digit alone."""
        covered: Plane = np.where(widen(self.labels == digit), self.strength, np.float32(0))
        return covered


def find_ink(pixels: Plane, *, name: str = "The picture") -> Ink:
    """Find what stands out from the background; errors call the picture by its name."""
    pixels = lift_shadow(pixels)
    unruled = remove_lines(pixels)
    attempts = [(unruled, part) for part in _INK_FROM]
    if unruled is not pixels:  # there may be nothing but a stroke that runs across
        attempts += [(pixels, part) for part in _INK_FROM]
    if (framed := _frame(pixels)) is not None:
        attempts.append((framed, 1))
    for seen, ink_from in attempts:
        strength, noise, full = _strength(seen, ink_from)
        needed = max(_SURE * noise, _FAINTEST)
        if full >= needed:
            break
    else:
        raise InvalidArgumentError(
            f"{name} shows no digit: what differs most from the background does so by "
            f"{min(full, LARGEST_PIXEL):.1f} of 255 levels, which its noise or uneven light can "
            f"do too. Expected one digit with some background around it."
        )
    labels = group_parts(strength > max(4 * noise, _HALFWAY * full), strength)
    full = float(np.quantile(strength[labels == Ink(strength, labels).main], 0.8))
    labels = group_parts(strength > max(3 * noise, _HALFWAY * full), strength)
    full = float(np.quantile(strength[labels == Ink(strength, labels).main], 0.9))
    floor = min(_NOISE_CUT * noise if noise > _LEAST_NOISE else 0, _FLOOR * full)
    return Ink(np.clip((strength - floor) / (full - floor), 0, 1).astype(np.float32), labels)


def _frame(pixels: Plane) -> Plane | None:
    """Lay background around a digit that was cropped to its edges, if two levels are clear."""
    gray = pixels.mean(axis=-1)
    level, explained = split_levels(gray)
    if explained < _TWO_LEVELS:
        return None
    light = gray > level
    corners = light[[0, 0, -1, -1], [0, -1, 0, -1]]
    background = light == (corners.mean() >= 0.5)  # most of them
    margin = max(1, *(length // 4 for length in gray.shape))
    height, width = (length + 2 * margin for length in gray.shape)
    framed = np.empty((height, width, pixels.shape[-1]), dtype=np.float32)
    framed[:] = np.median(pixels[background], axis=0)
    framed[margin:-margin, margin:-margin] = pixels
    return framed


def _strength(pixels: Plane, ink_from: float) -> tuple[Plane, float, float]:
    """Give the contrast with the background, smoothed as its noise asks for, its noise and ink."""
    contrast = _contrast(pixels - find_background(pixels, ink_from=ink_from))
    best = contrast, _noise(contrast), _full_strength(contrast)
    for radius in range(1, max(2, max(contrast.shape) // _FINEST) + 1):
        if best[2] >= _CLEAR * best[1]:
            break
        smoothed = smooth(contrast, radius)
        found = smoothed, _noise(smoothed), _full_strength(smoothed)
        best = max(best, found, key=lambda measured: measured[2] / measured[1])
    return np.maximum(best[0], 0), *best[1:]


def _contrast(difference: Plane) -> Plane:
    """Bring the difference from the background to one colour, positive where there is ink."""
    squares = (difference**2).sum(axis=-1)
    strongest = difference[squares >= np.quantile(squares, 0.999) / 4].astype(np.float64)
    _, directions = np.linalg.eigh(strongest.T @ strongest)
    contrast: Plane = difference @ directions[:, -1].astype(np.float32)
    contrast /= np.sqrt(difference.shape[-1])  # gray is then as strong in three channels as in one
    wide = contrast.astype(np.float64)
    return contrast if (wide * wide * wide).sum() >= 0 else -contrast  # ** 3 takes far longer


def _noise(contrast: Plane) -> float:
    """Estimate the noise by all pixels, and by the side on which there is no ink."""
    estimates = [estimate_noise(contrast - np.median(contrast))]
    if (below := contrast[contrast < 0]).size:
        estimates.append(estimate_noise(below))
    return max(min(estimates), _LEAST_NOISE)


def _full_strength(contrast: Plane) -> float:
    count = min(max(20, contrast.size // _DARKEST), contrast.size)
    return float(np.partition(contrast.ravel(), -count)[-count:].mean())
