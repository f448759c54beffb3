"""The command line: `digitzoo`. It reads arguments and prints; the other rooms do the work."""

import contextlib
import io
import os
import sys
from pathlib import Path
from typing import Any

import typer
import typer.core

from digitzoo.errors import DigitzooError

_WRONG_ARGUMENT = 2
_INTERRUPTED = 130

# What typer raises for a wrong argument; it exports the children, BadParameter among them.
_UsageError: Any = next(
    error for error in typer.BadParameter.__mro__ if error.__name__ == "ClickException"
)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line, and end with its exit code.

    A wrong argument, a `DigitzooError` and an output that takes no more end with one line on
    standard error and code 2.

    Args:
        arguments: What follows the program's name; by default what the shell gave.
    """
    if sys.stdout is None:  # it was closed: what is printed is then an error, not lost
        sys.stdout = Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115 - as long as the program
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # names that the terminal's encoding lacks
    from digitzoo.cli.app import app
    from digitzoo.cli.output import print_error

    try:
        code = app(arguments, prog_name="digitzoo", standalone_mode=False)
    except _UsageError as error:
        print_error(f"{error.format_message()}{_hint(error)}")
        code = _WRONG_ARGUMENT
    except DigitzooError as error:
        print_error(str(error))
        code = _WRONG_ARGUMENT
    except (KeyboardInterrupt, typer.Abort):
        code = _INTERRUPTED
    _let_go(sys.stdout)
    sys.exit(code)


def _hint(error: Any) -> str:
    """Say where a command's options are listed, if one was not understood."""
    context: Any = getattr(error, "ctx", None)
    of_command = context and isinstance(context.command, typer.core.TyperCommand)
    if not of_command or isinstance(error, typer.BadParameter):
        return ""
    end = "" if error.format_message().endswith((".", "?")) else "."
    return f"{end} `{context.command_path} -h` shows its options."


def _let_go(stream: Any) -> None:
    """Have what could not be written go nowhere, lest Python complain of it at its end."""
    try:
        stream.flush()
    except OSError:
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
