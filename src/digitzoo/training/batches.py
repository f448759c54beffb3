"""Batches in an order of our own, scaled only when their turn comes.

Keras shuffles differently from version to version; here the order is a function of the seed and
the epoch alone. Images stay uint8 in memory, a quarter of what float32 needs.
"""

import math
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from digitzoo.data import fit_images, one_hot, permutation, scale_pixels
from digitzoo.training.augmentation import Augmentation


class Batches(keras.utils.PyDataset):  # type: ignore[misc] # Keras ships no types
    """Feeds a network's images and labels to `model.fit`.

    Args:
        images: Shape `(N, ...)`, uint8 or floats in 0..1.
        labels: Whole numbers, shape `(N,)`.
        input_shape: The shape of one image, as the network takes it.
        batch_size: How many images a batch holds; the last one of an epoch may hold fewer.
        num_classes: Give labels as one-hot rows of this length; None gives them as they are.
        seed: Shuffle anew each epoch; None keeps the order of the images.
        augmentation: Changes the images of each batch; None leaves them as they are.
    """

    def __init__(
        self,
        images: NDArray[Any],
        labels: NDArray[np.integer],
        *,
        input_shape: tuple[int | None, ...],
        batch_size: int,
        num_classes: int | None = None,
        seed: int | None = None,
        augmentation: Augmentation | None = None,
    ) -> None:
        super().__init__()
        self._images = images
        self._labels = labels
        self._input_shape = input_shape
        self._batch_size = batch_size
        self._num_classes = num_classes
        self._seed = seed
        self._augmentation = augmentation
        self._epoch = 0
        self._order: NDArray[np.intp] | None = None
        self._first_step = 0
        self.start_epoch(0)

    def skip_steps(self, steps: int) -> None:
        """Begin epochs at this step, to go on with one that was left in the middle."""
        self._first_step = steps

    def start_epoch(self, epoch: int) -> None:
        """Set the order of an epoch, counted from 0."""
        self._epoch = epoch
        if self._seed is not None:
            self._order = permutation(len(self._images), seed=self._seed, stream=epoch)

    def __len__(self) -> int:
        return math.ceil(len(self._images) / self._batch_size) - self._first_step

    def __getitem__(self, index: int) -> tuple[NDArray[Any], NDArray[Any]]:
        step = self._first_step + index
        start = step * self._batch_size
        chosen: Any = slice(start, start + self._batch_size)
        if self._order is not None:
            chosen = self._order[chosen]
        labels: NDArray[Any] = self._labels[chosen]
        if self._num_classes is not None:
            labels = one_hot(labels, self._num_classes)
        images = scale_pixels(self._images[chosen])
        if self._augmentation is not None and self._seed is not None:
            images = self._augmentation(images, seed=self._seed, epoch=self._epoch, batch=step)
        return fit_images(images, self._input_shape), labels


class EpochOrder(keras.callbacks.Callback):  # type: ignore[misc] # Keras ships no types
    """Tells the batches which epoch begins."""

    def __init__(self, batches: Batches) -> None:
        super().__init__()
        self._batches = batches

    def on_epoch_begin(self, epoch: int, logs: object = None) -> None:  # noqa: ARG002 - Keras's signature
        """Set the epoch's order before its first batch is drawn."""
        self._batches.start_epoch(epoch)
