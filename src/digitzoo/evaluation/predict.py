"""What a model says of images."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from digitzoo.checks import check_whole
from digitzoo.data import Split, scale_pixels
from digitzoo.data.classes import ClassNames, array_of, check_class_names, number_names
from digitzoo.data.images import arrange_images, pixels_of
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, ShapeError, shown
from digitzoo.evaluation.heads import as_probabilities, check_classifier, one_output
from digitzoo.evaluation.pixels import pixel_scale, rescale


@dataclass(frozen=True, eq=False)
class Prediction:
    """A model's probabilities for images. All it gives has one entry an image: `[0]` for one.

    A loop over it gives a prediction for each image.

    Attributes:
        probabilities: Shape `(N, num_classes)`.
        class_names: The name of each class; by default its number.
        rejected: Which images are of none of the classes, shape `(N,)`; None if nobody asked. Of
            those the most probable class says nothing, and their name is a question mark.

    >>> answer = Prediction(np.array([[0.1, 0.9]]), ("cat", "dog"))
    >>> answer
    <Prediction: label 1 (dog), confidence 0.9000>
    >>> answer.class_name[0]
    'dog'
    """

    probabilities: NDArray[np.floating]
    class_names: tuple[str, ...] = ()
    rejected: NDArray[np.bool_] | None = None

    def __post_init__(self) -> None:
        rows = check_probabilities(self.probabilities, self.class_names)
        object.__setattr__(self, "probabilities", rows)
        if self.rejected is not None and np.shape(self.rejected) != (len(self),):
            raise ShapeError(
                f"rejected says of each of {len(self)} images whether it is. "
                f"Received {shown(self.rejected)}."
            )

    @property
    def label(self) -> NDArray[np.intp]:
        """The most probable class of each image, shape `(N,)`."""
        highest: NDArray[np.intp] = np.argmax(self.probabilities, axis=1)
        return highest

    @property
    def confidence(self) -> NDArray[np.floating]:
        """The probability of that class, shape `(N,)`."""
        highest: NDArray[np.floating] = np.max(self.probabilities, axis=1)
        return highest

    @property
    def class_name(self) -> list[str]:
        """What that class is called, a name for each image; `"?"` where it was rejected."""
        names = self.class_names or number_names(self.probabilities.shape[1])
        rejected = [False] * len(self) if self.rejected is None else self.rejected
        return [
            "?" if is_rejected else names[label]
            for label, is_rejected in zip(self.label, rejected, strict=True)
        ]

    def __len__(self) -> int:
        return len(self.probabilities)

    def __iter__(self) -> Iterator["Prediction"]:
        for row in range(len(self)):
            some = slice(row, row + 1)
            rejected = None if self.rejected is None else self.rejected[some]
            yield Prediction(self.probabilities[some], self.class_names, rejected)

    def __repr__(self) -> str:
        if len(self) != 1:
            return f"<Prediction of {len(self):,} images>"
        label, name = self.label[0], self.class_name[0]
        if name == "?" and self.rejected is not None:
            return f"<Prediction: rejected, label {label} at {self.confidence[0]:.4f}>"
        named = f" ({name})" if name != str(label) else ""
        return f"<Prediction: label {label}{named}, confidence {self.confidence[0]:.4f}>"


def check_probabilities(probabilities: ArrayLike, class_names: ClassNames) -> NDArray[Any]:
    """Hold probabilities to a row for each image, and names to one for each class."""
    rows = array_of(probabilities)
    if rows.dtype.kind not in "fiu":
        raise ArgumentTypeError(f"Probabilities are numbers. Received {shown(probabilities)}.")
    if rows.ndim != 2 or not rows.shape[1]:
        raise ShapeError(
            f"Probabilities have shape (N, num_classes). Received {shown(probabilities)}."
        )
    names = check_class_names(class_names)
    if names and len(names) != rows.shape[1]:
        raise InvalidArgumentError(
            f"The probabilities are of {rows.shape[1]} classes. Received {len(names)} class_names."
        )
    return rows


@dataclass(frozen=True, eq=False)
class Reading:
    """The digits of one picture, from left to right.

    Attributes:
        predictions: What each of them is; a loop gives one after the other.
        images: What the model saw of each, shape `(N, 28, 28, 1)`.

    >>> Reading(Prediction(np.eye(10)[[4, 2]]), np.zeros((2, 28, 28, 1), dtype=np.uint8))
    <Reading: 42, 2 digits>
    """

    predictions: Prediction
    images: NDArray[np.uint8]

    @property
    def text(self) -> str:
        """What was written; a question mark stands for what is no digit."""
        names = self.predictions.class_name
        return ("" if all(len(name) == 1 for name in names) else " ").join(names)

    def __len__(self) -> int:
        return len(self.predictions)

    def __repr__(self) -> str:
        count = len(self)
        return f"<Reading: {self.text}, {count} digit{'s' if count > 1 else ''}>"


def predict(model: Any, images: ArrayLike | Split, *, batch_size: int = 256) -> Prediction:
    """Ask a model what it sees.

    Whole numbers are pixels in 0..255 and are scaled; floats must lie in 0..1. A model that scales
    them itself, such as by `Rescaling(1 / 255)`, is given 0..255. Logits are followed by a softmax.
    A single number behind a sigmoid is the probability of class 1. Of a sigmoid for each class the
    numbers before it are taken for logits, as Keras's cross-entropy does. Of a subclass of
    keras.Model rows that sum to 1, and single numbers in 0..1, are probabilities, others logits.

    Args:
        model: A Keras classifier that is built, or was called or fitted.
        images: One image, such as `(28, 28)` or `(28, 28, 1)`, or many: `(N, 28, 28)` or
            `(N, 28, 28, 1)`; or a split, whose labels are not looked at.
        batch_size: How many images the model sees at a time.

    Returns:
        The probabilities, with `label` and `confidence`: one entry for each image.

    Raises:
        InvalidArgumentError: If the images do not fit the model, their values cannot be pixels,
            or the model is no classifier.
        ArgumentTypeError: If the pixels are not numbers, or the model is none.

    >>> predict(model, images[0]).label  # doctest: +SKIP
    array([7])
    """
    batch_size = check_whole("batch_size", batch_size, at_least=1)
    input_shape = check_classifier(model)
    pixels = pixels_of(images)
    if not pixels.size:
        raise InvalidArgumentError(
            f"There are no images to predict. Received shape {pixels.shape}."
        )
    batch, _ = arrange_images(pixels, input_shape)
    scale = pixel_scale(model)
    outputs = []
    for start in range(0, len(batch), batch_size):
        inputs = rescale(scale_pixels(batch[start : start + batch_size]), scale)
        outputs.append(np.asarray(one_output(model.predict_on_batch(inputs))))
    return Prediction(as_probabilities(model, np.concatenate(outputs)))
