"""Data larger than memory: batches that somebody else makes, one after the other."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from digitzoo.data import Split
from digitzoo.data.classes import check_labels
from digitzoo.data.encoding import check_scale
from digitzoo.data.images import fit_images
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError

TF_DATASET = "tf.data.Dataset"
PY_DATASET = "keras.utils.PyDataset"
DATA_LOADER = "torch.utils.data.DataLoader"

_FOREIGN = {("DatasetV2", "tensorflow"): TF_DATASET, ("DataLoader", "torch"): DATA_LOADER}
_DEFAULT_BATCH_SIZE = 128  # train's


@dataclass(frozen=True, eq=False)
class Stream:
    """A source of batches of one of three kinds, of which only one batch at a time is in memory.

    Of `steps` batches an epoch is made. Where it is the whole source, `ends_with_epoch`, each
    epoch begins it anew.
    """

    source: Any
    kind: str
    steps: int
    ends_with_epoch: bool
    first: Split
    one_hot_labels: bool

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


def stream_kind(source: object) -> str | None:
    """Name the kind of stream that an object is, without importing what it comes from.

    >>> stream_kind([1, 2]) is None
    True
    """
    if isinstance(source, keras.utils.PyDataset):
        return PY_DATASET
    for parent in type(source).__mro__:
        kind = _FOREIGN.get((parent.__name__, parent.__module__.split(".")[0]))
        if kind is not None:
            return kind
    return None


def open_stream(
    source: Any,
    *,
    part: str,
    input_shape: tuple[int | None, ...],
    num_classes: int,
    steps: int | None = None,
    may_count: bool = False,
) -> Stream:
    """Look at a stream's first batch and its length.

    `part` is what messages call it; `steps` of None takes all batches; with `may_count` one that
    does not know its length is read to its end.
    """
    kind, known = str(stream_kind(source)), stream_length(source)
    first = None if known == 0 else next(read_batches(source, kind, part), None)
    if first is None:
        raise InvalidArgumentError(f"{part}: the {kind} has no batches.")
    batch = batch_as_split(first, part, num_classes)
    fit_images(batch.images[:1], input_shape)
    check_scale(batch.images, subject=f"{part}: the first batch has")
    if steps is None and known is None and may_count and not _is_endless(source):
        known = sum(1 for _ in read_batches(source, kind, part))
    epoch_steps = known if steps is None else steps
    if epoch_steps is None:
        said = "does not know how many batches it has. Say how many make an epoch: steps_per_epoch="
        if may_count:
            said = "has no end. Take a part of it, such as .take(100)"
        raise InvalidArgumentError(f"{part}: the {kind} {said}.")
    return Stream(
        source=source,
        kind=kind,
        steps=epoch_steps,
        ends_with_epoch=epoch_steps == known or steps is None,
        first=batch,
        one_hot_labels=are_rows(first[1]),
    )


def are_rows(labels: Any) -> bool:
    """Tell one-hot rows from whole numbers."""
    shape = np.shape(labels)
    return len(shape) == 2 and shape[1] > 1


def own_batch_size(train: Split | Stream, batch_size: int) -> int:
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


def stream_length(source: Any) -> int | None:
    """Count the batches of a stream, if it knows them."""
    try:
        return len(source)
    except TypeError:  # not known, or endless
        return None


def _is_endless(source: Any) -> bool:
    cardinality = getattr(source, "cardinality", None)
    return isinstance(source, keras.utils.PyDataset) or (
        cardinality is not None and int(cardinality()) == -1  # tf.data.INFINITE_CARDINALITY
    )


def read_batches(source: Any, kind: str, part: str) -> Iterator[Any]:
    """Read a stream from its beginning."""
    if kind == TF_DATASET:
        yield from _read_tf_data(source, part)
    elif kind == DATA_LOADER:
        yield from source
    else:
        length = stream_length(source)
        for step in itertools.count() if length is None else range(length):
            yield source[step]


def _read_tf_data(source: Any, part: str) -> Iterator[Any]:
    reader = source.as_numpy_iterator()
    for number in itertools.count(1):
        try:
            batch = next(reader)
        except StopIteration:
            return
        except Exception as error:
            # TensorFlow wraps what a pipeline died of in its own stack.
            words = re.sub(r"^({{.*?}}\s*)+", "", str(getattr(error, "message", error)))
            raise InvalidArgumentError(
                f"{part}, batch {number}: the {TF_DATASET} failed with {words.splitlines()[0]}"
            ) from error
        yield batch


def batch_as_split(batch: Any, part: str, num_classes: int) -> Split:
    """Hold a batch to images and labels that fit."""
    if not isinstance(batch, tuple | list) or len(batch) != 2:
        came = f"{len(batch)} parts" if isinstance(batch, tuple | list) else type(batch).__name__
        raise ArgumentTypeError(f"{part}: expected batches of (images, labels). Received {came}.")
    split = Split.from_arrays(np.asarray(batch[0]), np.asarray(batch[1]))
    check_labels(np.asarray(split.labels), num_classes, source=part)
    return split
