"""What the commands have in common: how their help reads, and how their errors are told."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import typer
import typer.core

from digitzoo.cli.advice import flags_of, in_options
from digitzoo.errors import DigitzooError

SETTINGS = {"help_option_names": ["-h", "--help"]}


def help_rows(parameters: Iterable[Any], context: Any) -> Iterator[tuple[str, str]]:
    """Give what a command takes and what it means, without the types of Python."""
    for parameter in parameters:
        record = parameter.get_help_record(context)
        if record is not None:
            yield record[0].split(" <")[0], record[1]


def show_help_alone(context: typer.Context) -> None:
    """Show a group's help where no command follows its name."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@contextmanager
def _telling_os_errors() -> Iterator[None]:
    """Say what could not be written: standard output is full or closed, or it is a file.

    Raises:
        typer.Exit: The reader of a pipe, such as head, has seen enough: that is no error.
        DigitzooError: Anything else.
    """
    try:
        yield
    except BrokenPipeError as error:
        raise typer.Exit from error
    except OSError as error:
        what = "standard output" if error.filename is None else error.filename
        raise DigitzooError(f"{what} cannot be written ({error.strerror or error}).") from error


class Command(typer.core.TyperCommand):
    """A command whose help names no types of Python."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write what it takes."""
        for title, kind in (("Arguments", "argument"), ("Options", "option")):
            of_kind = [one for one in self.get_params(ctx) if one.param_type_name == kind]
            rows = list(help_rows(of_kind, ctx))
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """Name what follows the command's name."""
        return [piece.strip("{}").replace("}", "") for piece in super().collect_usage_pieces(ctx)]


class Program(typer.core.TyperGroup):
    """The program: it words the errors of the library for the command that was typed."""

    def make_context(self, info_name: str | None, args: list[str], *rest: Any, **more: Any) -> Any:
        """Keep what was typed, and show help and version."""
        typed = list(args)
        with _telling_os_errors():
            context = super().make_context(info_name, args, *rest, **more)
        context.obj = typed
        return context

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            with _telling_os_errors():
                return super().invoke(ctx)
        except DigitzooError as error:
            command: Any = self.commands.get(ctx.invoked_subcommand, self)
            free = bool((command.context_settings or {}).get("ignore_unknown_options"))
            flags = None if free else flags_of(command.params)
            raise DigitzooError(in_options(str(error), flags, ctx.obj)) from error
