"""Data sets from NumPy's `.npz` files."""

import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitzoo.data.classes import name_classes
from digitzoo.data.dataset import Dataset, Split
from digitzoo.data.encoding import check_pixels
from digitzoo.errors import DataFileError, DigitzooError

# Each part's arrays, as Keras, MedMNIST and plain habit name them.
_TRAIN_KEYS = (("x_train", "y_train"), ("train_images", "train_labels"), ("images", "labels"))
_VALIDATION_KEYS = (("x_val", "y_val"), ("val_images", "val_labels"))
_TEST_KEYS = (("x_test", "y_test"), ("test_images", "test_labels"))


def read_npz(
    path: str | Path,
    *,
    validation: float = 0.1,
    seed: int = 0,
    class_names: Sequence[str] | None = None,
) -> Dataset:
    """Read a data set from an `.npz` file, as Keras or MedMNIST write it.

    The file holds `x_train` and `y_train` (or `train_images` and `train_labels`, or `images` and
    `labels`), and may hold the same for `test` and `val`. Arrays of Python objects are refused,
    because reading them could run code.

    Args:
        path: The file.
        validation: The fraction to take out of train, if the file brings no validation part.
        seed: Another seed takes out other images.
        class_names: The name of each class; by default the numbers up to the largest label.

    Returns:
        A data set of images of shape `(N, height, width, channels)`.

    Raises:
        DataFileError: If the file is truncated, no npz file, or lacks the arrays; if they are not
            images and labels, as many of each.

    >>> from digitzoo.data import dataset_path
    >>> len(read_npz(dataset_path("mnist")).test)
    10000
    """
    path = Path(path)
    arrays = _read_arrays(path)
    train = _find(path, arrays, _TRAIN_KEYS)
    if train is None:
        raise DataFileError(
            f"{path}: no training images. Expected arrays x_train and y_train; "
            f"it holds {', '.join(sorted(arrays)) or 'none'}."
        )
    held_out = _find(path, arrays, _VALIDATION_KEYS)
    test = _find(path, arrays, _TEST_KEYS)
    parts = [part for part in (train, held_out, test) if part is not None]
    try:
        names = name_classes(class_names, *(labels for _, labels in parts))
        for images, _ in parts:
            check_pixels(images)
        train_split = Split(*train, names)
        test_split = None if test is None else Split(*test, names)
        if held_out is not None:
            return Dataset(train_split, Split(*held_out, names), test_split, path.stem)
        return Dataset.from_split(
            train_split, test=test_split, validation=validation, seed=seed, name=path.stem
        )
    except DigitzooError as error:
        raise DataFileError(f"{path}: {error}") from error


def _read_arrays(path: Path) -> dict[str, NDArray[np.generic]]:
    try:
        with path.open("rb") as file:  # NumPy leaves a damaged file open if it opens it itself
            arrays = np.load(file, allow_pickle=False)
            if isinstance(arrays, np.lib.npyio.NpzFile):
                return {key: arrays[key] for key in arrays.files}
    except (
        ValueError,
        EOFError,
        AttributeError,
        RuntimeError,
        zipfile.BadZipFile,
        zlib.error,
    ) as error:
        raise DataFileError(
            f"{path}: truncated, or not an .npz file of plain arrays. {error}"
        ) from error
    except OSError as error:
        reason = error.strerror or error
        raise DataFileError(f"{path}: cannot be read ({reason}).") from error
    raise DataFileError(f"{path}: a single array. Expected an .npz file of several.")


def _find(
    path: Path, arrays: dict[str, NDArray[np.generic]], choices: Sequence[tuple[str, str]]
) -> tuple[NDArray[np.generic], NDArray[np.integer]] | None:
    for image_key, label_key in choices:
        if image_key not in arrays:
            continue
        if label_key not in arrays:
            raise DataFileError(f"{path}: {image_key} stands without {label_key}.")
        return (
            _as_images(path, image_key, arrays[image_key]),
            _as_labels(path, label_key, arrays[label_key]),
        )
    return None


def _as_images(path: Path, key: str, images: NDArray[np.generic]) -> NDArray[np.generic]:
    if images.ndim == 3:  # noqa: PLR2004 - N, height, width
        return images[..., np.newaxis]
    if images.ndim == 4:  # noqa: PLR2004 - N, height, width, channels
        return images
    raise DataFileError(
        f"{path}: {key} has shape {images.shape}. Expected (N, height, width) or "
        f"(N, height, width, channels)."
    )


def _as_labels(path: Path, key: str, labels: NDArray[Any]) -> NDArray[np.integer]:
    if labels.ndim == 2 and labels.shape[1] == 1:  # noqa: PLR2004 - MedMNIST's (N, 1)
        labels = labels[:, 0]
    if labels.ndim != 1 or not np.issubdtype(labels.dtype, np.integer):
        raise DataFileError(
            f"{path}: {key} holds {labels.dtype} of shape {labels.shape}. "
            f"Expected whole numbers of shape (N,)."
        )
    return labels
