"""Training in one call."""

import math
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Literal

import keras
import numpy as np

from digitzoo.data import Split
from digitzoo.errors import ArgumentTypeError
from digitzoo.evaluation import input_shape_of, num_classes_of
from digitzoo.training.augmentation import Augmentation
from digitzoo.training.batches import Batches
from digitzoo.training.files import RunFolder
from digitzoo.training.identity import (
    describe_optimizer,
    fingerprint_data,
    fingerprint_model,
    versions,
)
from digitzoo.training.inputs import Trainable, prepare_inputs
from digitzoo.training.job import Job
from digitzoo.training.learning_rate import (
    LearningRate,
    describe_learning_rate,
    plan_learning_rate,
)
from digitzoo.training.losses import choose_loss, loss_name
from digitzoo.training.options import (
    check_positive,
    check_positive_or_none,
    check_seed,
    choose_class_weight,
    choose_monitor,
    make_optimizer,
)
from digitzoo.training.progress import Pace, Verbosity, check_verbosity
from digitzoo.training.run import TrainingRun


def train(
    model: keras.Model,
    dataset: Trainable,
    *,
    epochs: int = 10,
    batch_size: int = 128,
    optimizer: str | keras.optimizers.Optimizer = "adam",
    learning_rate: LearningRate = None,
    weight_decay: float | None = None,
    global_clipnorm: float | None = None,
    ema_momentum: float | None = None,
    loss: str | keras.losses.Loss | None = None,
    label_smoothing: float = 0.0,
    class_weight: dict[int, float] | Literal["balanced"] | None = None,
    augmentation: Augmentation | None = None,
    validation_split: float | None = None,
    early_stopping: int | None = None,
    monitor: str | None = None,
    run_dir: str | Path | None = None,
    restart: bool = False,
    checkpoint_every: int | None = None,
    seed: int = 0,
    callbacks: Iterable[keras.callbacks.Callback] = (),
    verbose: Verbosity = "auto",
) -> TrainingRun:
    """Train a classifier, on `model.fit`, and keep what happened.

    The loss fits the model's head and the labels' form by itself. Images stay uint8 and are scaled
    to 0..1 batch by batch, in an order that is a function of seed and epoch. The test part of a
    data set is never looked at.

    Args:
        model: A built Keras classifier. It is compiled here and trained in place.
        dataset: A `Dataset`, a `Split`, or a pair of `(images, labels)`; labels as whole numbers
            or one-hot rows.
        epochs: How many times each image is seen, at most.
        batch_size: How many images make one step.
        optimizer: A name of Keras's, or an optimizer.
        learning_rate: The optimizer's step size; by default its own. Or how it changes: `Cosine`,
            `OneCycle`, `Plateau`, `Constant` with a warm-up, or a schedule of Keras's.
        weight_decay: The part of each weight that a step takes off; by default the optimizer's own.
        global_clipnorm: Scale gradients down whose common length is above this.
        ema_momentum: Keep a moving average of the weights, and measure and end with that; such as
            0.999.
        loss: By default the cross-entropy that fits; or what `model.compile` takes.
        label_smoothing: The part of each label that is spread over all classes, such as 0.1.
        class_weight: How much an image of each class counts, by label; `"balanced"` has each class
            count alike.
        augmentation: Changes the training images anew each epoch, as a function of seed, epoch and
            batch.
        validation_split: The fraction of a split or a pair to watch the run by, stratified; by
            default 0.1, and 0 for none. A `Dataset` brings its own.
        early_stopping: Stop after so many epochs without a better one, and end with the weights of
            the best; None runs all epochs and ends with those of the last.
        monitor: What better means: `"val_loss"`, `"val_accuracy"`, `"loss"` or `"accuracy"`; by
            default the first that there is.
        run_dir: A folder for settings, history, checkpoints and models; None writes nothing. The
            same call on the folder of a run that was cut off goes on with it, to the same bits;
            on that of a finished run it returns the run at once.
        restart: Remove the run that the folder holds, and begin anew.
        checkpoint_every: Write a checkpoint after so many steps too, not only after each epoch.
        seed: Decides the order of the images, what dropout drops, and what validation_split takes.
            The weights that a model starts from are drawn when it is built:
            `keras.utils.set_random_seed` before that repeats them.
        callbacks: Keras callbacks to call too. The state of those that have `state_dict()` and
            `load_state_dict(state)` comes back in a resumed run.
        verbose: 0 shows nothing, 1 a bar, 2 a line an epoch, `"auto"` a bar on a terminal or in a
            notebook and lines elsewhere.

    Returns:
        The run: its model, history, best epoch and folder.

    Raises:
        InvalidArgumentError: If an argument cannot work, or the data do not fit the model.
        ArgumentTypeError: If the data set is of a type that cannot work.
        RunFolderError: If the folder holds something else or a run with other settings, is in
            use, or cannot be written.
        KeyboardInterrupt: After Ctrl-C, when the running batch is done and a checkpoint is
            written. A second Ctrl-C raises it at once.

    >>> from digitzoo import load_data, simple_cnn
    >>> run = train(simple_cnn(), load_data("mnist"), epochs=10)  # doctest: +SKIP
    """
    epochs = check_positive("epochs", epochs)
    batch_size = check_positive("batch_size", batch_size)
    early_stopping = check_positive_or_none("early_stopping", early_stopping)
    checkpoint_every = check_positive_or_none("checkpoint_every", checkpoint_every)
    seed = check_seed(seed)
    check_verbosity(verbose)
    if augmentation is not None and not isinstance(augmentation, Augmentation):
        raise ArgumentTypeError(
            f"augmentation must be an Augmentation(...), such as Augmentation(shift=2). "
            f"Received {type(augmentation).__name__}."
        )
    inputs = prepare_inputs(model, dataset, validation_split=validation_split, seed=seed)
    chosen_loss, wants_one_hot = choose_loss(
        model, loss, one_hot_labels=inputs.one_hot_labels, label_smoothing=label_smoothing
    )
    chosen_weights = choose_class_weight(class_weight, inputs.train, num_classes_of(model))
    monitor = choose_monitor(monitor, has_validation=inputs.validation is not None)

    steps = math.ceil(len(inputs.train) / batch_size)
    planned, plateau = plan_learning_rate(learning_rate, steps * epochs, monitor=monitor)
    chosen_optimizer = make_optimizer(
        optimizer,
        learning_rate=planned,
        weight_decay=weight_decay,
        global_clipnorm=global_clipnorm,
        ema_momentum=ema_momentum,
    )

    def feed(split: Split, order_seed: int | None) -> Batches:
        return Batches(
            split.images,
            np.asarray(split.labels),
            input_shape=input_shape_of(model),
            batch_size=batch_size,
            num_classes=num_classes_of(model) if wants_one_hot else None,
            seed=order_seed,
            augmentation=None if order_seed is None else augmentation,
        )

    job = Job(
        model=model,
        batches=feed(inputs.train, seed),
        validation=None if inputs.validation is None else feed(inputs.validation, None),
        epochs=epochs,
        optimizer=chosen_optimizer,
        plateau=plateau,
        loss=chosen_loss,
        monitor=monitor,
        early_stopping=early_stopping,
        checkpoint_every=checkpoint_every,
        class_weight=chosen_weights,
        seed=seed,
        callbacks=tuple(callbacks),
        verbose=verbose,
        pace=Pace(epochs, steps, len(inputs.train)),
        settings={
            "model": model.name,
            "architecture": fingerprint_model(model),
            "dataset": inputs.name,
            "data": fingerprint_data(inputs.train, inputs.validation),
            "class_names": list(inputs.class_names),
            "train_images": len(inputs.train),
            "validation_images": 0 if inputs.validation is None else len(inputs.validation),
            "epochs": epochs,
            "batch_size": batch_size,
            "optimizer": describe_optimizer(chosen_optimizer),
            "learning_rate": describe_learning_rate(learning_rate),
            "augmentation": None if augmentation is None else augmentation.to_dict(),
            "loss": loss_name(chosen_loss),
            "label_smoothing": label_smoothing,
            "class_weight": None if chosen_weights is None else list(chosen_weights.items()),
            "early_stopping": early_stopping,
            "monitor": monitor,
            "seed": seed,
            "versions": versions(),
        },
    )
    if run_dir is None:
        return job.run(None)
    with RunFolder.claim(run_dir) as folder:
        if restart:
            folder.clear()
        if folder.settings.is_file():
            job.check_same(folder)
        if folder.is_finished:
            finished = TrainingRun.load(folder.path)
            model.set_weights(finished.model.get_weights())
            return replace(finished, model=model)
        return job.run(folder)
