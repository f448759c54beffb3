"""What `digitzoo train` says when it ends."""

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from digitzoo.cli.network import epoch_of
from digitzoo.cli.output import counted, percent, print_json
from digitzoo.cli.source import ParquetParts, Source
from digitzoo.errors import DigitzooError

if TYPE_CHECKING:
    from digitzoo.data import Dataset
    from digitzoo.training import TrainingRun


def report_run(
    run: "TrainingRun",
    data: "Dataset | ParquetParts",
    source: Source,
    folder: Path,
    *,
    as_json: bool,
) -> None:
    """Measure the best model that the run kept, and say what to do next."""
    from digitzoo.evaluation import evaluate
    from digitzoo.training import TrainingRun

    if run.best_epoch is None:
        raise DigitzooError(
            f"The training was lost: {run.stop_reason}. Begin it anew with "
            f"{shlex.join(['--run-dir', str(folder)])} --restart and a smaller --learning-rate."
        )
    chosen = ["--best"] if epoch_of(run) != run.best_epoch else []
    best = TrainingRun.load(folder, which="best") if chosen else run
    part = "test" if data.test is not None else "validation"
    measured = data.test or data.validation
    result = None if measured is None else evaluate(best.model, measured)
    if as_json:
        print_json(
            {
                "model": run.model.name,
                "dataset": data.name,
                "run_dir": str(folder),
                "epochs": run.epochs,
                "best_epoch": run.best_epoch,
                "stop_reason": run.stop_reason,
                "measured_on": None if result is None else part,
                "measured_epoch": run.best_epoch,
                "measured_model": "best" if chosen else "final",
                "result": None if result is None else result.to_dict(),
            }
        )
        return
    epochs = counted(run.epochs, "epoch")
    typer.echo(f"Trained {epochs} ({run.stop_reason}), the best was {run.best_epoch}")
    if result is not None:
        low, high = result.accuracy_interval
        typer.echo(
            f"{part.capitalize()} accuracy {percent(result.accuracy)} (95 % interval "
            f"{percent(low)} to {percent(high)}) with the model of epoch {run.best_epoch}\n"
            f"{result.total - result.correct:,} of {result.total:,} wrong, loss {result.loss:.4f}"
        )
    words = ["evaluate", str(folder), *chosen]
    if data.test is None:
        words = ["predict", str(folder), *chosen]
        words += ["test.csv", "--output", "submission.csv"] if source.csv else ["picture.png"]
    elif source.npz:
        for name, value in source.given.items():
            words += [f"--{name.replace('_', '-')}", str(value)]
    typer.echo(f"The run lies in {folder}\nNext: {shlex.join(['digitzoo', *words])}")


def same_command(folder: Path) -> str:
    """Word the command that goes on with a run."""
    words = ["digitzoo", *sys.argv[1:]]
    if not any(word.split("=")[0] == "--run-dir" for word in words):
        words += ["--run-dir", str(folder)]
    return shlex.join(word for word in words if word != "--restart")
