"""Lowering the learning rate where a run stops getting better."""

import math
from typing import TYPE_CHECKING, Any

import keras

from digitzoo.errors import InvalidArgumentError

if TYPE_CHECKING:
    from digitzoo.training.schedules import Plateau


class PlateauCallback(keras.callbacks.Callback):  # type: ignore[misc] # Keras ships no types
    """Lowers the optimizer's learning rate where the monitored metric no longer improves.

    Keras's ReduceLROnPlateau forgets on a second `fit` what it has seen, and takes a NaN in the
    first epoch for the best. This one goes on from `load_state_dict`, and a NaN is never best.

    Args:
        settings: When to lower it and by how much.
        monitor: The metric to watch; accuracies count upwards, all else downwards.
    """

    def __init__(self, settings: "Plateau", monitor: str) -> None:
        super().__init__()
        self._settings = settings
        self._monitor = monitor
        self._sign = 1 if monitor.endswith("accuracy") else -1
        self._best: float | None = None
        self._epochs_without_better = 0

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:  # noqa: ARG002 - Keras's signature
        """Compare the epoch with the best so far.

        Raises:
            InvalidArgumentError: If the metric is not there.
        """
        logs = logs or {}
        if self._monitor not in logs:
            raise InvalidArgumentError(
                f"The learning rate waits for {self._monitor!r}, which is not measured. "
                f"There is: {', '.join(sorted(logs)) or 'none'}. Choose one of these as monitor=."
            )
        value = float(logs[self._monitor])
        if self._is_better(value):
            self._best, self._epochs_without_better = value, 0
            return
        self._epochs_without_better += 1
        if self._epochs_without_better >= self._settings.patience:
            self._lower()

    def state_dict(self) -> dict[str, float | int | None]:
        """Give what has to be kept for a resume, as values that JSON can write.

        The learning rate itself is a variable of the optimizer and is kept with it.
        """
        return {"best": self._best, "epochs_without_better": self._epochs_without_better}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take back what `state_dict` gave."""
        self._best = state["best"]
        self._epochs_without_better = state["epochs_without_better"]

    def _is_better(self, value: float) -> bool:
        if self._best is None:
            return math.isfinite(value)
        return self._sign * value - self._settings.min_delta > self._sign * self._best

    def _lower(self) -> None:
        optimizer = self.model.optimizer
        now = float(keras.ops.convert_to_numpy(optimizer.learning_rate))
        lowest = self._settings.min_learning_rate
        lowered = max(now * self._settings.factor, lowest)
        if lowered < now:
            optimizer.learning_rate = lowered
            self._epochs_without_better = 0
