"""One training run, from where it stands to its end."""

import json
from dataclasses import replace
from functools import partial
from typing import Any

import keras

from digitzoo.errors import InvalidArgumentError
from digitzoo.evaluation.heads import num_classes_of
from digitzoo.training.callbacks import (
    CheckpointCallback,
    EpochCompleted,
    LossNotFinite,
    callback_caveats,
    check_rate_is_free,
)
from digitzoo.training.distribution import CutBatches, check_batch_size
from digitzoo.training.generators import seed_generators
from digitzoo.training.history import BestModel, History, PlateauCallback
from digitzoo.training.identity import (
    describe_loss,
    describe_optimizer,
    fingerprint_data,
    fingerprint_model,
    versions,
)
from digitzoo.training.inputs import Inputs
from digitzoo.training.losses import choose_class_weight, choose_loss
from digitzoo.training.make_batches import make_batches
from digitzoo.training.metrics import make_metrics, make_metrics_variables
from digitzoo.training.optimizers import (
    compile_model,
    compiled_caveats,
    follows_schedule,
    keeps_average,
)
from digitzoo.training.processes import ProcessGroup
from digitzoo.training.progress import Pace, Verbosity, show_progress
from digitzoo.training.record import Clock
from digitzoo.training.run_folder import RunFolder, differences, plain
from digitzoo.training.schedules import Plateau
from digitzoo.training.streams import Stream, own_batch_size
from digitzoo.training.training_run import TrainingRun, loading_caveats, read_run, write_run
from digitzoo.training.training_settings import TrainingSettings


class Fit:
    """One training, checked and ready to run; `described` is compared where it is resumed."""

    def __init__(
        self,
        model: keras.Model,
        inputs: Inputs,
        settings: TrainingSettings,
        *,
        seed: int,
        checkpoint_every: int | None,
        callbacks: tuple[keras.callbacks.Callback, ...],
        verbose: Verbosity,
        is_kept: bool,
        group: ProcessGroup,
    ) -> None:
        self.group = group
        self.model, self.settings, self.seed = model, settings, seed
        self.checkpoint_every, self.callbacks = checkpoint_every, callbacks
        self.verbose: Verbosity = verbose if group.is_first else 0
        states = ("state_dict", "load_state_dict")
        self.stateful = [one for one in callbacks if all(hasattr(one, name) for name in states)]
        batch_size = own_batch_size(inputs.train, settings.batch_size)
        check_batch_size(group, batch_size)
        self.loss, self.one_hot = choose_loss(
            model,
            settings.loss,
            one_hot_labels=inputs.one_hot_labels,
            label_smoothing=settings.label_smoothing,
        )
        outputs = model.output_shape[-1]
        self.metrics = make_metrics(settings.metrics, outputs=outputs, one_hot_labels=self.one_hot)
        classes = num_classes_of(model)
        self.class_weight = choose_class_weight(settings.class_weight, inputs.train, classes)
        self.monitor = settings.choose_monitor(has_validation=inputs.validation is not None)
        feed_part = partial(
            make_batches, model, batch_size=batch_size, one_hot=self.one_hot, group=group
        )
        self.batches = feed_part(inputs.train, seed=seed, augmentation=settings.augmentation)
        self.validation = None if inputs.validation is None else feed_part(inputs.validation)
        self.all_batches = [part for part in (self.batches, self.validation) if part is not None]
        self.optimizer = settings.make_optimizer(self.batches.steps * settings.epochs)
        if follows_schedule(self.optimizer):
            check_rate_is_free(callbacks)
        self.seen = {}  # of a stream, whose order may be another one in each process
        if isinstance(inputs.train, Stream):
            self.seen["first batch"] = fingerprint_data(inputs.train.first)
        self.pace = Pace(settings.epochs, self.batches.steps, len(inputs.train))
        caveats = [inputs.train.caveat] if isinstance(inputs.train, Stream) else []
        caveats += compiled_caveats(model, self.optimizer, self.loss, self.metrics)
        if is_kept:
            caveats += [*callback_caveats(callbacks), *loading_caveats(model)]
        self.described: dict[str, Any] = {
            "model": model.name,
            "architecture": fingerprint_model(model),
            "dataset": inputs.name,
            "data": inputs.fingerprint,
            "caveats": caveats,
            "class_names": list(inputs.class_names),
            "train_images": len(inputs.train),
            "validation_images": 0 if inputs.validation is None else len(inputs.validation),
            "steps_per_epoch": self.batches.steps,
            **settings.to_dict(),
            "batch_size": batch_size,
            "optimizer": describe_optimizer(self.optimizer),
            "loss": describe_loss(self.loss),
            "class_weight": None if self.class_weight is None else [*self.class_weight.items()],
            "monitor": self.monitor,
            "callbacks": [type(callback).__name__ for callback in self.stateful],
            "seed": seed,
            "versions": versions(),
        }

    def check_alike(self) -> None:
        """Refuse processes that were given different things to do."""
        if self.group.count == 1:
            return
        described = json.loads(json.dumps({**self.described, **self.seen}, default=plain))
        first, *others = self.group.gather(described)
        for number, other in enumerate(others, 1):
            if differing := differences(first, other):
                raise InvalidArgumentError(
                    f"The processes of a run are given the same. From process 0 to process "
                    f"{number} this differs: {'; '.join(differing)[:500]}."
                )

    def run(self, folder: RunFolder | None) -> TrainingRun:
        """Train to the end, from the folder's latest checkpoint if it has one."""
        self.described = self.group.first(partial(self._begin, folder))
        patience = self.settings.early_stopping
        history, best = History(folder), BestModel(self.monitor, patience, folder)
        clock = Clock()
        parts: dict[str, Any] = {"history": history, "best": best, "clock": clock}
        if isinstance(self.settings.learning_rate, Plateau):
            parts["plateau"] = PlateauCallback(self.settings.learning_rate, self.monitor)
        order = keras.callbacks.LambdaCallback(
            on_epoch_begin=lambda epoch, logs: self.batches.start_epoch(epoch)
        )
        own = [order, *parts.values()]
        if self.group.devices > 1:
            own.append(CutBatches(self.group, self.batches, self.validation))
        checkpoints = CheckpointCallback(
            folder, parts, self.stateful, self.checkpoint_every, self.group
        )
        seed_generators(self.model, self.seed)
        compile_model(self.model, self.optimizer, self.loss, self.metrics)
        make_metrics_variables(self.model, one_hot_labels=self.one_hot)
        checkpoints.resume(self.model, self.batches)
        best.rewrite(self.model)
        if keeps_average(self.optimizer):
            own.append(keras.callbacks.SwapEMAWeights())  # validation measures the average
        caveats = self.described["caveats"]
        try:
            progress = show_progress(self.verbose, self.pace, caveats)
            with progress as (shown, note), checkpoints.listening():
                callbacks = [*own, *shown, *self.callbacks, checkpoints]
                stop_reason = self._fit(best, checkpoints, callbacks)
                for caveat in history.caveats():
                    caveats.append(caveat)
                    note(caveat)
        except KeyboardInterrupt:
            if patience is not None:
                best.restore(self.model)
            raise
        if keeps_average(self.optimizer):  # as fit does where it comes to its own end
            self.optimizer.finalize_variable_values(self.model.trainable_variables)
            # On JAX both are now one array, which what is done with the model next would give away.
            self.model.set_weights(self.model.get_weights())
        if patience is not None or stop_reason.startswith(LossNotFinite.REASON):
            best.restore(self.model)
        finished = TrainingRun(
            model=self.model,
            history=history.columns,
            best_epoch=best.epoch,
            stop_reason=stop_reason,
            settings=self.described,
            record=clock.record(),
        )
        path = self.group.first(lambda: None if folder is None else write_run(finished, folder))
        return replace(finished, folder=path)

    def read(self, folder: RunFolder | None) -> TrainingRun:
        """Give a finished run as it ended: the model with its weights and its optimizer."""
        compile_model(self.model, self.optimizer, self.loss, self.metrics)
        return read_run(folder, self.model, self.group)

    def _begin(self, folder: RunFolder | None) -> dict[str, Any]:
        if folder is not None:
            folder.begin(self.described)
        return self.described

    def _fit(
        self,
        best: BestModel,
        checkpoints: CheckpointCallback,
        callbacks: list[keras.callbacks.Callback],
    ) -> str:
        """Call `model.fit` from where the run stands, and say why it ended."""
        epochs = self.settings.epochs
        while checkpoints.position.epoch < epochs and not (best.gave_up or checkpoints.stopped):
            self.pace.skipped = checkpoints.position.step
            self.batches.open(checkpoints.position.step)
            if self.validation is not None:
                self.validation.open(0)
            try:
                self.model.fit(
                    self.batches.for_fit(),
                    validation_data=None if self.validation is None else self.validation.for_fit(),
                    initial_epoch=checkpoints.position.epoch,
                    epochs=epochs,
                    class_weight=self.class_weight,
                    shuffle=False,  # the batches come shuffled
                    verbose=0,
                    callbacks=callbacks,
                )
            except EpochCompleted:
                # An epoch begun in the middle goes alone; on JAX fit leaves the average as weights.
                self._end_callbacks()
                checkpoints.resume(self.model, self.batches)
                continue
            except LossNotFinite as end:
                self._end_callbacks()
                return str(end)
            except Exception as error:
                self.group.tell(error)
                self._raise_cause()
                raise
            finally:
                for batches in self.all_batches:
                    batches.close()
                # Keras drops its validation batches only where fit comes to its own end.
                if getattr(self.model, "_eval_epoch_iterator", None) is not None:
                    self.model._eval_epoch_iterator = None  # noqa: SLF001 - there is no public way
            break
        if checkpoints.position.epoch and best.epoch is None:
            return f"{self.monitor} never finite"
        if best.gave_up:
            return "no improvement"
        done = checkpoints.position.epoch == epochs
        return "all epochs done" if done else "stopped by a callback"

    def _end_callbacks(self) -> None:
        # fit was left before its own end, and they may have something to close.
        for callback in self.callbacks:
            callback.on_train_end()

    def _raise_cause(self) -> None:
        # What went wrong in a batch is hidden by the backend's own error.
        for batches in self.all_batches:
            if batches.failure is not None:
                raise batches.failure from batches.failure_cause
