"""What the commands share in printing: lines and tables for people, JSON for programs."""

import contextlib
import json
import os
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import typer

from digitzoo.errors import DataFileError

_GAP = "  "


def print_json(content: Any) -> None:  # noqa: ANN401 - what json takes
    """Print a value as JSON on standard output."""
    typer.echo(json.dumps(content, indent=2))


def print_line(text: str = "") -> None:
    """Print a line of text on standard output."""
    typer.echo(text)


def print_note(text: str) -> None:
    """Print a remark on standard error, out of the way of what a program reads."""
    with contextlib.suppress(OSError):  # a remark that cannot be told stops no work
        typer.echo(text, err=True)


def print_error(message: str) -> None:
    """Print what is wrong, as one line on standard error."""
    print_note(f"digitzoo: {' '.join(message.split())}")


@dataclass
class Table:
    """Rows of cells below headings; a cell may have several lines.

    Attributes:
        columns: The headings.
        right: Those of them whose cells are numbers, aligned on the right.
        rows: The cells.
    """

    columns: tuple[str, ...]
    right: tuple[str, ...] = ()
    rows: list[tuple[str, ...]] = field(default_factory=list)

    def add_row(self, *cells: str) -> None:
        """Add a row."""
        self.rows.append(cells)

    def lines(self) -> list[str]:
        """Write it as wide as it is."""
        from rich.cells import cell_len

        blocks = [[cell.split("\n") for cell in row] for row in (self.columns, *self.rows)]
        widths = [
            max(cell_len(line) for block in blocks for line in block[column])
            for column in range(len(self.columns))
        ]
        written = []
        for block in blocks:
            for number in range(max(map(len, block))):
                cells = []
                for column, width, lines in zip(self.columns, widths, block, strict=True):
                    text = lines[number] if number < len(lines) else ""
                    room = " " * (width - cell_len(text))
                    cells.append(room + text if column in self.right else text + room)
                written.append(_GAP.join(cells).rstrip())
        heading = max(len(heading.split("\n")) for heading in self.columns)
        return [
            *written[:heading],
            "-" * cell_len(_GAP.join(" " * w for w in widths)),
            *written[heading:],
        ]

    def records(self, width: int) -> list[str]:
        """Write each row as lines of a heading and a value, folded to a width."""
        from rich.cells import chop_cells

        headings = [heading.replace("\n", " ") for heading in self.columns]
        indent = max(map(len, headings)) + len(_GAP)
        written: list[str] = []
        for row in self.rows:
            written += [""] if written else []
            for heading, cell in zip(headings, row, strict=True):
                folded = [
                    part for line in cell.split("\n") for part in chop_cells(line, width - indent)
                ]
                for number, part in enumerate(folded):
                    written.append(f"{'' if number else heading:{indent}}{part}".rstrip())
        return written


def print_table(*tables: Table) -> None:
    """Print a table: as wide as it is where the output is no terminal.

    Args:
        *tables: The table, and narrower forms of it. The first that fits is printed; where none
            does, each row of the first as lines of their own.
    """
    if not (os.environ.get("FORCE_COLOR") or (sys.stdout and sys.stdout.isatty())):
        print_line("\n".join(tables[0].lines()))
        return
    from rich.cells import cell_len

    width = shutil.get_terminal_size().columns
    for table in tables:
        lines = table.lines()
        if max(map(cell_len, lines)) <= width:
            break
    else:
        lines = tables[0].records(width)
    print_line("\n".join(lines))


def percent(value: float) -> str:
    """Show a fraction of 1 as a percentage of two digits.

    >>> percent(0.9897)
    '98.97 %'
    """
    return f"{100 * value:.2f} %"


def check_output(path: Path) -> Path:
    """Find out, before the work, whether a file can be written.

    Raises:
        DataFileError: If it cannot be written.
    """
    why = None
    folder = path.resolve().parent
    if path.is_dir():
        why = "it is a folder"
    elif not folder.is_dir():
        why = f"there is no folder {path.parent}"
    elif not os.access(path if path.exists() else folder, os.W_OK):
        why = "no permission"
    if why:
        raise DataFileError(f"{path}: cannot be written ({why}).")
    return path
