"""The numbers of each epoch."""

import csv
import math
from pathlib import Path
from typing import Any

import keras

from digitzoo.errors import RunFolderError
from digitzoo.training.atomic import explaining_disk_errors, replacing
from digitzoo.training.run_folder import RunFolder


class History(keras.callbacks.Callback):  # type: ignore[misc] # Keras ships no types
    """Keeps one row an epoch, in memory and, where there is a folder, in `history.csv`.

    Attributes:
        columns: The values of each metric, one an epoch.
    """

    def __init__(self, folder: RunFolder | None) -> None:
        super().__init__()
        self._path = None if folder is None else folder.history
        self.columns: dict[str, list[float]] = {}

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Add the epoch's row."""
        for name, value in order_metrics(logs).items():
            self.columns.setdefault(name, []).append(value)
        self.rewrite()

    def caveats(self) -> list[str]:
        """Say which metrics were no finite number, and what that means."""
        found = []
        for name, values in self.columns.items():
            lost = sum(not math.isfinite(value) for value in values)
            if lost:
                often = "any epoch" if lost == len(values) else f"{lost} of {len(values)} epochs"
                found.append(
                    f"{name} was not a finite number in {often}: by it no such epoch can be the "
                    f"best. Look at the loss, and at the images and labels it was measured on."
                )
        return found

    def state_dict(self) -> dict[str, Any]:
        """Give what a checkpoint keeps."""
        return {"columns": self.columns}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint; rows that were written after it are dropped."""
        self.columns = state["columns"]
        self.rewrite()

    def rewrite(self) -> None:
        """Write all rows, so that a reader sees whole ones only."""
        if self._path is None:
            return
        with (
            explaining_disk_errors(self._path),
            replacing(self._path) as beside,
            beside.open("w", newline="", encoding="utf-8") as file,
        ):
            writer = csv.writer(file)
            if self.columns:
                writer.writerow(["epoch", *self.columns])
            for number, row in enumerate(zip(*self.columns.values(), strict=True), 1):
                writer.writerow([number, *row])


def read_history(path: Path) -> dict[str, list[float]]:
    """Read the columns of a `history.csv` back.

    Raises:
        RunFolderError: If it is missing or damaged.
    """
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file, restval=""))
        return {
            name: [float(row[name]) for row in rows]
            for name in (rows[0] if rows else ())
            if name != "epoch"
        }
    except (OSError, ValueError, TypeError, csv.Error) as error:
        raise RunFolderError(f"{path} cannot be read: {error}") from error


def order_metrics(logs: dict[str, float] | None) -> dict[str, float]:
    """Put an epoch's numbers in the order in which people read them: loss first, train first.

    >>> list(order_metrics({"accuracy": 0.9, "loss": 0.3, "val_accuracy": 0.8, "val_loss": 0.4}))
    ['loss', 'accuracy', 'val_loss', 'val_accuracy']
    """
    names = sorted(logs or {}, key=lambda name: (name.startswith("val_"), "loss" not in name))
    return {name: float((logs or {})[name]) for name in names}
