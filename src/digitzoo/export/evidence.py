"""The images that a file is proved on, and those that it is calibrated with."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from digitzoo.data import Dataset, Split, load_data, scale_pixels
from digitzoo.data.images import arrange_images, pixels_of
from digitzoo.errors import InvalidArgumentError
from digitzoo.evaluation import predict
from digitzoo.export.order import WHITE

_CALIBRATED_ON = 500  # training images; more change the ranges hardly


@dataclass(frozen=True)
class Evidence:
    """Images as floats in 0..1, what a model makes of them, and their labels if known."""

    images: NDArray[np.floating]
    probabilities: NDArray[np.floating]
    labels: NDArray[np.integer] | None

    @property
    def accuracy(self) -> float | None:
        """The model's accuracy on them."""
        if self.labels is None:
            return None
        return float(np.mean(self.probabilities.argmax(axis=1) == self.labels))


def find_evidence(
    model: Any, images: ArrayLike | Split | Dataset | None, dataset: str | None, pixels: str
) -> Evidence:
    """Ask a model of the images that its file is to be proved on."""
    if images is None:
        if dataset is None:
            raise InvalidArgumentError(
                "There are no images to prove the file on: the model's weights are none of the "
                "package. Give images=, such as a split, or leave out the proof: verify=False."
            )
        images = load_data(dataset)
    if isinstance(images, Dataset):
        images = images.test or images.validation
        if images is None:
            raise InvalidArgumentError(
                "There are no images to prove the file on: the data set has neither a test nor a "
                "validation part. Give a split of other images: images=."
            )
    asked = _floats(model, images)
    if pixels == "uint8":
        asked = scale_pixels(np.rint(asked * WHITE).astype(np.uint8))
    labels = images.labels if isinstance(images, Split) else None
    return Evidence(asked, predict(model, asked).probabilities, labels)


def find_calibration(
    model: Any,
    given: ArrayLike | Split | None,
    images: ArrayLike | Split | Dataset | None,
    dataset: str | None,
) -> NDArray[np.floating]:
    """Find the training images on which the ranges of numbers are measured."""
    if given is None and isinstance(images, Dataset):
        given = images.train
    elif given is None and dataset is not None:
        given = load_data(dataset).train
    if given is None:
        raise InvalidArgumentError(
            'quantize="int8" measures the ranges of numbers on training images. There are none: '
            "give some, calibration=, or the whole data set, images=."
        )
    few = given[:_CALIBRATED_ON] if isinstance(given, Split) else pixels_of(given)
    chosen = _floats(model, few)[:_CALIBRATED_ON]
    if chosen.size > 1 and (chosen.min() > 0 or chosen.max() < 1):
        # A file takes all of 0..1, whatever these images reach: a byte is then one whole number.
        chosen = chosen.copy()
        chosen.flat[:2] = 0, 1
    return chosen


def _floats(model: Any, images: ArrayLike | Split) -> NDArray[np.floating]:
    """Arrange images as a model takes them, with pixels in 0..1."""
    arranged, _ = arrange_images(pixels_of(images), model.input_shape[1:])
    if not len(arranged):
        raise InvalidArgumentError("There are no images. Expected one or more.")
    return scale_pixels(arranged)
