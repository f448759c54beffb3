"""What the cells of a CSV file mean: exact whole numbers as pixels; numbers or words as labels."""

import re
import warnings
from array import array
from collections.abc import Iterator
from decimal import Decimal
from itertools import chain, islice

import numpy as np
from numpy.typing import NDArray

from digitzoo.data.classes import MOST_CLASSES
from digitzoo.data.csv_table import CsvTable, is_number
from digitzoo.data.encoding import LARGEST_PIXEL
from digitzoo.data.readers import name_read_classes
from digitzoo.errors import DataFileError, shown, unknown_name

_LARGEST_LABEL = 2**31 - 1
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?", re.ASCII)
_MISSING = {"", "nan", "na", "n/a", "null", "none"}  # how programs write that there is no label
_BATCH = 1 << 18  # cells that are read at once
_EXPECTED = (
    "Expected a whole number of 0 or above, or words for two classes or more; class_names= says "
    "which words there are."
)
_MANY = 20  # images of a class, beside which one of a single image is a slip


def whole_number(cell: str, largest: int) -> int | None:
    """Read a whole number in 0..largest exactly, also where it is written as `3.0` or `3e0`."""
    text = cell.strip()
    if not _NUMBER.fullmatch(text):
        return None
    number = Decimal(text)
    if not 0 <= number <= largest or number != number.to_integral_value():
        return None
    return int(number)


def read_rows(
    table: CsvTable, first: str, columns: list[int], count: int, label: int | None
) -> tuple[NDArray[np.uint8], list[str], NDArray[np.int32]]:
    """Read pixels, the labels as they appear, and for each row the number of its label."""
    images = np.empty((0, count), dtype=np.uint8)
    known: dict[str, int] = {}  # what each way of writing a pixel means
    words: dict[str, int] = {}
    codes = array("i")  # half of what a list takes, which would grow with the rows
    lines = chain([first], table.lines)
    while batch := list(islice(lines, max(1, _BATCH // count))):
        start = len(images)
        images.resize((start + len(batch), count), refcheck=False)
        quick = _read_quickly(table, batch, columns) if count == len(columns) else None
        if quick is not None:
            images[start:] = quick
        for row, line in enumerate(batch, start):
            if quick is None:
                cells = table.cells(line, row)
                images[row] = _read_row(table, cells, row, columns, known, count=count)
            elif label is not None:
                cells = line.split(table.separator, label + 1)
            if label is not None:
                codes.append(words.setdefault(cells[label].strip(), len(words)))
    return images, list(words), np.asarray(codes)


def _read_quickly(
    table: CsvTable, lines: list[str], columns: list[int]
) -> NDArray[np.uint8] | None:
    """Read rows of plain whole numbers; None if any row or cell is something else."""
    marks = len(table.names) - 1
    if any(line.count(table.separator) != marks or '"' in line for line in lines):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # NumPy rounds 254.99999999999999999 with a warning
            return np.loadtxt(
                lines,
                dtype=np.uint8,
                delimiter=table.separator,
                comments=None,
                usecols=columns,
                ndmin=2,
            )
    except (ValueError, Warning):
        return None


def pixels_of(cells: list[str], columns: list[int]) -> list[str]:
    """Take the pixels out of a row; FER-2013 has them all in one cell."""
    if len(columns) == 1:
        return cells[columns[0]].split() or [""]
    return [cells[column] for column in columns]


def _read_row(
    table: CsvTable,
    cells: list[str],
    row: int,
    columns: list[int],
    known: dict[str, int],
    *,
    count: int,
) -> list[int]:
    """Read the pixels of a row with care, and say where one stands that is none."""
    texts = pixels_of(cells, columns)
    if len(texts) != count:
        raise DataFileError(
            f"{table.place(row, columns[0])}: {len(texts):,} pixels. "
            f"Expected {count:,}, as in the first row."
        )
    for place, text in enumerate(texts):
        if text in known:
            continue
        value = whole_number(text, LARGEST_PIXEL)
        if value is None:
            readable = text.encode("utf-8", "replace").decode()  # bytes that are no UTF-8 as ?
            may_be_name = row == 0 and not table.is_named
            remedy = " If the first line names the columns, say header=True." if may_be_name else ""
            raise DataFileError(
                f"{table.place(row, columns[place % len(columns)])}: pixel {shown(readable)} "
                f"cannot be used. Expected a whole number in 0..{LARGEST_PIXEL}.{remedy}"
            )
        known[text] = value
    return [known[text] for text in texts]


def read_labels(
    table: CsvTable, column: int, words: list[str], codes: NDArray[np.int32], names: tuple[str, ...]
) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """Say what a column of labels means; the codes are places in `words`."""
    first = np.unique(codes, return_index=True)[1].tolist()  # the row where each word stands first
    for row, word in zip(first, words, strict=True):
        table.text(word, row, column)
    numbers = [whole_number(word, _LARGEST_LABEL) for word in words]
    for number, reason in _find_slips(words, numbers, codes, names):
        raise DataFileError(f"{table.place(first[number], column)}: {reason}")
    if None not in numbers:
        labels = np.array(numbers, dtype=np.int32)[codes]
        return labels, name_read_classes(names, labels, place="in row {row}")
    if names:
        return np.array([names.index(word) for word in words], dtype=np.int32)[codes], names
    return codes, tuple(words)


def _find_slips(
    words: list[str], numbers: list[int | None], codes: NDArray[np.int32], names: tuple[str, ...]
) -> Iterator[tuple[int, str]]:
    if len(words) > MOST_CLASSES:
        reason = f"more than {MOST_CLASSES:,} different labels. Is it the label's column?"
        yield MOST_CLASSES, reason
    has_words, counts = None in numbers, np.bincount(codes)
    for place, (word, number) in enumerate(zip(words, numbers, strict=True)):
        if has_words and names:
            if word not in names:
                yield place, unknown_name("class", word, names)
        elif has_words:
            # Among numbers a word is a slip, and among words a number; one word makes no classes.
            is_word = not is_number(word) and word.lower() not in _MISSING
            fits = is_word if numbers[0] is None else number is not None
            if not fits or len(words) == 1:
                yield place, f"label {shown(word)} cannot be used. {_EXPECTED}"
        elif names and number is not None and number >= len(names):
            expected = f"Expected 0 to {len(names) - 1}."
            yield place, f"label {number} lies outside the classes. {expected}"
    if has_words and not names and counts.min() == 1 and np.median(counts) >= _MANY:
        place = int(np.argmin(counts))
        advice = "Correct it, or give class_names= if it is meant."
        yield place, f"label {shown(words[place])} stands once, where others stand often. {advice}"
