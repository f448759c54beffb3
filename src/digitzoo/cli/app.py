"""The commands by name. Each lives in a file of its own and loads what it needs when it is run."""

from typing import Annotated

import typer

import digitzoo
from digitzoo.cli import data, evaluate, models, plot, predict, reproduce, shapes, summary, train
from digitzoo.cli.output import show_help_alone

app = typer.Typer(
    name="digitzoo",
    help="The small networks everyone starts with on MNIST and Fashion-MNIST.",
    invoke_without_command=True,
    add_completion=False,
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
    version: Annotated[  # noqa: ARG001, FBT002 - its callback does the work
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """The small networks everyone starts with on MNIST and Fashion-MNIST."""
    show_help_alone(context)


app.command("models")(models.models)
app.command("summary")(summary.summary)
app.command("train")(train.train)
app.command("reproduce")(reproduce.reproduce)
app.command("evaluate")(evaluate.evaluate)
app.command("predict")(predict.predict)
app.command("plot")(plot.plot)
app.command("report")(plot.report)
app.command("shapes", context_settings=shapes.PASS_THROUGH)(shapes.shapes)
app.command("explain")(shapes.explain)
app.add_typer(data.app, name="data")
