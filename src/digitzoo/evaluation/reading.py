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
    >>> Reading.of(answer, np.zeros((2, 28, 28, 1), dtype=np.uint8))
    <Reading: 42, 2 digits>
    """

    predictions: tuple[Prediction, ...]
    images: NDArray[np.uint8]

    @classmethod
    def of(cls, answer: Prediction, images: NDArray[np.uint8]) -> "Reading":
        """Take apart one prediction of all of them."""
        rejected = [None] * len(answer) if answer.rejected is None else answer.rejected[:, None]
        return cls(
            tuple(
                Prediction(row[None], answer.class_names, is_rejected)
                for row, is_rejected in zip(answer.probabilities, rejected, strict=True)
            ),
            images,
        )

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
