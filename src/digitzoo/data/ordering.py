"""Which images, in which order: draws that depend on the seed alone.

NumPy may change what `Generator.permutation` draws from one version to the next; the raw output
of its bit generators is promised to stay (NEP 19). So every draw here sorts raw PCG64 output.
"""

import numpy as np
from numpy.typing import NDArray

from digitzoo.checks import check_whole
from digitzoo.errors import InvalidArgumentError


def permutation(size: int, *, seed: int, stream: int = 0) -> NDArray[np.intp]:
    """Shuffle the indices 0 to `size - 1`, the same way on every machine and NumPy version.

    The stream is a second number for independent orders from one seed, such as the epoch.

    >>> permutation(5, seed=0).tolist()
    [3, 2, 1, 0, 4]
    """
    check_whole("seed", seed, at_least=0)
    bits = np.random.PCG64(np.random.SeedSequence([seed, stream]))
    return np.argsort(bits.random_raw(size), kind="stable")


def stratified_sample(
    labels: NDArray[np.integer], size: int, *, seed: int, stream: int = 0
) -> NDArray[np.intp]:
    """Draw `size` indices, in rising order, so that each class keeps its share within one image.

    The seats are given out by largest remainder: each class gets the whole part of its share, and
    those with the largest rest get one more until `size` is reached.

    >>> labels = np.array([0] * 60 + [1] * 40)
    >>> np.bincount(labels[stratified_sample(labels, 10, seed=0)]).tolist()
    [6, 4]
    """
    size = check_whole("size", size)
    if not 0 <= size <= len(labels):
        raise InvalidArgumentError(
            f"Cannot draw {size} of {len(labels)} images. Ask for 0 to {len(labels)}."
        )
    counts = np.bincount(labels)
    seats, remainders = np.divmod(counts * size, len(labels)) if len(labels) else (counts, counts)
    most_left_over = np.argsort(-remainders, kind="stable")
    seats[most_left_over[: size - int(seats.sum())]] += 1

    shuffled = permutation(len(labels), seed=seed, stream=stream)
    by_class = shuffled[np.argsort(labels[shuffled], kind="stable")]
    starts = np.cumsum(counts) - counts
    drawn = [by_class[start : start + count] for start, count in zip(starts, seats, strict=True)]
    return np.sort(np.concatenate(drawn)) if drawn else np.empty(0, dtype=np.intp)
