"""What a run remembers of its epochs when it is resumed: their numbers, and which was best."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np

from digitzoo.errors import InvalidArgumentError, listed
from digitzoo.training.atomic import remove
from digitzoo.training.optimizers import keeps_average
from digitzoo.training.run_folder import RunFolder
from digitzoo.training.schedules import Plateau


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
    """Put an epoch's numbers in the order in which people read them: loss first, train first."""
    numbers = logs or {}
    names = sorted(numbers, key=lambda name: (name.startswith("val_"), "loss" not in name))
    return {name: float(numbers[name]) for name in names}


class _Best(keras.callbacks.Callback):  # type: ignore[misc] # Keras ships no types
    """The best finite value of a metric so far, and its epoch; accuracies count upwards."""

    def __init__(self, monitor: str, min_delta: float = 0.0) -> None:
        super().__init__()
        self._monitor, self._min_delta = monitor, min_delta
        self._value: float | None = None
        self.epoch: int | None = None  # counted from 1

    def is_best(self, epoch: int, logs: dict[str, float] | None) -> bool:
        logs = logs or {}
        if self._monitor not in logs:
            raise InvalidArgumentError(
                f"The run waits for {self._monitor!r}, which is not measured. "
                f"There is: {listed(sorted(logs))}. Choose one of these as monitor=."
            )
        value = float(logs[self._monitor])
        sign = 1 if self._monitor.endswith("accuracy") else -1
        least = -math.inf if self._value is None else sign * self._value + self._min_delta
        if not math.isfinite(value) or sign * value <= least:
            return False
        self._value, self.epoch = value, epoch + 1
        return True

    def state_dict(self) -> dict[str, Any]:
        return {"best": self._value, "epoch": self.epoch}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self._value, self.epoch = state["best"], state["epoch"]


class BestModel(_Best):
    """Keeps the weights of the best epoch; `patience` epochs without a better one stop the run."""

    def __init__(self, monitor: str, patience: int | None, folder: RunFolder | None) -> None:
        super().__init__(monitor)
        self._patience, self._folder = patience, folder
        self._weights: list[Any] = []
        self.gave_up = False

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Compare the epoch with the best so far."""
        if self.is_best(epoch, logs):
            with _averaged_weights(self.model):
                self._weights = self.model.get_weights()
                if self._folder is not None:
                    self._folder.save_model(self.model, self._folder.best)
        elif self._patience is not None and epoch + 1 - (self.epoch or 0) >= self._patience:
            self.gave_up = True
            self.model.stop_training = True

    def restore(self, model: Any) -> None:
        """Give the model the weights of the best epoch, if there was one."""
        if self._weights:
            model.set_weights(self._weights)

    def rewrite(self, model: Any) -> None:
        """Save the best model anew: the file may be of an epoch that a cut made undone."""
        if self._weights:  # in each process, which set them together, and one saves them
            now = model.get_weights()
            model.set_weights(self._weights)
            if self._folder is not None:
                self._folder.save_model(model, self._folder.best)
            model.set_weights(now)
        elif self._folder is not None:
            remove(self._folder.best)

    def state_dict(self) -> dict[str, Any]:
        """Give what a checkpoint keeps."""
        weights = [np.asarray(weight) for weight in self._weights]
        return {**super().state_dict(), "gave_up": self.gave_up, "weights": weights}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint."""
        super().load_state_dict(state)
        self.gave_up, self._weights = state["gave_up"], state["weights"]


class PlateauCallback(_Best):
    """Lowers the optimizer's learning rate where the monitored metric no longer improves."""

    def __init__(self, settings: Plateau, monitor: str) -> None:
        super().__init__(monitor, settings.min_delta)
        self._settings = settings
        self._epochs_without_better = 0

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Compare the epoch with the best so far."""
        if self.is_best(epoch, logs):
            self._epochs_without_better = 0
            return
        self._epochs_without_better += 1
        if self._epochs_without_better < self._settings.patience:
            return
        optimizer = self.model.optimizer
        now = float(keras.ops.convert_to_numpy(optimizer.learning_rate))
        lowered = max(now * self._settings.factor, self._settings.min_learning_rate)
        if lowered < now:
            optimizer.learning_rate = lowered  # a variable of the optimizer, kept with it
            self._epochs_without_better = 0

    def state_dict(self) -> dict[str, Any]:
        """Give what a checkpoint keeps."""
        return {**super().state_dict(), "epochs_without_better": self._epochs_without_better}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint."""
        super().load_state_dict(state)
        self._epochs_without_better = state["epochs_without_better"]


@contextmanager
def _averaged_weights(model: Any) -> Iterator[None]:
    """Give a model the moving average of its weights, if its optimizer keeps one, and back."""
    if not keeps_average(model.optimizer):
        yield
        return
    swap = keras.callbacks.SwapEMAWeights()
    swap.set_model(model)
    swap.on_test_begin()
    try:
        yield
    finally:
        swap.on_test_end()
