"""Processes that train one model together: what they say to each other, and how they end."""

import atexit
import os
import pickle
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from digitzoo.errors import DigitzooError, RunFolderError

T = TypeVar("T")

# Who tells JAX that a process is gone: what sums between processors, between GPUs, and its own.
_LOST = re.compile("gloo|nccl|coordination service", re.IGNORECASE)


@dataclass(frozen=True)
class _Failure:
    """An error of one process, on its way to all."""

    error: DigitzooError


class ProcessGroup:
    """The processes that train one model, and all their devices; alone, one of each.

    All do the same steps at the same time: what one of them does alone goes through `first`.
    """

    def __init__(self, devices: int = 1, count: int = 1, index: int = 0) -> None:
        self.devices, self.count, self.index = devices, count, index
        self._agreed: BaseException | None = None

    @property
    def is_first(self) -> bool:
        """Whether this process owns the run folder and speaks for all."""
        return self.index == 0

    def gather(self, value: T) -> list[T]:
        """Give what each process has to say, in their order, to all; raise what one has told."""
        said = self._exchange(value)
        for one in said:
            if isinstance(one, _Failure):
                raise self.agree_on(one.error)
        return said

    def first(self, make: Callable[[], T]) -> T:
        """Have the first process make something, and give it, or raise its error, in all."""
        said: Any = None
        if self.is_first:
            try:
                said = make()
            except DigitzooError as error:
                said = _Failure(error)
        made: T = self.gather(said)[0]
        return made

    def tell(self, error: Exception) -> None:
        """Have the others, who wait for the first to keep an epoch, raise why it could not."""
        if isinstance(error, RunFolderError) and error is not self._agreed:
            self._exchange(_Failure(error))
            self.agree_on(error)

    def any(self, *flags: bool) -> tuple[bool, ...]:
        """Tell which flags are set in any process."""
        return tuple(map(any, zip(*self.gather(flags), strict=True)))

    def agree_on(self, error: BaseException) -> BaseException:
        """Note an error that all processes raise, and give it."""
        if self.count > 1:  # else it would keep alive what the error came through
            self._agreed = error
        return error

    def _exchange(self, value: Any) -> list[Any]:
        if self.count == 1:
            return [value]
        from jax.experimental.multihost_utils import process_allgather

        content = np.frombuffer(pickle.dumps(value), dtype=np.uint8)
        sizes = process_allgather(np.asarray(len(content)))
        padded = np.zeros(max(sizes), dtype=np.uint8)
        padded[: len(content)] = content
        rows = process_allgather(padded)
        # What comes is from processes that run this same program.
        return [pickle.loads(row[:size].tobytes()) for row, size in zip(rows, sizes, strict=True)]  # noqa: S301

    def own_rows(self, rows: int) -> NDArray[np.intp]:
        """Give which rows of a batch this process feeds; the last fills up what devices share."""
        each = -(-rows // self.devices) * self.devices // self.count
        own = np.arange(self.index * each, (self.index + 1) * each)
        return np.minimum(own, rows - 1)

    def leave_over(self, error: BaseException) -> None:
        """Have this process end without the others, for an error that they do not share.

        JAX has each wait for all at its exit, and they for it in the next step: for minutes.
        """
        if self.count > 1 and error is not self._agreed and not _LEAVING:
            _LEAVING.append(LOST_THE_OTHERS if tells_of_loss(error) else _FAILED)
            atexit.register(_leave)


ALONE = ProcessGroup()
LOST_THE_OTHERS, _FAILED = 1, 2  # exit codes
_LEAVING: list[int] = []


@contextmanager
def on_this_process() -> Iterator[None]:
    """Have what Keras makes inside lie on this process, whose others may do something else."""
    import keras  # not above: to look into a run folder takes none

    distribution = keras.distribution.distribution()
    keras.distribution.set_distribution(None)
    try:
        yield
    finally:
        keras.distribution.set_distribution(distribution)


def tells_of_loss(error: BaseException) -> bool:
    """Tell whether an error is JAX's, of another process that has ended."""
    return not isinstance(error, DigitzooError) and bool(_LOST.search(str(error)))


def _leave() -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(_LEAVING[0])
