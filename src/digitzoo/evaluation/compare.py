"""Which of two models is the better one, on the same images."""

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitzoo.checks import check_number, check_text
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, shown
from digitzoo.evaluation.evaluate import Evaluation


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two models on the same images. Everything follows from where each is right.

    Attributes:
        right_a: Whether the first, A, recognised each image, shape `(N,)`.
        right_b: The same of the second, B.
        names: What the two are called.
        confidence: That of the interval and of the verdict.

    >>> a = Evaluation(np.eye(2)[[0, 1, 1, 1]], np.array([0, 1, 1, 0]), ("cat", "dog"))
    >>> b = Evaluation(np.eye(2)[[0, 1, 0, 1]], np.array([0, 1, 1, 0]), ("cat", "dog"))
    >>> result = compare(a, b)
    >>> result.both_right, result.only_a, result.only_b, result.both_wrong
    (2, 1, 0, 1)
    """

    right_a: NDArray[np.bool_]
    right_b: NDArray[np.bool_]
    names: tuple[str, str]
    confidence: float

    @property
    def total(self) -> int:
        """How many images there are."""
        return len(self.right_a)

    @property
    def both_right(self) -> int:
        """How many images both recognised."""
        return int(np.count_nonzero(self.right_a & self.right_b))

    @property
    def only_a(self) -> int:
        """How many images A alone recognised."""
        return int(np.count_nonzero(self.right_a & ~self.right_b))

    @property
    def only_b(self) -> int:
        """How many images B alone recognised."""
        return int(np.count_nonzero(self.right_b & ~self.right_a))

    @property
    def both_wrong(self) -> int:
        """How many images neither recognised."""
        return int(np.count_nonzero(~self.right_a & ~self.right_b))

    @property
    def difference(self) -> float:
        """The accuracy of A less that of B."""
        return (self.only_a - self.only_b) / self.total

    @property
    def interval(self) -> tuple[float, float]:
        """The interval of the difference of the true accuracies.

        Wald's interval after one image is added to each of `only_a` and `only_b` (D. G. Bonett and
        R. M. Price, Journal of Educational and Behavioral Statistics 37, 2012).
        """
        total = self.total + 2
        a, b = (self.only_a + 1) / total, (self.only_b + 1) / total
        z = NormalDist().inv_cdf((1 + self.confidence) / 2)
        spread = z * math.sqrt((a + b - (a - b) ** 2) / total)
        return max(-1.0, a - b - spread), min(1.0, a - b + spread)

    @property
    def p_value(self) -> float:
        """How often equally good models would differ at least as much (McNemar's exact test).

        Of two such models each is as likely as the other to be the one that is right, where one
        alone is: the binomial distribution of 1/2, both sides (Q. McNemar, Psychometrika 12, 1947).
        """
        from scipy.special import bdtr

        fewer = min(self.only_a, self.only_b)
        return min(1.0, 2 * float(bdtr(fewer, self.only_a + self.only_b, 0.5)))

    @property
    def verdict(self) -> str:
        """What follows, in one sentence."""
        if self.only_a == self.only_b:
            both = " and ".join(self.names)
            return f"{self.total:,} images do not tell {both} apart: they are right on as many."
        ahead, behind = self.names if self.difference > 0 else self.names[::-1]
        low, high = sorted(100 * math.copysign(1, self.difference) * end for end in self.interval)
        p = "p < 0.001" if self.p_value < 0.001 else f"p = {self.p_value:.3f}"
        by = f"{abs(100 * self.difference):.2f} percentage points ({low:.2f} to {high:.2f}; {p})"
        if self.p_value < 1 - self.confidence:
            return f"{ahead} is more accurate than {behind}, by {by}."
        return (
            f"{self.total:,} images do not tell whether {ahead} is more accurate than {behind}: it "
            f"is ahead by {by}."
        )

    def to_dict(self) -> dict[str, Any]:
        """Give all but the single images as plain Python values, as JSON takes them."""
        counts = ("total", "both_right", "only_a", "only_b", "both_wrong")
        return {
            "names": list(self.names),
            **{name: getattr(self, name) for name in counts},
            "difference": self.difference,
            "interval": list(self.interval),
            "confidence": self.confidence,
            "p_value": self.p_value,
            "verdict": self.verdict,
        }

    def __repr__(self) -> str:
        return f"<Comparison: {self.verdict}>"


def compare(
    evaluation_a: Evaluation,
    evaluation_b: Evaluation,
    *,
    names: tuple[str, str] = ("A", "B"),
    confidence: float = 0.95,
) -> Comparison:
    """Compare two models in pairs: on each image, which of them is right.

    Mistakes that both make say nothing about which is better, and drop out. So this tells models
    apart where the intervals of their accuracies overlap.

    Args:
        evaluation_a: What `evaluate` gives of the first model, A.
        evaluation_b: That of the second, B, on the same images in the same order.
        names: What the verdict calls them.
        confidence: That of the interval; the verdict takes `p < 1 - confidence` as a difference.

    Returns:
        The four counts, the difference of the accuracies with its interval, p and a verdict.

    Raises:
        InvalidArgumentError: If the two are not of the same labels, or the names or the confidence
            cannot be.
        ArgumentTypeError: If one is no evaluation, or another argument is of a wrong type.

    >>> wrong_a, wrong_b = range(200), range(50, 230)  # 150 mistakes are shared
    >>> labels, names = np.zeros(10_000, dtype=int), ("cat", "dog")
    >>> a = Evaluation(np.eye(2)[np.isin(np.arange(10_000), wrong_a).astype(int)], labels, names)
    >>> b = Evaluation(np.eye(2)[np.isin(np.arange(10_000), wrong_b).astype(int)], labels, names)
    >>> print(compare(a, b).verdict)
    B is more accurate than A, by 0.20 percentage points (0.02 to 0.38; p = 0.033).
    """
    confidence = check_number("confidence", confidence, above=0, below=1)
    if not isinstance(names, tuple | list) or len(names) != 2:
        raise ArgumentTypeError(f"names must be two texts, ('A', 'B'). Received {shown(names)}.")
    first, second = (check_text(f"names[{place}]", name) for place, name in enumerate(names))
    if first == second:
        raise InvalidArgumentError(f"names must differ. Received {shown(names)}.")
    for evaluation in (evaluation_a, evaluation_b):
        if not isinstance(evaluation, Evaluation):
            raise ArgumentTypeError(
                f"Expected what evaluate(model, split) gives. Received {shown(evaluation)}."
            )
    _check_same_images(evaluation_a, evaluation_b)
    return Comparison(
        right_a=evaluation_a.predicted == evaluation_a.labels,
        right_b=evaluation_b.predicted == evaluation_b.labels,
        names=(first, second),
        confidence=confidence,
    )


def _check_same_images(a: Evaluation, b: Evaluation) -> None:
    """Hold two evaluations to one list of labels, which is what they keep of their images."""
    differ = None
    if a.total != b.total:
        differ = f"{a.total:,} and {b.total:,} images"
    elif not np.array_equal(a.labels, b.labels):
        count = np.count_nonzero(a.labels != b.labels)
        differ = f"labels that differ on {count:,} of {a.total:,} images"
    elif a.class_names != b.class_names:
        differ = f"the classes {shown(a.class_names)} and {shown(b.class_names)}"
    if differ:
        raise InvalidArgumentError(
            f"Two models are compared on the same images in the same order. Received {differ}. "
            f"Evaluate both on one split."
        )
