"""What a run's own command was, so that later commands go on with it or read its files alike."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

_FILE = "command.json"


@dataclass(frozen=True)
class CsvColumns:
    """The columns of a CSV file that hold no pixels."""

    label: str | None = None
    ignore: tuple[str, ...] = ()


def write_command(folder: Path, arguments: dict[str, Any], columns: CsvColumns | None) -> None:
    """Keep a command in a run folder."""
    content = {"arguments": arguments, "csv": None if columns is None else asdict(columns)}
    (folder / _FILE).write_text(json.dumps(content) + "\n", encoding="utf-8")


def read_csv_columns(folder: Path) -> CsvColumns:
    """Read the columns of a run's CSV file back; a run without one has none."""
    fields = _read(folder).get("csv") or {"label": None, "ignore": ()}
    return CsvColumns(fields["label"], tuple(fields["ignore"]))


def was_called_with(folder: Path, arguments: dict[str, Any]) -> bool:
    """Tell whether a run was begun by the same command."""
    return bool(_read(folder).get("arguments") == arguments)


def _read(folder: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads((folder / _FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content
