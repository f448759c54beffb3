"""Training in one call."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, Literal

import keras
from numpy.typing import ArrayLike

from digitzoo.checks import check_flag, check_path, check_whole
from digitzoo.training.augmentation import Augmentation
from digitzoo.training.callbacks import check_callbacks
from digitzoo.training.distribution import placed, process_group
from digitzoo.training.fit import Fit
from digitzoo.training.generators import LARGEST_SEED
from digitzoo.training.inputs import Trainable, prepare_inputs
from digitzoo.training.metrics import Metric
from digitzoo.training.progress import Verbosity, check_verbosity
from digitzoo.training.run_folder import RunFolder
from digitzoo.training.schedules import LearningRate
from digitzoo.training.training_run import TrainingRun
from digitzoo.training.training_settings import TrainingSettings


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
    momentum: float | None = None,
    weight_decay: float | None = None,
    global_clipnorm: float | None = None,
    ema_momentum: float | None = None,
    loss: str | keras.losses.Loss | None = None,
    label_smoothing: float = 0.0,
    class_weight: Mapping[int, float] | ArrayLike | Literal["balanced"] | None = None,
    metrics: Sequence[Metric] | Metric | None = None,
    augmentation: Augmentation | None = None,
    early_stopping: int | None = None,
    monitor: str | None = None,
    run_dir: str | Path | None = None,
    restart: bool = False,
    checkpoint_every: int | None = None,
    seed: int = 0,
    callbacks: Iterable[keras.callbacks.Callback] | keras.callbacks.Callback | None = None,
    distribution: keras.distribution.DataParallel | None = None,
    verbose: Verbosity = "auto",
) -> TrainingRun:
    """Train a classifier, on `model.fit`, and keep what happened.

    The loss fits the model's head and the labels' form by itself; a head of one number behind a
    sigmoid tells two classes apart. Images stay uint8 and are scaled batch by batch, to 0..1, or to
    0..255 for a model that begins with layers that rescale, in an order that is a function of seed
    and epoch. The test part of a data set is never looked at.

    Data larger than memory come from `read_parquet`, of which all of this holds, or as a stream of
    batches: a `tf.data.Dataset`, a `keras.utils.PyDataset` or a PyTorch `DataLoader` of
    `(images, labels)`. A stream's order is its own; `TrainingRun.caveats` says what that takes from
    the promises.

    Args:
        model: A built Keras classifier. It is compiled here and trained in place.
        dataset: A `Dataset`, a `Split`, what `read_parquet` gives, a pair of `(images, labels)` or
            a stream of such batches; labels as whole numbers or one-hot rows.
        validation_data: What to watch the run by: a split, also of `read_parquet`, a pair or a
            stream. A `Dataset` brings its own.
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
            `OneCycle`, `Plateau`, `Constant` with a warm-up, or a schedule of Keras's. Callbacks
            that set it, such as `ReduceLROnPlateau`, go with a number alone.
        momentum: The part of the last step that is taken again, for `"sgd"` and `"rmsprop"`, such
            as 0.9.
        weight_decay: The part of each weight that a step takes off; by default the optimizer's own.
        global_clipnorm: Scale gradients down whose common length is above this.
        ema_momentum: Keep a moving average of the weights, and measure and end with that; such as
            0.999.
        loss: By default the cross-entropy that fits; or what `model.compile` takes.
        label_smoothing: The part of each label that is spread over all classes, such as 0.1.
        class_weight: How much an image of each class counts: a dict by label, or one weight for
            each class, as scikit-learn's `compute_class_weight` gives them; `"balanced"` has each
            class count alike.
        metrics: What to measure beside loss and accuracy: names or metrics of Keras's. What a model
            was compiled with is not used; `TrainingRun.caveats` says so.
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
        distribution: On JAX, the devices that share each batch, also those of other processes, as
            `keras.distribution.DataParallel()` finds them; by default the one that is set, if one
            is. Each process makes the same call.
        verbose: `"auto"` shows a bar on a terminal or in a notebook and a line an epoch elsewhere;
            0 nothing, 1 a bar, 2 lines; on standard error.

    Returns:
        The run: its model, history, best epoch and folder.

    Raises:
        InvalidArgumentError: If an argument cannot work, or the data do not fit the model; of a
            stream, when the batch that does not fit is drawn.
        ArgumentTypeError: If an argument is of a type that cannot work.
        DataFileError: If an image in a Parquet file cannot be used, when its turn comes.
        RunFolderError: If the folder holds something else or a run with other settings, is in
            use, or cannot be written. What it held stays.
        DigitzooError: If another process that trains with this one has ended.
        KeyboardInterrupt: After Ctrl-C, when the running batch is done and a checkpoint is
            written. A second Ctrl-C raises it at once.

    >>> from digitzoo import load_data, simple_cnn
    >>> run = train(simple_cnn(), load_data("mnist"))  # doctest: +SKIP
    """
    settings = TrainingSettings.picked_from(locals())
    place = None if run_dir is None else check_path("run_dir", run_dir)
    check_flag("restart", restart)
    if checkpoint_every is not None:
        checkpoint_every = check_whole("checkpoint_every", checkpoint_every, at_least=1)
    seed = check_whole("seed", seed, at_least=0, at_most=LARGEST_SEED)
    verbose = check_verbosity(verbose)
    found = check_callbacks(callbacks)
    with process_group(distribution) as group:
        inputs = prepare_inputs(
            model,
            dataset,
            validation_data=validation_data,
            validation_split=validation_split,
            steps_per_epoch=steps_per_epoch,
            seed=seed,
        )
        fit = Fit(
            model,
            inputs,
            settings,
            seed=seed,
            checkpoint_every=checkpoint_every,
            callbacks=found,
            verbose=verbose,
            is_kept=place is not None,
            group=group,
        )
        fit.check_alike()
        with ExitStack() as stack:
            folder = None
            is_finished = False
            if place is not None:
                opened = partial(_open, stack, place, fit.described, restart=restart)
                folder, is_finished = group.first(opened)
            own = folder if group.is_first else None  # the others write nothing
            stack.enter_context(placed(model, group))
            return fit.read(own) if is_finished else fit.run(own)


def _open(
    stack: ExitStack, place: Path, described: dict[str, Any], *, restart: bool
) -> tuple[RunFolder, bool]:
    folder = stack.enter_context(RunFolder.claim(place))
    if restart:
        folder.clear()
    if folder.settings.is_file():
        folder.check_same(described)
    return folder, folder.is_finished
