"""Whether an image is of a digit at all, which a network that knows ten digits cannot say."""

from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitzoo.data import scale_pixels

WEIGHTS = Path(__file__).with_name("digit_check.npz")
"""Of 13,867 parameters, with the score of the last digit; `benchmarks/no_digit.py` trains them."""


def are_digits(images: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Tell digits from letters, signs and all else, in images made as MNIST's are."""
    return digit_scores(images) >= _weights()["threshold"]


def digit_scores(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Give the logarithm of the odds that each image is of a digit, in NumPy for any backend."""
    weights = _weights()
    rows = []
    for start in range(0, len(images), 256):
        values = scale_pixels(images[start : start + 256])
        for layer in ("first", "second"):
            values = _convolve(values, weights[f"{layer}_kernel"]) + weights[f"{layer}_bias"]
            values = np.maximum(values, 0)
        logits = values.reshape(len(values), -1) @ weights["kernel"] + weights["bias"]
        rows.append(np.logaddexp.reduce(logits[:, :-1], axis=1) - logits[:, -1])
    return np.concatenate(rows).astype(np.float32)


def _convolve(values: NDArray[np.floating], kernel: NDArray[np.float32]) -> NDArray[np.float32]:
    """Slide a kernel `(height, width, channels, filters)` by two pixels at a time."""
    windows = np.lib.stride_tricks.sliding_window_view(values, kernel.shape[:2], axis=(1, 2))
    return np.tensordot(windows[:, ::2, ::2], kernel, ((4, 5, 3), (0, 1, 2)))


@cache
def _weights() -> dict[str, NDArray[np.float32]]:
    with np.load(WEIGHTS) as file:
        return {name: file[name].astype(np.float32) for name in file.files}
