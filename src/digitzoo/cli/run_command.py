"""What a run's own command was, so that later commands go on with it or read its files alike."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

_FILE = "command.json"
_OF_PANDAS = ("", "Unnamed: 0")  # the row numbers that it adds; read_csv passes them over


@dataclass(frozen=True, kw_only=True)
class CsvReading:
    """How a CSV file is read: the arguments of `read_csv`."""

    label_column: str | int | None = "label"
    ignore: tuple[str | int, ...] = ()
    pixels: tuple[str, ...] | None = None
    image_size: tuple[int, ...] | None = None
    transposed: bool = False
    separator: str | None = None
    header: bool | None = None
    largest_pixel: int | None = None

    def of(self, path: Path) -> "CsvReading":
        """Name the columns of a file, so that its sisters are read alike whatever their order."""
        names = self._names(path)
        label = None if self.label_column is None else _column(self.label_column, names)
        ignore = tuple(_column(one, names) for one in self.ignore)
        pixels = self.pixels
        if names and pixels is None:
            pixels = tuple(name for name in names if name not in {label, *ignore, *_OF_PANDAS})
        return replace(self, label_column=label, ignore=ignore, pixels=pixels)

    def for_sister(
        self, path: Path, *, needs_label: bool = True, ignore: Sequence[str] | None = None
    ) -> "CsvReading":
        """Leave out the columns that another file of the kind does not have."""
        names = self._names(path)
        known = self.label_column
        label = known if needs_label or known in names else None
        kept = [one for one in self.ignore if one in names or isinstance(one, int)]
        if label is None and isinstance(known, int):  # what stood behind it has moved up
            kept = [_without(known, one) for one in kept]
        if ignore:
            kept = [_column(one, names) for one in ignore]
        return replace(self, ignore=tuple(kept), label_column=label)

    def _names(self, path: Path) -> list[str]:
        from digitzoo.data import read_csv_header

        return read_csv_header(path, separator=self.separator)


def _column(column: str | int, names: list[str]) -> str | int:
    """Name a column that is given by its position, -1 being the last, if columns have names."""
    if isinstance(column, str) and column not in names and column.removeprefix("-").isdecimal():
        column = int(column)
    if isinstance(column, int) and -len(names) <= column < len(names):
        return names[column]
    return column


def _without(label: int, column: str | int) -> str | int:
    """Say where a column stands in a file without the label's."""
    if isinstance(column, str) or (column >= 0) != (label >= 0):
        return column
    return column - (column > label) if label >= 0 else column + (column < label)


def write_command(folder: Path, arguments: dict[str, Any], reading: CsvReading | None) -> None:
    """Keep a command in a run folder."""
    content = {"arguments": arguments, "csv": None if reading is None else asdict(reading)}
    (folder / _FILE).write_text(json.dumps(content) + "\n", encoding="utf-8")


def read_csv_reading(folder: Path) -> CsvReading | None:
    """Say how a run's CSV file was read; None for a run on another data set."""
    fields = _read(folder).get("csv")
    if not fields:
        return None
    lists = {name: tuple(value) for name, value in fields.items() if isinstance(value, list)}
    return CsvReading(**{**fields, **lists})


def has_own_data(folder: Path) -> bool:
    """Tell whether a run was trained on files of the user's."""
    source = _read(folder).get("arguments", {}).get("source", {})
    return bool({"csv", "images", "npz", "idx"} & set(source))


def was_called_with(folder: Path, arguments: dict[str, Any]) -> bool:
    """Tell whether a run was begun by the same command."""
    return bool(_read(folder).get("arguments") == arguments)


def _read(folder: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads((folder / _FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content
