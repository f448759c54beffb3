"""The user's own callbacks: which can be taken, and what is to be said of them."""

from collections.abc import Iterable, Mapping
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
    """Hold callbacks to what `model.fit` takes: none, one, or a list.

    Returns:
        All of them.

    Raises:
        ArgumentTypeError: If one is no callback.
        InvalidArgumentError: If one would restore the run over what the run folder restores.
    """
    if callbacks is None:
        return ()
    found: tuple[Any, ...] = (callbacks,)
    if not isinstance(callbacks, str | bytes | Mapping | type | keras.callbacks.Callback):
        try:
            found = tuple(callbacks)
        except TypeError:
            found = (callbacks,)
    if isinstance(callbacks, keras.callbacks.CallbackList):
        found = tuple(callbacks.callbacks)
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
                "BackupAndRestore would put its own state over the run's. Leave it out: "
                "with run_dir= the same call goes on by itself."
            )
    return found


def check_rate_is_free(callbacks: Iterable[keras.callbacks.Callback]) -> None:
    """Refuse callbacks that set the learning rate beside a schedule: Keras can set none then.

    Raises:
        InvalidArgumentError: If there is one.
    """
    for callback in callbacks:
        if isinstance(callback, _SET_THE_RATE):
            kind = type(callback).__name__
            instead = (
                "Plateau, as learning_rate=Plateau(0.001), lowers it where the run gets no better, "
                "also in a run that is resumed"
            )
            raise InvalidArgumentError(
                f"{kind} sets the learning rate at each epoch, and here a schedule sets it at each "
                f"step. Leave one of the two out: give learning_rate= a number to keep {kind}. "
                f"{instead}."
            )


def callback_caveats(callbacks: Iterable[keras.callbacks.Callback]) -> list[str]:
    """Say which of Keras's callbacks begin anew when a run is resumed, and what does not."""
    return [
        f"Keras's {kind.__name__} forgets what it saw when the run is resumed; {instead} does not."
        for callback in callbacks
        for kind, instead in _FORGETFUL.items()
        if isinstance(callback, kind)
    ]
