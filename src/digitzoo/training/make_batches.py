"""From images in memory, in files or in a stream to the batches that `model.fit` takes."""

from collections import deque
from typing import Any

import keras
import numpy as np

from digitzoo.data import ParquetSplit, Split
from digitzoo.errors import InvalidArgumentError
from digitzoo.evaluation.heads import input_shape_of, num_classes_of
from digitzoo.evaluation.pixels import pixel_scale
from digitzoo.training.augmentation import Augmentation
from digitzoo.training.batches import Batch, Batches, BatchForm, EpochBatches
from digitzoo.training.processes import ALONE, ProcessGroup
from digitzoo.training.row_groups import RowGroupBatches
from digitzoo.training.streams import PY_DATASET, Stream

_LOOKED_AT_AGAIN = 2  # Keras looks at this many batches before an epoch begins


def make_batches(
    model: Any,
    part: Split | ParquetSplit | Stream,
    *,
    batch_size: int,
    one_hot: bool,
    seed: int | None = None,
    augmentation: Augmentation | None = None,
    group: ProcessGroup = ALONE,
) -> EpochBatches:
    """Make the batches of a part as a model takes them; a seed shuffles what is no stream."""
    classes = num_classes_of(model)
    form = BatchForm(
        input_shape=input_shape_of(model),
        num_classes=classes if one_hot else None,
        augmentation=augmentation,
        pixel_scale=pixel_scale(model),
        seed=seed or 0,
    )
    if isinstance(part, Stream):
        return StreamBatches(part, form, group)
    if isinstance(part, ParquetSplit):
        return RowGroupBatches(part, form=form, batch_size=batch_size, seed=seed, group=group)
    labels = np.asarray(part.labels)
    return Batches(part.images, labels, form=form, batch_size=batch_size, seed=seed, group=group)


class StreamBatches(EpochBatches):
    """Feeds the batches of a stream, held to what the network takes, from its start again."""

    def __init__(self, stream: Stream, form: BatchForm, group: ProcessGroup = ALONE) -> None:
        options = {}
        # With workers, Keras 3.15 begins at the second batch on JAX and PyTorch.
        if stream.kind == PY_DATASET and keras.backend.backend() == "tensorflow":
            names = ("workers", "use_multiprocessing", "max_queue_size")
            options = {name: getattr(stream.source, name) for name in names}
        super().__init__(stream.steps, group, **options)
        self._stream, self._form = stream, form
        self._reader: Any = None
        self._read = 0
        self._latest: deque[tuple[int, Any]] = deque(maxlen=_LOOKED_AT_AGAIN)

    def for_fit(self) -> Any:
        """Give a PyDataset as it is: its workers and its calls by epoch are Keras's matter."""
        return self if self._stream.kind == PY_DATASET else super().for_fit()

    def start_epoch(self, epoch: int) -> None:
        """Make ready for an epoch, counted from 0."""
        if epoch != self._epoch and self._stream.ends_with_epoch:
            self._reader, self._read = None, 0
            self._latest.clear()
        super().start_epoch(epoch)

    def on_epoch_begin(self) -> None:
        """Pass Keras's call on to a PyDataset."""
        if self._stream.kind == PY_DATASET:
            self._stream.source.on_epoch_begin()

    def on_epoch_end(self) -> None:
        """Pass Keras's call on to a PyDataset."""
        if self._stream.kind == PY_DATASET:
            self._stream.source.on_epoch_end()

    def batch(self, step: int) -> Batch:
        """Give the images and labels of a step of the running epoch, counted from 0."""
        # Counted from where the stream begins.
        number = step if self._stream.ends_with_epoch else self._epoch * self.steps + step
        length = self._stream.length
        if self._stream.kind == PY_DATASET:
            batch = self._stream.source[number if length is None else number % length]
        else:
            batch = self._in_turn(number, length)
        where = f"{self._stream.part}, batch {step + 1}"
        split = self._stream.as_split(batch, where)
        try:
            return self._form(split.images, np.asarray(split.labels), epoch=self._epoch, step=step)
        except InvalidArgumentError as error:
            raise InvalidArgumentError(f"{where}: {error}") from error

    def _in_turn(self, wanted: int, length: int | None) -> Any:
        for number, batch in self._latest:
            if number == wanted:
                return batch
        if wanted < self._read or self._reader is None:
            self._reader = None
            self._read = 0 if length is None else wanted - wanted % length  # whole passes
        while True:
            batch = self._next()
            self._latest.append((self._read, batch))
            self._read += 1
            if self._read > wanted:
                return batch

    def _next(self) -> Any:
        for _ in range(2):  # what is left of it, then from its start
            if self._reader is None:
                self._reader = self._stream.read()
            batch = next(self._reader, None)
            if batch is not None:
                return batch
            if self._stream.ends_with_epoch:
                break
            self._reader = None
        raise InvalidArgumentError(
            f"{self._stream.part}: the stream ends at batch {self._read} of {self.steps}."
        )
