"""`digitzoo train`: a model from the first step to its test accuracy."""

import shlex
import sys
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from digitzoo.cli.output import JsonOption, percent, print_json, print_line, print_note, start_keras
from digitzoo.cli.run_data import CsvColumns, csv_columns, was_called_with, write_command
from digitzoo.cli.summary import ModelArgument
from digitzoo.errors import DigitzooError, InvalidArgumentError
from digitzoo.models import build_model, model_card

if TYPE_CHECKING:
    from digitzoo.data import Dataset
    from digitzoo.training import TrainingRun

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
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Decides every random draw.")] = 0,
    run_dir: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="By default runs/MODEL-DATA-NUMBER."),
    ] = None,
    restart: Annotated[
        bool, typer.Option("--restart", help="Begin anew what the folder holds.")
    ] = False,
    checkpoint_every: Annotated[
        int | None,
        typer.Option(min=1, metavar="STEPS", help="Write checkpoints within epochs too."),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Show no progress.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Train a model, keep the run in a folder, and measure it on the test images.

    A run that was cut off goes on when the same command is given again.
    """
    card = model_card(model)
    if csv is not None and dataset is not None:
        raise InvalidArgumentError("--csv and --dataset are two data sets. Give one.")
    if csv is None and ignore:
        raise InvalidArgumentError("--ignore names a column of a CSV file: it goes with --csv.")
    columns = None if csv is None else csv_columns(csv, label, tuple(ignore or ()))
    data = _load(csv or dataset or card.dataset, columns, validation=validation, seed=seed)
    arguments = {
        "model": model,
        "dataset": data.name,
        "csv": None if csv is None else str(csv.resolve()),
        "epochs": epochs,
        "batch_size": batch_size,
        "optimizer": optimizer,
        "learning_rate": learning_rate,
        "early_stopping": early_stopping,
        "validation": validation,
        "seed": seed,
    }
    folder = run_dir or _choose_folder(f"{model}-{data.name}", arguments)

    start_keras()
    import keras

    from digitzoo.training import train as run_training

    start_line = f"{model} on {data.name}: {len(data.train):,} images, run in {folder}"

    announced = False

    def begin(_: object) -> None:  # Keras begins twice where an epoch was left in the middle
        nonlocal announced
        if not announced:
            write_command(folder, arguments, columns)
            if not quiet:
                print_note(start_line)
        announced = True

    keras.utils.set_random_seed(seed)
    built = build_model(
        model, input_shape=data.train.images.shape[1:], num_classes=len(data.class_names)
    )
    try:
        run = run_training(
            built,
            data,
            epochs=epochs,
            batch_size=batch_size,
            optimizer=optimizer,
            learning_rate=learning_rate,
            early_stopping=early_stopping,
            run_dir=folder,
            restart=restart,
            checkpoint_every=checkpoint_every,
            seed=seed,
            callbacks=[keras.callbacks.LambdaCallback(on_train_begin=begin)],
            verbose=0 if quiet else "auto",
        )
    except KeyboardInterrupt:
        print_note(f"\nInterrupted; the run is kept in {folder}. To go on:")
        print_note(_same_command(folder))
        raise typer.Exit(130) from None

    _report(run, data, folder, as_json=as_json)


def _load(
    source: str | Path, columns: CsvColumns | None, *, validation: float, seed: int
) -> "Dataset":
    """Load a data set by its name, or a CSV file by its path."""
    from digitzoo.data import Dataset, load_data, read_csv

    if columns is None:
        return load_data(str(source), validation=validation, seed=seed)
    split = read_csv(source, label=columns.label, ignore=columns.ignore)
    return Dataset.from_split(split, validation=validation, seed=seed, name=Path(source).stem)


def _report(run: "TrainingRun", data: "Dataset", folder: Path, *, as_json: bool) -> None:
    """Measure what was trained, and say what to do next."""
    from digitzoo.evaluation import evaluate

    if run.best_epoch is None:
        raise DigitzooError(
            f"The training was lost: {run.stop_reason}. Begin anew with --restart and a smaller "
            f"--learning-rate."
        )
    measured_on = "test" if data.test is not None else "validation"
    measured = data.test or data.validation
    result = None if measured is None else evaluate(run.model, measured)
    if as_json:
        print_json(
            {
                "model": run.model.name,
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
    epochs = f"{run.epochs} {'epoch' if run.epochs == 1 else 'epochs'}"
    print_line(f"Trained {epochs} ({run.stop_reason}), the best was {run.best_epoch}")
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
        print_line(f"Next: {shlex.join(['digitzoo', 'evaluate', str(folder)])}")
    else:
        words = ["digitzoo", "predict", str(folder), "test.csv", "--output", "submission.csv"]
        print_line(f"Next: {shlex.join(words)}")


def _choose_folder(name: str, arguments: dict[str, Any]) -> Path:
    """Find the unfinished run of the same command, or the first number that is free."""
    from digitzoo.training.run_folder import RunFolder

    for number in count(1):
        folder = _RUNS / f"{name}-{number}"
        if not folder.exists():
            return folder
        if not RunFolder(folder).is_finished and was_called_with(folder, arguments):
            return folder
    raise AssertionError  # count does not end


def _same_command(folder: Path) -> str:
    """Word the command that goes on with a run."""
    words = ["digitzoo", *sys.argv[1:]]
    if not any(word.split("=")[0] == "--run-dir" for word in words):
        words += ["--run-dir", str(folder)]
    return shlex.join(word for word in words if word != "--restart")
