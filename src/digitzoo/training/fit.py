"""One training run, from where it stands to its end."""

import json
from dataclasses import dataclass
from typing import Any

import keras

from digitzoo.errors import RunFolderError
from digitzoo.training.batches import EpochBatches, EpochOrder
from digitzoo.training.best_model import BestModel, keeps_average
from digitzoo.training.checkpoint_callback import (
    EpochCompleted,
    Keeper,
    LossNotFinite,
    Stateful,
    stateful,
)
from digitzoo.training.generators import seed_generators
from digitzoo.training.history import History
from digitzoo.training.identity import differences
from digitzoo.training.plateau import PlateauCallback
from digitzoo.training.progress import Pace, Verbosity, show_progress
from digitzoo.training.run_folder import RunFolder, to_json
from digitzoo.training.training_run import TrainingRun


@dataclass(frozen=True, kw_only=True, eq=False)
class Job:
    """What `train` was asked for, checked and ready to run; the names are its arguments'."""

    model: keras.Model
    batches: EpochBatches
    validation: EpochBatches | None
    epochs: int
    optimizer: keras.optimizers.Optimizer
    plateau: PlateauCallback | None
    loss: Any
    monitor: str
    early_stopping: int | None
    checkpoint_every: int | None
    class_weight: dict[int, float] | None
    seed: int
    callbacks: tuple[keras.callbacks.Callback, ...]
    verbose: Verbosity
    pace: Pace
    settings: dict[str, Any]

    def check_same(self, folder: RunFolder) -> None:
        """Refuse to go on with a run that was begun with other settings.

        Raises:
            RunFolderError: If the folder's run was.
        """
        # Through JSON, as the file went: tuples become lists.
        now = json.loads(to_json(self.settings))
        differing = differences(folder.read_json(folder.settings), now)
        if differing:
            raise RunFolderError(
                f"The run in {folder.path} was begun with other settings: "
                f"{'; '.join(differing)}. Call it as it was begun to go on, name another folder, "
                f"or begin anew with restart=True."
            )

    def run(self, folder: RunFolder | None) -> TrainingRun:
        """Train to the end, from the folder's latest checkpoint if it has one.

        Raises:
            RunFolderError: If the folder cannot be written, or no checkpoint in it is whole.
            KeyboardInterrupt: After Ctrl-C.
        """
        if folder is not None:
            self._write_settings(folder)
        history, best = History(folder), BestModel(self.monitor, self.early_stopping, folder)
        parts: dict[str, Stateful] = {"history": history, "best": best}
        own = [EpochOrder(self.batches), history, best]
        if self.plateau is not None:
            parts["plateau"] = self.plateau
            own.append(self.plateau)
        keeper = Keeper(folder, parts, stateful(self.callbacks), self.checkpoint_every)

        seed_generators(self.model, self.seed)
        self._compile()
        keeper.resume(self.model, self.batches)
        best.rewrite(self.model)
        if keeps_average(self.optimizer):
            own.append(keras.callbacks.SwapEMAWeights())  # validation measures the average
        try:
            shows = show_progress(self.verbose, self.pace, self.settings["caveats"])
            with shows as shown, keeper.listening():
                stop_reason = self._fit(best, keeper, [*own, *shown, *self.callbacks, keeper])
        except KeyboardInterrupt:
            if self.early_stopping is not None:
                best.restore(self.model)
            raise
        self._choose_final_weights(best, stop_reason)
        finished = TrainingRun(
            model=self.model,
            history=history.columns,
            best_epoch=best.epoch,
            stop_reason=stop_reason,
            settings=self.settings,
            folder=None if folder is None else folder.path,
        )
        if folder is not None:
            finished.write(folder)
        return finished

    def read(self, folder: RunFolder) -> TrainingRun:
        """Give a finished run as it ended: the model compiled, with its weights and its optimizer.

        Raises:
            RunFolderError: If a file is missing or damaged.
        """
        self._compile()
        return TrainingRun.load_into(self.model, folder)

    def _compile(self) -> None:
        self.model.compile(optimizer=self.optimizer, loss=self.loss, metrics=["accuracy"])
        optimizer = (
            self.model.optimizer
        )  # lower precision has put one around it that scales the loss
        if not optimizer.built:  # a second build would double its variables
            optimizer.build(self.model.trainable_variables)

    def _write_settings(self, folder: RunFolder) -> None:
        """Write the settings of a new run; those of a resumed one stay, with what changed said."""
        caveats = self.settings["caveats"]
        if folder.settings.is_file():
            earlier = folder.read_settings()
            changed = differences(earlier["versions"], self.settings["versions"])
            caveats += [text for text in earlier["caveats"] if text not in caveats]
            caveats += [
                f"The run was cut off and went on with other versions: {', '.join(changed)}."
            ] * bool(changed)
            self.settings["versions"] = earlier["versions"]
        folder.write_json(folder.settings, self.settings)

    def _choose_final_weights(self, best: BestModel, stop_reason: str) -> None:
        if keeps_average(self.optimizer):  # as fit does where it comes to its own end
            self.optimizer.finalize_variable_values(self.model.trainable_variables)
            # On JAX weights and average are now one array, and what is done with the model next
            # would give it away.
            self.model.set_weights(self.model.get_weights())
        if self.early_stopping is not None or stop_reason.startswith(LossNotFinite.REASON):
            best.restore(self.model)

    def _fit(
        self, best: BestModel, keeper: Keeper, callbacks: list[keras.callbacks.Callback]
    ) -> str:
        """Call `model.fit` from where the run stands, and say why it ended."""
        while keeper.position.epoch < self.epochs and not (best.gave_up or keeper.stopped):
            self.batches.skip_steps(keeper.position.step)
            self.pace.skip_steps(keeper.position.step)
            for batches in self._all_batches():
                batches.open()
            try:
                self.model.fit(
                    self.batches.for_fit(),
                    validation_data=None if self.validation is None else self.validation.for_fit(),
                    initial_epoch=keeper.position.epoch,
                    epochs=self.epochs,
                    class_weight=self.class_weight,
                    shuffle=False,  # the batches come shuffled
                    verbose=0,
                    callbacks=callbacks,
                )
            except EpochCompleted:
                # fit counts an epoch's steps once: one begun in the middle goes alone. On JAX it
                # puts the moving average in the weights' place wherever it is left.
                self._end_callbacks()
                keeper.resume(self.model, self.batches)
                continue
            except LossNotFinite as end:
                self._end_callbacks()
                return str(end)
            except Exception:
                self._raise_cause()
                raise
            finally:
                for batches in self._all_batches():
                    batches.close()
                # Keras drops its validation batches only where fit comes to its own end.
                if getattr(self.model, "_eval_epoch_iterator", None) is not None:
                    self.model._eval_epoch_iterator = None  # noqa: SLF001 - there is no public way
            break
        if best.gave_up:
            return "no improvement"
        done = keeper.position.epoch == self.epochs
        return "all epochs done" if done else "stopped by a callback"

    def _all_batches(self) -> list[EpochBatches]:
        return [batches for batches in (self.batches, self.validation) if batches is not None]

    def _end_callbacks(self) -> None:
        """Let the user's callbacks close what they opened: fit was left before its own end."""
        for callback in self.callbacks:
            callback.on_train_end()

    def _raise_cause(self) -> None:
        """Raise what went wrong in a batch, which the backend's own error hides."""
        for batches in self._all_batches():
            if batches.failure is not None:
                raise batches.failure from batches.failure_cause
