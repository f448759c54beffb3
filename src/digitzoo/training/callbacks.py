"""The user's callbacks, held to what can be taken, and the one that keeps a run in checkpoints."""

import math
import signal
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from copy import deepcopy
from types import FrameType
from typing import Any

import keras

from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, shown
from digitzoo.training.batches import EpochBatches
from digitzoo.training.checkpoints import Checkpoint, Position
from digitzoo.training.processes import ALONE, ProcessGroup
from digitzoo.training.run_folder import RunFolder

_OWN = "run"
_FORGETFUL = {
    keras.callbacks.EarlyStopping: "early_stopping=",
    keras.callbacks.ReduceLROnPlateau: "learning_rate=Plateau(...)",
    keras.callbacks.ModelCheckpoint: "the best model of the run folder",
    keras.callbacks.CSVLogger: "history.csv in the run folder",
}
_STEPS_BETWEEN_WORDS = 16  # of processes with each other, whether one of them is to stop
_SET_THE_RATE = (keras.callbacks.LearningRateScheduler, keras.callbacks.ReduceLROnPlateau)


def check_callbacks(
    callbacks: keras.callbacks.Callback | Iterable[keras.callbacks.Callback] | None,
) -> tuple[keras.callbacks.Callback, ...]:
    """Hold callbacks to what `model.fit` takes, none, one, or a list, and give all of them."""
    found: tuple[Any, ...] = (callbacks,)
    if callbacks is None:
        found = ()
    elif not isinstance(callbacks, str | bytes | Mapping | keras.callbacks.Callback):
        with suppress(TypeError):
            found = tuple(callbacks)
    for callback in found:
        if not isinstance(callback, keras.callbacks.Callback):
            made = " Make an object of it." if isinstance(callback, type) else ""
            raise ArgumentTypeError(
                f"callbacks must be Keras callbacks. Received {shown(callback)}.{made}"
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
                f"{kind} sets the learning rate, and here a schedule does. Give learning_rate= a "
                f"number, or leave it out: learning_rate=Plateau(0.001) lowers it too."
            )


def callback_caveats(callbacks: Iterable[keras.callbacks.Callback]) -> list[str]:
    """Say which of Keras's callbacks begin anew when a run is resumed, and what does not."""
    return [
        f"Keras's {kind.__name__} forgets what it saw when the run is resumed; {instead} does not."
        for callback in callbacks
        for kind, instead in _FORGETFUL.items()
        if isinstance(callback, kind)
    ]


class EpochCompleted(Exception):  # noqa: N818 - not an error
    """Leaves `model.fit` at the end of an epoch that a resumed run began in the middle."""


class LossNotFinite(Exception):  # noqa: N818 - `train` turns it into a stop reason
    """Leaves `model.fit` at the step at which the loss became NaN or infinite."""

    REASON = "loss not finite"


class CheckpointCallback(keras.callbacks.Callback):  # type: ignore[misc] # Keras ships no types
    """Writes checkpoints, watches the loss and listens for Ctrl-C. It must be the last callback.

    `parts` have a state too, and the user's `callbacks`, which begin anew in `on_train_begin`.
    """

    def __init__(
        self,
        folder: RunFolder | None,
        parts: Mapping[str, Any],
        callbacks: Iterable[Any],
        every: int | None,
        group: ProcessGroup = ALONE,
    ) -> None:
        super().__init__()
        self._folder, self._parts, self._every = folder, parts, every
        self._group = group
        self._callbacks = {
            f"callback {number} {type(callback).__name__}": callback
            for number, callback in enumerate(callbacks)
        }
        self._interrupted = self._is_to_stop = False
        self._first_step = self._steps = 0
        self._going_on_from: Checkpoint | None = None
        self.position = Position(0, 0)
        self.stopped = False

    def resume(self, model: Any, batches: EpochBatches) -> None:
        """Bring a compiled model and all parts to the latest checkpoint, if there is one."""
        self._steps = batches.steps
        found = self._group.first(
            lambda: None if self._folder is None else self._folder.checkpoints.latest()
        )
        if found is None:
            return
        self.position, checkpoint = found
        if self.position.step:  # Keras makes the metrics' variables at their first batch
            batches.open(0)
            model.test_on_batch(*batches[0])
        self.stopped = checkpoint.states[_OWN]["stopped"]
        self._put_back(checkpoint, model, self._parts)
        self._going_on_from = checkpoint

    def on_train_begin(self, logs: object = None) -> None:
        """Go on from where the run was, whatever callbacks did, or write the first checkpoint."""
        if self._going_on_from is None:
            self._write()
            return
        self._put_back(self._going_on_from, self.model, self._callbacks)
        if not self.position.step:
            self._going_on_from = None

    def on_epoch_begin(self, epoch: int, logs: object = None) -> None:
        """Go on with an epoch that was left in the middle: its beginning was before that."""
        self._first_step = self.position.step
        if self._going_on_from is not None:
            self._put_back(self._going_on_from, self.model, self._callbacks)
            self._going_on_from = None

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """End a run whose loss is lost, or that is to stop."""
        step = self._first_step + batch + 1
        self.position = Position(self.position.epoch, step)
        if not math.isfinite((logs or {})["loss"]):
            where = f"epoch {self.position.epoch + 1}, step {step}"
            raise LossNotFinite(f"{LossNotFinite.REASON} in {where}")
        # Validation is still to come, and then the epoch's checkpoint.
        if step == self._steps:
            return
        interrupted = self._ask_others(step)
        if self.model.stop_training:
            return
        if interrupted or (self._every is not None and step % self._every == 0):
            self._write()
        self._leave_if(interrupted)

    def on_epoch_end(self, epoch: int, logs: object = None) -> None:
        """Write the epoch's checkpoint."""
        self.position = Position(epoch + 1, 0)
        interrupted = self._ask_others()
        self.stopped = bool(self.model.stop_training)
        self._write()
        self._leave_if(interrupted)
        if self._first_step:
            raise EpochCompleted

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Take the first Ctrl-C as a wish to stop after the batch; the second stops at once."""
        if threading.current_thread() is not threading.main_thread():
            yield  # Python allows signal handlers in the main thread alone.
            return
        before = signal.getsignal(signal.SIGINT)

        def note(number: int, frame: FrameType | None) -> None:
            self._interrupted = True
            # Shells start jobs in the background with SIGINT ignored.
            signal.signal(signal.SIGINT, before if callable(before) else signal.default_int_handler)

        signal.signal(signal.SIGINT, note)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    def _put_back(self, checkpoint: Checkpoint, model: Any, parts: Mapping[str, Any]) -> None:
        for name, variable in self._variables(model).items():
            variable.assign(checkpoint.arrays[name])
        for name, part in parts.items():
            if name in checkpoint.states:  # an earlier version kept fewer
                part.load_state_dict(deepcopy(checkpoint.states[name]))  # it may count on in it

    def _variables(self, model: Any) -> dict[str, Any]:
        kinds = {"model": model.variables, "optimizer": model.optimizer.variables}
        if self.position.step:  # the metrics of the running epoch add up in theirs
            kinds["metric"] = model.metrics_variables
        return {
            f"{kind} {number}": variable
            for kind, variables in kinds.items()
            for number, variable in enumerate(variables)
        }

    def _ask_others(self, step: int = 0) -> bool:
        """Tell whether a process was interrupted; all stop, or are interrupted, after one step."""
        self._is_to_stop |= bool(self.model.stop_training)
        self.model.stop_training, interrupted = False, False
        if self._group.count == 1 or step % _STEPS_BETWEEN_WORDS == 0:
            stops, interrupted = self._group.any(self._is_to_stop, self._interrupted)
            self.model.stop_training, self._is_to_stop = stops, False
        return interrupted

    def _leave_if(self, interrupted: bool) -> None:  # noqa: FBT001 - a word of its own
        if not interrupted:
            return
        kept = f"; {self._folder.path} keeps it, and the same call goes on" if self._folder else ""
        raise self._group.agree_on(KeyboardInterrupt(f"stopped after {self.position}{kept}"))

    def _write(self) -> None:
        self._group.first(self._write_checkpoint)

    def _write_checkpoint(self) -> None:
        if self._folder is None:
            return
        sync = getattr(self.model, "jax_state_sync", None)
        if sync is not None:  # on JAX the variables lag behind within an epoch
            sync()
        arrays = {
            name: keras.ops.convert_to_numpy(variable.value)
            for name, variable in self._variables(self.model).items()
        }
        states: dict[str, Any] = {_OWN: {"stopped": self.stopped}}
        for name, part in {**self._parts, **self._callbacks}.items():
            states[name] = part.state_dict()
        self._folder.checkpoints.write(self.position, Checkpoint(arrays, states))
