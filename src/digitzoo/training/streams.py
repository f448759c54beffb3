"""Data larger than memory: batches that somebody else makes, one after the other."""

import itertools
import re
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from digitzoo.data import ParquetSplit, Split
from digitzoo.data.classes import check_labels
from digitzoo.data.encoding import check_scale
from digitzoo.data.images import fit_images
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError

TF_DATASET = "tf.data.Dataset"
PY_DATASET = "keras.utils.PyDataset"
DATA_LOADER = "torch.utils.data.DataLoader"

_FOREIGN = {("DatasetV2", "tensorflow"): TF_DATASET, ("DataLoader", "torch"): DATA_LOADER}
_DEFAULT_BATCH_SIZE = 128  # train's


class Stream:
    """Batches of somebody else's, of which only one at a time is in memory.

    If `steps` are all of them, `ends_with_epoch`, each epoch begins anew; else the next goes on.
    With `may_count` a source that does not know its length is read to its end.
    """

    def __init__(
        self,
        source: Any,
        *,
        part: str,
        input_shape: tuple[int | None, ...],
        num_classes: int,
        steps: int | None = None,
        may_count: bool = False,
    ) -> None:
        self.source, self.part, self._num_classes = source, part, num_classes
        self.kind = str(stream_kind(source))
        known = self.length
        first = None if known == 0 else next(self.read(), None)
        if first is None:
            raise InvalidArgumentError(f"{part}: the {self.kind} has no batches.")
        self.first = self.as_split(first, part)
        self.one_hot_labels = are_rows(first[1])
        fit_images(self.first.images[:1], input_shape)
        check_scale(self.first.images, subject=f"{part}: the first batch has")
        if steps is None and known is None and may_count and not self._is_endless():
            known = sum(1 for _ in self.read())
        epoch_steps = known if steps is None else steps
        if epoch_steps is None:
            problem = "does not know how many batches it has. Say how many with steps_per_epoch="
            if may_count:
                problem = "has no end. Take a part of it, such as .take(100)"
            raise InvalidArgumentError(f"{part}: the {self.kind} {problem}.")
        self.steps, self.ends_with_epoch = epoch_steps, epoch_steps == known

    def __len__(self) -> int:
        """How many images an epoch has, if all batches are as large as the first."""
        return self.steps * len(self.first)

    def __str__(self) -> str:
        shape = " x ".join(map(str, self.first.images.shape))
        return f"{self.kind} of {self.steps} batches, the first {shape} {self.first.images.dtype}"

    @property
    def caveat(self) -> str:
        """What `train` promises of data in memory and cannot of this."""
        return (
            f"The batches come in the order of the {self.kind}, not of the seed: the same bits "
            f"again, in a second run or after a resume, need one that repeats its order. Whether "
            f"a resumed run is given the same images is not checked."
        )

    @property
    def length(self) -> int | None:
        """How many batches the source has, if it knows."""
        try:
            return len(self.source)
        except TypeError:  # not known, or endless
            return None

    def read(self) -> Iterator[Any]:
        """Read the source from its beginning."""
        if self.kind == TF_DATASET:
            return self._read_tf_data()
        if self.kind == DATA_LOADER:
            return iter(self.source)
        steps = itertools.count() if self.length is None else range(self.length)
        return (self.source[step] for step in steps)

    def as_split(self, batch: Any, where: str) -> Split:
        """Hold a batch to images and labels that fit; messages say where it is."""
        if not isinstance(batch, tuple | list) or len(batch) != 2:
            is_several = isinstance(batch, tuple | list)
            came = f"{len(batch)} parts" if is_several else type(batch).__name__
            raise ArgumentTypeError(
                f"{where}: expected batches of (images, labels). Received {came}."
            )
        split = Split(np.asarray(batch[0]), np.asarray(batch[1]))
        check_labels(np.asarray(split.labels), self._num_classes, source=where)
        return split

    def _is_endless(self) -> bool:
        cardinality = getattr(self.source, "cardinality", None)
        return self.kind == PY_DATASET or (
            cardinality is not None and int(cardinality()) == -1  # tf.data.INFINITE_CARDINALITY
        )

    def _read_tf_data(self) -> Iterator[Any]:
        reader = self.source.as_numpy_iterator()
        for number in itertools.count(1):
            try:
                batch = next(reader)
            except StopIteration:
                return
            except Exception as error:
                # TensorFlow wraps what a pipeline died of in its own stack.
                words = re.sub(r"^({{.*?}}\s*)+", "", str(getattr(error, "message", error)))
                raise InvalidArgumentError(
                    f"{self.part}, batch {number}: the {TF_DATASET} failed with "
                    f"{words.splitlines()[0]}"
                ) from error
            yield batch


def stream_kind(source: object) -> str | None:
    """Name the kind of stream that an object is, without importing what it comes from."""
    if isinstance(source, keras.utils.PyDataset):
        return PY_DATASET
    for parent in type(source).__mro__:
        kind = _FOREIGN.get((parent.__name__, parent.__module__.split(".")[0]))
        if kind is not None:
            return kind
    return None


def are_rows(labels: Any) -> bool:
    """Tell one-hot rows from whole numbers."""
    shape = np.shape(labels)
    return len(shape) == 2 and shape[1] > 1


def own_batch_size(train: Split | ParquetSplit | Stream, batch_size: int) -> int:
    """Give how many images a batch has: as asked, or of a stream what its first one holds."""
    if not isinstance(train, Stream):
        return batch_size
    own = len(train.first)
    if batch_size not in (_DEFAULT_BATCH_SIZE, own):
        raise InvalidArgumentError(
            f"The {train.kind} makes its batches itself, of {own} images. Leave batch_size= out, "
            f"or batch the data differently. Received batch_size={batch_size}."
        )
    return own
