"""The best epoch, and when to stop looking for a better one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from digitzoo.training.atomic import remove
from digitzoo.training.best import Best
from digitzoo.training.optimizers import keeps_average
from digitzoo.training.run_folder import RunFolder

if TYPE_CHECKING:
    from numpy.typing import NDArray


class BestModel(keras.callbacks.Callback):  # type: ignore[misc] # Keras ships no types
    """Keeps the weights of the best epoch, and stops a run that no longer improves.

    Keras's own pair of callbacks forgets both when a run is resumed, and takes a NaN in the first
    epoch for the best.

    Args:
        monitor: The metric to watch.
        patience: Stop after so many epochs without a better one; None never stops.
        folder: Where to save the best model, if anywhere.

    Attributes:
        gave_up: Whether the patience ran out.
    """

    def __init__(self, monitor: str, patience: int | None, folder: RunFolder | None) -> None:
        super().__init__()
        self._best = Best(monitor)
        self._patience = patience
        self._folder = folder
        self._weights: list[NDArray[Any]] = []
        self.gave_up = False

    @property
    def epoch(self) -> int | None:
        """The best epoch, counted from 1; None before there is one."""
        return self._best.epoch

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Compare the epoch with the best so far."""
        if self._best.update(epoch, logs):
            with averaged_weights(self.model):
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
        if self._folder is None:
            return
        if not self._weights:
            remove(self._folder.best)
            return
        now = model.get_weights()
        model.set_weights(self._weights)
        self._folder.save_model(model, self._folder.best)
        model.set_weights(now)

    def state_dict(self) -> dict[str, Any]:
        """Give what a checkpoint keeps."""
        weights = [np.asarray(weight) for weight in self._weights]
        return {**self._best.state_dict(), "gave_up": self.gave_up, "weights": weights}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint."""
        self._best.load_state_dict(state)
        self.gave_up, self._weights = state["gave_up"], state["weights"]


@contextmanager
def averaged_weights(model: Any) -> Iterator[None]:
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
