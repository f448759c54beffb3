"""What `train` may be given, checked and brought to the one form that it works on."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitzoo.checks import check_number, check_whole
from digitzoo.data import Dataset, Split, scale_pixels
from digitzoo.data.classes import check_labels, number_names
from digitzoo.data.encoding import check_scale
from digitzoo.data.images import fit_images
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, shown
from digitzoo.evaluation.heads import check_names, input_shape_of, num_classes_of
from digitzoo.training.identity import fingerprint_data
from digitzoo.training.streams import Stream, are_rows, open_stream, stream_kind

Part = Split | tuple[NDArray[Any], NDArray[Any]]
# A stream is one of three libraries' types, of which two are not imported for their names' sake.
Trainable = Dataset | Part | Any

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

    train: Split | Stream
    validation: Split | Stream | None
    one_hot_labels: bool
    name: str
    class_names: tuple[str, ...]

    @property
    def fingerprint(self) -> str:
        """What tells these data from others: a digest, or for a stream its form."""
        parts = (self.train, self.validation)
        words = [str(part) for part in parts if isinstance(part, Stream)]
        splits = [part for part in parts if isinstance(part, Split)]
        if splits:
            words.append(fingerprint_data(*splits))
        return "; ".join(words)

    @property
    def caveats(self) -> tuple[str, ...]:
        """What `train` cannot promise of them."""
        return (self.train.caveat,) if isinstance(self.train, Stream) else ()


def prepare_inputs(
    model: Any,
    dataset: Trainable,
    *,
    validation_data: Trainable | None = None,
    validation_split: float | None,
    steps_per_epoch: int | None = None,
    seed: int,
) -> Inputs:
    """Check data against a model, and take a validation part out if there is none.

    The arguments are those of `train`. A `validation_split` of None keeps what a data set has,
    takes nothing beside `validation_data` or out of a stream, and a tenth of a split or a pair.

    Raises:
        InvalidArgumentError: If images or labels do not fit the model, or two arguments speak of
            the same thing.
        ArgumentTypeError: If the data set is of another type.
    """
    # What is wrong with the model is said before what is wrong with the labels.
    num_classes_of(model)
    check_names(model)
    if validation_split is not None:
        validation_split = check_number("validation_split", validation_split, at_least=0, below=1)
    if steps_per_epoch is not None:
        steps_per_epoch = check_whole("steps_per_epoch", steps_per_epoch, at_least=1)
    if validation_data is not None:
        _check_only_validation(dataset, validation_split)
        validation_split = 0.0
    if stream_kind(dataset) is None:
        if steps_per_epoch is not None:
            raise InvalidArgumentError(
                "steps_per_epoch goes with a stream of batches. An epoch of images in memory is "
                "all of them."
            )
        inputs = _prepare_arrays(model, dataset, validation_split, seed)
    else:
        inputs = _prepare_stream(model, dataset, validation_split, steps_per_epoch)
    if validation_data is None:
        return inputs
    return replace(inputs, validation=_prepare_validation(model, validation_data))


def _check_only_validation(dataset: Trainable, validation_split: float | None) -> None:
    if validation_split is not None:
        raise InvalidArgumentError(
            "validation_data and validation_split both say what to watch the run by. Give one."
        )
    if isinstance(dataset, Dataset) and dataset.validation is not None:
        raise InvalidArgumentError(
            f"The data set brings its own validation part of {len(dataset.validation):,} images. "
            f"Leave validation_data= out, or load it with validation=0."
        )


def _prepare_arrays(
    model: Any,
    dataset: Trainable,
    validation_split: float | None,
    seed: int,
) -> Inputs:
    parts = _divide(dataset, validation_split, seed)
    held_out = parts.validation
    return Inputs(
        train=_fit(model, parts.train, "train"),
        validation=None if held_out is None else _fit(model, held_out, "validation"),
        one_hot_labels=isinstance(dataset, tuple) and are_rows(dataset[1]),
        name=parts.name,
        class_names=_name_classes(model, parts.class_names),
    )


def _prepare_stream(
    model: Any,
    source: Any,
    validation_split: float | None,
    steps: int | None,
) -> Inputs:
    if validation_split:
        raise InvalidArgumentError(
            "validation_split cannot take images out of a stream of batches. Give "
            "validation_data= a stream of its own, a Split or a pair (images, labels)."
        )
    form: dict[str, Any] = {
        "input_shape": input_shape_of(model),
        "num_classes": num_classes_of(model),
    }
    stream = open_stream(source, part="train", steps=steps, **form)
    return Inputs(
        train=stream,
        validation=None,
        one_hot_labels=stream.one_hot_labels,
        name=stream.kind,
        class_names=_name_classes(model, ()),
    )


def _prepare_validation(model: Any, source: Trainable) -> Split | Stream:
    if stream_kind(source) is not None:
        form: dict[str, Any] = {
            "input_shape": input_shape_of(model),
            "num_classes": num_classes_of(model),
        }
        return open_stream(source, part="validation", may_count=True, **form)
    split = _as_split(source, "Validation")
    if split is None:
        part = " Give one of its parts, such as .validation." if isinstance(source, Dataset) else ""
        raise ArgumentTypeError(
            f"validation_data takes a Split, a pair (images, labels) or a stream of batches. "
            f"Received {shown(source)}.{part}"
        )
    return _fit(model, split, "validation")


def _name_classes(model: Any, names: tuple[str, ...]) -> tuple[str, ...]:
    classes = num_classes_of(model)
    return names if len(names) == classes else number_names(classes)


def _as_split(source: object, what: str) -> Split | None:
    """Make a split of a pair, and hold it to one with labels; None of what is neither."""
    if isinstance(source, tuple) and len(source) == 2:  # images, labels
        if isinstance(source[0], tuple):
            raise ArgumentTypeError(
                f"{what} takes one pair (images, labels). These are two, as load_arrays gives "
                f"them: pass the first, and keep the second for evaluate."
            )
        source = Split.from_arrays(*source)
    if not isinstance(source, Split):
        return None
    if source.labels is None:
        raise InvalidArgumentError(f"{what} needs labels, and these images have none.")
    return source


def _divide(dataset: Any, validation_split: float | None, seed: int) -> Dataset:
    whole = isinstance(dataset, Dataset)
    split = _as_split(dataset.train if whole else dataset, "Training")
    if split is None:
        raise ArgumentTypeError(
            f"train takes a Dataset, a Split, a pair (images, labels), or a stream of batches: a "
            f"tf.data.Dataset, a keras.utils.PyDataset or a PyTorch DataLoader. "
            f"Received {type(dataset).__name__}."
        )
    if isinstance(dataset, Dataset) and validation_split is None:
        return dataset
    if whole and dataset.validation is not None:
        raise InvalidArgumentError(
            f"The data set brings its own validation part of {len(dataset.validation):,} "
            f"images. Leave validation_split= out, or load it with validation=0."
        )
    fraction = _DEFAULT_VALIDATION if validation_split is None else validation_split
    name = dataset.name if whole else "split" if split is dataset else "arrays"
    return Dataset.from_split(split, validation=fraction, seed=seed, name=name)


def _fit(model: Any, split: Split, part: str) -> Split:
    if not len(split):
        raise InvalidArgumentError(f"The {part} part has no images.")
    labels = check_labels(np.asarray(split.labels), num_classes_of(model), source=part)
    images = split.images
    fit_images(images[:1], input_shape_of(model))  # the batches are arranged one by one
    check_scale(images, subject=f"The {part} images are")
    return Split(images if images.dtype == np.uint8 else scale_pixels(images), labels)
