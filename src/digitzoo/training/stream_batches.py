"""The batches of a stream, fed to `model.fit` and held to what the network takes one by one."""

from collections import deque
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
from numpy.typing import NDArray

from digitzoo.errors import InvalidArgumentError
from digitzoo.training.batches import BatchForm, EpochBatches
from digitzoo.training.streams import (
    PY_DATASET,
    Stream,
    batch_as_split,
    read_batches,
    stream_length,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOOKED_AT_AGAIN = 2  # Keras looks at this many batches before an epoch begins


class StreamBatches(EpochBatches):
    """Feeds the batches of a stream, held to what the network takes one by one.

    A stream that ends within an epoch of `steps_per_epoch` begins anew.

    Args:
        stream: Where the batches come from.
        form: How the network takes a batch.
        part: What messages call it.
        num_classes: How many classes the network tells apart.
    """

    def __init__(self, stream: Stream, *, form: BatchForm, part: str, num_classes: int) -> None:
        options = {}
        # With workers, Keras 3.15 begins at the second batch on JAX and PyTorch.
        if stream.kind == PY_DATASET and keras.backend.backend() == "tensorflow":
            names = ("workers", "use_multiprocessing", "max_queue_size")
            options = {name: getattr(stream.source, name) for name in names}
        super().__init__(stream.steps, **options)
        self._stream = stream
        self._form = form
        self._part = part
        self._num_classes = num_classes
        self._reader: Iterator[Any] | None = None
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

    def batch(self, step: int) -> tuple[NDArray[Any], NDArray[Any]]:
        """Give the images and labels of a step of the running epoch, counted from 0."""
        batch = self._by_index(step) if self._stream.kind == PY_DATASET else self._in_turn(step)
        where = f"{self._part}, batch {step + 1}"
        split = batch_as_split(batch, where, self._num_classes)
        try:
            return self._form(split.images, np.asarray(split.labels), epoch=self._epoch, step=step)
        except InvalidArgumentError as error:
            raise InvalidArgumentError(f"{where}: {error}") from error

    def _number(self, step: int) -> int:
        """Count the batches before a step, from where the stream begins."""
        return step if self._stream.ends_with_epoch else self._epoch * self.steps + step

    def _by_index(self, step: int) -> Any:
        number, length = self._number(step), stream_length(self._stream.source)
        return self._stream.source[number if length is None else number % length]

    def _in_turn(self, step: int) -> Any:
        wanted, length = self._number(step), stream_length(self._stream.source)
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
                self._reader = read_batches(self._stream.source, self._stream.kind, self._part)
            batch = next(self._reader, None)
            if batch is not None:
                return batch
            if self._stream.ends_with_epoch:
                break
            self._reader = None
        raise InvalidArgumentError(
            f"{self._part}: the {self._stream.kind} ends after {self._read} batches, and says it "
            f"has {self.steps}."
        )
