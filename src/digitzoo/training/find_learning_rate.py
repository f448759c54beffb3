"""Which learning rate to train with: a short sweep on a copy (Smith 2017, section 3.3)."""

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from digitzoo.checks import check_flag, check_number, check_whole
from digitzoo.data import Dataset
from digitzoo.errors import InvalidArgumentError
from digitzoo.training.batches import Batch, EpochBatches
from digitzoo.training.generators import LARGEST_SEED, global_generators_kept, seed_generators
from digitzoo.training.inputs import Trainable, prepare_inputs
from digitzoo.training.losses import choose_loss
from digitzoo.training.make_batches import make_batches
from digitzoo.training.optimizers import copy_optimizer
from digitzoo.training.streams import own_batch_size, stream_kind

# With fastai's 0.98 the lowest point of the zoo's networks came out up to 16 times higher.
_SMOOTHING = 0.9
_BELOW_LOWEST = 10
_DIVERGED = 4  # times the best smoothed loss, as in fastai
_FEWEST_STEPS = 10


@dataclass(frozen=True, eq=False)
class LearningRateCurve:
    """The loss over the learning rate.

    Attributes:
        learning_rates: One a step, rising by the same factor, shape `(steps,)`; fewer where the
            sweep stopped early.
        losses: The loss of each step's batch, before the step.
        smoothed_losses: Their running mean, from which the suggestion is read.
        suggestion: A tenth of the learning rate where the smoothed loss is lowest, fastai's
            `minimum`. Read it beside the curve: it should lie where the loss falls.

    >>> LearningRateCurve(np.array([0.1, 1]), np.array([2.0, 9]), np.array([2.0, 5]), 0.01)
    <LearningRateCurve: 2 steps, 0.1 to 1, suggestion 0.01>
    """

    learning_rates: NDArray[np.float64]
    losses: NDArray[np.float64]
    smoothed_losses: NDArray[np.float64]
    suggestion: float

    def __repr__(self) -> str:
        return (
            f"<LearningRateCurve: {len(self.losses)} steps, {self.learning_rates[0]:.2g} to "
            f"{self.learning_rates[-1]:.2g}, suggestion {self.suggestion:.2g}>"
        )


def find_learning_rate(
    model: keras.Model,
    dataset: Trainable,
    *,
    start: float = 1e-6,
    end: float = 1.0,
    steps: int = 100,
    batch_size: int = 128,
    optimizer: str | keras.optimizers.Optimizer = "adam",
    seed: int = 0,
    stop_divergence: bool = True,
) -> LearningRateCurve:
    """Train a copy of the model for some steps, each with a larger learning rate.

    The model stays as it is: its weights, its optimizer, what it was compiled with and its random
    generators. So do the global generators of Python, NumPy and Keras.

    Args:
        model: A built Keras classifier.
        dataset: What `train` takes; only its train part is used.
        start: The first learning rate.
        end: The last one.
        steps: How many there are, 10 or more.
        batch_size: How many images make one step; a stream brings its own batches.
        optimizer: A name of Keras's, or an optimizer, whose settings are taken and which stays as
            it is.
        seed: Decides the order of the images and what dropout drops.
        stop_divergence: Stop when the smoothed loss is above 4 times its best. A loss that is not
            finite always stops.

    Returns:
        The curve with a suggestion.

    Raises:
        InvalidArgumentError: If an argument cannot work, the data do not fit the model, or the
            loss is not finite before there is a curve.
        ArgumentTypeError: If an argument is of a type that cannot work.

    >>> from digitzoo import load_data, simple_cnn
    >>> find_learning_rate(simple_cnn(), load_data("mnist")).suggestion  # doctest: +SKIP
    0.0053
    """
    start = check_number("start", start, above=0)
    end = check_number("end", end, above=start)
    steps = check_whole("steps", steps, at_least=_FEWEST_STEPS)
    batch_size = check_whole("batch_size", batch_size, at_least=1)
    seed = check_whole("seed", seed, at_least=0, at_most=LARGEST_SEED)
    check_flag("stop_divergence", stop_divergence)
    with global_generators_kept():
        optimizer = copy_optimizer(optimizer, start)
    inputs = prepare_inputs(
        model,
        dataset,
        # Only a split or a pair would lose a validation part to this.
        validation_split=None if isinstance(dataset, Dataset) else 0.0,
        steps_per_epoch=None if stream_kind(dataset) is None else steps,
        seed=seed,
    )
    loss, one_hot = choose_loss(model, None, one_hot_labels=inputs.one_hot_labels)
    images = len(inputs.train)
    batch_size = min(own_batch_size(inputs.train, batch_size), images)
    batches = make_batches(model, inputs.train, batch_size=batch_size, one_hot=one_hot, seed=seed)
    learning_rates = np.geomspace(start, end, steps)
    losses: list[float] = []
    with global_generators_kept():
        copy = _copy_model(model, seed)
        copy.compile(optimizer=optimizer, loss=loss)
        full_batches = _endless(batches, images // batch_size)
        for learning_rate, batch in zip(learning_rates, full_batches, strict=False):
            copy.optimizer.learning_rate = float(learning_rate)
            found = float(copy.train_on_batch(*batch, return_dict=True)["loss"])
            if not math.isfinite(found):
                break
            losses.append(found)
            smoothed = smooth_losses(losses)
            if stop_divergence and smoothed[-1] > _DIVERGED * smoothed.min():
                break
    if len(losses) < _FEWEST_STEPS:
        raise InvalidArgumentError(
            f"The loss leaves all bounds after {len(losses)} steps, too few for a curve. "
            f"Begin below start={start:g}, or look at the model and its data."
        )
    curve = learning_rates[: len(losses)], np.array(losses), smooth_losses(losses)
    for values in curve:
        values.flags.writeable = False
    # A tenth of the lowest is fastai's `minimum`. Where the loss falls fastest, the other rule,
    # was 0.33 for `simple_cnn` and plain SGD, which 1.0 makes diverge.
    lowest = float(curve[0][np.argmin(curve[2])])
    return LearningRateCurve(*curve, suggestion=max(lowest / _BELOW_LOWEST, start))


def smooth_losses(losses: Sequence[float], smoothing: float = _SMOOTHING) -> NDArray[np.float64]:
    """Give the exponential running mean, corrected for its start as Adam's moments are."""
    smoothed, mean = np.empty(len(losses)), 0.0
    for step, loss in enumerate(losses):
        mean = smoothing * mean + (1 - smoothing) * float(loss)
        smoothed[step] = mean / (1 - smoothing ** (step + 1))
    return smoothed


def _endless(batches: EpochBatches, full_batches: int) -> Iterator[Batch]:
    """Give full batches, epoch after epoch; a short last one has a loss of its own."""
    for epoch in itertools.count():
        batches.start_epoch(epoch)
        for index in range(full_batches):
            yield batches[index]


def _copy_model(model: Any, seed: int) -> Any:
    try:
        copy = keras.models.clone_model(model)
    except (ValueError, TypeError, NotImplementedError) as error:
        raise InvalidArgumentError(
            f"The learning rate is looked for on a copy, and {model.name!r} cannot be copied: "
            f"{error} Write a Lambda as a layer of its own, with get_config."
        ) from error
    copy.set_weights(model.get_weights())
    seed_generators(copy, seed)
    return copy
