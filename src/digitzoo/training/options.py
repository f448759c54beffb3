"""The arguments of `train`, checked before any work is done."""

import inspect
from collections.abc import Iterable
from numbers import Integral
from typing import Any

import keras
import numpy as np

from digitzoo.data import Split
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, unknown_name
from digitzoo.training.settings import check_number
from digitzoo.training.streams import Stream

_DEFAULT_BATCH_SIZE = 128  # train's
_OPTION_BOUNDS: dict[str, dict[str, float]] = {
    "weight_decay": {"at_least": 0},
    "global_clipnorm": {"above": 0},
    "ema_momentum": {"at_least": 0, "below": 1},
}
_FORGETFUL = {
    keras.callbacks.EarlyStopping: "early_stopping=",
    keras.callbacks.ReduceLROnPlateau: "learning_rate=Plateau(...)",
    keras.callbacks.ModelCheckpoint: "the best model of the run folder",
    keras.callbacks.CSVLogger: "history.csv in the run folder",
}


def check_positive(name: str, value: int) -> int:
    """Hold an argument to whole numbers of 1 or above.

    Returns:
        It as a Python number.

    Raises:
        InvalidArgumentError: If it is anything else.
    """
    if not isinstance(value, Integral) or isinstance(value, bool) or value < 1:
        raise InvalidArgumentError(
            f"{name} must be a whole number of 1 or above. Received {name}={value!r}."
        )
    return int(value)


def check_positive_or_none(name: str, value: int | None) -> int | None:
    """Hold an argument that may be left out to whole numbers of 1 or above.

    Returns:
        It as a Python number, or None.

    Raises:
        InvalidArgumentError: If it is anything else.
    """
    return None if value is None else check_positive(name, value)


def check_own_batches(batch_size: int, stream: Stream) -> int:
    """Hold `batch_size` to a stream's own, where it is not left out.

    Returns:
        How many images the stream's first batch holds.

    Raises:
        InvalidArgumentError: If it is another one.
    """
    own = len(stream.first)
    if batch_size not in (_DEFAULT_BATCH_SIZE, own):
        raise InvalidArgumentError(
            f"The {stream.kind} makes its batches itself, of {own} images. Leave batch_size= out, "
            f"or batch the data differently. Received batch_size={batch_size}."
        )
    return own


def check_seed(seed: int) -> int:
    """Hold a seed to what every generator takes.

    Returns:
        It as a Python number.

    Raises:
        InvalidArgumentError: If it is no whole number in 0..2**32 - 1.
    """
    if not isinstance(seed, Integral) or isinstance(seed, bool) or not 0 <= seed < 2**32:
        raise InvalidArgumentError(
            f"seed must be a whole number in 0..{2**32 - 1}. Received seed={seed!r}."
        )
    return int(seed)


def make_optimizer(
    optimizer: str | keras.optimizers.Optimizer,
    **options: float | keras.optimizers.schedules.LearningRateSchedule | None,
) -> keras.optimizers.Optimizer:
    """Make an optimizer of its name and options, or one like the one that is given.

    Args:
        optimizer: A name of Keras's, or an optimizer, which has its own options.
        **options: Arguments of Keras's optimizers; those that are None keep Keras's default.

    Returns:
        The optimizer.

    Raises:
        InvalidArgumentError: If there is none of that name, or an option cannot work.
    """
    given = {name: value for name, value in options.items() if value is not None}
    if isinstance(optimizer, keras.optimizers.Optimizer) and given:
        raise InvalidArgumentError(
            f"{', '.join(given)} goes with the name of an optimizer. "
            f"This {type(optimizer).__name__} has its own: set it there."
        )
    for name, bounds in _OPTION_BOUNDS.items():
        if name in given:
            given[name] = check_number(name, given[name], **bounds)
    made = copy_optimizer(optimizer)
    if not given:
        return made
    if "ema_momentum" in given:
        given["use_ema"] = True
    try:
        return type(made)(**{**_arguments(made), **given})
    except (TypeError, ValueError) as error:
        raise InvalidArgumentError(f"optimizer {optimizer!r}: {error}") from error


def copy_optimizer(
    optimizer: str | keras.optimizers.Optimizer, learning_rate: float | None = None
) -> keras.optimizers.Optimizer:
    """Make an optimizer like the one that is named or given.

    The moments and the step count of the given one stay its own.

    Args:
        optimizer: A name of Keras's, or an optimizer.
        learning_rate: What to put in the place of a schedule, so that it can be set.

    Returns:
        The copy.

    Raises:
        InvalidArgumentError: If there is none of that name.
        ArgumentTypeError: If it is neither.
    """
    known = "Keras has 'adam', 'adamw', 'rmsprop', 'sgd', ..."
    if isinstance(optimizer, str):
        try:
            return keras.optimizers.get(optimizer)
        except ValueError as error:
            raise InvalidArgumentError(f"Unknown optimizer {optimizer!r}. {known}") from error
    if not isinstance(optimizer, keras.optimizers.Optimizer):
        raise ArgumentTypeError(
            f"optimizer must be a name or an optimizer. {known} Received {optimizer!r}."
        )
    try:
        config = optimizer.get_config()
        if learning_rate is not None and isinstance(config.get("learning_rate"), dict):
            config["learning_rate"] = learning_rate
        return type(optimizer).from_config(config)
    except (NotImplementedError, TypeError, ValueError) as error:
        raise InvalidArgumentError(
            f"A copy of the optimizer is trained with, and {type(optimizer).__name__} cannot be "
            f"copied: {str(error).split('. ')[0]}. A schedule or an optimizer of your own needs "
            f"get_config and @keras.saving.register_keras_serializable(), and a function is none."
        ) from error


def check_callbacks(
    callbacks: keras.callbacks.Callback | Iterable[keras.callbacks.Callback] | None,
) -> tuple[keras.callbacks.Callback, ...]:
    """Hold callbacks to what `model.fit` takes: none, one, or a list.

    Returns:
        All of them.

    Raises:
        ArgumentTypeError: If one is no callback.
        InvalidArgumentError: If one would restore the run over what the run folder restores.
    """
    if callbacks is None:
        return ()
    if isinstance(callbacks, keras.callbacks.Callback):
        return (callbacks,)
    try:
        found = tuple(callbacks)
    except TypeError:
        found = (callbacks,)
    for callback in found:
        if isinstance(callback, type):
            raise ArgumentTypeError(
                f"callbacks must be objects. Received the class {callback.__name__}: "
                f"write {callback.__name__}(...)."
            )
        if not isinstance(callback, keras.callbacks.Callback):
            raise ArgumentTypeError(
                f"callbacks must be Keras callbacks. Received {callback!r}. "
                f"Derive it from keras.callbacks.Callback."
            )
        if isinstance(callback, keras.callbacks.BackupAndRestore):
            raise InvalidArgumentError(
                "BackupAndRestore would put its own state over the run's. Leave it out: "
                "with run_dir= the same call goes on by itself."
            )
    return found


def callback_caveats(callbacks: Iterable[keras.callbacks.Callback]) -> list[str]:
    """Say which of Keras's callbacks begin anew when a run is resumed, and what does not."""
    return [
        f"Keras's {kind.__name__} forgets what it saw when the run is resumed; {instead} does not."
        for callback in callbacks
        for kind, instead in _FORGETFUL.items()
        if isinstance(callback, kind)
    ]


def _arguments(optimizer: keras.optimizers.Optimizer) -> dict[str, Any]:
    """Give an optimizer's config without what only Keras's loader knows."""
    known = inspect.signature(type(optimizer)).parameters
    config = optimizer.get_config()
    return {name: config[name] for name in config if name in known and name != "name"}


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


def choose_class_weight(
    class_weight: dict[int, float] | str | None, train: Split | Stream, num_classes: int
) -> dict[int, float] | None:
    """Work the weights of the classes out, or hold those that are asked for to the classes.

    `"balanced"` gives N / (classes x images of the class), as scikit-learn does.

    Raises:
        InvalidArgumentError: If a class has no weight, or is none.
    """
    if class_weight is None:
        return None
    if class_weight == "balanced":
        if isinstance(train, Stream):
            raise InvalidArgumentError(
                f"class_weight='balanced' counts the images of each class, and a {train.kind} "
                f"would have to be read to its end for that. Give a dict of label and weight."
            )
        counts = np.bincount(np.asarray(train.labels), minlength=num_classes)
        return {
            label: len(train) / (num_classes * int(count))
            for label, count in enumerate(counts)
            if count
        }
    if not isinstance(class_weight, dict) or set(class_weight) != set(range(num_classes)):
        raise InvalidArgumentError(
            f"class_weight must be 'balanced' or give a weight for each label 0 to "
            f"{num_classes - 1}. Received {class_weight!r}."
        )
    return {
        label: check_number(f"class_weight[{label}]", weight, at_least=0)
        for label, weight in sorted(class_weight.items())
    }
