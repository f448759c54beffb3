"""The user's own callbacks: which can be taken, and what is to be said of them."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

import keras

from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, shown

_FORGETFUL = {
    keras.callbacks.EarlyStopping: "early_stopping=",
    keras.callbacks.ReduceLROnPlateau: "learning_rate=Plateau(...)",
    keras.callbacks.ModelCheckpoint: "the best model of the run folder",
    keras.callbacks.CSVLogger: "history.csv in the run folder",
}
_SET_THE_RATE = (keras.callbacks.LearningRateScheduler, keras.callbacks.ReduceLROnPlateau)


def check_callbacks(
    callbacks: keras.callbacks.Callback | Iterable[keras.callbacks.Callback] | None,
) -> tuple[keras.callbacks.Callback, ...]:
    """Hold callbacks to what `model.fit` takes, none, one, or a list, and give all of them."""
    found: tuple[Any, ...] = (callbacks,)
    if callbacks is None:
        found = ()
    elif isinstance(callbacks, keras.callbacks.CallbackList):
        found = tuple(callbacks.callbacks)
    elif not isinstance(callbacks, str | bytes | Mapping | keras.callbacks.Callback):
        with suppress(TypeError):
            found = tuple(callbacks)
    for callback in found:
        if isinstance(callback, type):
            raise ArgumentTypeError(
                f"callbacks must be objects. Received the class {callback.__name__}: "
                f"write {callback.__name__}(...)."
            )
        if not isinstance(callback, keras.callbacks.Callback):
            raise ArgumentTypeError(
                f"callbacks must be Keras callbacks. Received {shown(callback)}. "
                f"Derive it from keras.callbacks.Callback."
            )
        if isinstance(callback, keras.callbacks.BackupAndRestore):
            raise InvalidArgumentError(
                "BackupAndRestore undoes what run_dir= does, which goes on by itself. Leave it out."
            )
    return found


def check_rate_is_free(callbacks: Iterable[keras.callbacks.Callback]) -> None:
    """Refuse callbacks that set the learning rate beside a schedule: Keras can set none then."""
    for callback in callbacks:
        if isinstance(callback, _SET_THE_RATE):
            kind = type(callback).__name__
            raise InvalidArgumentError(
                f"{kind} sets the learning rate at each epoch, and here a schedule sets it at each "
                f"step. Give learning_rate= a number, or leave {kind} out: "
                f"learning_rate=Plateau(0.001) lowers it too, also in a run that is resumed."
            )


def callback_caveats(callbacks: Iterable[keras.callbacks.Callback]) -> list[str]:
    """Say which of Keras's callbacks begin anew when a run is resumed, and what does not."""
    return [
        f"Keras's {kind.__name__} forgets what it saw when the run is resumed; {instead} does not."
        for callback in callbacks
        for kind, instead in _FORGETFUL.items()
        if isinstance(callback, kind)
    ]
