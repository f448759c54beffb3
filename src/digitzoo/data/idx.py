"""IDX files, the format in which MNIST and its kin are handed around."""

import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitzoo.checks import check_flag, check_path
from digitzoo.data.classes import ClassNames, check_labels
from digitzoo.data.readers import (
    about,
    check_reading,
    kind_of,
    name_read_classes,
    opened,
    read_up_to,
    stretch_pixels,
)
from digitzoo.data.split import Split
from digitzoo.errors import DataFileError

_TYPES = {8: "u1", 9: "i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}
_LABEL_AXES, _ROW_AXES, _IMAGE_AXES = 1, 2, 3
# The type and the count of axes; QMNIST's labels are rows of int32, with the class in front.
_FORMS = {
    "images": {(8, _IMAGE_AXES)},
    "labels": {*((kind, _LABEL_AXES) for kind in (8, 9, 11, 12)), (12, _ROW_AXES)},
}


def read_idx(
    images: str | Path,
    labels: str | Path | None = None,
    *,
    transposed: bool = False,
    class_names: ClassNames | None = None,
    largest_pixel: int | None = None,
) -> Split:
    """Read images, and perhaps their labels, from IDX files, plain or compressed.

    The format: two zero bytes, the type of the numbers (8 for uint8), the count of axes, each
    axis's length as four bytes, most significant first, then the numbers.

    Args:
        images: A file of three axes, such as `train-images-idx3-ubyte.gz`.
        labels: A file of one axis, such as `train-labels-idx1-ubyte.gz`; or of two as QMNIST's
            `idx2-int`, in whose rows the class stands first.
        transposed: Swap height and width. EMNIST's files hold each image on its side.
        class_names: The name of each class; by default the numbers up to the largest label.
        largest_pixel: What white is in the file; by default 255. Pixels are stretched to 0..255.

    Returns:
        A split of uint8 images of shape `(N, height, width, 1)`.

    Raises:
        DataFileError: If a file cannot be read, or there are not as many labels as images.
        ArgumentTypeError: If an argument has a type that cannot work.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "images")
    ...     _ = path.write_bytes(bytes([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 9, 255]))
    ...     read_idx(path).images.tolist()
    [[[[9], [255]]]]
    """
    image_path = check_path("images", images)
    label_path = None if labels is None else check_path("labels", labels)
    check_flag("transposed", transposed)
    names = check_reading(class_names, largest_pixel)
    pixels = _read_array(image_path, "images")
    with about(image_path):
        (pixels,) = stretch_pixels(largest_pixel, pixels.swapaxes(1, 2) if transposed else pixels)
    if label_path is None:
        return Split(pixels, None, names)
    numbers = _read_array(label_path, "labels")
    numbers = numbers[:, 0] if numbers.ndim == _ROW_AXES else numbers
    if len(pixels) != len(numbers):
        raise DataFileError(
            f"{image_path} holds {len(pixels):,} images and {label_path} holds {len(numbers):,} "
            f"labels. Expected as many of each."
        )
    with about(label_path):
        numbers = check_labels(numbers.astype(numbers.dtype.newbyteorder("=")))
        return Split(pixels, numbers, name_read_classes(names, numbers))


def _read_array(path: Path, content: str) -> NDArray[Any]:
    """Read the numbers of a file, no more of them than its header promises."""
    with opened(path) as (file, start):
        if start[:2] != b"\0\0" or tuple(start[2:4]) not in _FORMS[content]:
            raise DataFileError(_foreign(path, content, start))
        kind, axes = file.read(4)[2:]
        sizes = file.read(4 * axes)
        if len(sizes) < 4 * axes:
            raise DataFileError(f"{path}: truncated. Its header needs {4 + 4 * axes} bytes.")
        shape = np.frombuffer(sizes, dtype=">u4").tolist()
        dtype = np.dtype(_TYPES[kind])
        promised = math.prod(shape) * dtype.itemsize
        words = " x ".join(map(str, shape))
        if not promised:
            raise DataFileError(f"{path}: empty. It holds {words} numbers.")
        numbers = read_up_to(file, promised + 1)  # the one more tells where the file ends
    if len(numbers) != promised:
        header = 4 + 4 * axes
        wrong, there = "truncated", f"{header + len(numbers):,}"
        if len(numbers) > promised:
            wrong, there = "too long", "more"
        raise DataFileError(
            f"{path}: {wrong}. {words} numbers need {header + promised:,} bytes; there are {there}."
        )
    return np.frombuffer(numbers, dtype=dtype).reshape(shape)


def _foreign(path: Path, content: str, start: bytes) -> str:
    axes = _IMAGE_AXES if content == "images" else _LABEL_AXES
    kind = kind_of(start)
    if start[:2] == b"\0\0" and len(start) >= 4 and start[2] in _TYPES:
        name = np.dtype(_TYPES[start[2]]).newbyteorder("=").name
        kind = f"{name} numbers of {'1 axis' if start[3] == 1 else f'{start[3]} axes'}"
    return (
        f"{path}: not an IDX file of {content}. Expected it to start with bytes 00 00 08 0{axes}; "
        f"it starts with {start[:4].hex(' ') or 'nothing'}{f' ({kind})' if kind else ''}."
    )
