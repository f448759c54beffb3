"""What is best so far: asked alike for the best model, early stopping and a plateau."""

import math
from typing import Any

from digitzoo.errors import InvalidArgumentError


class Best:
    """The best value of a metric so far. Only a finite number can be best.

    Args:
        monitor: The metric; accuracies count upwards, all else downwards.
        min_delta: By how much a value has to be better to count.

    Attributes:
        value: The best value; None before there is one.
        epoch: Its epoch, counted from 1; None before there is one.

    >>> best = Best("val_loss")
    >>> [best.update(epoch, {"val_loss": loss}) for epoch, loss in enumerate([math.nan, 2, 3, 1])]
    [False, True, False, True]
    >>> best.value, best.epoch
    (1.0, 4)
    """

    def __init__(self, monitor: str, min_delta: float = 0.0) -> None:
        self._monitor = monitor
        self._sign = 1 if monitor.endswith("accuracy") else -1
        self._min_delta = min_delta
        self.value: float | None = None
        self.epoch: int | None = None

    def update(self, epoch: int, logs: dict[str, float] | None) -> bool:
        """Compare an epoch, counted from 0, with the best so far, and say whether it is better.

        Raises:
            InvalidArgumentError: If the metric was not measured.
        """
        if self._monitor not in (logs or {}):
            raise InvalidArgumentError(
                f"The run waits for {self._monitor!r}, which is not measured. "
                f"There is: {', '.join(sorted(logs or {})) or 'none'}. Choose one of these as "
                f"monitor=."
            )
        value = float((logs or {})[self._monitor])
        if not math.isfinite(value):
            return False
        if self.value is not None:
            gain = self._sign * value - self._min_delta
            if not gain > self._sign * self.value:
                return False
        self.value, self.epoch = value, epoch + 1
        return True

    def state_dict(self) -> dict[str, Any]:
        """Give what a checkpoint keeps."""
        return {"best": self.value, "epoch": self.epoch}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint."""
        self.value, self.epoch = state["best"], state["epoch"]
