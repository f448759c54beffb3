"""Whether a model is right as often as it says."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitzoo.checks import check_whole
from digitzoo.errors import ArgumentTypeError, shown
from digitzoo.evaluation.evaluate import Evaluation

_MOST_BINS = 1000


@dataclass(frozen=True, eq=False)
class Calibration:
    """Confidence against accuracy, by confidence.

    Attributes:
        edges: Where the bins begin and end, shape `(bins + 1,)`, from 0 to 1.
        totals: How many images fall into each bin, shape `(bins,)`.
        correct: How many of them were recognised, shape `(bins,)`.
        confidence: Their mean confidence, shape `(bins,)`; NaN in an empty bin.

    >>> result = Evaluation(np.array([[0.9, 0.1], [0.3, 0.7]]), np.array([0, 0]), ("a", "b"))
    >>> calibration(result, bins=2).accuracy.tolist()
    [nan, 0.5]
    """

    edges: NDArray[np.float64]
    totals: NDArray[np.int64]
    correct: NDArray[np.int64]
    confidence: NDArray[np.float64]

    @property
    def accuracy(self) -> NDArray[np.float64]:
        """The part of each bin that was recognised; NaN in an empty bin."""
        empty = np.full(len(self.totals), np.nan)
        filled = self.totals > 0
        shares: NDArray[np.float64] = np.divide(self.correct, self.totals, out=empty, where=filled)
        return shares

    @property
    def expected_error(self) -> float:
        """Mean distance of accuracy and confidence over the images (ECE)."""
        filled = self.totals > 0
        distance = np.abs(self.accuracy[filled] - self.confidence[filled])
        return float((distance * self.totals[filled]).sum() / self.totals.sum())


def calibration(evaluation: Evaluation, *, bins: int = 10) -> Calibration:
    """Compare how sure a model is with how often it is right.

    Bins of equal width and their expected calibration error, after Guo, Pleiss, Sun and
    Weinberger, "On Calibration of Modern Neural Networks" (ICML 2017), section 2.

    Args:
        evaluation: What `evaluate` gives.
        bins: How many bins the confidence is divided into.

    Returns:
        Counts, accuracy and mean confidence of each bin.

    Raises:
        InvalidArgumentError: If there would be no bin, or more than a thousand.
        ArgumentTypeError: If it is no evaluation, or `bins` no whole number.

    >>> result = Evaluation(np.array([[0.9, 0.1], [0.3, 0.7]]), np.array([0, 0]), ("a", "b"))
    >>> round(calibration(result).expected_error, 4)
    0.4
    """
    bins = check_whole("bins", bins, at_least=1, at_most=_MOST_BINS)
    if not isinstance(evaluation, Evaluation):
        raise ArgumentTypeError(
            f"Expected what evaluate(model, split) gives. Received {shown(evaluation)}."
        )
    confidence = evaluation.probabilities.max(axis=1).astype(np.float64)
    right = evaluation.predicted == evaluation.labels
    edges = np.linspace(0, 1, bins + 1)
    # A bin holds its upper edge, as in the paper.
    places = np.clip(np.searchsorted(edges, confidence, side="left") - 1, 0, bins - 1)
    totals = np.bincount(places, minlength=bins)
    sums = np.bincount(places, weights=confidence, minlength=bins)
    return Calibration(
        edges=edges,
        totals=totals,
        correct=np.bincount(places[right], minlength=bins),
        confidence=np.divide(sums, totals, out=np.full(bins, np.nan), where=totals > 0),
    )
