"""The command line: `digitzoo`. It reads arguments and prints; the other rooms do the work."""

import io
import sys
from typing import Any

import typer

from digitzoo.errors import DigitzooError

_WRONG_ARGUMENT = 2
_INTERRUPTED = 130

# What typer raises for a wrong argument; it exports the children, BadParameter among them.
_UsageError: Any = next(
    error for error in typer.BadParameter.__mro__ if error.__name__ == "ClickException"
)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line, and end with its exit code.

    A wrong argument and a `DigitzooError` end with one line on standard error and code 2.

    Args:
        arguments: What follows the program's name; by default what the shell gave.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # names that the terminal's encoding lacks
    from digitzoo.cli.app import app

    try:
        code = app(arguments, standalone_mode=False)
    except _UsageError as error:
        sys.exit(_refuse(error.format_message()))
    except DigitzooError as error:
        sys.exit(_refuse(str(error)))
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(_INTERRUPTED)
    except BrokenPipeError:  # the reader, such as head, has seen enough
        sys.stderr.close()
        sys.exit(0)
    sys.exit(code)


def _refuse(message: str) -> int:
    line = " ".join(message.split())
    print(f"digitzoo: {line}", file=sys.stderr)  # noqa: T201 - the command line prints
    return _WRONG_ARGUMENT
