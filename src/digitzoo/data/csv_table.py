"""The text of a CSV file: its separator, its column names, and its rows."""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from io import TextIOWrapper
from itertools import chain
from pathlib import Path

from digitzoo.checks import check_flag, check_whole
from digitzoo.data.readers import kind_of, opened
from digitzoo.errors import (
    ArgumentTypeError,
    DataFileError,
    InvalidArgumentError,
    listed,
    shown,
    unknown_name,
)

_SEPARATORS = ",;\t|"
_FEW = 8  # names, that a message lists
_LONGEST_LINE = 1 << 23  # a file without line ends is no table, and may unpack to any length

Column = str | int


@dataclass(frozen=True)
class CsvTable:
    """An open CSV file: its columns' names, "column 0" and so on if it has none, and its rows."""

    path: Path
    separator: str
    names: list[str]
    is_named: bool
    lines: Iterator[str]

    @classmethod
    @contextmanager
    def open(
        cls, path: Path, *, separator: str | None = None, header: bool | None = None
    ) -> Iterator["CsvTable"]:
        """Open a file, packed or not, and read its first line; None finds an argument out."""
        if separator is not None and not isinstance(separator, str):
            raise ArgumentTypeError(f"separator must be one letter. Received {shown(separator)}.")
        if separator is not None and (len(separator) != 1 or separator in '"\r\n0123456789.+-\0'):
            raise InvalidArgumentError(
                f"separator must be one letter that is no part of a number, such as ';' or '\\t'. "
                f"Received {shown(separator)}."
            )
        if header is not None:
            check_flag("header", header)
        with opened(path) as (file, start):
            text = TextIOWrapper(file, "utf-8-sig", "surrogateescape")
            separator, first, lines = _skip_remarks(_lines(path, text, kind_of(start)), separator)
            if not first:
                raise DataFileError(
                    f"{path}: the first line is empty. Expected the columns' names."
                )
            separator = separator or _find_separator(first)
            try:
                cells = next(csv.reader([first], delimiter=separator, strict=True))
            except csv.Error as error:
                raise DataFileError(f"{path}: not a CSV file ({error}).") from error
            names = [cell.strip() for cell in cells]
            is_named = _are_names(names) if header is None else header
            if not is_named:
                names = [f"column {number}" for number in range(len(names))]
                lines = chain([first], lines)
            yield cls(path, separator, names, is_named, lines)

    @cached_property
    def _places(self) -> dict[str, int]:
        times = Counter(self.names)
        return {name: place for place, name in enumerate(self.names) if times[name] == 1}

    def position(self, column: Column, argument: str) -> int:
        """Say where a column stands that is given by its name or its position."""
        if not isinstance(column, str):
            position = check_whole(f"{argument}, where it is no column's name,", column)
            if not -len(self.names) <= position < len(self.names):
                raise InvalidArgumentError(
                    f"{self.path}: {argument}={shown(column)} is no column. "
                    f"Expected 0 to {len(self.names) - 1}, or -1 for the last."
                )
            return position % len(self.names)
        if not self.is_named:
            raise InvalidArgumentError(
                f"{self.path}: the first line is numbers, not column names. Give columns by "
                f"position, such as label_column=0; or header=True if the numbers are names."
            )
        if column in self._places:
            return self._places[column]
        if column in self.names:
            raise InvalidArgumentError(
                f"{self.path}: several columns are called {shown(column)}. Give one by position."
            )
        listing = ""
        if len(self.names) > _FEW:
            ends = listed([*self.names[:3], "...", self.names[-1]])
            listing = f"The first line ({ends}; {len(self.names):,} columns)"
        remedy = " Pass label_column=None if the file has no labels."
        raise InvalidArgumentError(
            f"{self.path}: {unknown_name('column', column, self.names, listing)}"
            f"{remedy if argument == 'label_column' else ''}"
        )

    def positions(self, columns: Sequence[Column], argument: str) -> list[int]:
        """Say where several columns stand, each once."""
        if isinstance(columns, str | bytes) or not isinstance(columns, Sequence):
            raise ArgumentTypeError(
                f"{argument} must be names or positions of columns. Received {shown(columns)}."
            )
        found = [self.position(column, argument) for column in columns]
        twice = [place for place, times in Counter(found).items() if times > 1]
        if twice:
            raise InvalidArgumentError(
                f"{self.path}: column {shown(self.names[twice[0]])} stands twice in {argument}=."
            )
        return found

    def cells(self, line: str, row: int) -> list[str]:
        """Take a row apart, of which there are `row` before it."""
        try:
            cells = next(csv.reader([line], delimiter=self.separator, strict=True))
        except csv.Error as error:
            reason: object = error
            if "end of data" in str(error):
                reason = "a quoted cell runs over its end. Expected each row on a line of its own"
            raise DataFileError(f"{self.path}, row {row + 1}: not a CSV file: {reason}.") from error
        if len(cells) != len(self.names):
            there = "1 cell" if len(cells) == 1 else f"{len(cells):,} cells"
            raise DataFileError(
                f"{self.path}, row {row + 1}: {there}. "
                f"Expected {len(self.names):,}, as in the first line."
            )
        return cells

    def place(self, row: int, column: int) -> str:
        """Name a cell for a message."""
        return f"{self.path}, row {row + 1}, column {shown(self.names[column])}"

    def text(self, cell: str, row: int, column: int) -> str:
        """Hold a cell to text in UTF-8, of which other bytes were kept as surrogates."""
        if not is_text(cell):
            raise DataFileError(
                f"{self.place(row, column)}: the cell holds bytes that are no UTF-8. "
                f"Save the file as UTF-8."
            )
        return cell


def _lines(path: Path, text: TextIOWrapper, kind: str) -> Iterator[str]:
    """Read line after line, without blank ones, of what begins as text does."""
    is_first = True
    while line := text.readline(_LONGEST_LINE):
        if len(line) == _LONGEST_LINE:
            raise DataFileError(
                f"{path}: not a CSV file. A line has more than {_LONGEST_LINE:,} letters."
            )
        if is_first and not kind and ("\0" in line or not is_text(line)):
            kind = "text in UTF-16 or another encoding (save it as UTF-8), or no text"
        if kind:
            raise DataFileError(f"{path}: not a CSV file in UTF-8. It is {kind}.")
        if line.strip():
            is_first = False
            yield line.rstrip("\n")


def _skip_remarks(
    lines: Iterator[str], separator: str | None
) -> tuple[str | None, str, Iterator[str]]:
    """Pass over Excel's `sep=;` and what a # begins, unless it is the names, as NumPy has them."""
    first = next(lines, "")
    if re.fullmatch("sep=.", first, re.IGNORECASE):
        separator, first = separator or first[-1], next(lines, "")
    while first.startswith("#"):
        second = next(lines, "")
        mark = separator or _find_separator(first)
        if mark in first and first.count(mark) == second.count(mark):
            return separator, first[1:].strip(), chain([second], lines)
        first = second
    return separator, first, lines


def _find_separator(line: str) -> str:
    bare = re.sub(r'"[^"]*"', "", line)
    return max(_SEPARATORS, key=bare.count)


def _are_names(header: list[str]) -> bool:
    """Tell whether a first line names the columns: numbers that count, or not mostly numbers."""
    if all(map(is_number, header)):
        return _count(header)
    numbers = [cell for cell in header if cell.isdecimal()]
    return 2 * len(numbers) <= len(header) or _count(sorted(numbers, key=int))


def _count(numbers: list[str]) -> bool:
    return any(numbers == [str(start + n) for n in range(len(numbers))] for start in (0, 1))


def is_number(cell: str) -> bool:
    """Tell whether Python takes a text for a number."""
    try:
        float(cell)
    except ValueError:
        return False
    return True


def is_text(cell: str) -> bool:
    """Tell whether all bytes of a text were UTF-8; others were kept as surrogates."""
    return re.search("[\ud800-\udfff]", cell) is None
