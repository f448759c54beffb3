"""Columns of numbers or words as labels, of which a class has one in all files."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitzoo.data.classes import MOST_CLASSES
from digitzoo.data.parquet_images import Place, check_present
from digitzoo.data.readers import name_read_classes
from digitzoo.errors import DataFileError, listed, unknown_name


@dataclass(frozen=True, eq=False)
class LabelColumn:
    """The labels of one file, and the names of their classes where it has some."""

    values: Any
    place: Place
    names: tuple[str, ...]

    def number_classes(
        self, labels: NDArray[np.integer], names: tuple[str, ...], *, given: bool
    ) -> NDArray[np.integer]:
        """Bring labels to the classes of all files: a name means one class, in whatever order."""
        own = self.names
        _check_classes(labels, self.place, len(own or names))
        if own == names or not own:
            return labels
        if set(own) <= set(names):
            mapped: NDArray[np.integer] = np.array([names.index(name) for name in own])[labels]
            return mapped
        if not given:
            raise DataFileError(
                f"{self.place(0)}: class names {listed(own)}, where those before it have "
                f"{listed(names)}. Give class_names=."
            )
        _check_classes(labels, self.place, len(names))
        return labels


def read_labels(
    columns: list[LabelColumn], given: tuple[str, ...]
) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """Say what the labels of some files mean; words become classes as they appear."""
    import pyarrow as pa

    found: list[NDArray[np.integer]] = []
    names = given or columns[0].names
    words: dict[str, int] = {name: label for label, name in enumerate(names)}
    has_words = None
    for one in columns:
        column, place = one.values, one.place
        check_present(column, place, "label")
        if pa.types.is_dictionary(column.type):
            column = column.cast(column.type.value_type)
        texts = pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view
        is_text = any(is_one(column.type) for is_one in texts)
        if not is_text and not pa.types.is_integer(column.type):
            raise DataFileError(
                f"{place(0)}: labels of type {column.type}. Expected whole numbers or words."
            )
        if has_words not in (None, is_text):
            raise DataFileError(f"{place(0)}: labels are numbers in one file, words in another.")
        has_words = is_text
        if is_text:
            numbers = _codes(column, place, words, names)
        else:
            numbers = one.number_classes(column.to_numpy(), names, given=bool(given))
        found.append(numbers.astype(np.int32))
    labels = np.concatenate(found)
    if has_words:
        return labels, tuple(words)
    return labels, name_read_classes(names, labels, place="in row {index}")


def _codes(
    column: Any, place: Place, words: dict[str, int], names: tuple[str, ...]
) -> NDArray[np.integer]:
    encoded = column.dictionary_encode()
    places = encoded.indices.to_numpy()
    meanings = []
    for code, word in enumerate(encoded.dictionary.to_pylist()):
        if names and word not in words:
            row = int(np.argmax(places == code))
            raise DataFileError(f"{place(row)}: {unknown_name('class', word, names)}")
        meanings.append(words.setdefault(word, len(words)))
    if len(words) > MOST_CLASSES:
        raise DataFileError(
            f"{place(0)}: more than {MOST_CLASSES:,} different labels. Is it the label's column?"
        )
    codes: NDArray[np.integer] = np.array(meanings, dtype=np.int32)[places]
    return codes


def _check_classes(numbers: NDArray[np.integer], place: Place, classes: int) -> None:
    outside = (numbers < 0) | (numbers >= (classes or MOST_CLASSES))
    if outside.any():
        row = int(np.argmax(outside))
        raise DataFileError(
            f"{place(row)}: label {numbers[row]} lies outside the classes. "
            f"Expected 0 to {(classes or MOST_CLASSES) - 1}."
        )
