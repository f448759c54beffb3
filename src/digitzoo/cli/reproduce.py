"""`digitzoo reproduce`: the numbers of a model, measured again."""

import os
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from digitzoo.cli.network import start_keras
from digitzoo.cli.options import (
    DatasetOption,
    JsonOption,
    ModelName,
    QuietOption,
    RestartOption,
    number,
    path,
)
from digitzoo.cli.output import counted, percent, print_json, print_note, print_table
from digitzoo.errors import InvalidArgumentError
from digitzoo.models import model_card
from digitzoo.tables import Table

if TYPE_CHECKING:
    from digitzoo.models import AccuracySummary, MeasuredResult


def reproduce(
    model: ModelName,
    *,
    recipe: Annotated[str, typer.Option(metavar="NAME", help="tuned, reference, ...")] = "tuned",
    dataset: DatasetOption = None,
    seeds: Annotated[
        int | None, number("How many; by default as many as the recipe says.", at_least=1)
    ] = None,
    jobs: Annotated[
        int | None,
        number("Processes at a time, of one thread each; by default one a core.", at_least=1),
    ] = None,
    precision: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="float32 for a recipe that computes in bfloat16, on a processor that is slow at "
            "it. The bits are then others than the recorded ones.",
        ),
    ] = None,
    folder: Annotated[Path | None, path("By default runs/MODEL-DATA-RECIPE.", "FOLDER")] = None,
    restart: RestartOption = False,
    record: Annotated[
        bool,
        typer.Option(
            "--record", help="Write the row, and a tuned one's weights, into the package."
        ),
    ] = False,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Train a model as a recipe says, with seeds 0, 1, ..., and measure it on the test images.

    Each seed is a process of one thread, so that its bits do not depend on the number of cores.
    What was cut off goes on when the same command is given again.
    """
    start_keras()
    from digitzoo.recipes import load_recipe
    from digitzoo.recipes import reproduce as reproduction
    from digitzoo.training.record import lacks_bfloat16

    chosen = packaged = load_recipe(model, recipe, dataset=dataset)
    where = folder or Path("runs", chosen.title)
    if precision not in (None, chosen.precision):
        if record:
            raise InvalidArgumentError(
                f"--record keeps what the recipe's file says, precision {chosen.precision!r}. "
                f"Received --precision {precision}. Leave one of the two out."
            )
        chosen = replace(chosen, precision=precision)
        where = folder or where.with_name(f"{where.name}-{precision}")
    if not quiet:
        print_note(f"{chosen.title}: {chosen.summary}, in {where}")
        if chosen.precision == "mixed_bfloat16" and lacks_bfloat16():
            print_note(
                "This recipe computes in bfloat16, and this processor has no instructions for "
                "it: expect about ten times the time of --precision float32."
            )
    try:
        result = reproduction.reproduce(
            chosen,
            seeds=seeds or chosen.seeds,
            jobs=jobs or os.cpu_count() or 1,
            folder=where,
            restart=restart,
            say=lambda seed, line: None if quiet else print_note(f"seed {seed}  {line}"),
        )
    except KeyboardInterrupt:
        command = "The same command without --restart" if restart else "The same command"
        print_note(f"\nInterrupted; the runs are kept in {where}. {command} goes on.")
        raise typer.Exit(130) from None
    if record:
        result = reproduction.record(result, where, with_weights=chosen.name == "tuned")
    else:
        reproduction.keep_row(result, where / "row.json")
    if as_json:
        print_json(asdict(result))
        return
    rows = {(row.recipe, row.dataset): row for row in model_card(model).measured}
    recorded = rows.get((result.recipe, result.dataset))
    _show(result, recorded)
    if recorded is not None and recorded.recipe_sha256 != result.recipe_sha256:
        known = recorded.recipe_sha256 == packaged.sha256  # then it differs in precision alone
        precisions = f": precision {packaged.precision}, here {chosen.precision}"
        typer.echo(f"Recorded with another recipe{precisions if known else '.'}")


def _show(result: "MeasuredResult", recorded: "MeasuredResult | None") -> None:
    known = {row.seed: row.errors for row in recorded.seeds} if recorded else {}
    images = result.accuracy.images
    rows = tuple(
        (
            str(row.seed),
            f"{row.errors:,}",
            "" if row.errors_undisputed is None else f"{row.errors_undisputed:,}",
            f"{1 - row.errors / images:.4f}",
            "" if row.cpu_seconds is None else f"{row.cpu_seconds / 60:.1f}",
            f"{1 - known[row.seed] / images:.4f}" if row.seed in known else "",
        )
        for row in result.seeds
    )
    numbers = ("wrong", "undisputed", "accuracy", "CPU minutes", "recorded")
    print_table(Table(("seed", *numbers), rows, numbers=numbers))
    typer.echo(f"Test accuracy {_in_words(result.accuracy)}")
    undisputed = result.accuracy_undisputed
    if undisputed is not None:
        left_out = counted(images - undisputed.images, "disputed label")
        typer.echo(f"Without the {left_out} {_in_words(undisputed)}")
    if recorded and any(known.get(row.seed, row.errors) != row.errors for row in result.seeds):
        here = {**result.versions, **result.machine}
        for name, value in {**recorded.versions, **recorded.machine}.items():
            if here.get(name) != value:
                typer.echo(f"Recorded with {name} {value}, here {here.get(name)}")


def _in_words(summary: "AccuracySummary") -> str:
    interval = f"(95 % interval {percent(summary.low)} to {percent(summary.high)})"
    if summary.standard_deviation is None:
        return f"{percent(summary.mean)} {interval}"
    spread = percent(summary.standard_deviation)
    return f"{percent(summary.mean)}, standard deviation over seeds {spread} {interval}"
