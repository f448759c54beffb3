"""What `train` may be given, checked and brought to the one form that it works on."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitzoo.data import Dataset, Split, check_labels, fit_images, scale_pixels
from digitzoo.data.dataset import number_names
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError
from digitzoo.evaluation import input_shape_of, num_classes_of

Trainable = Dataset | Split | tuple[NDArray[Any], NDArray[Any]]

_DEFAULT_VALIDATION = 0.1


@dataclass(frozen=True, eq=False)
class Inputs:
    """Images and labels that fit a model.

    Attributes:
        train: What is learnt from.
        validation: What the run is watched by; None if there is none.
        one_hot_labels: Whether the labels came as one-hot rows.
        name: What reports call the data.
        class_names: The name of each class.
    """

    train: Split
    validation: Split | None
    one_hot_labels: bool
    name: str
    class_names: tuple[str, ...]


def prepare_inputs(
    model: Any,  # noqa: ANN401 - any Keras model
    dataset: Trainable,
    *,
    validation_split: float | None,
    seed: int,
) -> Inputs:
    """Check a data set against a model, and take a validation part out if it has none.

    Args:
        model: A built Keras classifier.
        dataset: A data set, a split, or a pair of images and labels.
        validation_split: The fraction to take out; None keeps what a data set has, and takes a
            tenth out of a split or a pair.
        seed: For the draw.

    Returns:
        Images that fit the model's input, uint8 or floats in 0..1, with whole-number labels.

    Raises:
        InvalidArgumentError: If images or labels do not fit the model.
        ArgumentTypeError: If the data set is of another type.
    """
    parts = _divide(dataset, validation_split, seed)
    classes = num_classes_of(model)
    names = parts.class_names
    return Inputs(
        train=_fit(model, parts.train, "train"),
        validation=None
        if parts.validation is None
        else _fit(model, parts.validation, "validation"),
        one_hot_labels=isinstance(dataset, tuple) and _are_rows(np.asarray(dataset[1])),
        name=parts.name,
        class_names=names if len(names) == classes else number_names(classes),
    )


def _are_rows(labels: NDArray[Any]) -> bool:
    return labels.ndim == 2 and labels.shape[1] > 1  # noqa: PLR2004 - N, classes


def _check_labelled(split: Split) -> None:
    if split.labels is None:
        raise InvalidArgumentError("Training needs labels, and these images have none.")


def _divide(dataset: Trainable, validation_split: float | None, seed: int) -> Dataset:
    if isinstance(dataset, Dataset):
        _check_labelled(dataset.train)
        if validation_split is None:
            return dataset
        if dataset.validation is not None:
            raise InvalidArgumentError(
                f"The data set brings its own validation part of {len(dataset.validation):,} "
                f"images. Leave validation_split= out, or load it with validation=0."
            )
        split, name = dataset.train, dataset.name
    elif isinstance(dataset, Split):
        split, name = dataset, "split"
    elif isinstance(dataset, tuple) and len(dataset) == 2:  # noqa: PLR2004 - images, labels
        if isinstance(dataset[0], tuple):
            raise ArgumentTypeError(
                "train takes one pair (images, labels). These are two, as load_arrays gives them: "
                "pass the first, and keep the second for evaluate."
            )
        split, name = Split.from_arrays(*dataset), "arrays"
    else:
        raise ArgumentTypeError(
            f"train takes a Dataset, a Split, or a pair (images, labels). "
            f"Received {type(dataset).__name__}."
        )
    _check_labelled(split)
    fraction = _DEFAULT_VALIDATION if validation_split is None else validation_split
    return Dataset.from_split(split, validation=fraction, seed=seed, name=name)


def _fit(model: Any, split: Split, part: str) -> Split:  # noqa: ANN401 - any Keras model
    if not len(split):
        raise InvalidArgumentError(f"The {part} part has no images.")
    labels = check_labels(np.asarray(split.labels), num_classes_of(model), source=part)
    images = split.images
    fit_images(images[:1], input_shape_of(model))  # the batches are arranged one by one
    if images.dtype != np.uint8:
        images = scale_pixels(images)
    elif images.max() == 1:
        raise InvalidArgumentError(
            f"The {part} images are whole numbers of 0 and 1, where 255 is white. Pass them as "
            f"floats or as booleans."
        )
    return Split(images, labels)
