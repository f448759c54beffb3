"""Data sets from NumPy's `.npz` files."""

import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from numpy.lib import format as npy
from numpy.typing import NDArray

from digitzoo.checks import check_number, check_path, check_whole
from digitzoo.data.classes import ClassNames, as_labels
from digitzoo.data.dataset import Dataset
from digitzoo.data.images import CHANNELS, add_channel_axis, channels_first_remedy
from digitzoo.data.readers import (
    about,
    check_reading,
    kind_of,
    kind_of_archive,
    name_read_classes,
    reading,
    stretch_pixels,
)
from digitzoo.data.split import Split
from digitzoo.errors import DataFileError, listed

# What Keras, scikit-learn, MedMNIST, plain habit and np.savez call the arrays of each part.
_KEYS = {
    "train": (
        ("x_train", "y_train"),
        ("X_train", "y_train"),
        ("train_images", "train_labels"),
        ("images", "labels"),
        ("arr_0", "arr_1"),
    ),
    "validation": (("x_val", "y_val"), ("X_val", "y_val"), ("val_images", "val_labels")),
    "test": (("x_test", "y_test"), ("X_test", "y_test"), ("test_images", "test_labels")),
}
_UNNAMED = "arr_0"
_NUMBERS = "biuf"  # NumPy's kinds
_SIXTEEN_BITS = 65_535

Labelled = tuple[NDArray[Any], NDArray[Any]]


def read_npz(
    path: str | Path,
    labels: str | Path | None = None,
    *,
    validation: float = 0.1,
    seed: int = 0,
    class_names: ClassNames | None = None,
    largest_pixel: int | None = None,
) -> Dataset:
    """Read a data set from an `.npz` file, as Keras or MedMNIST write it.

    The file holds `x_train` and `y_train` (or `train_images` and `train_labels`, or `images` and
    `labels`), and may hold the same for `test` and `val`. Only these are read. Arrays of Python
    objects are refused, because reading them could run code.

    Args:
        path: The file.
        labels: The file of the labels, where they have one of their own, as KMNIST's.
        validation: The fraction to take out of train, if the file brings no validation part.
        seed: Another seed takes out other images.
        class_names: The name of each class; by default the numbers up to the largest label.
        largest_pixel: What white is in the file; by default 255, or 1 for floats. Pixels are
            stretched to 0..255.

    Returns:
        A data set of images of shape `(N, height, width, channels)`.

    Raises:
        DataFileError: If the file cannot be read, or lacks images with as many labels.
        InvalidArgumentError: If an argument has a value that cannot work.
        ArgumentTypeError: If one has a type that cannot work.

    >>> from digitzoo.data import dataset_path
    >>> len(read_npz(dataset_path("mnist")).test)
    10000
    """
    path = check_path("path", path)
    label_path = None if labels is None else check_path("labels", labels)
    check_number("validation", validation, at_least=0, below=1)
    check_whole("seed", seed, at_least=0)
    names = check_reading(class_names, largest_pixel, most=_SIXTEEN_BITS)
    if label_path is not None:
        images, numbers = _read_alone(path, "images"), _read_alone(label_path, "labels")
        parts = {"train": _labelled(path, path.name, images, label_path.name, numbers)}
    else:
        parts = _read_parts(path)
    with about(path):
        names = name_read_classes(names, *(part[1] for part in parts.values()))
        pixels = stretch_pixels(largest_pixel, *(part[0] for part in parts.values()))
        splits = {
            name: Split(images, numbers, names)
            for (name, (_, numbers)), images in zip(parts.items(), pixels, strict=True)
        }
        data = Dataset(**splits, name=path.stem)
    if data.validation is not None:
        return data
    return Dataset.from_split(
        data.train, test=data.test, validation=validation, seed=seed, name=path.stem
    )


def _read_parts(path: Path) -> dict[str, Labelled]:
    parts = {}
    with _opened(path) as archive:
        members = _members(archive)
        for part, choices in _KEYS.items():
            for image_key, label_key in choices:
                if image_key not in members:
                    continue
                if label_key not in members:
                    alone = " Their file goes in as labels=." if image_key == _UNNAMED else ""
                    raise DataFileError(f"{path}: {image_key} stands without {label_key}.{alone}")
                images, numbers = (_read(path, archive, key) for key in (image_key, label_key))
                parts[part] = _labelled(path, image_key, images, label_key, numbers)
                break
        if "train" not in parts:
            raise DataFileError(
                f"{path}: no training images. Expected arrays x_train and y_train; "
                f"it holds {listed(sorted(members))}."
            )
    return parts


def _read_alone(path: Path, content: str) -> NDArray[Any]:
    with _opened(path) as archive:
        members = _members(archive)
        if len(members) != 1:
            raise DataFileError(
                f"{path}: expected one array, the {content}. It holds {listed(sorted(members))}."
            )
        return _read(path, archive, members[0])


def _labelled(
    path: Path, image_key: str, images: NDArray[Any], label_key: str, labels: NDArray[Any]
) -> Labelled:
    with about(f"{path}: {label_key} holds {labels.dtype} of shape {labels.shape}"):
        numbers, _ = as_labels(labels)
    pixels = add_channel_axis(images)
    if pixels.ndim != 4 or pixels.shape[-1] not in CHANNELS:
        raise DataFileError(
            f"{path}: {image_key} has shape {images.shape}. Expected (N, height, width) or "
            f"(N, height, width, channels) with 1, 3 or 4 channels."
            f"{channels_first_remedy(images.shape)}"
        )
    if not pixels.size:
        raise DataFileError(f"{path}: {image_key} has shape {images.shape}: no pixels.")
    if len(pixels) != len(numbers):
        raise DataFileError(
            f"{path}: Each image needs one label. Received {len(pixels):,} images and "
            f"{len(numbers):,} labels."
        )
    return pixels, numbers


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open an `.npz` file, which is a zip archive of arrays."""
    with reading(path), path.open("rb") as file:
        start = file.read(64)
        if start.startswith(npy.MAGIC_PREFIX):
            raise DataFileError(f"{path}: a single array. Expected an .npz file of several.")
        if not start.startswith(b"PK"):
            raise DataFileError(
                f"{path}: not an .npz file of plain arrays, or truncated. "
                f"It is {kind_of(start) or 'of no known kind'}."
            )
        with zipfile.ZipFile(file) as archive:
            names, members = archive.namelist(), _members(archive)
            if names and not members:
                raise DataFileError(
                    f"{path}: not an .npz file of plain arrays. It is {kind_of_archive(names)}."
                )
            if len(set(members)) < len(members):
                raise DataFileError(f"{path}: damaged. Two arrays have the same name.")
            yield archive


def _members(archive: zipfile.ZipFile) -> list[str]:
    names = archive.namelist()
    return [name.removesuffix(".npy") for name in names if name.endswith(".npy")]


def _read(path: Path, archive: zipfile.ZipFile, key: str) -> NDArray[Any]:
    """Read one array, and no more than its header promises."""
    with archive.open(f"{key}.npy") as stream:
        try:
            with warnings.catch_warnings():  # of headers from Python 2, and of escapes
                warnings.simplefilter("ignore")
                array = npy.read_array(stream, allow_pickle=False)
        except Exception as error:
            # Headers are parsed as Python, which ends in many kinds of errors.
            raise DataFileError(
                f"{path}: {key} is damaged, or no array of numbers. "
                f"So it is not an .npz file of plain arrays."
            ) from error
        if stream.read(1):  # this has the checksum checked, too
            raise DataFileError(f"{path}: {key} is damaged. It has more than its header promises.")
    if array.dtype.kind not in _NUMBERS:
        raise DataFileError(
            f"{path}: {key} holds {array.dtype}; pixels and labels must be numbers."
        )
    return array.astype(array.dtype.newbyteorder("="), copy=False)
