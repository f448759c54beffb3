"""`digitzoo evaluate`: how good a trained model is, and where it is wrong."""

import typer

from digitzoo.cli.backend import start_keras
from digitzoo.cli.network import ModelArgument, find_network
from digitzoo.cli.options import BestOption, JsonOption
from digitzoo.cli.output import counted, percent, print_json, print_table
from digitzoo.cli.source import Source, reads_images
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
