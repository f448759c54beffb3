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
    >>> take_apart(answer, np.zeros((2, 28, 28, 1), dtype=np.uint8))
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


def take_apart(answer: Prediction, images: NDArray[np.uint8]) -> Reading:
    """Make a prediction of each digit of what was answered for all of them.

    Args:
        answer: What the model says, from left to right.
        images: What it saw, shape `(N, 28, 28, 1)`.

    Returns:
        The digits of one picture.
    """
    rejected = [None] * len(answer) if answer.rejected is None else answer.rejected[:, None]
    predictions = tuple(
        Prediction(row[None], answer.class_names, is_rejected)
        for row, is_rejected in zip(answer.probabilities, rejected, strict=True)
    )
    return Reading(predictions, images)
