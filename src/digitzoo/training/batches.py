"""Batches in an order that is a function of seed and epoch alone, scaled when their turn comes."""

import math
import threading
from dataclasses import dataclass
from typing import Any, TypeAlias

import keras
import numpy as np
from numpy.typing import NDArray

from digitzoo.data import one_hot, scale_pixels
from digitzoo.data.images import fit_images
from digitzoo.data.split import permutation
from digitzoo.evaluation.pixels import rescale
from digitzoo.training.augmentation import Augmentation
from digitzoo.training.processes import ALONE, ProcessGroup

Batch: TypeAlias = tuple[NDArray[Any], NDArray[Any]]  # images and labels

_MAKING = threading.Condition()  # one for all: batches that are sent to other processes have none
_LONGEST_WAIT = 10  # seconds


@dataclass(frozen=True, kw_only=True, eq=False)
class BatchForm:
    """How a network takes a batch: `num_classes` for one-hot rows, pixels up to `pixel_scale`."""

    input_shape: tuple[int | None, ...]
    num_classes: int | None = None
    augmentation: Augmentation | None = None
    pixel_scale: int = 1
    seed: int = 0

    def __call__(
        self, images: NDArray[Any], labels: NDArray[np.integer], *, epoch: int, step: int
    ) -> Batch:
        """Scale, change and arrange a batch; epoch and step are counted from 0."""
        targets: NDArray[Any] = labels
        if self.num_classes is not None:
            targets = one_hot(labels, self.num_classes)
        pixels = scale_pixels(images)
        if self.augmentation is not None:
            pixels = self.augmentation(pixels, seed=self.seed, epoch=epoch, batch=step)
        return fit_images(rescale(pixels, self.pixel_scale), self.input_shape), targets


class EpochBatches(keras.utils.PyDataset):  # type: ignore[misc] # Keras ships no types
    """What feeds `model.fit` epochs of so many steps; `failure` is what went wrong in a batch.

    `rows` is how many images the newest batch has, of which this process feeds its part.
    """

    def __init__(self, steps: int, group: ProcessGroup = ALONE, **options: Any) -> None:
        super().__init__(**options)
        self.steps, self._group, self.rows = steps, group, 0
        self.failure: Exception | None = None
        self.failure_cause: BaseException | None = None
        self._epoch = self._first_step = self._being_made = 0
        self._is_closed = False
        self._newest: Batch | None = None

    def start_epoch(self, epoch: int) -> None:
        """Make ready for an epoch, counted from 0."""
        self._epoch = epoch

    def open(self, first_step: int) -> None:
        """Give batches, from this step of each epoch on, until `close`."""
        self._first_step, self._is_closed = first_step, False

    def close(self) -> None:
        """Make no more batches, and wait for those that are being made.

        TensorFlow's thread, which reads ahead, would go on where `model.fit` is left in the middle,
        and wait for its own end if Python's garbage collection ran in it.
        """
        with _MAKING:
            self._is_closed = True
            _MAKING.wait_for(lambda: not self._being_made, timeout=_LONGEST_WAIT)

    def for_fit(self) -> Any:
        """Give what to hand to `model.fit`: on TensorFlow the same batches as a `tf.data.Dataset`.

        With a first generator, as Keras would take, TensorFlow (2.21) gives memory back after each
        step: half as much CPU time again (`benchmarks/training_overhead.py`). Its tuner is off: an
        epoch's end waits for its thread, which may sleep for up to a minute.
        """
        if keras.backend.backend() != "tensorflow":
            return self
        import tensorflow as tf

        seen = [self[step] for step in range(min(2, len(self)))]
        types = [part.dtype for part in seen[0]]
        shapes = []
        for sizes in zip(*([part.shape[1:] for part in batch] for batch in seen), strict=True):
            # None for the images, and where batches differ.
            alike = [one[0] if len(set(one)) == 1 else None for one in zip(*sizes, strict=True)]
            shapes.append((None, *alike))

        def read(step: Any) -> tuple[Any, ...]:
            parts = tf.numpy_function(self.__getitem__, [step], types)
            for part, shape in zip(parts, shapes, strict=True):
                part.set_shape(shape)
            return tuple(parts)

        options = tf.data.Options()
        options.autotune.enabled = False
        # To look through the code for conditions and loops, of which it has none of TensorFlow's,
        # takes a fifth of a second.
        read_as_is = tf.autograph.experimental.do_not_convert(read)
        return tf.data.Dataset.range(len(self)).map(read_as_is).prefetch(2).with_options(options)

    def __len__(self) -> int:
        return self.steps - self._first_step

    def __getitem__(self, index: int) -> Batch:
        with _MAKING:
            if self._is_closed and self._newest is not None:
                return self._newest
            self._being_made += 1
        try:
            made = self._part(self.batch(self._first_step + index))
        except Exception as error:
            self.failure, self.failure_cause = error, error.__cause__
            raise
        finally:
            with _MAKING:
                self._being_made -= 1
                _MAKING.notify_all()
        self._newest = made
        return made

    def _part(self, batch: Batch) -> Batch:
        """Take what this process feeds of a batch.

        It is made whole in each: what is drawn for an image depends on its place in the batch, and
        takes a small part of a step (`benchmarks/augmentation.py`).
        """
        images, labels = batch
        self.rows = len(images)
        if self._group.devices == 1:
            return batch
        own = self._group.own_rows(self.rows)
        return images[own], labels[own]

    def batch(self, step: int) -> Batch:
        """Give the images and labels of a step of the running epoch, counted from 0."""
        raise NotImplementedError


class Batches(EpochBatches):
    """Feeds images and labels in memory; a seed has each epoch draw its order as it starts."""

    def __init__(
        self,
        images: NDArray[Any],
        labels: NDArray[np.integer],
        *,
        form: BatchForm,
        batch_size: int,
        seed: int | None = None,
        group: ProcessGroup = ALONE,
    ) -> None:
        super().__init__(math.ceil(len(images) / batch_size), group)
        self._images, self._labels, self._form = images, labels, form
        self._batch_size, self._seed = batch_size, seed
        self._order: NDArray[np.intp] | None = None
        self.start_epoch(0)

    def start_epoch(self, epoch: int) -> None:
        """Draw the order of an epoch, counted from 0."""
        super().start_epoch(epoch)
        if self._seed is not None:
            self._order = permutation(len(self._images), seed=self._seed, stream=epoch)

    def batch(self, step: int) -> Batch:
        """Give the images and labels of a step of the running epoch, counted from 0."""
        start = step * self._batch_size
        chosen: Any = slice(start, start + self._batch_size)
        if self._order is not None:
            chosen = self._order[chosen]
        return self._form(self._images[chosen], self._labels[chosen], epoch=self._epoch, step=step)
