"""The text of a CSV file: its separator, its column names, and its rows."""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import IO

from digitzoo.checks import check_flag, check_whole
from digitzoo.data.opening import kind_of, opened
from digitzoo.errors import (
    ArgumentTypeError,
    DataFileError,
    InvalidArgumentError,
    listed,
    shown,
    unknown_name,
)

_SEPARATORS = ",;\t|"
_MAC = "lines end in \\r alone. Save it with the line ends of Unix or Windows."
_BLOCK = 1 << 20
_LONGEST_LINE = 1 << 24  # a file without line ends is no table, and may unpack to any length

Column = str | int


@dataclass(frozen=True)
class CsvTable:
    """An open CSV file.

    Attributes:
        path: The file.
        separator: What stands between its cells.
        names: The names of its columns; where its first line is an image, "column 0" and so on.
        is_named: Whether the first line names the columns.
        blocks: Its rows as lines of bytes, some at a time; without blank lines.
    """

    path: Path
    separator: str
    names: list[str]
    is_named: bool
    blocks: Iterator[list[bytes]]

    @classmethod
    @contextmanager
    def open(
        cls, path: Path, *, separator: str | None = None, header: bool | None = None
    ) -> Iterator["CsvTable"]:
        """Open a file, packed or not, and read its first line; None finds an argument out.

        Raises:
            DataFileError: If it is no CSV file; also for what goes wrong while it is open.
            InvalidArgumentError: If the separator cannot be one.
            ArgumentTypeError: If an argument is of a wrong type.
        """
        _check_separator(separator)
        if header is not None:
            check_flag("header", header)
        with opened(path) as file:
            blocks = _blocks(path, file)
            lines = next(blocks, [])
            text = _first_line(path, lines)
            separator = separator or _find_separator(text)
            try:
                cells = next(csv.reader([text], delimiter=separator, strict=True))
            except csv.Error as error:
                raise DataFileError(f"{path}: not a CSV file ({error}).") from error
            names = [cell.strip() for cell in cells]
            is_named = _are_names(names) if header is None else header
            if is_named:
                twice = [name for name, times in Counter(names).items() if times > 1 and name]
                if twice and not is_number(twice[0]):
                    raise DataFileError(
                        f"{path}: column {shown(twice[0])} stands twice in the first line."
                    )
                lines = lines[1:]
            else:
                names = [f"column {number}" for number in range(len(names))]
                lines = [text.encode(), *lines[1:]]  # without a byte-order mark
            yield cls(path, separator, names, is_named, chain([lines], blocks))

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {}
        for place, name in enumerate(self.names):
            places.setdefault(name, []).append(place)
        return places

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
                f"position, such as label=0; or header=True if the numbers are names."
            )
        places = self._places.get(column, [])
        if len(places) == 1:
            return places[0]
        if places:
            raise InvalidArgumentError(
                f"{self.path}: several columns are called {shown(column)}. "
                f"Give the one by position."
            )
        few = ""
        if len(self.names) > 8:  # more would not read well
            ends = listed([*self.names[:3], "...", self.names[-1]])
            few = f"The first line ({ends}; {len(self.names):,} columns)"
        message = unknown_name("column", column, self.names, few)
        remedy = " Pass label=None if the file has no labels." if argument == "label" else ""
        raise InvalidArgumentError(f"{self.path}: {message}{remedy}")

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

    def rows(self, lines: list[bytes], start: int) -> Iterator[list[str]]:
        """Take lines apart as text, cell by cell; `start` rows stand before them.

        Raises:
            DataFileError: If a row has too many or too few cells, or runs over its line.
        """
        texts = (line.decode("utf-8", "surrogateescape") for line in lines)
        reader = csv.reader(texts, delimiter=self.separator, strict=True)
        for number in range(len(lines)):
            try:
                row = next(reader)
            except csv.Error as error:
                if reader.line_num <= number + 1 and "unexpected end" not in str(error):
                    reason = _MAC if b"\r" in lines[number] else f"{error}."
                    raise DataFileError(
                        f"{self.path}, row {start + number + 1}: not a CSV file: {reason}"
                    ) from error
                row = None
            if row is None or reader.line_num != number + 1:
                raise DataFileError(
                    f"{self.path}, rows {start + number + 1} to {start + len(lines)}: a quoted "
                    f"cell runs over a line's end. Expected each row on a line of its own."
                )
            if len(row) != len(self.names):
                raise DataFileError(
                    f"{self.path}, row {start + number + 1}: {len(row)} cells. "
                    f"Expected {len(self.names)}, as in the first line."
                )
            yield row


def _check_separator(separator: str | None) -> None:
    if separator is not None and not isinstance(separator, str):
        raise ArgumentTypeError(f"separator must be one letter. Received {shown(separator)}.")
    if separator is not None and (len(separator) != 1 or separator in '"\r\n0123456789.+-\0'):
        raise InvalidArgumentError(
            f"separator must be one letter that is no part of a number, such as ';' or '\\t'. "
            f"Received {shown(separator)}."
        )


def _blocks(path: Path, file: IO[bytes]) -> Iterator[list[bytes]]:
    """Read lines, some at a time, and leave blank ones out."""
    rest = b""
    while block := file.read(_BLOCK):
        text = rest + block
        end = text.rfind(b"\n") + 1
        rest = text[end:]
        lines = [line.rstrip(b"\r") for line in text[:end].split(b"\n") if line.strip()]
        if lines:
            yield lines
        if len(rest) > _LONGEST_LINE:
            raise DataFileError(
                f"{path}: not a CSV file. A line has more than {_LONGEST_LINE:,} bytes."
            )
    if rest.strip():
        yield [rest.rstrip(b"\r")]


def _first_line(path: Path, lines: list[bytes]) -> str:
    if not lines:
        raise DataFileError(f"{path}: the first line is empty. Expected the columns' names.")
    kind = kind_of(lines[0]) or ("text in UTF-16, or no text" if b"\0" in lines[0] else "")
    if kind:
        raise DataFileError(f"{path}: not a CSV file in UTF-8. It is {kind}.")
    try:
        text = lines[0].decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataFileError(
            f"{path}: not a CSV file in UTF-8. Its first line holds byte "
            f"0x{lines[0][error.start]:02x} at position {error.start}."
        ) from error
    if "\r" in text:
        raise DataFileError(f"{path}: not a CSV file: {_MAC}")
    return text


def _find_separator(line: str) -> str:
    """Take the mark that stands most often in the first line, outside quotes."""
    bare = re.sub(r'"[^"]*"', "", line)
    return max(_SEPARATORS, key=bare.count)


def _are_names(header: list[str]) -> bool:
    """Tell whether a first line names the columns, or is an image already.

    Numbers that count the columns are how pandas names those without names; other numbers, more
    of them than of words, are pixels, and a word among them is the label.
    """
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
