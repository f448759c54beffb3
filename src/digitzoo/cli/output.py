"""What the commands share in printing: tables for people, JSON for programs, no backend noise."""

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from digitzoo.errors import DigitzooError

if TYPE_CHECKING:
    from rich.table import Table

_PADDINGS = ((0, 1, 0, 1), (0, 1, 0, 0))  # above, right, below, left of a cell
_FOLDED_WIDTH = 12  # narrower than that, what folds is no longer read with ease

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def print_json(content: Any) -> None:  # noqa: ANN401 - what json takes
    """Print a value as JSON on standard output."""
    typer.echo(json.dumps(content, indent=2))


def print_line(text: str = "") -> None:
    """Print a line of text on standard output."""
    typer.echo(text)


def print_note(text: str) -> None:
    """Print a remark on standard error, out of the way of what a program reads."""
    typer.echo(text, err=True)


def print_table(*tables: "Table") -> None:
    """Print a table, as wide as it needs where the output is no terminal.

    Args:
        *tables: The table, and narrower forms of it. The first that fits is printed, with smaller
            gaps if need be; where none does, each row of the first as lines of their own.
    """
    from rich.console import Console

    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = max(200, sum(_widths(tables[0])))
    for table in tables:
        for padding in _PADDINGS:
            table.padding = padding
            if sum(_widths(table, folded=True)) <= console.width:
                console.print(table)
                return
    console.print(_as_records(tables[0]))


def make_table(
    *columns: str,
    right: tuple[str, ...] = (),
    folds: tuple[str, ...] = (),
    title: str | None = None,
) -> "Table":
    """Start a table.

    The first column, which is what a person types next, and numbers are never broken.

    Args:
        *columns: The headings.
        right: Those of them whose cells are numbers, aligned on the right.
        folds: Those whose cells may be longer than a line, such as paths.
        title: A heading above it.
    """
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(
        box=SIMPLE_HEAD, title=title, title_justify="left", pad_edge=False, show_edge=False
    )
    for column in columns:
        table.add_column(
            column,
            justify="right" if column in right else "left",
            no_wrap=column in right or (not table.columns and column not in folds),
            overflow="fold",
        )
    return table


def _widths(table: "Table", *, folded: bool = False) -> list[int]:
    """Say how wide each column is with the gap on its right; what may fold needs little."""
    from rich.cells import cell_len

    gap = 1 + table.padding[1] + table.padding[3]  # the box draws a space
    widths = []
    for column in table.columns:
        texts = [str(cell) for cell in (column.header, *column.cells)]
        width = max(cell_len(line) for text in texts for line in text.split("\n"))
        may_fold = folded and not column.no_wrap
        widths.append((min(width, _FOLDED_WIDTH) if may_fold else width) + gap)
    widths[-1] -= gap
    return widths


def _as_records(table: "Table") -> "Table":
    """Turn each row into lines of a heading and a value, with an empty line between rows."""
    from rich.table import Table

    records = Table.grid(padding=(0, 1), pad_edge=False)
    records.add_column(no_wrap=True)
    records.add_column(overflow="fold")
    headings = [str(column.header).replace("\n", " ") for column in table.columns]
    for number, row in enumerate(zip(*(column.cells for column in table.columns), strict=True)):
        if number:
            records.add_row()
        for heading, cell in zip(headings, row, strict=True):
            if cell:
                records.add_row(heading, cell)
    return records


def show_help_alone(context: typer.Context) -> None:
    """Show a group's help where no command follows its name."""
    if context.invoked_subcommand is None:
        print_line(context.get_help())


def percent(value: float) -> str:
    """Show a fraction of 1 as a percentage of two digits.

    >>> percent(0.9897)
    '98.97 %'
    """
    return f"{100 * value:.2f} %"


@contextmanager
def quiet_backend() -> Iterator[None]:
    """Hold back what TensorFlow's C++ code writes to standard error while Keras starts.

    It writes of missing GPU drivers and rounding before any of its settings can stop it. If the
    start fails, what was held back is shown.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    try:
        sys.stderr.flush()
        kept = os.dup(2)
    except (OSError, ValueError, AttributeError):  # there is no standard error to keep quiet
        yield
        return
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        except BaseException:
            held.seek(0)
            os.write(kept, held.read())
            raise
        finally:
            sys.stderr.flush()
            os.dup2(kept, 2)
            os.close(kept)


def start_keras() -> None:
    """Import Keras and have it find its devices, quietly."""
    try:
        with quiet_backend():
            import keras

            keras.ops.zeros(())
    except (ImportError, ValueError) as error:  # the latter for a backend that Keras lacks
        backend = os.environ.get("KERAS_BACKEND")
        remedy = f" KERAS_BACKEND is {backend}: install it, or unset that." if backend else ""
        raise DigitzooError(f"Keras cannot start: {error}.{remedy}") from error
