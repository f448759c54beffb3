"""What was written in a picture of several digits."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitzoo.evaluation.predict import Prediction


@dataclass(frozen=True, eq=False)
class Reading:
    """The digits of one picture, from left to right.

    Attributes:
        predictions: What each of them is.
        images: What the model saw of each, shape `(N, 28, 28, 1)`.

    >>> answer = Prediction(np.eye(10)[[4, 2]])
    >>> Reading(each_of(answer), np.zeros((2, 28, 28, 1), dtype=np.uint8))
    <Reading: 42, 2 digits>
    """

    predictions: tuple[Prediction, ...]
    images: NDArray[np.uint8]

    @property
    def text(self) -> str:
        """What was written; a question mark stands for what is no digit."""
        names = [prediction.class_name[0] for prediction in self.predictions]
        return ("" if all(len(name) == 1 for name in names) else " ").join(names)

    def __len__(self) -> int:
        return len(self.predictions)

    def __repr__(self) -> str:
        count = len(self)
        return f"<Reading: {self.text}, {count} digit{'s' if count > 1 else ''}>"


def each_of(answer: Prediction) -> tuple[Prediction, ...]:
    """Take a prediction apart, into one for each image.

    >>> [one.label.tolist() for one in each_of(Prediction(np.eye(10)[[4, 2]]))]
    [[4], [2]]
    """
    rejected = [None] * len(answer) if answer.rejected is None else answer.rejected[:, np.newaxis]
    return tuple(
        Prediction(row[np.newaxis], answer.class_names, is_rejected)
        for row, is_rejected in zip(answer.probabilities, rejected, strict=True)
    )
