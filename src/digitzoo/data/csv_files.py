"""Images from CSV files: one row an image, one column a pixel, and perhaps a label."""

import csv
import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from digitzoo.data.dataset import Split, name_classes
from digitzoo.data.encoding import LARGEST_PIXEL
from digitzoo.errors import DataFileError, InvalidArgumentError, unknown_name

_ROWS_AT_A_TIME = 500
_LARGEST_LABEL = 2**31 - 1
_NUMBERS = b"0123456789,"


def read_csv(
    path: str | Path,
    *,
    label: str | int | None = "label",
    ignore: str | Sequence[str] = (),
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
        image_shape: `(height, width)` or `(height, width, channels)`; by default a square of one
            channel.
        class_names: The name of each class. Labels must then lie in 0..len(class_names) - 1.

    Returns:
        A split of uint8 images of shape `(N, height, width, channels)`.

    Raises:
        DataFileError: If a row has too many or too few cells, a pixel is text or lies outside
            0..255, or a label is no class. The message names file, row and column.
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
    with _open(path) as file:
        table = _Table.open(path, file, label, [ignore] if isinstance(ignore, str) else ignore)
        shape = _image_shape(table, image_shape)
        rows = _count_rows(file)
        if not rows:
            raise DataFileError(f"{path}: no rows below the column names.")
        images = np.empty((rows, len(table.pixel_columns)), dtype=np.uint8)
        labels = None if table.label_column is None else np.empty(rows, dtype=np.int32)
        table.fill(file, images, labels)

    if labels is None:
        return Split(images.reshape(rows, *shape), None, tuple(class_names or ()))
    names = name_classes(class_names, labels)
    outside = labels >= len(names)
    if outside.any():
        row = int(np.argmax(outside))
        raise DataFileError(
            f"{path}, row {row + 1}, column {table.name(table.label_column)!r}: label "
            f"{labels[row]} lies outside the classes. Expected 0 to {len(names) - 1}."
        )
    return Split(images.reshape(rows, *shape), labels, names)


def read_csv_header(path: str | Path) -> list[str]:
    """Read the names of a CSV file's columns.

    Raises:
        DataFileError: If there is no such file, or it is empty.
    """
    with _open(Path(path)) as file:
        return _header(Path(path), file)


def read_csv_column(path: str | Path, name: str) -> list[str]:
    """Read one column of a CSV file as text, such as the index that a submission must repeat.

    Raises:
        InvalidArgumentError: If there is no such column.
        DataFileError: If a row is too short to have it.
    """
    path = Path(path)
    with _open(path) as file:
        header = _header(path, file)
        position = _position(path, header, name)
        cells = []
        for number, row in enumerate(_rows(path, file), 1):
            if len(row) <= position:
                raise DataFileError(_wrong_length(path, number, len(row), len(header)))
            cells.append(row[position])
    return cells


@dataclass(frozen=True)
class _Table:
    """Where in a file's rows the label and the pixels stand."""

    path: Path
    header: list[str]
    label_column: int | None
    pixel_columns: NDArray[np.intp]
    ignored_columns: frozenset[int]

    @classmethod
    def open(
        cls, path: Path, file: BinaryIO, label: str | int | None, ignore: Sequence[str]
    ) -> "_Table":
        header = _header(path, file)
        if all(_is_number(cell) for cell in header):
            if isinstance(label, str) or ignore:
                raise InvalidArgumentError(
                    f"{path}: the first line is numbers, not column names. Give the label's "
                    f"column by position, such as label=0, and ignore none."
                )
            file.seek(0)
            header = [f"column {number}" for number in range(len(header))]
        if isinstance(label, int):
            if not 0 <= label < len(header):
                raise InvalidArgumentError(
                    f"{path}: label={label} is no column. Expected 0 to {len(header) - 1}."
                )
            label_column: int | None = label
        else:
            label_column = None if label is None else _position(path, header, label, "label")
        ignored = frozenset(_position(path, header, name, "ignore") for name in ignore)
        left_out = ignored | ({label_column} if label_column is not None else set())
        pixels = [column for column in range(len(header)) if column not in left_out]
        return cls(path, header, label_column, np.array(pixels, dtype=np.intp), ignored)

    def name(self, column: int | None) -> str:
        return "" if column is None else self.header[column]

    def fill(
        self, file: BinaryIO, images: NDArray[np.uint8], labels: NDArray[np.int32] | None
    ) -> None:
        """Read the rest of the file into arrays which have one row for each of its rows."""
        start = 0
        for lines in _chunks(file):
            stop = start + len(lines)
            cells = self._parse_fast(lines)
            if cells is None:
                cells = self._parse_with_care(lines, start)
            images[start:stop] = cells[:, self.pixel_columns]
            if labels is not None:
                labels[start:stop] = cells[:, self.label_column]
            start = stop

    def _parse_fast(self, lines: list[bytes]) -> NDArray[np.int64] | None:
        """Parse rows of clean whole numbers; None if any cell or row is something else."""
        width = len(self.header)
        # A ragged row can hide behind another; the count of commas in each line tells.
        if any(line.count(b",") != width - 1 for line in lines):
            return None
        text = b",".join(lines)
        if self.ignored_columns and text.translate(None, _NUMBERS):
            text = b",".join(map(self._blank_ignored, lines))
        if text.translate(None, _NUMBERS):
            return None
        try:
            flat = np.fromstring(text.decode("ascii"), dtype=np.int64, sep=",")  # text mode
        except (ValueError, DeprecationWarning):
            return None
        if len(flat) != width * len(lines):
            return None
        cells = flat.reshape(len(lines), width)
        if self._out_of_range(cells):
            return None
        return cells

    def _blank_ignored(self, line: bytes) -> bytes:
        cells = line.split(b",")
        for column in self.ignored_columns:
            cells[column] = b"0"
        return b",".join(cells)

    def _out_of_range(self, cells: NDArray[np.int64]) -> bool:
        pixels = cells if self._all_pixels() else cells[:, self.pixel_columns]
        if pixels.size and pixels.max() > LARGEST_PIXEL:
            return True
        return self.label_column is not None and bool(
            cells[:, self.label_column].max() > _LARGEST_LABEL
        )

    def _all_pixels(self) -> bool:
        return len(self.pixel_columns) == len(self.header)

    def _parse_with_care(self, lines: list[bytes], start: int) -> NDArray[np.int64]:
        """Parse rows cell by cell, and say where the first that cannot be used stands."""
        cells = np.zeros((len(lines), len(self.header)), dtype=np.int64)
        rows = list(_rows(self.path, io.BytesIO(b"\n".join(lines))))
        for offset, row in enumerate(rows):
            number = start + offset + 1
            if len(row) != len(self.header):
                raise DataFileError(_wrong_length(self.path, number, len(row), len(self.header)))
            for column, cell in enumerate(row):
                if column not in self.ignored_columns:
                    cells[offset, column] = self._whole_number(cell, number, column)
        return cells

    def _whole_number(self, cell: str, row: int, column: int) -> int:
        is_label = column == self.label_column
        expected = "0 or above" if is_label else f"in 0..{LARGEST_PIXEL}"
        largest = _LARGEST_LABEL if is_label else LARGEST_PIXEL
        try:
            number = float(cell)
        except ValueError:
            number = math.nan
        if not (number.is_integer() and 0 <= number <= largest):
            kind = "label" if is_label else "pixel"
            raise DataFileError(
                f"{self.path}, row {row}, column {self.header[column]!r}: {kind} {cell!r} "
                f"cannot be used. Expected a whole number {expected}."
            )
        return int(number)


def _image_shape(table: _Table, image_shape: tuple[int, ...] | None) -> tuple[int, ...]:
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


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise DataFileError(f"{path}: cannot be read ({error.strerror}).") from error


def _header(path: Path, file: BinaryIO) -> list[str]:
    line = file.readline()
    try:
        text = line.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataFileError(
            f"{path}: not a CSV file in UTF-8. Its first line holds byte "
            f"0x{line[error.start]:02x} at position {error.start}."
        ) from error
    if not text.strip():
        raise DataFileError(f"{path}: the first line is empty. Expected the columns' names.")
    return [cell.strip() for cell in next(csv.reader([text]))]


def _position(path: Path, header: list[str], name: str, argument: str = "column") -> int:
    if name in header:
        return header.index(name)
    remedy = " Pass label=None if the file has no labels." if argument == "label" else ""
    if len(header) > 8:  # noqa: PLR2004 - more would not read well
        shown = f"{', '.join(header[:3])}, ..., {header[-1]} ({len(header)} columns)"
        message = unknown_name("column", name, header, f"The first line ({shown})")
    else:
        message = unknown_name("column", name, header)
    raise InvalidArgumentError(f"{path}: {message}{remedy}")


def _chunks(file: BinaryIO) -> Iterator[list[bytes]]:
    """Read lines, some at a time, and leave blank ones out."""
    lines: list[bytes] = []
    for line in file:
        if line.strip():
            lines.append(line.rstrip(b"\r\n"))
            if len(lines) == _ROWS_AT_A_TIME:
                yield lines
                lines = []
    if lines:
        yield lines


def _count_rows(file: BinaryIO) -> int:
    start = file.tell()
    rows = sum(1 for line in file if line.strip())
    file.seek(start)
    return rows


def _rows(path: Path, file: BinaryIO) -> Iterator[list[str]]:
    lines = (line.decode("utf-8", "replace") for line in file if line.strip())
    try:
        yield from csv.reader(lines)
    except csv.Error as error:
        raise DataFileError(f"{path}: not a CSV file ({error}).") from error


def _wrong_length(path: Path, row: int, came: int, expected: int) -> str:
    return f"{path}, row {row}: {came} cells. Expected {expected}, as in the first line."


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
