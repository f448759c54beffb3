"""What the cells of a CSV file mean: exact whole numbers as pixels; numbers or words as labels."""

import re
from array import array
from collections.abc import Sequence
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from digitzoo.data.classes import MOST_CLASSES
from digitzoo.data.csv_table import CsvTable, is_number
from digitzoo.data.encoding import LARGEST_PIXEL
from digitzoo.data.reader_checks import name_read_classes
from digitzoo.errors import DataFileError, shown, unknown_name

_LARGEST_LABEL = 2**31 - 1
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?", re.ASCII)
_MISSING = {"", "nan", "na", "n/a", "null", "none"}  # how programs write that there is no label
_MANY = 20  # images of a class, beside which one of a single image is a slip


def whole_number(cell: str, largest: int) -> int | None:
    """Read a whole number exactly, also where it is written as `3.0` or `3e0`.

    Returns:
        The number; None if the cell is none, or none in 0..largest.

    >>> whole_number(" 3.0", 255), whole_number("1_0", 255), whole_number("1e-400", 255)
    (3, None, None)
    """
    text = cell.strip()
    if not _NUMBER.fullmatch(text):
        return None
    number = Decimal(text)
    if not 0 <= number <= largest or number != number.to_integral_value():
        return None
    return int(number)


def check_text(table: CsvTable, row: int, column: int, cell: str) -> str:
    """Hold a cell to text in UTF-8.

    Raises:
        DataFileError: If it holds other bytes.
    """
    try:
        cell.encode()
    except UnicodeEncodeError as error:  # the reader kept the bytes as surrogates
        raise DataFileError(
            f"{table.path}, row {row + 1}, column {shown(table.names[column])}: the cell holds "
            f"bytes that are no UTF-8. Save the file as UTF-8."
        ) from error
    return cell


class Pixels:
    """The pixels of rows; each way of writing a number is worked out once."""

    def __init__(self, table: CsvTable, columns: Sequence[int]) -> None:
        self._table = table
        self._columns = columns
        self._known: dict[str, int] = {}

    def read(self, row: list[str], number: int) -> NDArray[np.uint8]:
        """Read the pixels of one row.

        Raises:
            DataFileError: If a cell is no pixel; the message names row and column.
        """
        cells = [row[column] for column in self._columns]
        for column, cell in zip(self._columns, cells, strict=True):
            if cell not in self._known:
                value = whole_number(cell, LARGEST_PIXEL)
                if value is None:
                    raise DataFileError(self._refusal(cell, number, column))
                self._known[cell] = value
        return np.frombuffer(bytes(map(self._known.__getitem__, cells)), dtype=np.uint8)

    def _refusal(self, cell: str, row: int, column: int) -> str:
        name = shown(self._table.names[column])
        words = len(cell.split())
        remedy = ""
        if words > 1:
            remedy = f" It holds {words:,} words: each pixel needs a cell of its own."
        elif row == 0 and not self._table.is_named:
            remedy = " If the first line names the columns, say header=True."
        return (
            f"{self._table.path}, row {row + 1}, column {name}: pixel {_quoted(cell)} cannot be "
            f"used. Expected a whole number in 0..{LARGEST_PIXEL}.{remedy}"
        )


class Labels:
    """The labels of rows, as they are found; what they mean is told when all are there."""

    def __init__(self, table: CsvTable, column: int | None) -> None:
        self._table = table
        self._column = column
        self._codes: dict[bytes, int] = {}
        self._first_rows: list[int] = []
        self._found = array("i")

    def add_lines(self, lines: list[bytes], start: int) -> None:
        """Take the labels out of lines without quotes."""
        if self._column is None:
            return
        separator = self._table.separator.encode()
        before, from_end = self._column, len(self._table.names) - self._column
        for row, line in enumerate(lines, start):
            if before < from_end:
                self._add(line.split(separator, before + 1)[before], row)
            else:
                self._add(line.rsplit(separator, from_end)[-from_end], row)

    def add_row(self, cells: list[str], row: int) -> None:
        """Take the label of one row."""
        if self._column is not None:
            self._add(cells[self._column].encode("utf-8", "surrogateescape"), row)

    def _add(self, cell: bytes, row: int) -> None:
        cell = cell.strip()
        code = self._codes.setdefault(cell, len(self._codes))
        if code == len(self._first_rows):
            if code == MOST_CLASSES:
                raise DataFileError(
                    f"{self._place(row)}: more than {MOST_CLASSES:,} different labels. "
                    f"Is it the label's column?"
                )
            self._first_rows.append(row)
        self._found.append(code)

    def finish(self, names: tuple[str, ...]) -> tuple[NDArray[np.int32], tuple[str, ...]]:
        """Say what the labels mean.

        Args:
            names: The names of the classes; none to find them out.

        Returns:
            Whole numbers of shape `(N,)`, and the names of the classes.

        Raises:
            DataFileError: If a label is no class; the message names row and column.
        """
        codes = np.frombuffer(self._found, dtype=np.int32)
        words = [
            check_text(self._table, row, self._column or 0, cell.decode("utf-8", "surrogateescape"))
            for cell, row in zip(self._codes, self._first_rows, strict=True)
        ]
        numbers = [whole_number(word, _LARGEST_LABEL) for word in words]
        if None not in numbers:
            values = np.array(numbers, dtype=np.int32)
            for value, row in zip(numbers, self._first_rows, strict=True):
                if names and value is not None and value >= len(names):
                    raise DataFileError(
                        f"{self._place(row)}: label {value} lies outside the classes. "
                        f"Expected 0 to {len(names) - 1}."
                    )
            labels = values[codes]
            return labels, name_read_classes(names, labels, place="in row {row}")
        if names:
            return self._by_name(words, names)[codes], names
        self._check_words(words, numbers)
        counts = np.bincount(codes)
        if counts.min() == 1 and np.median(counts) >= _MANY:
            rare = int(np.argmin(counts))
            raise DataFileError(
                f"{self._place(self._first_rows[rare])}: label {_quoted(words[rare])} stands once, "
                f"where others stand often. Correct it, or give class_names= if it is meant."
            )
        return codes.copy(), tuple(words)

    def _by_name(self, words: list[str], names: tuple[str, ...]) -> NDArray[np.int32]:
        known = {name: number for number, name in enumerate(names)}
        for word, row in zip(words, self._first_rows, strict=True):
            if word not in known:
                raise DataFileError(f"{self._place(row)}: {unknown_name('class', word, names)}")
        return np.array([known[word] for word in words], dtype=np.int32)

    def _check_words(self, words: list[str], numbers: list[int | None]) -> None:
        """Hold labels to words alone, of two classes or more; among numbers a word is a slip."""
        are_words = [not is_number(word) and word.lower() not in _MISSING for word in words]
        if all(are_words) and len(words) > 1:
            return
        if numbers[0] is not None:
            wrong = numbers.index(None)
        else:
            wrong = 0 if all(are_words) else are_words.index(False)
        raise DataFileError(
            f"{self._place(self._first_rows[wrong])}: label {_quoted(words[wrong])} cannot be "
            f"used. Expected a whole number of 0 or above, or words for two classes or more; "
            f"class_names= says which words there are."
        )

    def _place(self, row: int) -> str:
        name = "" if self._column is None else shown(self._table.names[self._column])
        return f"{self._table.path}, row {row + 1}, column {name}"


def _quoted(cell: str) -> str:
    """Quote a cell, with the bytes that are no UTF-8 as signs of such."""
    return shown(cell.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))
