"""What a run's own command was, so that later commands go on with it or read its files alike."""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

_FILE = "command.json"
_OF_PANDAS = ("", "Unnamed: 0")  # the row numbers that it adds; read_csv passes them over


@dataclass(frozen=True, kw_only=True)
class CsvReading:
    """How a CSV file is read: the arguments of `read_csv`."""

    label: str | int | None = "label"
    ignore: tuple[str, ...] = ()
    pixels: tuple[str, ...] | None = None
    image_shape: tuple[int, ...] | None = None
    transposed: bool = False
    separator: str | None = None
    header: bool | None = None
    largest_pixel: int | None = None

    def of(self, path: Path) -> "CsvReading":
        """Name the columns of a file, so that its sisters are read alike whatever their order."""
        names = self._names(path)
        label = self.label
        if isinstance(label, str) and label not in names and label.removeprefix("-").isdecimal():
            label = int(label)  # by position, -1 being the last
        if isinstance(label, int) and -len(names) <= label < len(names):
            label = names[label]
        if not names or self.pixels is not None:
            return replace(self, label=label)
        others = {label, *self.ignore, *_OF_PANDAS}
        pixels = tuple(name for name in names if name not in others)
        return replace(self, label=label, pixels=pixels)

    def for_sister(self, path: Path, *, needs_label: bool = True) -> "CsvReading":
        """Leave out the columns that another file of the kind does not have."""
        names = self._names(path)
        has_label = needs_label or (isinstance(self.label, str) and self.label in names)
        ignore = tuple(name for name in self.ignore if name in names)
        return replace(self, ignore=ignore, label=self.label if has_label else None)

    def _names(self, path: Path) -> list[str]:
        from digitzoo.data import read_csv_header

        return read_csv_header(path, separator=self.separator)


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
