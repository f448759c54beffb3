"""What a model was compiled with: `train` compiles it anew, and says what that leaves out."""

import warnings
from collections.abc import Sequence
from typing import Any
from weakref import WeakSet

import keras

from digitzoo.errors import listed
from digitzoo.training.identity import describe_optimizer
from digitzoo.training.losses import loss_name
from digitzoo.training.metrics import metric_name

_ACCURACY = ("accuracy", "acc", "binary_accuracy", "categorical_accuracy")
_BY_TRAIN: "WeakSet[Any]" = WeakSet()  # optimizers, of which a model has a new one each time


def compile_model(model: Any, optimizer: Any, loss: Any, metrics: Sequence[Any]) -> None:
    """Compile a model, and make its optimizer's variables."""
    model.compile(optimizer=optimizer, loss=loss, metrics=list(metrics))
    compiled = model.optimizer  # lower precision puts one around that scales the loss
    if not compiled.built:  # a second build would double its variables
        compiled.build(model.trainable_variables)
    _BY_TRAIN.add(compiled)


def compiled_caveats(model: Any, optimizer: Any, loss: Any, metrics: Sequence[Any]) -> list[str]:
    """Say what the user compiled a model with that it will not be trained with."""
    if not getattr(model, "compiled", False) or model.optimizer in _BY_TRAIN:
        return []
    dropped = []
    if describe_optimizer(model.optimizer) != describe_optimizer(optimizer):
        dropped.append(f"the optimizer {type(model.optimizer).__name__} as optimizer=")
    before = keras.losses.get(model.loss) if isinstance(model.loss, str) else model.loss
    if before is not None and loss_name(before) != loss_name(loss):
        dropped.append(f"the loss {loss_name(before)} as loss=")
    measured = {*_ACCURACY, "sparse_categorical_accuracy", *map(metric_name, metrics)}
    others = [name for name in _metrics_of(model) if name not in measured]
    if others:
        dropped.append(f"{listed(others)} as metrics=")
    said = "train compiles the model anew, without what it was compiled with: give {} to have it."
    return [said.format(", ".join(dropped))] if dropped else []


def _metrics_of(model: Any) -> list[str]:
    try:
        with warnings.catch_warnings(action="ignore"):  # of functions without a name
            config = model.get_compile_config() or {}
    except (AttributeError, NotImplementedError, TypeError, ValueError):  # a user's own object
        return []
    names = []
    waiting = [config.get("metrics"), config.get("weighted_metrics")]
    while waiting:
        metric = waiting.pop(0)
        if isinstance(metric, str):
            names.append(metric)
        elif isinstance(metric, dict) and "config" in metric:
            inner = metric["config"]
            name = inner.get("name") if isinstance(inner, dict) else inner
            names.append(str(name or "a function of your own"))
        elif isinstance(metric, dict | list | tuple):
            waiting += metric.values() if isinstance(metric, dict) else metric
    return names
