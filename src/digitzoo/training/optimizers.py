"""Optimizers of a name and options, copies of given ones, and models compiled with them."""

import warnings
from collections.abc import Sequence
from typing import Any
from weakref import WeakSet

import keras

from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, first_sentence, listed, shown
from digitzoo.training.identity import describe_optimizer
from digitzoo.training.losses import loss_name
from digitzoo.training.metrics import metric_name

_KNOWN = "Keras has 'adam', 'adamw', 'rmsprop', 'sgd', ..."
_ACCURACY = ("accuracy", "acc", "binary_accuracy", "categorical_accuracy")
_BY_TRAIN: "WeakSet[Any]" = WeakSet()  # optimizers, of which a model has a new one each time


def make_optimizer(
    optimizer: str | keras.optimizers.Optimizer,
    **options: float | keras.optimizers.schedules.LearningRateSchedule | None,
) -> keras.optimizers.Optimizer:
    """Make an optimizer of its name and options, or a copy of a given one, which takes none."""
    given: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
    if isinstance(optimizer, keras.optimizers.Optimizer) and given:
        raise InvalidArgumentError(
            f"{', '.join(given)} goes with the name of an optimizer. "
            f"This {type(optimizer).__name__} has its own: set it there."
        )
    made = copy_optimizer(optimizer)
    if not given:
        return made
    if "ema_momentum" in given:
        given["use_ema"] = True
    try:
        return type(made)(**given)
    except (TypeError, ValueError) as error:
        raise InvalidArgumentError(f"optimizer {shown(optimizer)}: {error}") from error


def copy_optimizer(
    optimizer: str | keras.optimizers.Optimizer, learning_rate: float | None = None
) -> keras.optimizers.Optimizer:
    """Make a fresh one like the optimizer named or given; a `learning_rate` replaces a schedule."""
    if isinstance(optimizer, str):
        try:
            return keras.optimizers.get(optimizer)
        except ValueError as error:
            raise InvalidArgumentError(f"Unknown optimizer {shown(optimizer)}. {_KNOWN}") from error
    if not isinstance(optimizer, keras.optimizers.Optimizer):
        raise ArgumentTypeError(
            f"optimizer must be a name or an optimizer. {_KNOWN} Received {shown(optimizer)}."
        )
    try:
        config = optimizer.get_config()
        if learning_rate is not None and isinstance(config.get("learning_rate"), dict):
            config["learning_rate"] = learning_rate
        return type(optimizer).from_config(config)
    except (NotImplementedError, TypeError, ValueError) as error:
        raise InvalidArgumentError(
            f"{type(optimizer).__name__} cannot be copied: {first_sentence(error)}. Your "
            "own class needs get_config and @keras.saving.register_keras_serializable()."
        ) from error


def follows_schedule(optimizer: Any) -> bool:
    """Tell whether an optimizer's learning rate follows the step, so that none can be set."""
    return isinstance(_inner(optimizer).get_config().get("learning_rate"), dict)


def keeps_average(optimizer: Any) -> bool:
    """Tell whether an optimizer keeps a moving average of the weights."""
    return bool(_inner(optimizer).use_ema)


def _inner(optimizer: Any) -> Any:
    # Mixed precision wraps the optimizer in one that scales the loss.
    return getattr(optimizer, "inner_optimizer", optimizer)


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
    others = [name for name in _compiled_metrics(model) if name not in measured]
    if others:
        dropped.append(f"{listed(others)} as metrics=")
    said = "train compiles the model anew, without what it was compiled with: give {} to have it."
    return [said.format(", ".join(dropped))] if dropped else []


def _compiled_metrics(model: Any) -> list[str]:
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
