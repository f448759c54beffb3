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

_VALIDATION = "val_"


@dataclass(frozen=True)
class Curves:
    """The numbers of one run.

    Attributes:
        name: What legends call it.
        history: One value an epoch for each metric.
        best_epoch: Counted from 1; None if no epoch was good.
        stopped: What ended the run before its last epoch, such as `"stopped early"`; "" if
            nothing did.
    """

    name: str
    history: Mapping[str, Sequence[float]]
    best_epoch: int | None
    stopped: str = ""

    @property
    def epochs(self) -> int:
        """How many epochs were run."""
        return max(map(len, self.history.values()))

    @property
    def metrics(self) -> list[str]:
        """The metrics' names, each once for train and validation."""
        return list(dict.fromkeys(name.removeprefix(_VALIDATION) for name in self.history))

    def parts(self, metric: str) -> list[tuple[str, NDArray[np.floating]]]:
        """Give a metric's values by part, those of train first."""
        columns = (("train", metric), ("validation", f"{_VALIDATION}{metric}"))
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
        return [_as_one(runs, None)]
    curves = [_as_one(run, None) for run in runs]
    names = [curve.name for curve in curves]
    return [
        curve if names.count(curve.name) == 1 else replace(curve, name=f"run {number}")
        for number, curve in enumerate(curves, 1)
    ]


def _is_series(values: object) -> bool:
    return isinstance(values, list | tuple) or (isinstance(values, np.ndarray) and values.ndim == 1)


def _as_numbers(history: Mapping[Any, Any]) -> dict[str, list[float]]:
    numbers = {}
    for name, values in history.items():
        if not _is_series(values):
            raise ArgumentTypeError(
                f"A dict of metrics has a list with one value an epoch for each. {shown(name)} "
                f"holds {shown(values)}. Leave it out."
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


def _as_one(run: Any, name: str | None) -> Curves:
    if isinstance(run, str | Path):
        return _from_folder(RunFolder.open(check_path("runs", run)), name)
    if isinstance(run, Mapping) and any(map(_is_series, run.values())):
        numbers = _as_numbers(run)
        return _make(name or "run", numbers, _best(numbers))
    if not isinstance(getattr(run, "history", None), Mapping):
        raise ArgumentTypeError(
            f"Expected a TrainingRun, what model.fit returns, a dict of metrics with one value an "
            f"epoch, or the path of a run folder. Received {type(run).__name__}."
        )
    history = _as_numbers(run.history)
    if hasattr(run, "stop_reason"):
        own_name = str(run.model.name if run.folder is None else run.folder.name)
        return _make(name or own_name, history, run.best_epoch, run.stop_reason)
    planned = (getattr(run, "params", None) or {}).get("epochs")
    done = max(map(len, history.values()), default=0)
    reason = "stopped" if planned is not None and done < planned else ""
    own_name = str(getattr(getattr(run, "model", None), "name", "run"))
    return _make(name or own_name, history, _best(history), reason)


def _from_folder(folder: RunFolder, name: str | None) -> Curves:
    from digitzoo.training.history import read_history

    summary = folder.read_summary()
    history = read_history(folder.history)
    return _make(
        name or folder.path.resolve().name, history, summary["best_epoch"], summary["stop_reason"]
    )


def _make(
    name: str, history: Mapping[str, Sequence[float]], best: int | None, reason: str = ""
) -> Curves:
    if not history or not max(map(len, history.values())):
        raise InvalidArgumentError(f"Run {shown(name)} has no epoch to draw.")
    stopped = {"all epochs done": "", "unknown": "", "no improvement": "stopped early"}
    return Curves(name, history, best, stopped.get(reason, reason))


def _best(history: Mapping[str, Sequence[float]]) -> int | None:
    """Find the epoch of the lowest loss, that of validation where there is one."""
    values = history.get(f"{_VALIDATION}loss", history.get("loss", ()))
    finite = [(value, epoch) for epoch, value in enumerate(values, 1) if math.isfinite(value)]
    return min(finite)[1] if finite else None
