"""Data sets from NumPy's `.npz` files."""

import math
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from digitzoo.checks import check_number, check_path, check_whole
from digitzoo.data.classes import ClassNames
from digitzoo.data.dataset import Dataset
from digitzoo.data.images import CHANNELS, add_channel_axis, channels_first_remedy
from digitzoo.data.labels import as_labels
from digitzoo.data.opening import can_hold, kind_of, kind_of_archive, read_up_to, reading
from digitzoo.data.reader_checks import about, check_reading, name_read_classes, stretch_pixels
from digitzoo.data.split import Split
from digitzoo.errors import DataFileError, listed, shown

# Each part's arrays, as Keras, scikit-learn, MedMNIST, plain habit and np.savez without names
# call them.
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
_HEADERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
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
        DataFileError: If the file is truncated, no npz file, or lacks the arrays; if they are not
            images and labels, as many of each, all of one size.
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
    """Read train, validation and test, as far as they are there."""
    parts = {}
    with _Archive.open(path) as archive:
        for part, choices in _KEYS.items():
            pair = next((pair for pair in choices if pair[0] in archive.members), None)
            if pair is None:
                continue
            image_key, label_key = pair
            if label_key not in archive.members:
                alone = " Their file goes in as labels=." if image_key == _UNNAMED else ""
                raise DataFileError(f"{path}: {image_key} stands without {label_key}.{alone}")
            images, numbers = archive.read(image_key), archive.read(label_key)
            parts[part] = _labelled(path, image_key, images, label_key, numbers)
        if "train" not in parts:
            raise DataFileError(
                f"{path}: no training images. Expected arrays x_train and y_train; "
                f"it holds {listed(sorted(archive.members))}."
            )
    return parts


def _read_alone(path: Path, content: str) -> NDArray[Any]:
    """Read the one array of a file."""
    with _Archive.open(path) as archive:
        if len(archive.members) != 1:
            raise DataFileError(
                f"{path}: expected one array, the {content}. "
                f"It holds {listed(sorted(archive.members))}."
            )
        return archive.read(next(iter(archive.members)))


def _labelled(
    path: Path, image_key: str, images: NDArray[Any], label_key: str, labels: NDArray[Any]
) -> Labelled:
    with about(f"{path}: {label_key} holds {labels.dtype} of shape {labels.shape}"):
        numbers, _ = as_labels(labels)
    pixels = add_channel_axis(images)
    if pixels.ndim != 4 or pixels.shape[-1] not in CHANNELS:  # the full form
        raise DataFileError(
            f"{path}: {image_key} has shape {images.shape}. Expected (N, height, width) or "
            f"(N, height, width, channels) with 1, 3 or 4 channels."
            f"{channels_first_remedy(images.shape)}"
        )
    if not pixels.size:
        raise DataFileError(f"{path}: {image_key} has shape {images.shape}: no pixels.")
    if len(pixels) != len(numbers):
        raise DataFileError(
            f"{path}: Each image needs one label. Received {len(pixels)} images and "
            f"{len(numbers)} labels."
        )
    return pixels, numbers


class _Archive(NamedTuple):
    """An `.npz` file, of which arrays are read one by one, and no more than their headers say."""

    path: Path
    file: zipfile.ZipFile
    members: dict[str, zipfile.ZipInfo]

    @classmethod
    @contextmanager
    def open(cls, path: Path) -> Iterator["_Archive"]:
        """Open a file; what goes wrong while it is open is a `DataFileError`."""
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
                names = archive.namelist()
                arrays = [info for info in archive.infolist() if info.filename.endswith(".npy")]
                members = {info.filename.removesuffix(".npy"): info for info in arrays}
                if not arrays and names:
                    raise DataFileError(
                        f"{path}: not an .npz file of plain arrays. It is {kind_of_archive(names)}."
                    )
                if len(members) < len(arrays):
                    raise DataFileError(f"{path}: damaged. Two arrays have the same name.")
                yield cls(path, archive, members)

    def read(self, key: str) -> NDArray[Any]:
        """Read one array."""
        info = self.members[key]
        with self.file.open(info) as stream:
            shape, columns_first, dtype = self._read_header(key, stream)
            if dtype.kind not in _NUMBERS:
                what = "Python objects" if dtype.hasobject else str(dtype)
                raise DataFileError(
                    f"{self.path}: {key} holds {what}; pixels and labels must be numbers. "
                    f"So it is not an .npz file of plain arrays."
                )
            promised = math.prod(shape) * dtype.itemsize
            if promised > info.file_size or not can_hold(self.path, promised):
                raise DataFileError(
                    f"{self.path}: {key} is truncated. Its header promises shape {shown(shape)}."
                )
            numbers = read_up_to(stream, promised + 1)  # the one more has the checksum checked
        if len(numbers) != promised:
            raise DataFileError(
                f"{self.path}: {key} is damaged. Its header promises {promised:,} bytes; there are "
                f"{'more' if len(numbers) > promised else f'{len(numbers):,}'}."
            )
        array = np.frombuffer(numbers, dtype=dtype).reshape(
            shape, order="F" if columns_first else "C"
        )
        return array.astype(dtype.newbyteorder("="), copy=False)

    def _read_header(
        self, key: str, stream: IO[bytes]
    ) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
        try:
            with warnings.catch_warnings():  # of files from Python 2, and of escapes
                warnings.simplefilter("ignore")
                shape, columns_first, dtype = _HEADERS[npy.read_magic(stream)](stream)
        except Exception as error:
            # NumPy parses the header as Python, which ends in many kinds of errors. What they
            # advise is of no use for a damaged file.
            raise DataFileError(
                f"{self.path}: {key} is damaged, or no array: its header cannot be read."
            ) from error
        if not all(type(size) is int and size >= 0 for size in shape):
            raise DataFileError(
                f"{self.path}: {key} is damaged. Its header promises shape {shown(shape)}."
            )
        return shape, columns_first, dtype
