"""What happens at the end of each epoch: the history is written and the best model is kept."""

import csv
import math
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import keras

from digitzoo.training.files import RunFolder

if TYPE_CHECKING:
    from numpy.typing import NDArray

StopReason = Literal["all epochs done", "no improvement", "loss not finite"]


class History(keras.callbacks.Callback):  # type: ignore[misc] # Keras ships no types
    """Keeps one row an epoch, in memory and, where there is a folder, in `history.csv`.

    Attributes:
        columns: The values of each metric, one an epoch.
    """

    def __init__(self, folder: RunFolder | None) -> None:
        super().__init__()
        self._path = None if folder is None else folder.history
        self._began = 0.0
        self.columns: dict[str, list[float]] = {}

    def on_epoch_begin(self, epoch: int, logs: object = None) -> None:  # noqa: ARG002 - Keras's signature
        """Start the clock."""
        self._began = time.monotonic()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Add the epoch's row."""
        row = order_metrics(logs)
        row["seconds"] = round(time.monotonic() - self._began, 3)
        for name, value in row.items():
            self.columns.setdefault(name, []).append(value)
        if self._path is not None:
            _append_row(self._path, {"epoch": epoch + 1, **row})


class BestModel(keras.callbacks.Callback):  # type: ignore[misc] # Keras ships no types
    """Keeps the weights of the best epoch, and stops a run that no longer improves.

    Keras's own pair of callbacks takes a NaN in the first epoch for the best. Here only a finite
    loss can be best, and a loss that is not finite ends the run.

    Args:
        monitor: The metric to watch; accuracies count upwards, all else downwards.
        patience: Stop after so many epochs without a better one; None never stops.
        folder: Where to save the best model, if anywhere.

    Attributes:
        epoch: The best epoch, counted from 1; None before there is one.
        stop_reason: Why the run ended.
    """

    def __init__(self, monitor: str, patience: int | None, folder: RunFolder | None) -> None:
        super().__init__()
        self._monitor = monitor
        self._sign = 1 if monitor.endswith("accuracy") else -1
        self._patience = patience
        self._folder = folder
        self._best = -math.inf
        self._weights: list[NDArray[Any]] | None = None
        self.epoch: int | None = None
        self.stop_reason: StopReason = "all epochs done"

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Compare the epoch with the best so far."""
        logs = logs or {}
        if not math.isfinite(logs["loss"]):
            self._stop("loss not finite")
            return
        score = self._sign * logs[self._monitor]
        if score > self._best:
            self._best, self.epoch = score, epoch + 1
            self._weights = self.model.get_weights()
            if self._folder is not None:
                self._folder.save_model(self.model, self._folder.best)
        elif self._patience is not None and epoch + 1 - (self.epoch or 0) >= self._patience:
            self._stop("no improvement")

    def restore(self) -> None:
        """Give the model the weights of the best epoch."""
        if self._weights is not None:
            self.model.set_weights(self._weights)

    def _stop(self, reason: StopReason) -> None:
        self.stop_reason = reason
        self.model.stop_training = True


def order_metrics(logs: dict[str, float] | None) -> dict[str, float]:
    """Put an epoch's numbers in the order in which people read them: loss first, train first.

    >>> list(order_metrics({"accuracy": 0.9, "loss": 0.3, "val_accuracy": 0.8, "val_loss": 0.4}))
    ['loss', 'accuracy', 'val_loss', 'val_accuracy']
    """
    names = sorted(logs or {}, key=lambda name: (name.startswith("val_"), "loss" not in name))
    return {name: float((logs or {})[name]) for name in names}


def _append_row(path: Path, row: dict[str, float]) -> None:
    is_new = not path.exists()
    with path.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(row))
        if is_new:
            writer.writeheader()
        writer.writerow(row)
