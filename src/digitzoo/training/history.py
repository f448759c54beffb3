"""The numbers of each epoch."""

import math
from typing import Any

import keras

from digitzoo.training.run_folder import RunFolder


class History(keras.callbacks.Callback):  # type: ignore[misc] # Keras ships no types
    """Keeps the values of each metric, one an epoch, in memory and in the run folder."""

    def __init__(self, folder: RunFolder | None) -> None:
        super().__init__()
        self._folder = folder
        self.columns: dict[str, list[float]] = {}

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Add the epoch's row."""
        for name, value in order_metrics(logs).items():
            self.columns.setdefault(name, []).append(value)
        self.write()

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
        self.write()

    def write(self) -> None:
        """Write all rows anew, so that a reader sees whole ones only."""
        if self._folder is not None:
            self._folder.write_history(self.columns)


def order_metrics(logs: dict[str, float] | None) -> dict[str, float]:
    """Put an epoch's numbers in the order in which people read them: loss first, train first.

    >>> list(order_metrics({"accuracy": 0.9, "loss": 0.3, "val_accuracy": 0.8, "val_loss": 0.4}))
    ['loss', 'accuracy', 'val_loss', 'val_accuracy']
    """
    numbers = logs or {}
    names = sorted(numbers, key=lambda name: (name.startswith("val_"), "loss" not in name))
    return {name: float(numbers[name]) for name in names}
