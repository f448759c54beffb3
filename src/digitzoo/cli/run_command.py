"""What a run's own command was, so that later commands go on with it or read its files alike."""

import json
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_FILE = "command.json"
_OF_PANDAS = ("", "Unnamed: 0")  # the row numbers that it adds; read_csv passes them over


def name_columns(path: Path, reading: dict[str, Any]) -> dict[str, Any]:
    """Name the columns of a CSV file, so that its sisters are read alike whatever their order."""
    names = _names(path, reading)
    label = _column(reading.get("label_column", "label"), names)
    ignore = [_column(one, names) for one in reading.get("ignore", [])]
    pixels = [name for name in names if name not in {label, *ignore, *_OF_PANDAS}]
    return {**reading, "label_column": label, "ignore": ignore, "pixels": pixels or None}


def for_sister(
    reading: dict[str, Any],
    path: Path,
    *,
    needs_label: bool = True,
    ignore: Sequence[str] | None = None,
) -> dict[str, Any]:
    """Leave out the columns that another CSV file of the kind does not have."""
    names = _names(path, reading)
    label = reading.get("label_column", "label")
    kept = [one for one in reading.get("ignore", []) if one in names or isinstance(one, int)]
    if not needs_label and label not in names:
        if isinstance(label, int):  # what stood behind it has moved up
            kept = [_without(label, one) for one in kept]
        label = None
    if ignore:
        kept = [_column(one, names) for one in ignore]
    return {**reading, "label_column": label, "ignore": kept}


def _names(path: Path, reading: dict[str, Any]) -> list[str]:
    from digitzoo.data import read_csv_header

    return read_csv_header(path, separator=reading.get("separator"))


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


def write_command(folder: Path, arguments: dict[str, Any], csv: dict[str, Any] | None) -> None:
    """Keep a command in a run folder, with how its CSV file was read."""
    content = json.dumps({"arguments": arguments, "csv": csv})
    (folder / _FILE).write_text(content + "\n", encoding="utf-8")


def read_command(folder: Path) -> dict[str, Any]:
    """Give what `write_command` kept; nothing of a run that was trained in Python."""
    try:
        content: dict[str, Any] = json.loads((folder / _FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {"arguments": {}, "csv": None}
    return content


def repeating_command(folder: Path) -> str | None:
    """Word the command that trains such a run anew; of one that Python trained there is none."""
    arguments = dict(read_command(folder)["arguments"])
    if "model" not in arguments:
        return None
    model, source = arguments.pop("model"), arguments.pop("source", {})
    arguments.pop("dataset", None)  # its name; the source says what it is
    words = ["digitzoo", "train", model]
    for name, value in {**source, **arguments}.items():
        values = value if isinstance(value, list) else [value]
        flag = f"--{name.replace('_', '-')}"
        if value is True:
            words.append(flag)
        elif name == "image_size":
            words += [flag, "x".join(map(str, values))]
        elif name == "ignore":
            words += [word for one in values for word in (flag, str(one))]
        elif value is not None:
            words += [flag, *map(str, values)]
    return shlex.join(words)


def has_own_data(folder: Path) -> bool:
    source = read_command(folder)["arguments"].get("source", {})
    return bool({"csv", "parquet", "images", "npz", "idx"} & set(source))
