"""What the commands share in printing: lines and tables for people, JSON for programs."""

import contextlib
import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import typer

from digitzoo.errors import DataFileError
from digitzoo.saving import writing
from digitzoo.tables import Table, width_of


def print_json(content: Any) -> None:
    typer.echo(json.dumps(content, indent=2))


def print_note(text: str) -> None:
    """Print a remark on standard error, out of the way of what a program reads."""
    with contextlib.suppress(OSError):  # a remark that cannot be told stops no work
        typer.echo(text, err=True)


def print_error(message: str) -> None:
    """Print what is wrong, as one line on standard error."""
    print_note(f"digitzoo: {' '.join(message.split())}")


def print_table(*tables: Table) -> Table:
    """Print the first of a table's forms that fits the terminal; else each row as lines.

    It gives the form whose columns were printed.
    """
    is_terminal = os.environ.get("FORCE_COLOR") or (sys.stdout and sys.stdout.isatty())
    width = shutil.get_terminal_size().columns if is_terminal else sys.maxsize
    for table in tables:
        lines = str(table).split("\n")[1:-1]  # without the rules around it
        if max(map(width_of, lines)) <= width:
            typer.echo("\n".join(lines))
            return table
    typer.echo("\n".join(_records(tables[0], width)))
    return tables[0]


def _records(table: Table, width: int) -> list[str]:
    """Write each row as lines of a heading and a value, folded to a width."""
    from rich.cells import chop_cells

    indent = max(map(width_of, table.columns)) + 2
    lines: list[str] = []
    for row in (*table.rows, *filter(None, [table.total])):
        lines += [""] if lines else []
        for heading, cell in zip(table.columns, row, strict=True):
            for number, part in enumerate(chop_cells(cell, width - indent)):
                lines.append(f"{'' if number else heading:{indent}}{part}")
    return lines


def percent(value: float) -> str:
    return f"{100 * value:.2f} %"


def counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def check_output(path: Path) -> Path:
    """Find out, before the work, whether a file can be written."""
    why = None
    folder = path.resolve().parent
    if path.is_dir():
        why = "it is a folder"
    elif not folder.is_dir():
        why = f"there is no folder {path.parent}"
    elif not os.access(path if path.exists() else folder, os.W_OK):
        why = "no permission"
    if why:
        named = str(path)[-200:]  # its end names the file
        raise DataFileError(f"{named!r}: cannot be written ({why}).")
    return path


def write_whole(target: Path, text: str) -> None:
    from digitzoo.training.atomic import replacing

    content = text.encode(errors="surrogateescape")  # a file's name need not be text
    with writing(target):
        where = target.resolve()  # what a link points to
        if where.exists() and not where.is_file():  # such as /dev/stdout
            where.write_bytes(content)
        else:
            with replacing(where) as beside:
                beside.write_bytes(content)
