"""What is known of a training run, whichever form it comes in."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitzoo.checks import check_path
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, shown
from digitzoo.training.run_folder import RunFolder


@dataclass(frozen=True)
class Curves:
    """The numbers of one run and its name; `stopped` says what ended it early, if anything."""

    name: str
    history: Mapping[str, Sequence[float]]
    best_epoch: int | None
    stopped: str = ""

    @property
    def epochs(self) -> int:
        """How many epochs were run."""
        return max(map(len, self.history.values()))

    def parts(self, metric: str) -> list[tuple[str, NDArray[np.floating]]]:
        """Give a metric's values by part, those of train first."""
        columns = (("train", metric), ("validation", f"val_{metric}"))
        return [
            (part, np.asarray(self.history[name], dtype=float))
            for part, name in columns
            if name in self.history
        ]


def as_curves(runs: Any) -> list[Curves]:
    """Bring one run or several to one form."""
    if isinstance(runs, Mapping) and not any(map(_is_series, runs.values())):
        return [_as_one(run, str(name)) for name, run in runs.items()]
    alone = isinstance(runs, Mapping | str | bytes | np.ndarray | np.generic)
    if alone or not isinstance(runs, Iterable):
        return [_as_one(runs, "")]
    curves = [_as_one(run, "") for run in runs]
    names = [curve.name for curve in curves]
    return [
        curve if names.count(curve.name) == 1 else replace(curve, name=f"run {number}")
        for number, curve in enumerate(curves, 1)
    ]


def _is_series(values: object) -> bool:
    return isinstance(values, list | tuple) or (isinstance(values, np.ndarray) and values.ndim == 1)


def _as_one(run: Any, name: str) -> Curves:
    if isinstance(run, str | Path):
        folder = RunFolder.open(check_path("runs", run))
        summary, history = folder.read_summary(), folder.read_history()
        name = name or folder.path.resolve().name
        return _make(name, history, summary["best_epoch"], summary["stop_reason"])
    if isinstance(run, Mapping) and any(map(_is_series, run.values())):
        history = _as_numbers(run)
        return _make(name or "run", history, _best(history))
    if not isinstance(getattr(run, "history", None), Mapping):
        raise ArgumentTypeError(
            "Expected a TrainingRun, what model.fit returns, a dict of metrics with one value an "
            f"epoch, or the path of a run folder. Received {type(run).__name__}."
        )
    history = _as_numbers(run.history)
    at = getattr(run, "folder", None)  # of a TrainingRun
    name = name or str(getattr(at or getattr(run, "model", None), "name", "run"))
    if hasattr(run, "stop_reason"):
        return _make(name, history, run.best_epoch, run.stop_reason)
    planned = (getattr(run, "params", None) or {}).get("epochs")
    done = max(map(len, history.values()), default=0)
    reason = "stopped" if planned is not None and done < planned else ""
    return _make(name, history, _best(history), reason)


def _as_numbers(history: Mapping[Any, Any]) -> dict[str, list[float]]:
    numbers = {}
    for name, values in history.items():
        if not _is_series(values):
            raise ArgumentTypeError(
                f"{shown(name)} holds {shown(values)}. Give one value an epoch, or leave it out."
            )
        try:
            column = np.asarray(values, dtype=float)
        except (OverflowError, TypeError, ValueError):
            column = np.zeros((0, 0))
        if column.ndim != 1:
            raise ArgumentTypeError(
                f"{shown(name)} must have one number an epoch. Received {shown(values)}."
            )
        numbers[str(name)] = column.tolist()
    return numbers


def _make(
    name: str, history: Mapping[str, Sequence[float]], best: int | None, reason: str = ""
) -> Curves:
    if not history or not max(map(len, history.values())):
        raise InvalidArgumentError(f"Run {shown(name)} has no epoch to draw.")
    done = reason in ("all epochs done", "unknown")
    return Curves(name, history, best, "" if done else reason)


def _best(history: Mapping[str, Sequence[float]]) -> int | None:
    """Find the epoch of the lowest loss, that of validation where there is one."""
    values = history.get("val_loss", history.get("loss", ()))
    finite = [(value, epoch) for epoch, value in enumerate(values, 1) if math.isfinite(value)]
    return min(finite)[1] if finite else None
