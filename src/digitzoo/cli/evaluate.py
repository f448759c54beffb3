"""`digitzoo evaluate` and `report`: how good a trained model is, and where it is wrong."""

from pathlib import Path
from typing import Annotated

import typer

from digitzoo.cli.network import ModelArgument, find_network, start_keras
from digitzoo.cli.options import BestOption, JsonOption, language_choice, path
from digitzoo.cli.output import check_output, counted, percent, print_json, print_table
from digitzoo.cli.run_command import repeating_command
from digitzoo.cli.source import FILES, Source, reads_images
from digitzoo.saving import writing
from digitzoo.tables import Table

_MISTAKES_SHOWN = 10


@reads_images
def evaluate(
    model: ModelArgument, *, source: Source, best: BestOption = False, as_json: JsonOption = False
) -> None:
    """Measure a trained model on test images, or on your own images with labels."""
    network = find_network(model, best=best, dataset=source.dataset)
    split, name = source.read_test(network)

    start_keras()
    from digitzoo.evaluation import evaluate as measure

    result = measure(network.model, split)
    if as_json:
        print_json({"run": model, "data": name, **result.to_dict()})
        return
    low, high = result.accuracy_interval
    typer.echo(
        f"{network.in_words} on {name}: {counted(result.total, 'image')}\n"
        f"Accuracy {percent(result.accuracy)} (95 % interval {percent(low)} to {percent(high)}), "
        f"loss {result.loss:.4f}, {result.total - result.correct:,} wrong"
    )
    rows = tuple(
        (
            row.name,
            f"{row.total:,}",
            f"{row.correct:,}",
            *map(percent, (row.recall, row.precision, row.f1)),
        )
        for row in result.per_class
    )
    numbers = ("images", "correct", "recall", "precision", "f1")
    print_table(Table(("class", *numbers), rows, numbers=numbers))
    if len(result.wrong):
        typer.echo("Most confident mistakes:")
    for index in result.wrong[:_MISTAKES_SHOWN]:
        said = result.predicted[index]
        typer.echo(
            f"  image {index}: {result.class_names[said]} "
            f"({percent(result.probabilities[index, said])}), "
            f"is {result.class_names[result.labels[index]]}"
        )


@reads_images
def report(
    model: ModelArgument,
    *,
    source: Source,
    output: Annotated[Path | None, path("By default RUN.html.")] = None,
    best: BestOption = False,
    language: Annotated[str, language_choice("The page's: en, the default, or ko.")] = "en",
) -> None:
    """Write a run as one HTML page: verdict, samples, curves, results, mistakes, layers."""
    network = find_network(model, best=best)
    network.need_run()
    target = check_output(output or Path(f"{network.title}.html"))
    split = source.read_test(network)[0] if network.bundled or source.given else None
    run = network.run
    from digitzoo.visualization.report import make_report

    command = repeating_command(network.path)
    page = make_report(run, split, command=command, language=language)
    with writing(target):
        target.write_text(page, encoding="utf-8")
    typer.echo(f"Written to {target}")
    if split is None:
        typer.echo(
            "The run's data has no test images: results are left out. "
            f"Give a file with labels:\n{FILES}."
        )
