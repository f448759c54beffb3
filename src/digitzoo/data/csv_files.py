"""Images from CSV files: one row an image, one column a pixel, and perhaps a label."""

import math
import re
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitzoo.checks import check_flag, check_path
from digitzoo.data.classes import ClassNames
from digitzoo.data.csv_cells import Labels, Pixels, check_text
from digitzoo.data.csv_table import Column, CsvTable
from digitzoo.data.image_shape import check_image_shape
from digitzoo.data.reader_checks import about, check_reading, stretch_pixels
from digitzoo.data.split import Split
from digitzoo.errors import DataFileError, InvalidArgumentError, shown

# What pandas calls the columns of row numbers that it adds, one each time it writes the file.
_OF_PANDAS = re.compile(r"(Unnamed: 0(\.\d+)*)?")


def read_csv(
    path: str | Path,
    *,
    label: Column | None = "label",
    ignore: Column | Sequence[Column] = (),
    pixels: Sequence[Column] | None = None,
    image_shape: Sequence[int] | None = None,
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

    The rows go straight into the array that is returned, some at a time, so that the peak of
    memory is one copy of the images and little else. A file packed with gzip, or alone in a zip
    archive, is unpacked on the way.

    Args:
        path: The file.
        label: The label's column, by name or position (-1 is the last); None if the file has none.
            Labels are whole numbers from 0 on, or words.
        ignore: Columns that are neither label nor pixel, such as `"index"`. The row numbers that
            pandas adds, `Unnamed: 0`, are known.
        pixels: The columns that hold pixels, in the order of the image, wherever they stand in the
            file; by default all that are left, in the file's order.
        image_shape: `(height, width)` or `(height, width, channels)`; by default a square of one
            channel.
        transposed: Swap height and width. EMNIST's files hold each image on its side.
        class_names: The name of each class. Labels must then lie in 0..len(class_names) - 1, or be
            among the names. By default numbers, or words in the order in which they appear.
        separator: What stands between cells; by default found in the first line.
        header: Whether the first line names the columns; by default found out. Say True where the
            names are numbers, such as `0,0.1,0.2`.
        largest_pixel: What white is in the file; by default 255. Pixels are stretched to 0..255.

    Returns:
        A split of uint8 images of shape `(N, height, width, channels)`.

    Raises:
        DataFileError: If a row has too many or too few cells, a pixel is text or lies outside
            0..255, or a label is no class. The message names file, row and column; row 1 is the
            first below the column names.
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
    if image_shape is not None:
        check_image_shape("image_shape", image_shape)
    names = check_reading(class_names, largest_pixel)
    with CsvTable.open(path, separator=separator, header=header) as table:
        label_column = None if label is None else table.position(label, "label")
        columns = _pixel_columns(table, label_column, ignore, pixels, image_shape)
        shape = _shape(table, columns, image_shape)
        cells, labels = Pixels(table, columns), Labels(table, label_column)
        images = np.empty((0, len(columns)), dtype=np.uint8)
        for lines in table.blocks:
            start = len(images)
            images.resize((start + len(lines), len(columns)), refcheck=False)
            quick = _read_clean(table, lines, columns)
            if quick is not None:
                images[start:] = quick
                labels.add_lines(lines, start)
                continue
            for number, row in enumerate(table.rows(lines, start), start):
                images[number] = cells.read(row, number)
                labels.add_row(row, number)
    if not len(images):
        raise DataFileError(f"{path}: no rows below the column names.")

    with about(path):
        (stretched,) = stretch_pixels(largest_pixel, images.reshape(-1, *shape))
        if transposed:
            stretched = stretched.swapaxes(1, 2)
        if label_column is None:
            return Split(stretched, None, names)
        return Split(stretched, *labels.finish(names))


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
    cells: list[str] = []
    with CsvTable.open(path, separator=separator) as table:
        position = table.position(name, "name")
        for lines in table.blocks:
            start = len(cells)
            for number, row in enumerate(table.rows(lines, start), start):
                cells.append(check_text(table, number, position, row[position]))
    return cells


def _pixel_columns(
    table: CsvTable,
    label: int | None,
    ignore: Column | Sequence[Column],
    pixels: Sequence[Column] | None,
    image_shape: Sequence[int] | None,
) -> list[int]:
    """Find the columns that hold pixels, in the order of the image."""
    columns: Any = [ignore] if isinstance(ignore, str | int | np.integer) else ignore
    ignored = set(table.positions(columns, "ignore"))
    if label in ignored:
        raise InvalidArgumentError(
            f"{table.path}: column {shown(table.names[label])} is both the label and ignored."
        )
    left_out = {*ignored, label}
    if pixels is not None:
        chosen = table.positions(pixels, "pixels")
        both = [column for column in chosen if column in left_out]
        if both:
            raise InvalidArgumentError(
                f"{table.path}: column {shown(table.names[both[0]])} is among the pixels, and "
                f"{'the label' if both[0] == label else 'ignored'} too."
            )
        return chosen
    found = [column for column in range(len(table.names)) if column not in left_out]
    while table.is_named and found and _OF_PANDAS.fullmatch(table.names[found[0]]):
        if len(found) == (math.prod(image_shape) if image_shape else math.isqrt(len(found)) ** 2):
            break  # a pixel's column that lost its name
        del found[0]
    return found


def _shape(
    table: CsvTable, columns: list[int], image_shape: Sequence[int] | None
) -> tuple[int, ...]:
    count = len(columns)
    if image_shape is None:
        side = math.isqrt(count)
        if side == 0 or side * side != count:
            if count == 0:
                raise InvalidArgumentError(
                    f"{table.path}: no pixel columns. If something else than {table.separator!r} "
                    f"stands between the cells, say separator=."
                )
            first, last = (shown(table.names[columns[end]]) for end in (0, -1))
            raise InvalidArgumentError(
                f"{table.path}: {count:,} pixel columns ({first} to {last}) make no square. "
                f"Name the columns that are no pixels in ignore=, or give image_shape=."
            )
        return (side, side, 1)
    shape = check_image_shape("image_shape", image_shape)
    if math.prod(shape) != count:
        raise InvalidArgumentError(
            f"{table.path}: image_shape={tuple(image_shape)} needs {math.prod(shape):,} pixel "
            f"columns. The file has {count:,} beside its label and what is ignored."
        )
    return shape


def _read_clean(
    table: CsvTable, lines: list[bytes], columns: list[int]
) -> NDArray[np.uint8] | None:
    """Read rows of plain whole numbers; None if any row or cell is something else."""
    separator = table.separator.encode()
    if any(line.count(separator) != len(table.names) - 1 or b'"' in line for line in lines):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # NumPy rounds 254.99999999999999999 with a warning
            return np.loadtxt(
                (line.decode("latin-1") for line in lines),
                dtype=np.uint8,
                delimiter=table.separator,
                comments=None,
                usecols=columns,
                ndmin=2,
            )
    except (ValueError, Warning):
        return None
