"""What `train` takes as a learning rate: a number, or how it changes."""

from collections.abc import Mapping
from typing import Any, TypeAlias

import keras

from digitzoo.checks import check_number, check_whole
from digitzoo.errors import (
    ArgumentTypeError,
    DigitzooError,
    InvalidArgumentError,
    shown,
    unknown_name,
)
from digitzoo.training.schedules import (
    Constant,
    Cosine,
    KerasSchedule,
    OneCycle,
    Plateau,
    Schedule,
)

LearningRate: TypeAlias = float | Constant | Cosine | OneCycle | Plateau | KerasSchedule | None
"""What `train` takes as a learning rate."""

_BY_NAME: dict[str, Any] = {kind.__name__: kind for kind in (Constant, Cosine, OneCycle, Plateau)}


def describe_learning_rate(learning_rate: LearningRate) -> Any:
    """Give a learning rate as values that JSON can write."""
    if isinstance(learning_rate, Schedule):
        return learning_rate.to_dict()
    if isinstance(learning_rate, keras.optimizers.schedules.LearningRateSchedule):
        return keras.optimizers.schedules.serialize(learning_rate)
    return learning_rate


def learning_rate_from_dict(settings: Mapping[str, Any]) -> LearningRate:
    """Undo `describe_learning_rate`, for those of this file.

    Raises:
        InvalidArgumentError: If there is none of that name, or a setting cannot work.
        ArgumentTypeError: If a setting is missing or of the wrong type.

    >>> learning_rate_from_dict({"name": "Plateau", "learning_rate": 0.1}).patience
    3
    """
    settings = dict(settings)
    name = settings.pop("name", "")
    if not isinstance(name, str) or name not in _BY_NAME:
        raise InvalidArgumentError(unknown_name("learning_rate name", name, _BY_NAME))
    try:
        made: LearningRate = _BY_NAME[name](**settings)
    except DigitzooError:
        raise
    except TypeError as error:
        reason = str(error).removeprefix(f"{name}.__init__() ")
        raise ArgumentTypeError(f"learning_rate of the name {name!r}: {reason}.") from error
    return made


def plan_learning_rate(
    learning_rate: LearningRate, total_steps: int
) -> float | KerasSchedule | None:
    """Turn what `train` takes as a learning rate into what an optimizer takes.

    Raises:
        InvalidArgumentError: If a number cannot work.
        ArgumentTypeError: If it is none of these.

    >>> plan_learning_rate(0.001, 1000)
    0.001
    """
    total_steps = check_whole("total_steps", total_steps, at_least=1)
    if learning_rate is None:
        return None
    if isinstance(learning_rate, keras.optimizers.schedules.LearningRateSchedule):
        _check_has_config(learning_rate)
        return learning_rate
    if isinstance(learning_rate, Schedule):
        return learning_rate.schedule(total_steps)
    try:
        return check_number("learning_rate", learning_rate, above=0)
    except ArgumentTypeError as error:
        raise ArgumentTypeError(
            "learning_rate must be a number, a Constant, Cosine, OneCycle or Plateau, or a "
            f"schedule of Keras's. Received {shown(learning_rate)}. Write for example "
            f"Cosine(0.001)."
        ) from error


def _check_has_config(schedule: KerasSchedule) -> None:
    try:
        schedule.get_config()
    except NotImplementedError as error:
        raise InvalidArgumentError(
            f"The schedule {type(schedule).__name__} has no get_config(), by which a run tells it "
            f"from others and a model is saved with it. Give it one that returns the arguments of "
            f"its __init__ by name."
        ) from error
