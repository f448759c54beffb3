"""How far a measured accuracy can be trusted."""

import math
from collections.abc import Sequence
from statistics import NormalDist, mean, stdev

import numpy as np

from digitzoo.checks import check_number, check_whole
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, shown


def accuracy_interval(correct: int, total: int, *, confidence: float = 0.95) -> tuple[float, float]:
    """Give the interval that holds the accuracy on all images of the kind, with a given confidence.

    Wilson's score interval, which stays inside 0..1 and holds its level near 1, where the simple
    one of plus and minus two standard errors does not (E. B. Wilson, JASA 22, 1927).

    Args:
        correct: How many images were right, 0 to `total`.
        total: How many there were, 1 or above.
        confidence: The part of such intervals that hold the true accuracy.

    Returns:
        Its lower and its upper end.

    Raises:
        InvalidArgumentError: If the counts or the confidence cannot be.
        ArgumentTypeError: If one is no number.

    >>> low, high = accuracy_interval(9897, 10_000)
    >>> print(f"{low:.4f} to {high:.4f}")
    0.9875 to 0.9915
    """
    correct, total = check_whole("correct", correct), check_whole("total", total)
    if not (total > 0 and 0 <= correct <= total):
        raise InvalidArgumentError(
            f"Expected total of 1 or above and correct in 0..total. "
            f"Received correct={shown(correct)}, total={shown(total)}."
        )
    confidence = check_number("confidence", confidence, above=0, below=1)
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    accuracy = correct / total
    spread = z * math.sqrt(accuracy * (1 - accuracy) / total + z * z / (4 * total * total))
    middle = accuracy + z * z / (2 * total)
    scale = 1 + z * z / total
    # At 0 and at 1 rounding could leave the accuracy itself outside.
    low, high = (middle - spread) / scale, (middle + spread) / scale
    return max(0.0, min(low, accuracy)), min(1.0, max(high, accuracy))


def mean_interval(values: Sequence[float], *, confidence: float = 0.95) -> tuple[float, float]:
    """Give the interval that holds the mean of all such values, such as accuracies over seeds.

    `mean +- t s / sqrt(n)`, with s the standard deviation and t the quantile of Student's
    distribution with n - 1 degrees of freedom (Student, Biometrika 6, 1908).

    Args:
        values: Two at least.
        confidence: The part of such intervals that hold the true mean.

    Returns:
        Its lower and its upper end.

    Raises:
        InvalidArgumentError: If there are fewer, or the confidence cannot be.
        ArgumentTypeError: If one is no number.

    >>> low, high = mean_interval([0.98, 0.985, 0.99])
    >>> print(f"{low:.4f} to {high:.4f}")
    0.9726 to 0.9974
    """
    from scipy.special import stdtrit

    is_list = isinstance(values, Sequence | np.ndarray) and not isinstance(values, str | bytes)
    if not is_list or not getattr(values, "ndim", 1):
        raise ArgumentTypeError(f"values must be a list of numbers. Received {shown(values)}.")
    numbers = [check_number(f"values[{place}]", value) for place, value in enumerate(values)]
    count = len(numbers)
    if count < 2:  # one value has no spread
        raise InvalidArgumentError(f"The interval of a mean needs two values. Received {count}.")
    confidence = check_number("confidence", confidence, above=0, below=1)
    quantile = float(stdtrit(count - 1, (1 + confidence) / 2))
    spread = quantile * stdev(numbers) / math.sqrt(count)
    return mean(numbers) - spread, mean(numbers) + spread
