"""The arguments of `train`, checked before any work is done."""

import keras

from digitzoo.errors import InvalidArgumentError, unknown_name


def check_positive(name: str, value: int) -> None:
    """Hold an argument to whole numbers of 1 or above.

    Raises:
        InvalidArgumentError: If it is anything else.
    """
    if not isinstance(value, int) or value < 1:
        raise InvalidArgumentError(
            f"{name} must be a whole number of 1 or above. Received {name}={value!r}."
        )


def check_positive_or_none(name: str, value: int | None) -> None:
    """Hold an argument that may be left out to whole numbers of 1 or above.

    Raises:
        InvalidArgumentError: If it is anything else.
    """
    if value is not None:
        check_positive(name, value)


def make_optimizer(
    optimizer: str | keras.optimizers.Optimizer, learning_rate: float | None
) -> keras.optimizers.Optimizer:
    """Make an optimizer of its name, or take the one that is given.

    Raises:
        InvalidArgumentError: If there is none of that name, or the learning rate cannot work.
    """
    try:
        made = keras.optimizers.get(optimizer)
    except ValueError as error:
        raise InvalidArgumentError(
            f"Unknown optimizer {optimizer!r}. Keras has 'adam', 'adamw', 'rmsprop', 'sgd', ..."
        ) from error
    if learning_rate is not None:
        if not isinstance(optimizer, str):
            raise InvalidArgumentError(
                "learning_rate goes with the name of an optimizer. This optimizer has its own."
            )
        if not learning_rate > 0:
            raise InvalidArgumentError(
                f"learning_rate must be above 0. Received learning_rate={learning_rate!r}."
            )
        made.learning_rate = learning_rate
    return made


def choose_monitor(monitor: str | None, *, has_validation: bool) -> str:
    """Pick the metric that says which epoch is best, or hold the one that is asked for to what is.

    Raises:
        InvalidArgumentError: If there is no such metric.
    """
    choices = ["loss", "accuracy"]
    if has_validation:
        choices = ["val_loss", "val_accuracy", *choices]
    if monitor is None:
        return choices[0]
    if monitor not in choices:
        raise InvalidArgumentError(unknown_name("monitor", monitor, choices))
    return monitor
