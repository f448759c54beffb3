"""Lowering the learning rate where a run stops getting better."""

from typing import Any

import keras

from digitzoo.training.best import Best
from digitzoo.training.schedules import Plateau


class PlateauCallback(keras.callbacks.Callback):  # type: ignore[misc] # Keras ships no types
    """Lowers the optimizer's learning rate where the monitored metric no longer improves.

    Keras's ReduceLROnPlateau forgets on a second `fit` what it has seen, and takes a NaN in the
    first epoch for the best. This one goes on from `load_state_dict`, and a NaN is never best.

    Args:
        settings: When to lower it and by how much.
        monitor: The metric to watch.
    """

    def __init__(self, settings: Plateau, monitor: str) -> None:
        super().__init__()
        self._settings = settings
        self._best = Best(monitor, settings.min_delta)
        self._epochs_without_better = 0

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Compare the epoch with the best so far."""
        if self._best.update(epoch, logs):
            self._epochs_without_better = 0
            return
        self._epochs_without_better += 1
        if self._epochs_without_better >= self._settings.patience:
            self._lower()

    def state_dict(self) -> dict[str, Any]:
        """Give what has to be kept for a resume, as values that JSON can write.

        The learning rate itself is a variable of the optimizer and is kept with it.
        """
        return {**self._best.state_dict(), "epochs_without_better": self._epochs_without_better}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take back what `state_dict` gave."""
        self._best.load_state_dict(state)
        self._epochs_without_better = state["epochs_without_better"]

    def _lower(self) -> None:
        optimizer = self.model.optimizer
        now = float(keras.ops.convert_to_numpy(optimizer.learning_rate))
        lowered = max(now * self._settings.factor, self._settings.min_learning_rate)
        if lowered < now:
            optimizer.learning_rate = lowered
            self._epochs_without_better = 0
