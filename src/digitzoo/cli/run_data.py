"""How a run's CSV file was laid out, so that later commands read its sisters alike."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

_FILE = "csv_columns.json"


@dataclass(frozen=True)
class CsvColumns:
    """The columns of a CSV file that hold no pixels."""

    label: str | None = None
    ignore: tuple[str, ...] = ()


def write_csv_columns(folder: Path, columns: CsvColumns) -> None:
    """Keep the columns in a run folder."""
    (folder / _FILE).write_text(json.dumps(asdict(columns)) + "\n", encoding="utf-8")


def read_csv_columns(folder: Path) -> CsvColumns:
    """Read the columns of a run back; of one without CSV files there are none."""
    path = folder / _FILE
    if not path.is_file():
        return CsvColumns()
    fields = json.loads(path.read_text(encoding="utf-8"))
    return CsvColumns(fields["label"], tuple(fields["ignore"]))
