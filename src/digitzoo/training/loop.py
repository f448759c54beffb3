"""Training in one call."""

import importlib.metadata
import platform
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np

from digitzoo.data import Split
from digitzoo.errors import InvalidArgumentError, unknown_name
from digitzoo.training.batches import Batches, EpochOrder
from digitzoo.training.callbacks import BestModel, History
from digitzoo.training.files import RunFolder
from digitzoo.training.inputs import Trainable, prepare_inputs
from digitzoo.training.losses import choose_loss
from digitzoo.training.progress import Verbosity, check_verbosity, show_progress
from digitzoo.training.run import TrainingRun


def train(
    model: keras.Model,
    dataset: Trainable,
    *,
    epochs: int = 10,
    batch_size: int = 128,
    optimizer: str | keras.optimizers.Optimizer = "adam",
    learning_rate: float | None = None,
    loss: str | keras.losses.Loss | None = None,
    validation_split: float | None = None,
    early_stopping: int | None = None,
    monitor: str | None = None,
    run_dir: str | Path | None = None,
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
        learning_rate: The optimizer's step size; by default its own.
        loss: By default the cross-entropy that fits; or what `model.compile` takes.
        validation_split: The fraction of a split or a pair to watch the run by, stratified; by
            default 0.1, and 0 for none. A `Dataset` brings its own.
        early_stopping: Stop after so many epochs without a better one, and end with the weights of
            the best; None runs all epochs and ends with those of the last.
        monitor: What better means: `"val_loss"`, `"val_accuracy"`, `"loss"` or `"accuracy"`; by
            default the first that there is.
        run_dir: A folder for settings, history and models, new or empty; None writes nothing.
        seed: Decides the order of the images, what dropout drops, and what validation_split takes.
            The weights that a model starts from are drawn when it is built:
            `keras.utils.set_random_seed` before that repeats them.
        callbacks: Keras callbacks to call too.
        verbose: 0 shows nothing, 1 a bar, 2 a line an epoch, `"auto"` a bar on a terminal or in a
            notebook and lines elsewhere.

    Returns:
        The run: its model, history, best epoch and folder.

    Raises:
        InvalidArgumentError: If an argument cannot work, or the data do not fit the model.
        ArgumentTypeError: If the data set is of a type that cannot work.
        RunFolderError: If the folder holds something already.

    >>> from digitzoo import load_data, simple_cnn
    >>> run = train(simple_cnn(), load_data("mnist"), epochs=10)  # doctest: +SKIP
    """
    for name, value in {"epochs": epochs, "batch_size": batch_size}.items():
        _check_positive(name, value)
    if early_stopping is not None:
        _check_positive("early_stopping", early_stopping)
    check_verbosity(verbose)
    chosen_optimizer = _make_optimizer(optimizer, learning_rate)
    inputs = prepare_inputs(model, dataset, validation_split=validation_split, seed=seed)
    chosen_loss, wants_one_hot = choose_loss(model, loss, one_hot_labels=inputs.one_hot_labels)
    monitor = _choose_monitor(monitor, has_validation=inputs.validation is not None)
    num_classes = model.output_shape[-1] if wants_one_hot else None

    def feed(split: Split, order_seed: int | None) -> Batches:
        return Batches(
            split.images,
            np.asarray(split.labels),
            batch_size=batch_size,
            num_classes=num_classes,
            seed=order_seed,
        )

    batches = feed(inputs.train, seed)
    validation = None if inputs.validation is None else feed(inputs.validation, None)
    settings = {
        "model": model.name,
        "dataset": inputs.name,
        "class_names": list(inputs.class_names),
        "train_images": len(inputs.train),
        "validation_images": 0 if inputs.validation is None else len(inputs.validation),
        "epochs": epochs,
        "batch_size": batch_size,
        "optimizer": keras.optimizers.serialize(chosen_optimizer),
        "loss": _loss_name(chosen_loss),
        "early_stopping": early_stopping,
        "monitor": monitor,
        "seed": seed,
        "versions": _versions(),
    }
    folder = None if run_dir is None else RunFolder.create(run_dir)
    if folder is not None:
        folder.write_json(folder.settings, settings)

    _seed_generators(model, seed)
    model.compile(optimizer=chosen_optimizer, loss=chosen_loss, metrics=["accuracy"])
    history, best = History(folder), BestModel(monitor, early_stopping, folder)
    with show_progress(
        verbose, epochs=epochs, steps=len(batches), images=len(inputs.train)
    ) as shown:
        model.fit(
            batches,
            validation_data=validation,
            epochs=epochs,
            shuffle=False,  # the batches come shuffled
            verbose=0,
            callbacks=[EpochOrder(batches), history, best, *shown, *callbacks],
        )
    if early_stopping is not None:
        best.restore()
    if folder is not None:
        folder.save_model(model, folder.final)
        ending = {"best_epoch": best.epoch, "stop_reason": best.stop_reason}
        folder.write_json(folder.summary, ending)
    return TrainingRun(
        model=model,
        history=history.columns,
        best_epoch=best.epoch,
        stop_reason=best.stop_reason,
        settings=settings,
        folder=None if folder is None else folder.path,
    )


def _check_positive(name: str, value: int) -> None:
    if not isinstance(value, int) or value < 1:
        raise InvalidArgumentError(
            f"{name} must be a whole number of 1 or above. Received {name}={value!r}."
        )


def _make_optimizer(
    optimizer: str | keras.optimizers.Optimizer, learning_rate: float | None
) -> keras.optimizers.Optimizer:
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


def _choose_monitor(monitor: str | None, *, has_validation: bool) -> str:
    choices = ["loss", "accuracy"]
    if has_validation:
        choices = ["val_loss", "val_accuracy", *choices]
    if monitor is None:
        return choices[0]
    if monitor not in choices:
        raise InvalidArgumentError(unknown_name("monitor", monitor, choices))
    return monitor


def _seed_generators(model: keras.Model, seed: int) -> None:
    """Start the generators of Dropout and its kin from the seed, each from a place of its own."""
    for number, layer in enumerate(_all_layers(model)):
        generator = getattr(layer, "seed_generator", None)
        if generator is not None:
            generator.state.assign([seed, number])


def _all_layers(model: Any) -> Iterator[Any]:  # noqa: ANN401 - models hold layers and models
    for layer in getattr(model, "layers", ()):
        yield layer
        yield from _all_layers(layer)


def _loss_name(loss: Any) -> str:  # noqa: ANN401 - what model.compile takes
    return loss if isinstance(loss, str) else getattr(loss, "name", type(loss).__name__)


def _versions() -> dict[str, str]:
    packages = ("digitzoo", "keras", "numpy", keras.backend.backend())
    versions = {"python": platform.python_version(), "backend": keras.backend.backend()}
    for package in packages:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            versions[package] = "not installed as a package"
    return versions
