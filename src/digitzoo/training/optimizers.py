"""Optimizers of a name and options, and copies of those that are given."""

import inspect
from typing import Any

import keras

from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, first_sentence, shown

_KNOWN = "Keras has 'adam', 'adamw', 'rmsprop', 'sgd', ..."


def make_optimizer(
    optimizer: str | keras.optimizers.Optimizer,
    **options: float | keras.optimizers.schedules.LearningRateSchedule | None,
) -> keras.optimizers.Optimizer:
    """Make an optimizer of its name and options, or one like the one that is given.

    Options that are None keep Keras's default; an optimizer that is given has its own.

    Raises:
        InvalidArgumentError: If there is none of that name, or an option cannot work.
    """
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
        return type(made)(**{**_arguments(made), **given})
    except (TypeError, ValueError) as error:
        raise InvalidArgumentError(f"optimizer {shown(optimizer)}: {error}") from error


def copy_optimizer(
    optimizer: str | keras.optimizers.Optimizer, learning_rate: float | None = None
) -> keras.optimizers.Optimizer:
    """Make an optimizer like the one that is named or given.

    The moments and the step count of the given one stay its own. A `learning_rate` takes the place
    of a schedule, so that it can be set.

    Raises:
        InvalidArgumentError: If there is none of that name.
        ArgumentTypeError: If it is neither.
    """
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
            f"A copy of the optimizer is trained with, and {type(optimizer).__name__} cannot be "
            f"copied: {first_sentence(error)}. A schedule or an optimizer of your own needs "
            f"get_config and @keras.saving.register_keras_serializable(), and a function is none."
        ) from error


def follows_schedule(optimizer: keras.optimizers.Optimizer) -> bool:
    """Tell whether an optimizer's learning rate follows the step, so that none can be set."""
    inner = getattr(optimizer, "inner_optimizer", optimizer)  # of one that scales the loss
    return isinstance(inner.get_config().get("learning_rate"), dict)


def keeps_average(optimizer: Any) -> bool:
    """Tell whether an optimizer keeps a moving average of the weights."""
    # Mixed precision wraps the optimizer in one that scales the loss.
    return bool(getattr(optimizer, "inner_optimizer", optimizer).use_ema)


def _arguments(optimizer: keras.optimizers.Optimizer) -> dict[str, Any]:
    """Give an optimizer's config without what only Keras's loader knows."""
    known = inspect.signature(type(optimizer)).parameters
    config = optimizer.get_config()
    return {name: config[name] for name in config if name in known and name != "name"}
