"""The commands by name. Each lives in a file of its own and loads what it needs when it is run."""

from typing import Annotated

import typer

import digitzoo
from digitzoo.cli import data
from digitzoo.cli.evaluate import evaluate
from digitzoo.cli.explain import explain
from digitzoo.cli.models import models
from digitzoo.cli.plot import plot
from digitzoo.cli.predict import predict
from digitzoo.cli.program import SETTINGS, Command, Program, show_help_alone
from digitzoo.cli.report import report
from digitzoo.cli.reproduce import reproduce
from digitzoo.cli.shapes import PASS_THROUGH, shapes
from digitzoo.cli.summary import summary
from digitzoo.cli.train import train

app = typer.Typer(
    name="digitzoo",
    cls=Program,
    help="The small networks everyone starts with on MNIST and Fashion-MNIST.",
    invoke_without_command=True,
    context_settings=SETTINGS,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _show_version(value: bool) -> None:  # noqa: FBT001 - typer calls it so
    if value:
        typer.echo(digitzoo.__version__)
        raise typer.Exit


@app.callback()
def _options(
    context: typer.Context,
    version: Annotated[  # noqa: FBT002 - its callback does the work
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """The small networks everyone starts with on MNIST and Fashion-MNIST."""
    show_help_alone(context)


for command in (models, summary, train, reproduce, evaluate, predict, plot, report, explain):
    app.command(command.__name__, cls=Command)(command)
app.command("shapes", cls=Command, context_settings=PASS_THROUGH)(shapes)
app.add_typer(data.app, name="data")
