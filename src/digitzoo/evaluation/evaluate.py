"""How a model does on images whose labels are known."""

import math
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitzoo.data import Dataset, ParquetSplit, Split
from digitzoo.data.classes import check_labels, number_names
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, ShapeError
from digitzoo.evaluation.heads import SMALLEST_PROBABILITY, check_classifier
from digitzoo.evaluation.intervals import accuracy_interval
from digitzoo.evaluation.predict import check_probabilities, predict


@dataclass(frozen=True)
class ClassScore:
    """How a model does on one class.

    Attributes:
        name: The class.
        total: How many images are of it.
        correct: How many of those were recognised.
        predicted: How many images were said to be of it.

    >>> ClassScore("7", total=10, correct=8, predicted=16).precision
    0.5
    """

    name: str
    total: int
    correct: int
    predicted: int

    @property
    def recall(self) -> float:
        """`correct / total`, the accuracy on the class; NaN if it has no images."""
        return self.correct / self.total if self.total else float("nan")

    @property
    def precision(self) -> float:
        """`correct / predicted`; NaN if nothing was said to be of it."""
        return self.correct / self.predicted if self.predicted else float("nan")

    @property
    def f1(self) -> float:
        """`2 correct / (total + predicted)`, the harmonic mean of both."""
        both = self.total + self.predicted
        return 2 * self.correct / both if both else float("nan")


@dataclass(frozen=True, eq=False)
class Evaluation:
    """How a model does on a split. Everything follows from the probabilities and the labels.

    Attributes:
        probabilities: Shape `(N, num_classes)`.
        labels: The true classes, shape `(N,)`.
        class_names: The name of each class.

    >>> result = Evaluation(np.array([[0.9, 0.1], [0.3, 0.7]]), np.array([0, 0]), ("a", "b"))
    >>> result.accuracy, result.wrong.tolist()
    (0.5, [1])
    """

    probabilities: NDArray[np.floating]
    labels: NDArray[np.integer]
    class_names: tuple[str, ...]

    def __post_init__(self) -> None:
        probabilities = check_probabilities(self.probabilities, self.class_names)
        labels = check_labels(self.labels, probabilities.shape[1])
        if len(labels) != len(probabilities):
            raise ShapeError(
                f"Each image has probabilities and a label. Received {len(probabilities)} rows and "
                f"{len(labels)} labels."
            )
        object.__setattr__(self, "probabilities", probabilities)
        object.__setattr__(self, "labels", labels)

    @cached_property
    def predicted(self) -> NDArray[np.intp]:
        """The most probable class of each image, shape `(N,)`."""
        highest: NDArray[np.intp] = np.argmax(self.probabilities, axis=1)
        return highest

    @property
    def total(self) -> int:
        """How many images there are."""
        return len(self.labels)

    @cached_property
    def correct(self) -> int:
        """How many images were recognised."""
        return int(np.count_nonzero(self.predicted == self.labels))

    @property
    def accuracy(self) -> float:
        """`correct / total`."""
        return self.correct / self.total

    @property
    def accuracy_interval(self) -> tuple[float, float]:
        """The 95 % interval of the accuracy (Wilson)."""
        return accuracy_interval(self.correct, self.total)

    @cached_property
    def loss(self) -> float:
        """Mean cross-entropy in nats, without the penalties that training adds, such as L2."""
        of_truth = self.probabilities[np.arange(self.total), self.labels].astype(np.float64)
        return float(-np.log(np.clip(of_truth, SMALLEST_PROBABILITY, 1)).mean())

    @cached_property
    def confusion_matrix(self) -> NDArray[np.int64]:
        """Counts, true classes as rows and predicted ones as columns."""
        classes = len(self.class_names)
        pairs = self.labels.astype(np.int64) * classes + self.predicted
        return np.bincount(pairs, minlength=classes * classes).reshape(classes, classes)

    @cached_property
    def per_class(self) -> tuple[ClassScore, ...]:
        """One row for each class, in the order of the labels."""
        matrix = self.confusion_matrix
        return tuple(
            ClassScore(
                name=name,
                total=int(matrix[index].sum()),
                correct=int(matrix[index, index]),
                predicted=int(matrix[:, index].sum()),
            )
            for index, name in enumerate(self.class_names)
        )

    @cached_property
    def wrong(self) -> NDArray[np.intp]:
        """The indices of the images that were not recognised, most confident mistakes first."""
        wrong = np.flatnonzero(self.predicted != self.labels)
        confidence = self.probabilities[wrong, self.predicted[wrong]]
        return wrong[np.argsort(-confidence, kind="stable")]

    def to_dict(self) -> dict[str, Any]:
        """Give all but the single images as plain Python values, as JSON takes them."""
        rows = []
        for row in self.per_class:
            scores = {"recall": row.recall, "precision": row.precision, "f1": row.f1}
            known = {name: None if math.isnan(score) else score for name, score in scores.items()}
            rows.append(asdict(row) | known)
        return {
            "accuracy": self.accuracy,
            "accuracy_interval": list(self.accuracy_interval),
            "correct": self.correct,
            "total": self.total,
            "loss": self.loss,
            "per_class": rows,
            "confusion_matrix": self.confusion_matrix.tolist(),
            "wrong": self.wrong.tolist(),
        }

    def __str__(self) -> str:
        low, high = self.accuracy_interval
        return (
            f"accuracy {self.accuracy:.4f} ({low:.4f} to {high:.4f}), loss {self.loss:.4f}, "
            f"{self.total - self.correct:,} of {self.total:,} wrong"
        )

    def __repr__(self) -> str:
        return f"<Evaluation: {self}>"


def evaluate(
    model: Any,
    split: Split | ParquetSplit | tuple[NDArray[Any], NDArray[Any]],
    *,
    batch_size: int = 256,
) -> Evaluation:
    """Measure a model on images whose labels are known.

    Args:
        model: A Keras classifier that is built, or was called or fitted.
        split: A split, what `read_parquet` gives, or a pair of images and labels; labels as whole
            numbers or one-hot rows.
        batch_size: How many images the model sees at a time.

    Returns:
        Loss, accuracy with its interval, scores for each class, confusion matrix and mistakes.

    Raises:
        InvalidArgumentError: If there are no images or labels, or they do not fit the model.
        ArgumentTypeError: If it is no split.
        DataFileError: If an image in a file cannot be used.

    >>> evaluate(model, data.test)  # doctest: +SKIP
    <Evaluation: accuracy 0.9897 (0.9875 to 0.9915), loss 0.0407, 103 of 10,000 wrong>
    """
    check_classifier(model)  # before its labels, which for two outputs come in two
    if isinstance(split, ParquetSplit):
        return _evaluate_files(model, split, batch_size)
    images: Any = split
    if isinstance(split, tuple) and len(split) == 2:
        images, split = split[0], Split(*split)
    if not isinstance(split, Split):
        part = " Give one of its parts, such as .test." if isinstance(split, Dataset) else ""
        raise ArgumentTypeError(
            f"evaluate takes a Split or a pair (images, labels). "
            f"Received {type(split).__name__}.{part}"
        )
    if split.labels is None or not len(split):
        raise InvalidArgumentError(
            f"evaluate needs images with their labels. Received {split!r}. "
            f"predict takes images without labels."
        )
    probabilities = predict(model, images, batch_size=batch_size).probabilities
    return _measure(probabilities, split.labels, split.class_names)


def _evaluate_files(model: Any, split: ParquetSplit, batch_size: int) -> Evaluation:
    parts = [
        predict(model, split.read_group(number).images, batch_size=batch_size).probabilities
        for number in range(len(split.groups))
    ]
    return _measure(np.concatenate(parts), split.labels, split.class_names)


def _measure(
    probabilities: NDArray[np.floating], labels: NDArray[np.integer], names: tuple[str, ...]
) -> Evaluation:
    classes = probabilities.shape[1]
    return Evaluation(
        probabilities, labels, names if len(names) == classes else number_names(classes)
    )
