"""Plain readers of the standard library, NumPy and Pillow, which damaged_files.py compares with.

They read small files of 8-bit pixels, and end in any error where a file is damaged.
"""

import csv
import gzip
import io
import math
import struct
import zipfile
from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image

Reading = tuple[list[list[int]], list[int]]  # each image as a row, and the labels


def demand(*, condition: bool) -> None:
    """End in an error unless a condition holds."""
    if not condition:
        raise ValueError


def unpack(path: Path) -> bytes:
    """Give the content of a file, whole, however it is packed."""
    content = path.read_bytes()
    if content.startswith(b"\x1f\x8b"):
        return gzip.decompress(content)
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(path) as archive:
            (name,) = archive.namelist()
            return archive.read(name)
    return content


def read_table(content: bytes, separator: str) -> Reading:
    """Read a table by Python's csv and exact fractions."""
    text = io.StringIO(content.decode("utf-8-sig", "surrogateescape"), newline="")
    rows = [
        row for row in csv.reader(text, delimiter=separator, strict=True) if "".join(row).strip()
    ]
    names = [name.strip() for name in rows[0]]
    demand(condition=len(set(names)) == len(names))
    label, note = names.index("label"), names.index("note")
    images, labels = [], []
    for row in rows[1:]:
        demand(condition=len(row) == len(names))
        demand(condition="_" not in "".join(row))
        numbers = [Fraction(cell) for column, cell in enumerate(row) if column != note]
        demand(condition=all(number.denominator == 1 and number >= 0 for number in numbers))
        labels.append(int(numbers.pop(label - (note < label))))
        images.append([int(number) for number in numbers])
    demand(condition=max(map(max, images)) <= 255)
    return images, labels


def read_pair(images: Path, labels: Path) -> Reading:
    """Read IDX files of images and of labels by struct."""
    return read_numbers(images, 3), [label for (label,) in read_numbers(labels, 1)]


def read_numbers(path: Path, axes: int) -> list[list[int]]:
    """Read an IDX file of bytes by struct."""
    content = unpack(path)
    demand(condition=struct.unpack(">HBB", content[:4]) == (0, 8, axes))
    count, *sizes = struct.unpack(f">{axes}I", content[4 : 4 + 4 * axes])
    size = math.prod(sizes)
    numbers = content[4 + 4 * axes :]
    demand(condition=len(numbers) == count * size)
    return [list(numbers[start : start + size]) for start in range(0, len(numbers), size)]


def read_archive(path: Path) -> Reading:
    """Read an archive of arrays by NumPy."""
    with path.open("rb") as opened, np.load(opened, allow_pickle=False) as archive:
        images, labels = archive["x_train"], archive["y_train"]
    demand(condition=images.ndim == 3 or images.shape[3] in (1, 3, 4))
    demand(condition=images.dtype in (np.uint8, bool))
    return images.reshape(len(images), -1).astype(int).tolist(), labels.tolist()


def read_pictures(files: list[Path]) -> Reading:
    """Read pictures by Pillow, with its check of what has checksums."""
    images = []
    for file in files:
        with Image.open(file) as image:
            image.verify()
        with Image.open(file) as image:
            images.append(np.asarray(image.convert("L")).ravel().tolist())
    return images, [int(file.parent.name) for file in files]
