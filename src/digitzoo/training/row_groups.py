"""Batches of images that are read from files by groups of rows, a few groups at a time."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitzoo.data import ParquetSplit
from digitzoo.data.split import permutation
from digitzoo.training.batches import Batch, BatchForm, EpochBatches
from digitzoo.training.processes import ALONE, ProcessGroup

_POOL_BYTES = 64 << 20  # of pixels; a larger group is a pool of its own
_NEXT_POOL, _ORDER_OF_GROUPS = 1 << 32, 1 << 64  # streams of the seed, beside those of the epochs


@dataclass(frozen=True, eq=False)
class _Pool:
    """The images of some groups in memory, in the order in which an epoch shows them."""

    number: int
    epoch: int
    images: NDArray[np.uint8]
    labels: NDArray[np.integer]
    order: NDArray[np.intp]


class RowGroupBatches(EpochBatches):
    """Feeds images that stay in files; a seed has each epoch draw its order as it starts.

    Groups in a drawn order make pools, of which one is in memory at a time, its rows shuffled. What
    fits one pool comes in the order of images in memory, and so ends in the same bits.
    """

    def __init__(
        self,
        split: ParquetSplit,
        *,
        form: BatchForm,
        batch_size: int,
        seed: int | None = None,
        group: ProcessGroup = ALONE,
        pool_bytes: int = _POOL_BYTES,
    ) -> None:
        super().__init__(math.ceil(len(split) / batch_size), group)
        self._split, self._form = split, form
        self._batch_size, self._seed = batch_size, seed
        self._sizes = np.array(split.group_sizes)
        self._starts = np.cumsum(self._sizes) - self._sizes
        self._most = max(1, pool_bytes // math.prod(split.image_shape))  # images of a pool
        self._pool: _Pool | None = None
        self.start_epoch(0)

    def start_epoch(self, epoch: int) -> None:
        """Draw the order of an epoch, counted from 0."""
        super().start_epoch(epoch)
        groups = np.arange(len(self._sizes))
        if self._seed is not None:
            stream = _ORDER_OF_GROUPS + epoch
            groups = permutation(len(groups), seed=self._seed, stream=stream)
        self._pools = self._fill(groups)
        self._ends = np.cumsum([self._sizes[pool].sum() for pool in self._pools])

    def _fill(self, groups: NDArray[np.intp]) -> list[NDArray[np.intp]]:
        """Put groups together, up to so many images; each pool has them in the file's order."""
        pools: list[list[int]] = []
        room = 0
        for group in groups.tolist():
            room -= int(self._sizes[group])
            if room < 0 or self._seed is None:
                pools.append([])
                room = self._most - int(self._sizes[group])
            pools[-1].append(group)
        return [np.sort(pool) for pool in pools]

    def batch(self, step: int) -> Batch:
        """Give the images and labels of a step of the running epoch, counted from 0."""
        start = step * self._batch_size
        stop = min(start + self._batch_size, len(self._split))
        parts = []
        while start < stop:
            parts.append(self._take(start, stop))
            start += len(parts[-1][1])
        images, labels = (np.concatenate(one) for one in zip(*parts, strict=True))
        return self._form(images, labels, epoch=self._epoch, step=step)

    def _take(self, start: int, stop: int) -> Batch:
        """Give what one pool has between two places in the order of the epoch."""
        number = int(np.searchsorted(self._ends, start, side="right"))
        pool = self._read(number)
        begin = int(self._ends[number]) - len(pool.order)
        chosen = pool.order[start - begin : stop - begin]
        return pool.images[chosen], pool.labels[chosen]

    def _read(self, number: int) -> _Pool:
        epoch, pool = self._epoch, self._pool
        if pool is not None and (pool.number, pool.epoch) == (number, epoch):
            return pool
        self._pool = pool = None  # before the next one takes its room
        groups = self._pools[number]
        size = int(self._sizes[groups].sum())
        images = np.empty((size, *self._split.image_shape), dtype=np.uint8)
        done = 0
        rows: list[Any] = []
        for group in groups.tolist():
            count, first = int(self._sizes[group]), int(self._starts[group])
            images[done : done + count] = self._split.read_group(group).images
            rows.append(np.arange(first, first + count))
            done += count
        order = np.arange(size)
        if self._seed is not None:
            order = permutation(size, seed=self._seed, stream=epoch + number * _NEXT_POOL)
        labels = self._split.labels[np.concatenate(rows)]
        self._pool = _Pool(number, epoch, images, labels, order)
        return self._pool
