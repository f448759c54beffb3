"""`digitzoo evaluate`: how good a trained model is, and where it is wrong."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from digitzoo.cli.output import (
    JsonOption,
    make_table,
    percent,
    print_json,
    print_line,
    print_table,
    start_keras,
)
from digitzoo.cli.run_data import CsvColumns, present, read_csv_columns
from digitzoo.errors import InvalidArgumentError

if TYPE_CHECKING:
    from digitzoo.data import Split

_MISTAKES_SHOWN = 10

RunArgument = Annotated[Path, typer.Argument(metavar="RUN", help="A run folder.")]
BestOption = Annotated[
    bool, typer.Option("--best", help="Use the best epoch's model, not the final one.")
]


def evaluate(
    run: RunArgument,
    *,
    dataset: Annotated[
        str | None, typer.Option(help="mnist or fashion_mnist; by default the run's own.")
    ] = None,
    csv: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Measure on this CSV file instead.")
    ] = None,
    best: BestOption = False,
    as_json: JsonOption = False,
) -> None:
    """Measure a trained model on the test images, or on a CSV file with labels."""
    from digitzoo.training.run_folder import RunFolder

    settings = RunFolder.open(run).read_settings()
    split, name = choose_split(run, dataset, csv, settings)

    start_keras()
    from digitzoo.evaluation import evaluate as measure
    from digitzoo.training import TrainingRun

    loaded = TrainingRun.load(run, which="best" if best else "final")
    result = measure(loaded.model, split)
    if as_json:
        print_json({"run": str(run), "data": name, **result.to_dict()})
        return
    low, high = result.accuracy_interval
    print_line(f"{loaded.model.name} on {name}: {result.total:,} images")
    print_line(
        f"Accuracy {percent(result.accuracy)} (95 % interval {percent(low)} to {percent(high)}), "
        f"loss {result.loss:.4f}, {result.total - result.correct:,} wrong"
    )
    table = make_table(
        "class",
        "images",
        "correct",
        "recall",
        "precision",
        "f1",
        right=("images", "correct", "recall", "precision", "f1"),
    )
    for row in result.per_class:
        table.add_row(
            row.name,
            f"{row.total:,}",
            f"{row.correct:,}",
            percent(row.recall),
            percent(row.precision),
            percent(row.f1),
        )
    print_table(table)
    if len(result.wrong):
        print_line("Most confident mistakes:")
        for index in result.wrong[:_MISTAKES_SHOWN]:
            said = result.predicted[index]
            print_line(
                f"  image {index}: {result.class_names[said]} "
                f"({percent(result.probabilities[index, said])}), "
                f"is {result.class_names[result.labels[index]]}"
            )


def choose_split(
    run: Path, dataset: str | None, csv: Path | None, settings: dict[str, object]
) -> "tuple[Split, str]":
    """Find the images that a run is measured on: its own test images, others, or those of a file.

    Returns:
        The images, and what reports call them.

    Raises:
        InvalidArgumentError: If the run's data has no test images.
    """
    from digitzoo.data import list_datasets, load_data, read_csv

    columns = read_csv_columns(run)
    if csv is not None:
        if dataset is not None:
            raise InvalidArgumentError("--csv and --dataset are two data sets. Give one.")
        columns = columns or CsvColumns("label")
        split = read_csv(
            csv, label=columns.label, ignore=present(columns.ignore, csv), pixels=columns.pixels
        )
        return split, csv.name
    name = dataset or str(settings["dataset"])
    if dataset is None and (columns is not None or name not in list_datasets()):
        raise InvalidArgumentError(
            f"The run was trained on {name!r}, which has no test images here. "
            f"Give a file with labels: --csv FILE."
        )
    test = load_data(name, validation=0).test
    assert test is not None  # noqa: S101 - both bundled data sets have one
    return test, f"{name} test"
