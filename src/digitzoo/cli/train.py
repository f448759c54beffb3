"""`digitzoo train`: a model from the first step to its test accuracy."""

from itertools import count
from pathlib import Path
from typing import Annotated

import typer

from digitzoo.cli.output import JsonOption, percent, print_json, print_line, print_note, start_keras
from digitzoo.cli.run_data import CsvColumns, write_csv_columns
from digitzoo.cli.summary import ModelArgument
from digitzoo.errors import InvalidArgumentError
from digitzoo.models import build_model, model_card

_RUNS = Path("runs")


def train(
    model: ModelArgument,
    *,
    dataset: Annotated[
        str | None, typer.Option(help="mnist or fashion_mnist; by default the model's own.")
    ] = None,
    csv: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Train on this CSV file instead.")
    ] = None,
    label: Annotated[str, typer.Option(help="The CSV file's label column.")] = "label",
    ignore: Annotated[
        list[str] | None, typer.Option(help="A CSV column that is no pixel; may be repeated.")
    ] = None,
    epochs: Annotated[int, typer.Option(min=1, help="How often each image is seen, at most.")] = 10,
    batch_size: Annotated[int, typer.Option(min=1, help="How many images make one step.")] = 128,
    optimizer: Annotated[str, typer.Option(help="A Keras optimizer by name.")] = "adam",
    learning_rate: Annotated[
        float | None, typer.Option(help="Its step size; by default its own.")
    ] = None,
    early_stopping: Annotated[
        int | None,
        typer.Option(
            min=1, metavar="EPOCHS", help="Stop after so many epochs without a better one."
        ),
    ] = None,
    validation: Annotated[float, typer.Option(help="The part of train to watch the run by.")] = 0.1,
    seed: Annotated[int, typer.Option(help="Decides every random draw.")] = 0,
    run_dir: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="A new folder; by default runs/MODEL-DATA-NUMBER."),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Show no progress.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Train a model, keep the run in a folder, and measure it on the test images."""
    from digitzoo.data import Dataset, load_data, read_csv

    card = model_card(model)
    columns = None if csv is None else CsvColumns(label, tuple(ignore or ()))
    if csv is None or columns is None:
        if ignore:
            raise InvalidArgumentError("--ignore names a column of a CSV file: it goes with --csv.")
        data = load_data(dataset or card.dataset, validation=validation, seed=seed)
    else:
        split = read_csv(csv, label=label, ignore=columns.ignore)
        data = Dataset.from_split(split, validation=validation, seed=seed, name=csv.stem)
    folder = run_dir or _next_folder(f"{model}-{data.name}")

    start_keras()
    import keras

    from digitzoo.evaluation import evaluate
    from digitzoo.training import train as run_training

    start_line = f"{model} on {data.name}: {len(data.train):,} images, run in {folder}"
    announce = keras.callbacks.LambdaCallback(on_train_begin=lambda _: print_note(start_line))
    keras.utils.set_random_seed(seed)
    built = build_model(
        model, input_shape=data.train.images.shape[1:], num_classes=len(data.class_names)
    )
    run = run_training(
        built,
        data,
        epochs=epochs,
        batch_size=batch_size,
        optimizer=optimizer,
        learning_rate=learning_rate,
        early_stopping=early_stopping,
        run_dir=folder,
        seed=seed,
        callbacks=[announce],
        verbose=0 if quiet else "auto",
    )
    if columns is not None:
        write_csv_columns(folder, columns)

    measured_on = "test" if data.test is not None else "validation"
    measured = data.test or data.validation
    result = None if measured is None else evaluate(run.model, measured)
    if as_json:
        print_json(
            {
                "model": model,
                "dataset": data.name,
                "run_dir": str(folder),
                "epochs": run.epochs,
                "best_epoch": run.best_epoch,
                "stop_reason": run.stop_reason,
                "measured_on": None if result is None else measured_on,
                "result": None if result is None else result.to_dict(),
            }
        )
        return
    print_line(f"Trained {run.epochs} epochs ({run.stop_reason}), the best was {run.best_epoch}")
    if result is not None:
        low, high = result.accuracy_interval
        print_line(
            f"{measured_on.capitalize()} accuracy {percent(result.accuracy)} "
            f"(95 % interval {percent(low)} to {percent(high)})"
        )
        wrong = result.total - result.correct
        print_line(f"{wrong:,} of {result.total:,} wrong, loss {result.loss:.4f}")
    print_line(f"The run lies in {folder}")
    if data.test is not None:
        print_line(f"Next: digitzoo evaluate {folder}")
    else:
        print_line(f"Next: digitzoo predict {folder} test.csv --output submission.csv")


def _next_folder(name: str) -> Path:
    return next(
        folder for number in count(1) if not (folder := _RUNS / f"{name}-{number}").exists()
    )
