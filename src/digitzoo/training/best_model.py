"""The best epoch, and when to stop looking for a better one."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from digitzoo.training.run_folder import RunFolder

if TYPE_CHECKING:
    from numpy.typing import NDArray

_WEIGHT = "weight {}"


class BestModel(keras.callbacks.Callback):  # type: ignore[misc] # Keras ships no types
    """Keeps the weights of the best epoch, and stops a run that no longer improves.

    Keras's own pair of callbacks forgets both when a run is resumed, and takes a NaN in the first
    epoch for the best. Here only a finite value can be best.

    Args:
        monitor: The metric to watch; accuracies count upwards, all else downwards.
        patience: Stop after so many epochs without a better one; None never stops.
        folder: Where to save the best model, if anywhere.

    Attributes:
        epoch: The best epoch, counted from 1; None before there is one.
        gave_up: Whether the patience ran out.
    """

    def __init__(self, monitor: str, patience: int | None, folder: RunFolder | None) -> None:
        super().__init__()
        self._monitor = monitor
        self._sign = 1 if monitor.endswith("accuracy") else -1
        self._patience = patience
        self._folder = folder
        self._best = -math.inf
        self._weights: list[NDArray[Any]] = []
        self.epoch: int | None = None
        self.gave_up = False

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Compare the epoch with the best so far."""
        score = self._sign * float((logs or {})[self._monitor])
        if score > self._best:
            self._best, self.epoch = score, epoch + 1
            with averaged_weights(self.model):
                self._weights = self.model.get_weights()
                if self._folder is not None:
                    self._folder.save_model(self.model, self._folder.best)
        elif self._patience is not None and epoch + 1 - (self.epoch or 0) >= self._patience:
            self.gave_up = True
            self.model.stop_training = True

    def restore(self, model: Any) -> None:  # noqa: ANN401 - any Keras model
        """Give the model the weights of the best epoch, if there was one."""
        if self._weights:
            model.set_weights(self._weights)

    def rewrite(self, model: Any) -> None:  # noqa: ANN401 - any Keras model
        """Save the best model anew: the file may be of an epoch that a cut made undone."""
        if self._folder is None:
            return
        if not self._weights:
            self._folder.remove(self._folder.best)
            return
        now = model.get_weights()
        model.set_weights(self._weights)
        self._folder.save_model(model, self._folder.best)
        model.set_weights(now)

    def state_dict(self) -> dict[str, Any]:
        """Give what a checkpoint keeps."""
        state: dict[str, Any] = {"epoch": self.epoch, "gave_up": self.gave_up}
        if self.epoch is not None:
            state["best"] = np.float64(self._best)
        for number, weight in enumerate(self._weights):
            state[_WEIGHT.format(number)] = np.asarray(weight)
        return state

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint."""
        self.epoch, self.gave_up = state["epoch"], state["gave_up"]
        if self.epoch is not None:
            self._best = float(state["best"])
        weights = sum(1 for name in state if name.startswith(_WEIGHT.format("")))
        self._weights = [state[_WEIGHT.format(number)] for number in range(weights)]


@contextmanager
def averaged_weights(model: Any) -> Iterator[None]:  # noqa: ANN401 - any Keras model
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


def keeps_average(optimizer: Any) -> bool:  # noqa: ANN401 - any Keras optimizer
    """Tell whether an optimizer keeps a moving average of the weights."""
    # Mixed precision wraps the optimizer in one that scales the loss.
    return bool(getattr(optimizer, "inner_optimizer", optimizer).use_ema)
