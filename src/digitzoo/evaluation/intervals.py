"""How far a measured accuracy can be trusted."""

import math
from statistics import NormalDist

from digitzoo.errors import InvalidArgumentError


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

    >>> low, high = accuracy_interval(9897, 10_000)
    >>> print(f"{low:.4f} to {high:.4f}")
    0.9875 to 0.9915
    """
    if not (total > 0 and 0 <= correct <= total):
        raise InvalidArgumentError(
            f"Expected total of 1 or above and correct in 0..total. "
            f"Received correct={correct}, total={total}."
        )
    if not 0 < confidence < 1:
        raise InvalidArgumentError(f"confidence must lie in 0..1. Received {confidence}.")
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    accuracy = correct / total
    spread = z * math.sqrt(accuracy * (1 - accuracy) / total + z * z / (4 * total * total))
    middle = accuracy + z * z / (2 * total)
    scale = 1 + z * z / total
    # At 0 and at 1 rounding could leave the accuracy itself outside.
    low, high = (middle - spread) / scale, (middle + spread) / scale
    return max(0.0, min(low, accuracy)), min(1.0, max(high, accuracy))
