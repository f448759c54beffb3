"""Images from CSV files: one row an image, one column a pixel, and perhaps a label."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from digitzoo.data.classes import name_classes
from digitzoo.data.csv_table import (
    CsvTable,
    are_names,
    column_position,
    count_rows,
    csv_rows,
    open_csv,
    read_header,
    wrong_length,
)
from digitzoo.data.dataset import Split
from digitzoo.errors import DataFileError, InvalidArgumentError


def read_csv(
    path: str | Path,
    *,
    label: str | int | None = "label",
    ignore: str | Sequence[str] = (),
    pixels: Sequence[str] | None = None,
    image_shape: tuple[int, ...] | None = None,
    class_names: Sequence[str] | None = None,
) -> Split:
    r"""Read images from a CSV file in which each row is one image.

    The first line names the columns. One may hold the label; all others that are not ignored hold
    pixels, whole numbers in 0..255, line after line of the image. A file whose first line is
    numbers has no names: give its label column by position, counted from 0.

    The rows go straight into the array that is returned, some at a time, so that the peak of
    memory is one copy of the images and little else.

    Args:
        path: The file.
        label: The label's column; None if the file has none.
        ignore: Columns that are neither label nor pixel, such as `"index"`.
        pixels: The columns that hold pixels, in the order of the image, wherever they stand in the
            file; by default all that are left, in the file's order.
        image_shape: `(height, width)` or `(height, width, channels)`; by default a square of one
            channel.
        class_names: The name of each class. Labels must then lie in 0..len(class_names) - 1.

    Returns:
        A split of uint8 images of shape `(N, height, width, channels)`.

    Raises:
        DataFileError: If a row has too many or too few cells, a pixel is text or lies outside
            0..255, or a label is no class. The message names file, row and column; row 1 is the
            first below the column names.
        InvalidArgumentError: If a column or the image's shape does not fit the file.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "train.csv")
    ...     _ = path.write_text("index,label,p0,p1,p2,p3\n0,7,0,51,102,255\n")
    ...     split = read_csv(path, ignore="index")
    >>> split.images.reshape(2, 2).tolist(), split.labels.tolist()
    ([[0, 51], [102, 255]], [7])
    """
    path = Path(path)
    with open_csv(path) as file:
        ignored = [ignore] if isinstance(ignore, str) else ignore
        table = CsvTable.open(path, file, label=label, ignore=ignored, pixels=pixels)
        shape = _image_shape(table, image_shape)
        rows = count_rows(file)
        if not rows:
            raise DataFileError(f"{path}: no rows below the column names.")
        images = np.empty((rows, len(table.pixel_columns)), dtype=np.uint8)
        labels = None if table.label_column is None else np.empty(rows, dtype=np.int32)
        table.fill(file, images, labels)

    if labels is None:
        return Split(images.reshape(rows, *shape), None, tuple(class_names or ()))
    try:
        names = name_classes(class_names, labels)
    except InvalidArgumentError as error:
        raise DataFileError(f"{path}: {error}") from error
    outside = labels >= len(names)
    if outside.any():
        row = int(np.argmax(outside))
        raise DataFileError(
            f"{path}, row {row + 1}, column {table.name(table.label_column)!r}: label "
            f"{labels[row]} lies outside the classes. Expected 0 to {len(names) - 1}."
        )
    return Split(images.reshape(rows, *shape), labels, names)


def read_csv_header(path: str | Path) -> list[str]:
    r"""Read the names of a CSV file's columns.

    Args:
        path: The file.

    Returns:
        The names; none if the first line is numbers.

    Raises:
        DataFileError: If there is no such file, or it is empty.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "train.csv"
    ...     _ = path.write_text("label,pixel0\n7,255\n")
    ...     read_csv_header(path)
    ['label', 'pixel0']
    """
    with open_csv(Path(path)) as file:
        header = read_header(Path(path), file)
    return header if are_names(header) else []


def read_csv_column(path: str | Path, name: str) -> list[str]:
    r"""Read one column of a CSV file as text, such as the index that a submission must repeat.

    Args:
        path: The file.
        name: The column's name.

    Returns:
        Its cells, from the top down.

    Raises:
        InvalidArgumentError: If there is no such column.
        DataFileError: If a row is too short to have it.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "test.csv"
    ...     _ = path.write_text("index,pixel0\n0,255\n1,0\n")
    ...     read_csv_column(path, "index")
    ['0', '1']
    """
    path = Path(path)
    with open_csv(path) as file:
        header = read_header(path, file)
        position = column_position(path, header, name)
        cells = []
        for number, row in enumerate(csv_rows(path, file), 1):
            if len(row) <= position:
                raise DataFileError(wrong_length(path, number, len(row), len(header)))
            cells.append(row[position])
    return cells


def _image_shape(table: CsvTable, image_shape: tuple[int, ...] | None) -> tuple[int, ...]:
    pixels = len(table.pixel_columns)
    if image_shape is None:
        side = math.isqrt(pixels)
        if side == 0 or side * side != pixels:
            first, last = (
                (table.header[table.pixel_columns[end]] for end in (0, -1)) if pixels else ("", "")
            )
            raise InvalidArgumentError(
                f"{table.path}: {pixels} pixel columns ({first!r} to {last!r}) make no square. "
                f"Name the columns that are no pixels in ignore=, or give image_shape=."
            )
        return (side, side, 1)
    shape = (*image_shape, 1) if len(image_shape) == 2 else tuple(image_shape)  # noqa: PLR2004 - height, width
    if math.prod(shape) != pixels:
        raise InvalidArgumentError(
            f"{table.path}: image_shape={image_shape} needs {math.prod(shape)} pixel columns. "
            f"The file has {pixels} beside its label and what is ignored."
        )
    return shape
