"""What a file is asked to be, in the words that all formats share."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from time import thread_time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitzoo.evaluation.pixels import rescale

INPUT, WHITE = "images", 255


@dataclass(frozen=True)
class Order:
    """What is to be written.

    Attributes:
        quantize: How weights are stored and computed with; None for 32-bit floats.
        pixels: `"float32"`, or `"uint8"` for a file that scales bytes itself.
        batch_size: How many images the file takes at once; None for any number.
        scale: What the model multiplies pixels in 0..1 by.
        calibration: Training images that ranges are measured on, floats in 0..1.
        facts: What the file says of itself.
    """

    quantize: str | None
    pixels: str
    batch_size: int | None
    scale: int
    calibration: NDArray[np.floating] | None
    facts: dict[str, Any] = field(default_factory=dict)

    def feed(self, images: NDArray[np.floating]) -> NDArray[Any]:
        """Bring pixels in 0..1 to the numbers that the file takes."""
        if self.pixels == "uint8":
            whole: NDArray[Any] = np.rint(images * WHITE)
            return whole.astype(np.uint8)
        floats: NDArray[Any] = rescale(images, self.scale)
        return floats

    def calibrating(self) -> Iterator[NDArray[Any]]:
        """Give the training images as the file takes them, one by one or in its batches."""
        assert self.calibration is not None  # noqa: S101 - export_model found some
        for images in _batches(self.calibration, self.batch_size or 1):
            yield self.feed(images)


def with_bytes(model: Any, order: Order) -> Any:
    """Put a layer in front of a model that brings bytes to the numbers it takes."""
    import keras

    shape = (order.batch_size, *model.input_shape[1:])
    images = keras.Input(batch_shape=shape, dtype="uint8", name=INPUT)
    scaled = keras.layers.Rescaling(order.scale / WHITE, name="scale_pixels")(images)
    return keras.Model(images, model(scaled), name=model.name)


def signature(model: Any, order: Order, dtype: str) -> list[Any]:
    """Say what a file's one input is, as Keras's exporters take it."""
    import keras

    shape = (order.batch_size, *model.input_shape[1:])
    return [keras.InputSpec(shape=shape, dtype=dtype, name=INPUT)]


def ask(
    call: Callable[[NDArray[Any]], NDArray[Any]], images: NDArray[Any], batch_size: int | None
) -> tuple[NDArray[Any], float]:
    """Ask a file of images, as many at a time as it takes, one where it takes any number.

    It gives a row an image, and the CPU-seconds that this thread took for one.
    """
    batches = _batches(images, batch_size or 1)
    call(batches[0])  # the first call makes ready
    began = thread_time()
    rows = np.concatenate([np.array(call(batch)) for batch in batches])
    return rows[: len(images)], (thread_time() - began) / len(rows)


def _batches(images: NDArray[Any], size: int) -> list[NDArray[Any]]:
    """Cut images into batches of one size, the last filled up with its last image."""
    missing = -len(images) % size
    filled = np.concatenate([images, np.repeat(images[-1:], missing, axis=0)])
    return [filled[start : start + size] for start in range(0, len(filled), size)]
