"""IDX files, the format in which MNIST and its kin are handed around."""

import gzip
import math
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitzoo.data.classes import name_classes
from digitzoo.data.dataset import Split
from digitzoo.errors import DataFileError, InvalidArgumentError

_GZIP_MAGIC = b"\x1f\x8b"
_UNSIGNED_BYTE = 0x08
_LABEL_AXES, _IMAGE_AXES = 1, 3


def read_idx(
    images: str | Path,
    labels: str | Path | None = None,
    *,
    transposed: bool = False,
    class_names: Sequence[str] | None = None,
) -> Split:
    """Read images, and perhaps their labels, from IDX files, plain or compressed with gzip.

    The format: two zero bytes, the type of the numbers (8 for uint8), the count of axes, each
    axis's length as four bytes, most significant first, then the numbers.

    Args:
        images: A file of three axes, such as `train-images-idx3-ubyte.gz`.
        labels: A file of one axis, such as `train-labels-idx1-ubyte.gz`.
        transposed: Swap height and width. EMNIST's files hold each image on its side.
        class_names: The name of each class; by default the numbers up to the largest label.

    Returns:
        A split of uint8 images of shape `(N, height, width, 1)`.

    Raises:
        DataFileError: If a file is truncated, too long or no IDX file of uint8, or if the two
            files do not hold as many images as labels.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "images")
    ...     _ = path.write_bytes(bytes([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 9, 255]))
    ...     read_idx(path).images.tolist()
    [[[[9], [255]]]]
    """
    pixels = _read_array(Path(images), _IMAGE_AXES, "images")
    if transposed:
        pixels = pixels.swapaxes(1, 2)
    if labels is None:
        return Split(pixels[..., np.newaxis], None, tuple(class_names or ()))
    numbers = _read_array(Path(labels), _LABEL_AXES, "labels")
    if len(pixels) != len(numbers):
        raise DataFileError(
            f"{images} holds {len(pixels)} images and {labels} holds {len(numbers)} labels. "
            f"Expected as many of each."
        )
    try:
        names = name_classes(class_names, numbers)
        return Split(pixels[..., np.newaxis], numbers, names)
    except InvalidArgumentError as error:
        raise DataFileError(f"{labels}: {error}") from error


def _read_array(path: Path, axes: int, content: str) -> NDArray[np.uint8]:
    raw = _read_bytes(path)
    header_length = 4 + 4 * axes
    if raw[:4] != bytes([0, 0, _UNSIGNED_BYTE, axes]):
        raise DataFileError(
            f"{path}: not an IDX file of {content}. Expected it to start with bytes "
            f"00 00 08 0{axes}; it starts with {raw[:4].hex(' ') or 'nothing'}."
        )
    if len(raw) < header_length:
        raise DataFileError(f"{path}: truncated. Its header needs {header_length} bytes.")
    shape = [int(size) for size in np.frombuffer(raw, dtype=">u4", count=axes, offset=4)]
    expected = header_length + math.prod(shape)
    if len(raw) != expected:
        state = "truncated" if len(raw) < expected else "too long"
        raise DataFileError(
            f"{path}: {state}. {' x '.join(map(str, shape))} numbers need {expected:,} bytes; "
            f"there are {len(raw):,}."
        )
    if not math.prod(shape):
        raise DataFileError(f"{path}: empty. It holds {' x '.join(map(str, shape))} numbers.")
    # A copy, since what lies in bytes cannot be written to.
    return np.frombuffer(raw, dtype=np.uint8, offset=header_length).reshape(shape).copy()


def _read_bytes(path: Path) -> bytes:
    try:
        raw = path.read_bytes()
        return gzip.decompress(raw) if raw[:2] == _GZIP_MAGIC else raw
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DataFileError(f"{path}: truncated or damaged gzip file ({error}).") from error
    except OSError as error:
        raise DataFileError(f"{path}: cannot be read ({error.strerror}).") from error
