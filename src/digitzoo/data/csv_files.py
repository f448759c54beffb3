"""Images from CSV files: one row an image, one column a pixel, and perhaps a label."""

import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from digitzoo.checks import check_flag, check_path
from digitzoo.data.classes import ClassNames
from digitzoo.data.csv_cells import pixels_of, read_labels, read_rows
from digitzoo.data.csv_table import Column, CsvTable
from digitzoo.data.images import CHANNELS, check_image_size
from digitzoo.data.readers import about, check_reading, stretch_pixels
from digitzoo.data.split import Split
from digitzoo.errors import DataFileError, InvalidArgumentError, shown

# What pandas calls the columns of row numbers that it adds, one each time it writes the file.
_OF_PANDAS = re.compile(r"(Unnamed: 0(\.\d+)*)?")


def read_csv(
    path: str | Path,
    *,
    label_column: Column | None = "label",
    ignore: Column | Sequence[Column] = (),
    pixels: Sequence[Column] | None = None,
    image_size: tuple[int, int] | None = None,
    transposed: bool = False,
    class_names: ClassNames | None = None,
    separator: str | None = None,
    header: bool | None = None,
    largest_pixel: int | None = None,
) -> Split:
    r"""Read images from a CSV file in which each row is one image.

    The first line names the columns. One may hold the label; all others that are not ignored hold
    pixels, whole numbers in 0..255, line after line of the image. A file whose first line is
    an image already has no names: give its label column by position, counted from 0.

    The peak of memory is one copy of the images and little else. A file packed with gzip, or alone
    in a zip archive, is unpacked on the way.

    Args:
        path: The file.
        label_column: The label's column, by name or position (-1 is the last); None if there is
            none. Labels are whole numbers from 0 on, or words.
        ignore: Columns that are neither label nor pixel, such as `"index"`. The row numbers that
            pandas adds, `Unnamed: 0`, are known.
        pixels: The columns that hold pixels, in the order of the image; by default all others.
        image_size: `(height, width)`; 3 or 4 times as many pixels have channels. By default the
            images are square, of one channel.
        transposed: Swap height and width. EMNIST's files hold each image on its side.
        class_names: What labels may be, as numbers or by name; by default numbers, or words in the
            order in which they appear.
        separator: What stands between cells; by default found in the first line.
        header: Whether the first line names the columns, such as `0,0.1`; by default found out.
        largest_pixel: What white is in the file; by default 255. Pixels are stretched to 0..255.

    Returns:
        A split of uint8 images of shape `(N, height, width, channels)`.

    Raises:
        DataFileError: If a row, a pixel or a label cannot be used. The message names file, row and
            column; row 1 is the first below the column names.
        InvalidArgumentError: If a column or the image's shape does not fit the file.
        ArgumentTypeError: If an argument has a type that cannot work.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "train.csv")
    ...     _ = path.write_text("index,label,p0,p1,p2,p3\n0,7,0,51,102,255\n")
    ...     split = read_csv(path, ignore="index")
    >>> split.images.reshape(2, 2).tolist(), split.labels.tolist()
    ([[0, 51], [102, 255]], [7])
    """
    path = check_path("path", path)
    check_flag("transposed", transposed)
    size = None if image_size is None else check_image_size(image_size)
    class_names = check_reading(class_names, largest_pixel)
    with CsvTable.open(path, separator=separator, header=header) as table:
        label = None if label_column is None else table.position(label_column, "label_column")
        columns = _pixel_columns(table, label, ignore, pixels, size)
        first = next(table.lines, "")
        if not first:
            raise DataFileError(f"{path}: no rows below the column names.")
        count = len(pixels_of(table.cells(first, 0), columns))
        shape = _shape(table, columns, count, size)
        images, words, codes = read_rows(table, first, columns, count, label)
        with about(path):
            (stretched,) = stretch_pixels(largest_pixel, images.reshape(-1, *shape))
            if transposed:
                stretched = stretched.swapaxes(1, 2)
            if label is None:
                return Split(stretched, None, class_names)
            return Split(stretched, *read_labels(table, label, words, codes, class_names))


def read_csv_header(path: str | Path, *, separator: str | None = None) -> list[str]:
    r"""Read the names of a CSV file's columns.

    Args:
        path: The file.
        separator: What stands between cells; by default found in the first line.

    Returns:
        The names; none if the first line is an image.

    Raises:
        DataFileError: If there is no such file, or it is empty.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "train.csv"
    ...     _ = path.write_text("label,pixel0\n7,255\n")
    ...     read_csv_header(path)
    ['label', 'pixel0']
    """
    with CsvTable.open(check_path("path", path), separator=separator) as table:
        return table.names if table.is_named else []


def read_csv_column(path: str | Path, name: Column, *, separator: str | None = None) -> list[str]:
    r"""Read one column of a CSV file as text, such as the index that a submission must repeat.

    Args:
        path: The file.
        name: The column's name, or its position.
        separator: What stands between cells; by default found in the first line.

    Returns:
        Its cells, from the top down.

    Raises:
        InvalidArgumentError: If there is no such column.
        DataFileError: If a row has too many or too few cells, or a cell is no text.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "test.csv"
    ...     _ = path.write_text("index,pixel0\n0,255\n1,0\n")
    ...     read_csv_column(path, "index")
    ['0', '1']
    """
    path = check_path("path", path)
    with CsvTable.open(path, separator=separator) as table:
        column = table.position(name, "name")
        return [
            table.text(table.cells(line, row)[column], row, column)
            for row, line in enumerate(table.lines)
        ]


def _pixel_columns(
    table: CsvTable,
    label: int | None,
    ignore: Column | Sequence[Column],
    pixels: Sequence[Column] | None,
    size: tuple[int, int] | None,
) -> list[int]:
    """Find the columns that hold pixels, in the order of the image."""
    columns: Any = [ignore] if isinstance(ignore, str | int | np.integer) else ignore
    left_out = {*table.positions(columns, "ignore"), label}
    if label is not None and len(left_out) == len(columns):
        raise InvalidArgumentError(
            f"{table.path}: column {shown(table.names[label])} is both the label and ignored."
        )
    if pixels is None:
        found = [column for column in range(len(table.names)) if column not in left_out]
        while table.is_named and found and _OF_PANDAS.fullmatch(table.names[found[0]]):
            square = math.isqrt(len(found)) ** 2
            if len(found) in (
                [count * math.prod(size) for count in CHANNELS] if size else [square]
            ):
                break  # a pixel's column that lost its name
            del found[0]
    else:
        found = table.positions(pixels, "pixels")
        both = [column for column in found if column in left_out]
        if both:
            raise InvalidArgumentError(
                f"{table.path}: column {shown(table.names[both[0]])} is among the pixels, and "
                f"{'the label' if both[0] == label else 'ignored'} too."
            )
    if not found:
        raise InvalidArgumentError(
            f"{table.path}: no pixel columns. If something else than {table.separator!r} "
            f"stands between the cells, say separator=."
        )
    return found


def _shape(
    table: CsvTable, columns: list[int], count: int, size: tuple[int, int] | None
) -> tuple[int, int, int]:
    if size is not None:
        channels, rest = divmod(count, math.prod(size))
        if rest or channels not in CHANNELS:
            raise InvalidArgumentError(
                f"{table.path}: image_size={size} needs {math.prod(size):,} pixels, or 3 or 4 "
                f"times as many. The file has {count:,} beside its label and what is ignored."
            )
        return (*size, channels)
    side = math.isqrt(count)
    if side * side != count:
        first, last = (shown(table.names[columns[end]]) for end in (0, -1))
        raise InvalidArgumentError(
            f"{table.path}: {count:,} pixels ({first} to {last}) make no square. "
            f"Name the columns that are no pixels in ignore=, or give image_size=."
        )
    return side, side, 1
