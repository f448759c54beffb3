"""The program: its commands by name, how their help reads, and how errors are told."""

import contextlib
import io
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
import typer.core

import digitzoo
from digitzoo.cli.advice import flags_of, in_options
from digitzoo.cli.classroom import quiz, worksheet
from digitzoo.cli.compare import compare
from digitzoo.cli.evaluate import evaluate, report
from digitzoo.cli.explain import explain, shapes
from digitzoo.cli.explore import explore
from digitzoo.cli.export import export
from digitzoo.cli.info import info
from digitzoo.cli.models import data_info, models, summary
from digitzoo.cli.output import print_error
from digitzoo.cli.plot import plot
from digitzoo.cli.predict import predict
from digitzoo.cli.reproduce import reproduce
from digitzoo.cli.train import train
from digitzoo.errors import DigitzooError

_WRONG_ARGUMENT = 2
_INTERRUPTED = 130
_UsageError: Any = typer.BadParameter.__base__  # typer exports its children only


def help_rows(parameters: Iterable[Any], context: Any) -> Iterator[tuple[str, str]]:
    """Give what a command takes and what it means, without the types of Python."""
    for parameter in parameters:
        record = parameter.get_help_record(context)
        if record is not None:
            yield record[0].split(" <")[0], record[1]


@contextlib.contextmanager
def _telling_os_errors() -> Iterator[None]:
    """Say what could not be written: standard output is full or closed, or it is a file."""
    try:
        yield
    except BrokenPipeError as error:  # a reader such as head has seen enough: that is no error
        raise typer.Exit from error
    except OSError as error:
        what = "standard output" if error.filename is None else error.filename
        raise DigitzooError(f"{what} cannot be written ({error.strerror or error}).") from error


class Command(typer.core.TyperCommand):
    def format_options(self, ctx: Any, formatter: Any) -> None:
        for title, kind in (("Arguments", "argument"), ("Options", "option")):
            of_kind = [one for one in self.get_params(ctx) if one.param_type_name == kind]
            if rows := list(help_rows(of_kind, ctx)):
                with formatter.section(title):
                    formatter.write_dl(rows)

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        return [piece.strip("{}").replace("}", "") for piece in super().collect_usage_pieces(ctx)]


class Program(typer.core.TyperGroup):
    """The program, which words the library's errors for the command that was typed."""

    def make_context(self, info_name: str | None, args: list[str], *rest: Any, **more: Any) -> Any:
        typed = list(args)
        with _telling_os_errors():
            context = super().make_context(info_name, args, *rest, **more)
        context.obj = typed
        return context

    def invoke(self, ctx: Any) -> Any:
        try:
            with _telling_os_errors():
                return super().invoke(ctx)
        except DigitzooError as error:
            command: Any = self.commands.get(ctx.invoked_subcommand, self)
            flags = None if command.name == "shapes" else flags_of(command.params)
            raise DigitzooError(in_options(str(error), flags, ctx.obj)) from error


app = typer.Typer(
    name="digitzoo",
    cls=Program,
    help="The small networks everyone starts with on MNIST and Fashion-MNIST.",
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
data = typer.Typer(help="The bundled data sets.", invoke_without_command=True)


@data.callback()
def _show_help(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.callback()
def _options(
    context: typer.Context,
    *,
    version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False,
) -> None:
    if version:
        typer.echo(digitzoo.__version__)
        raise typer.Exit
    _show_help(context)


for command in (
    models,
    summary,
    train,
    reproduce,
    evaluate,
    compare,
    predict,
    plot,
    explore,
    export,
    report,
    explain,
    info,
    worksheet,
    quiz,
):
    app.command(command.__name__, cls=Command)(command)
# `--kernel-size 3x5` and any other argument of Keras's pass through as they are.
_any = {"allow_extra_args": True, "ignore_unknown_options": True}
app.command("shapes", cls=Command, context_settings=_any)(shapes)
data.command("info", cls=Command)(data_info)
app.add_typer(data, name="data")


def main(arguments: list[str] | None = None) -> None:
    """Run the command line, and end with its exit code.

    A wrong argument, a `DigitzooError` and an output that takes no more end with one line on
    standard error and code 2.

    Args:
        arguments: What follows the program's name; by default what the shell gave.
    """
    if sys.stdout is None:  # it was closed: what is printed is then an error, not lost
        sys.stdout = Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115 - as long as the program
    os.environ["MPLBACKEND"] = "agg"  # a command has no window to show
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # names that the terminal's encoding lacks
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
    try:
        sys.stdout.flush()
    except OSError:  # what could not be written goes nowhere, lest Python complain at its end
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


def _hint(error: Any) -> str:
    """Say where a command's options are listed, if one was not understood."""
    context: Any = getattr(error, "ctx", None)
    is_option = context and isinstance(context.command, Command)
    if not is_option or isinstance(error, typer.BadParameter):
        return ""
    end = "" if error.format_message().endswith((".", "?")) else "."
    return f"{end} `{context.command_path} -h` shows its options."
