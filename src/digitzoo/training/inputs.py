"""What `train` may be given, checked and brought to the one form that it works on."""

from dataclasses import dataclass
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from digitzoo.checks import check_number, check_whole
from digitzoo.data import Dataset, ParquetSplit, Split, scale_pixels
from digitzoo.data.classes import check_labels, number_names
from digitzoo.data.encoding import check_scale
from digitzoo.data.images import fit_images
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, shown
from digitzoo.evaluation.heads import check_names, input_shape_of, num_classes_of
from digitzoo.training.identity import fingerprint_data
from digitzoo.training.streams import Stream, are_rows, stream_kind

# A stream is one of three libraries' types, of which two are not imported for their names' sake.
Trainable = Dataset | Split | ParquetSplit | tuple[NDArray[Any], NDArray[Any]] | Any

_DEFAULT_VALIDATION = 0.1


@dataclass(frozen=True, eq=False)
class Inputs:
    """Images and labels that fit a model; `validation` is what the run is watched by."""

    train: Split | ParquetSplit | Stream
    validation: Split | ParquetSplit | Stream | None
    one_hot_labels: bool
    name: str
    class_names: tuple[str, ...]

    @property
    def fingerprint(self) -> str:
        """What tells these data from others: a digest, or for a stream its form."""
        parts = (self.train, self.validation)
        words = [str(part) for part in parts if isinstance(part, Stream)]
        splits = [part for part in parts if isinstance(part, Split | ParquetSplit)]
        return "; ".join([*words, fingerprint_data(*splits)] if splits else words)


def prepare_inputs(
    model: Any,
    dataset: Trainable,
    *,
    validation_data: Trainable | None = None,
    validation_split: float | None,
    steps_per_epoch: int | None = None,
    seed: int,
) -> Inputs:
    """Check data against a model, and take a validation part out if there is none."""
    # What is wrong with the model is said before what is wrong with the labels.
    classes = num_classes_of(model)
    check_names(model)
    if validation_split is not None:
        validation_split = check_number("validation_split", validation_split, at_least=0, below=1)
    if steps_per_epoch is not None:
        steps_per_epoch = check_whole("steps_per_epoch", steps_per_epoch, at_least=1)
    asked = {"validation_data": validation_data, "validation_split": validation_split}
    given = [name for name, value in asked.items() if value is not None]
    if len(given) == 2:
        raise InvalidArgumentError(
            "validation_data and validation_split both say what to watch the run by. Give one."
        )
    if given and isinstance(dataset, Dataset) and dataset.validation is not None:
        raise InvalidArgumentError(
            f"The data set brings its own validation part of {len(dataset.validation):,} images. "
            f"Leave {given[0]}= out, or load it with validation=0."
        )
    train: Split | ParquetSplit | Stream
    validation: Split | ParquetSplit | Stream | None = None
    names: tuple[str, ...] = ()
    if stream_kind(dataset) is not None:
        if validation_split:
            raise InvalidArgumentError(
                "validation_split cannot take images out of a stream of batches. Give "
                "validation_data= a stream of its own, a Split or a pair (images, labels)."
            )
        train = _open(model, dataset, part="train", steps=steps_per_epoch)
        one_hot_labels, name = train.one_hot_labels, train.kind
    else:
        if steps_per_epoch is not None:
            raise InvalidArgumentError(
                "steps_per_epoch goes with a stream of batches. Leave it out: all images are one."
            )
        fraction = validation_split if validation_data is None else 0.0
        own: tuple[Split | ParquetSplit, Split | ParquetSplit | None]
        if isinstance(dataset, ParquetSplit):
            own, name, names = (
                _divide_files(dataset, fraction, seed),
                "parquet",
                dataset.class_names,
            )
        else:
            parts = _divide(dataset, fraction, seed)
            own, name, names = (parts.train, parts.validation), parts.name, parts.class_names
        train = _fit(model, own[0], "train")
        validation = None if own[1] is None else _fit(model, own[1], "validation")
        one_hot_labels = isinstance(dataset, tuple) and are_rows(dataset[1])
    if validation_data is not None:
        validation = _prepare_validation(model, validation_data)
    names = names if len(names) == classes else number_names(classes)
    return Inputs(train, validation, one_hot_labels, name, names)


def _prepare_validation(model: Any, source: Trainable) -> Split | ParquetSplit | Stream:
    if stream_kind(source) is not None:
        return _open(model, source, part="validation", may_count=True)
    if isinstance(source, ParquetSplit):
        return _fit(model, source, "validation")
    split = _as_split(source, "Validation")
    if split is None:
        part = " Give one of its parts, such as .validation." if isinstance(source, Dataset) else ""
        raise ArgumentTypeError(
            f"validation_data takes a Split, a pair (images, labels), what read_parquet gives or a "
            f"stream of batches. Received {shown(source)}.{part}"
        )
    return _fit(model, split, "validation")


def _open(model: Any, source: Any, **options: Any) -> Stream:
    shape, classes = input_shape_of(model), num_classes_of(model)
    return Stream(source, input_shape=shape, num_classes=classes, **options)


def _as_split(source: object, what: str) -> Split | None:
    """Make a split of a pair, and hold it to one with labels; None of what is neither."""
    if isinstance(source, tuple) and len(source) == 2:
        if isinstance(source[0], tuple):
            raise ArgumentTypeError(
                f"{what} takes one pair (images, labels). These are two, as load_arrays gives "
                f"them: pass the first, and keep the second for evaluate."
            )
        source = Split(*source)
    if not isinstance(source, Split):
        return None
    if source.labels is None:
        raise InvalidArgumentError(f"{what} needs labels, and these images have none.")
    return source


def _divide_files(
    split: ParquetSplit, fraction: float | None, seed: int
) -> tuple[ParquetSplit, ParquetSplit | None]:
    fraction = _DEFAULT_VALIDATION if fraction is None else fraction
    return split.divide(fraction, seed=seed) if fraction else (split, None)


def _divide(dataset: Any, fraction: float | None, seed: int) -> Dataset:
    whole = isinstance(dataset, Dataset)
    split = _as_split(dataset.train if whole else dataset, "Training")
    if split is None:
        raise ArgumentTypeError(
            f"train takes a Dataset, a Split, a pair (images, labels), what read_parquet gives, or "
            f"a stream of batches: a tf.data.Dataset, a keras.utils.PyDataset or a PyTorch "
            f"DataLoader. "
            f"Received {type(dataset).__name__}."
        )
    if isinstance(dataset, Dataset) and fraction is None:
        return dataset
    fraction = _DEFAULT_VALIDATION if fraction is None else fraction
    name = dataset.name if whole else "split" if split is dataset else "arrays"
    return Dataset.from_split(split, validation=fraction, seed=seed, name=name)


@overload
def _fit(model: Any, split: Split, part: str) -> Split: ...
@overload
def _fit(model: Any, split: ParquetSplit, part: str) -> ParquetSplit: ...
def _fit(model: Any, split: Split | ParquetSplit, part: str) -> Split | ParquetSplit:
    if not len(split):
        raise InvalidArgumentError(f"The {part} part has no images.")
    labels = check_labels(np.asarray(split.labels), num_classes_of(model), source=part)
    if isinstance(split, ParquetSplit):
        fit_images(np.empty((1, *split.image_shape), dtype=np.uint8), input_shape_of(model))
        return split
    images = split.images
    fit_images(images[:1], input_shape_of(model))  # the batches are arranged one by one
    check_scale(images, subject=f"The {part} images are")
    return Split(images if images.dtype == np.uint8 else scale_pixels(images), labels)
