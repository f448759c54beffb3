"""Training in one call."""

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import keras

from digitzoo.errors import ArgumentTypeError
from digitzoo.evaluation.heads import num_classes_of
from digitzoo.training.augmentation import Augmentation
from digitzoo.training.checkpoint_callback import stateful
from digitzoo.training.feeding import feed
from digitzoo.training.fit import Job
from digitzoo.training.identity import (
    describe_loss,
    describe_optimizer,
    fingerprint_model,
    versions,
)
from digitzoo.training.inputs import Trainable, prepare_inputs
from digitzoo.training.losses import choose_loss
from digitzoo.training.options import (
    callback_caveats,
    check_callbacks,
    check_own_batches,
    check_positive,
    check_positive_or_none,
    check_seed,
    choose_class_weight,
    choose_monitor,
    make_optimizer,
)
from digitzoo.training.progress import Pace, Verbosity, check_verbosity
from digitzoo.training.run_folder import RunFolder
from digitzoo.training.schedules import (
    LearningRate,
    describe_learning_rate,
    plan_learning_rate,
)
from digitzoo.training.streams import Stream
from digitzoo.training.training_run import TrainingRun, loading_caveats


def train(
    model: keras.Model,
    dataset: Trainable,
    *,
    validation_data: Trainable | None = None,
    validation_split: float | None = None,
    epochs: int = 10,
    batch_size: int = 128,
    steps_per_epoch: int | None = None,
    optimizer: str | keras.optimizers.Optimizer = "adam",
    learning_rate: LearningRate = None,
    weight_decay: float | None = None,
    global_clipnorm: float | None = None,
    ema_momentum: float | None = None,
    loss: str | keras.losses.Loss | None = None,
    label_smoothing: float = 0.0,
    class_weight: dict[int, float] | Literal["balanced"] | None = None,
    augmentation: Augmentation | None = None,
    early_stopping: int | None = None,
    monitor: str | None = None,
    run_dir: str | Path | None = None,
    restart: bool = False,
    checkpoint_every: int | None = None,
    seed: int = 0,
    callbacks: Iterable[keras.callbacks.Callback] | keras.callbacks.Callback | None = None,
    verbose: Verbosity = 0,
) -> TrainingRun:
    """Train a classifier, on `model.fit`, and keep what happened.

    The loss fits the model's head and the labels' form by itself. Images stay uint8 and are scaled
    to 0..1 batch by batch, in an order that is a function of seed and epoch. The test part of a
    data set is never looked at. Nothing is printed unless `verbose` asks for it.

    Data larger than memory come as a stream of batches: a `tf.data.Dataset`, a
    `keras.utils.PyDataset` or a PyTorch `DataLoader` of `(images, labels)`. Its order is its own;
    `TrainingRun.caveats` says what that takes from the promises.

    Args:
        model: A built Keras classifier. It is compiled here and trained in place.
        dataset: A `Dataset`, a `Split`, a pair of `(images, labels)` or a stream of such batches;
            labels as whole numbers or one-hot rows.
        validation_data: What to watch the run by: a split, a pair or a stream. A `Dataset` brings
            its own.
        validation_split: Or the fraction of a split or a pair to take out for it, stratified; by
            default 0.1, and 0 for none.
        epochs: How many times each image is seen, at most; with `steps_per_epoch`, how many times
            so many batches are drawn.
        batch_size: How many images make one step; a stream brings its own batches.
        steps_per_epoch: How many batches of a stream make an epoch; by default all. The next epoch
            goes on where this one ended, and a stream that ends begins anew.
        optimizer: A name of Keras's, or an optimizer, whose settings are taken and which stays as
            it is.
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
        early_stopping: Stop after so many epochs without a better one, and end with the weights of
            the best; None runs all epochs and ends with those of the last.
        monitor: What better means: `"val_loss"`, `"val_accuracy"`, `"loss"` or `"accuracy"`; by
            default the first that there is.
        run_dir: A folder for settings, history, checkpoints and models; None writes nothing. The
            same call on the folder of a run that was cut off goes on with it, to the same bits;
            on that of a finished run it returns the run at once.
        restart: Remove the run that the folder holds, and begin anew, from the weights that the
            model has now.
        checkpoint_every: Write a checkpoint after so many steps too, not only after each epoch.
        seed: Decides the order of the images, what dropout drops, and what validation_split takes.
            The weights that a model starts from are drawn when it is built:
            `keras.utils.set_random_seed` before that repeats them.
        callbacks: Keras callbacks to call too. The state of those that have `state_dict()` and
            `load_state_dict(state)` comes back in a resumed run, after their `on_train_begin`,
            and within an epoch after `on_epoch_begin` too: numbers, texts, NumPy arrays, and lists
            and dicts of such.
        verbose: 0 shows nothing, 1 a bar, 2 a line an epoch, `"auto"` a bar on a terminal or in a
            notebook and lines elsewhere; on standard error.

    Returns:
        The run: its model, history, best epoch and folder.

    Raises:
        InvalidArgumentError: If an argument cannot work, or the data do not fit the model; of a
            stream, when the batch that does not fit is drawn.
        ArgumentTypeError: If the data set is of a type that cannot work.
        RunFolderError: If the folder holds something else or a run with other settings, is in
            use, or cannot be written. What it held stays.
        KeyboardInterrupt: After Ctrl-C, when the running batch is done and a checkpoint is
            written. A second Ctrl-C raises it at once.

    >>> from digitzoo import load_data, simple_cnn
    >>> run = train(simple_cnn(), load_data("mnist"), verbose=1)  # doctest: +SKIP
    """
    epochs = check_positive("epochs", epochs)
    steps_per_epoch = check_positive_or_none("steps_per_epoch", steps_per_epoch)
    batch_size = check_positive("batch_size", batch_size)
    early_stopping = check_positive_or_none("early_stopping", early_stopping)
    checkpoint_every = check_positive_or_none("checkpoint_every", checkpoint_every)
    seed = check_seed(seed)
    check_verbosity(verbose)
    all_callbacks = check_callbacks(callbacks)
    if augmentation is not None and not isinstance(augmentation, Augmentation):
        raise ArgumentTypeError(
            f"augmentation must be an Augmentation(...), such as Augmentation(shift=2). "
            f"Received {type(augmentation).__name__}."
        )
    inputs = prepare_inputs(
        model,
        dataset,
        validation_data=validation_data,
        validation_split=validation_split,
        steps_per_epoch=steps_per_epoch,
        seed=seed,
    )
    if isinstance(inputs.train, Stream):
        batch_size = check_own_batches(batch_size, inputs.train)
    chosen_loss, wants_one_hot = choose_loss(
        model, loss, one_hot_labels=inputs.one_hot_labels, label_smoothing=label_smoothing
    )
    chosen_weights = choose_class_weight(class_weight, inputs.train, num_classes_of(model))
    monitor = choose_monitor(monitor, has_validation=inputs.validation is not None)

    batches = feed(
        model,
        inputs.train,
        batch_size=batch_size,
        one_hot=wants_one_hot,
        seed=seed,
        augmentation=augmentation,
    )
    planned, plateau = plan_learning_rate(learning_rate, batches.steps * epochs, monitor=monitor)
    chosen_optimizer = make_optimizer(
        optimizer,
        learning_rate=planned,
        weight_decay=weight_decay,
        global_clipnorm=global_clipnorm,
        ema_momentum=ema_momentum,
    )

    job = Job(
        model=model,
        batches=batches,
        validation=None
        if inputs.validation is None
        else feed(model, inputs.validation, batch_size=batch_size, one_hot=wants_one_hot),
        epochs=epochs,
        optimizer=chosen_optimizer,
        plateau=plateau,
        loss=chosen_loss,
        monitor=monitor,
        early_stopping=early_stopping,
        checkpoint_every=checkpoint_every,
        class_weight=chosen_weights,
        seed=seed,
        callbacks=all_callbacks,
        verbose=verbose,
        pace=Pace(epochs, batches.steps, len(inputs.train)),
        settings={
            "model": model.name,
            "architecture": fingerprint_model(model),
            "dataset": inputs.name,
            "data": inputs.fingerprint,
            "caveats": [
                *inputs.caveats,
                *([] if run_dir is None else callback_caveats(all_callbacks)),
                *([] if run_dir is None else loading_caveats(model)),
            ],
            "class_names": list(inputs.class_names),
            "train_images": len(inputs.train),
            "validation_images": 0 if inputs.validation is None else len(inputs.validation),
            "steps_per_epoch": batches.steps,
            "epochs": epochs,
            "batch_size": batch_size,
            "optimizer": describe_optimizer(chosen_optimizer),
            "learning_rate": describe_learning_rate(learning_rate),
            "augmentation": None if augmentation is None else augmentation.to_dict(),
            "loss": describe_loss(chosen_loss),
            "label_smoothing": label_smoothing,
            "class_weight": None if chosen_weights is None else list(chosen_weights.items()),
            "early_stopping": early_stopping,
            "monitor": monitor,
            "callbacks": [type(callback).__name__ for callback in stateful(all_callbacks)],
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
            return job.read(folder)
        return job.run(folder)
