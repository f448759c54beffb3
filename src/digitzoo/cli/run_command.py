"""What a run's own command was, so that later commands go on with it or read its files alike."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

_FILE = "command.json"


@dataclass(frozen=True)
class CsvColumns:
    """The columns of a CSV file that hold no pixels."""

    label: str | int | None = None
    ignore: tuple[str, ...] = ()
    pixels: tuple[str, ...] | None = None


def csv_columns(path: Path, label: str, ignore: tuple[str, ...]) -> CsvColumns:
    """Name the columns of a file, so that its sisters are read alike whatever their order."""
    from digitzoo.data import read_csv_header

    header = read_csv_header(path)
    if not header and label.isdecimal():  # without names, by position
        return CsvColumns(int(label), ignore)
    return CsvColumns(label, ignore, tuple(n for n in header if n != label and n not in ignore))


def present(names: tuple[str, ...], path: Path) -> list[str]:
    """Keep the names that are columns of a file."""
    from digitzoo.data import read_csv_header

    header = read_csv_header(path)
    return [name for name in names if name in header]


def write_command(folder: Path, arguments: dict[str, Any], columns: CsvColumns | None) -> None:
    """Keep a command in a run folder."""
    content = {"arguments": arguments, "csv": None if columns is None else asdict(columns)}
    (folder / _FILE).write_text(json.dumps(content) + "\n", encoding="utf-8")


def read_csv_columns(folder: Path) -> CsvColumns | None:
    """Read the columns of a run's CSV file back; None for a run on another data set."""
    fields = _read(folder).get("csv")
    if not fields:
        return None
    pixels = fields["pixels"]
    return CsvColumns(
        fields["label"], tuple(fields["ignore"]), None if pixels is None else tuple(pixels)
    )


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
