"""The rows of a CSV file as numbers: in bulk where they are clean, cell by cell where not."""

import csv
import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from digitzoo.data.encoding import LARGEST_PIXEL
from digitzoo.errors import DataFileError, InvalidArgumentError, unknown_name

_ROWS_AT_A_TIME = 500
_LARGEST_LABEL = 2**31 - 1
_NUMBERS = b"0123456789,"


@dataclass(frozen=True)
class CsvTable:
    """Where in a file's rows the label and the pixels stand."""

    path: Path
    header: list[str]
    label_column: int | None
    pixel_columns: NDArray[np.intp]
    ignored_columns: frozenset[int]

    @classmethod
    def open(
        cls,
        path: Path,
        file: BinaryIO,
        *,
        label: str | int | None,
        ignore: Sequence[str],
        pixels: Sequence[str] | None,
    ) -> "CsvTable":
        """Read a file's first line, and find the columns in it.

        Raises:
            InvalidArgumentError: If there is no column of a name or position.
        """
        header = read_header(path, file)
        if not are_names(header):
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
            label_column = None if label is None else column_position(path, header, label, "label")
        ignored = frozenset(column_position(path, header, name, "ignore") for name in ignore)
        if label_column in ignored:
            raise InvalidArgumentError(
                f"{path}: column {header[label_column]!r} is both the label and ignored."
            )
        if pixels is None:
            left_out = ignored | {label_column}
            columns = [column for column in range(len(header)) if column not in left_out]
        else:
            columns = [column_position(path, header, name, "pixels") for name in pixels]
            used = {*columns, *ignored, label_column}
            ignored |= {column for column in range(len(header)) if column not in used}
        return cls(path, header, label_column, np.array(columns, dtype=np.intp), ignored)

    def name(self, column: int | None) -> str:
        """Give a column's name; nothing for no column."""
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
        rows = list(csv_rows(self.path, io.BytesIO(b"\n".join(lines))))
        if len(rows) != len(lines):
            raise DataFileError(
                f"{self.path}, rows {start + 1} to {start + len(lines)}: a quoted cell runs over "
                f"a line's end. Expected each row on a line of its own."
            )
        for offset, row in enumerate(rows):
            number = start + offset + 1
            if len(row) != len(self.header):
                raise DataFileError(wrong_length(self.path, number, len(row), len(self.header)))
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


def open_csv(path: Path) -> BinaryIO:
    """Open a file for reading.

    Raises:
        DataFileError: If it cannot be opened.
    """
    try:
        return path.open("rb")
    except OSError as error:
        raise DataFileError(f"{path}: cannot be read ({error.strerror}).") from error


def read_header(path: Path, file: BinaryIO) -> list[str]:
    """Read the cells of the first line.

    Raises:
        DataFileError: If it is empty, or no text.
    """
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
    try:
        header = [cell.strip() for cell in next(csv.reader([text]))]
    except csv.Error as error:
        raise DataFileError(f"{path}: not a CSV file ({error}).") from error
    if len(header) == 1 and ";" in header[0]:
        raise DataFileError(f"{path}: the cells are separated by ';'. Expected commas.")
    twice = {name for name in header if header.count(name) > 1 and not _is_number(name)}
    if twice:
        raise DataFileError(f"{path}: column {min(twice)!r} stands twice in the first line.")
    return header


def column_position(path: Path, header: list[str], name: str, argument: str = "column") -> int:
    """Say where a column stands.

    Raises:
        InvalidArgumentError: If there is none of that name.
    """
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


def count_rows(file: BinaryIO) -> int:
    """Count the lines from here on that are not blank, and come back here."""
    start = file.tell()
    rows = sum(1 for line in file if line.strip())
    file.seek(start)
    return rows


def csv_rows(path: Path, file: BinaryIO) -> Iterator[list[str]]:
    """Read the rows from here on as text.

    Raises:
        DataFileError: If the file is no CSV file.
    """
    lines = (line.decode("utf-8", "replace") for line in file if line.strip())
    try:
        yield from csv.reader(lines)
    except csv.Error as error:
        raise DataFileError(f"{path}: not a CSV file ({error}).") from error


def wrong_length(path: Path, row: int, came: int, expected: int) -> str:
    """Word the message for a row with too many or too few cells."""
    return f"{path}, row {row}: {came} cells. Expected {expected}, as in the first line."


def are_names(header: list[str]) -> bool:
    """Tell whether a file's first line names the columns, or is an image already."""
    return _are_counted(header) or not all(_is_number(cell) for cell in header)


def _are_counted(header: list[str]) -> bool:
    """Tell whether the first line counts the columns, as pandas names those without names."""
    return any(
        header == [str(number) for number in range(first, first + len(header))] for first in (0, 1)
    )


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
