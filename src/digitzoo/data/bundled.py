"""MNIST and Fashion-MNIST, from files inside the package, and labels of MNIST that people doubt."""

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitzoo.checks import check_choice, check_number, check_whole
from digitzoo.data.classes import number_names
from digitzoo.data.dataset import Dataset
from digitzoo.data.encoding import LARGEST_PIXEL
from digitzoo.data.split import Split
from digitzoo.errors import ArgumentTypeError, shown

Arrays = tuple[
    tuple[NDArray[np.uint8], NDArray[np.uint8]], tuple[NDArray[np.uint8], NDArray[np.uint8]]
]

FILES = Path(__file__).with_name("files")
_PIXELS = 28 * 28


@dataclass(frozen=True)
class BundledDataset:
    """What there is to know of a bundled data set before it is read."""

    class_names: tuple[str, ...]
    source: str
    licence: str


_BUNDLED = {
    "fashion_mnist": BundledDataset(
        # In the order of the table in zalandoresearch/fashion-mnist.
        class_names=(
            *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
            *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
        ),
        source="H. Xiao, K. Rasul, R. Vollgraf: Fashion-MNIST, arXiv 1708.07747",
        licence="MIT",
    ),
    "mnist": BundledDataset(
        class_names=number_names(10),
        source="Y. LeCun, C. Cortes, C. Burges: The MNIST database of handwritten digits",
        licence="CC BY-SA 3.0",
    ),
}


def list_datasets() -> list[str]:
    """Name the data sets that ship in the package.

    >>> list_datasets()
    ['fashion_mnist', 'mnist']
    """
    return sorted(_BUNDLED)


def bundled_dataset(name: str) -> BundledDataset:
    """Look a bundled data set's facts up."""
    return _BUNDLED[check_choice("data set", name, _BUNDLED)]


def dataset_path(name: str) -> Path:
    """Say where the file of a bundled data set lies.

    Args:
        name: `"mnist"` or `"fashion_mnist"`.

    Returns:
        The path of an `.npz` file with `x_train`, `y_train`, `x_test` and `y_test`.

    Raises:
        InvalidArgumentError: If there is none of that name.

    >>> dataset_path("mnist").name
    'mnist.npz'
    """
    bundled_dataset(name)
    return FILES / f"{name}.npz"


def load_arrays(name: str) -> Arrays:
    """Load a bundled data set as `keras.datasets` gives it.

    Args:
        name: `"mnist"` or `"fashion_mnist"`.

    Returns:
        `(x_train, y_train), (x_test, y_test)`, all uint8: 60,000 and 10,000 images of shape
        `(28, 28)` with pixels in 0..255, and their labels in 0..9.

    Raises:
        InvalidArgumentError: If there is none of that name.

    >>> (x_train, y_train), (x_test, y_test) = load_arrays("mnist")
    >>> x_train.shape, y_train[:5].tolist()
    ((60000, 28, 28), [5, 0, 4, 1, 9])
    """
    with np.load(dataset_path(name), allow_pickle=False) as arrays:
        return (arrays["x_train"], arrays["y_train"]), (arrays["x_test"], arrays["y_test"])


def load_data(name: str, *, validation: float = 0.1, seed: int = 0) -> Dataset:
    """Load a bundled data set, with a validation part taken out of its training images.

    The validation part is stratified: each class gives the same share of its images.

    Args:
        name: `"mnist"` or `"fashion_mnist"`.
        validation: The fraction of the 60,000 training images to hold out; 0 holds out none.
        seed: Another seed holds out other images.

    Returns:
        A `Dataset` with `train`, `validation` and `test`, each a `Split` of uint8 `images`
        of shape `(N, 28, 28, 1)` and `labels` of shape `(N,)`.

    Raises:
        InvalidArgumentError: If there is none of that name, or the fraction is not in [0, 1).

    >>> load_data("mnist")
    <Dataset 'mnist'
      train: 54,000 images of 28 x 28 x 1, uint8, 10 classes
      validation: 6,000 images of 28 x 28 x 1, uint8, 10 classes
      test: 10,000 images of 28 x 28 x 1, uint8, 10 classes>
    """
    class_names = bundled_dataset(name).class_names
    check_number("validation", validation)
    check_whole("seed", seed, at_least=0)
    (x_train, y_train), (x_test, y_test) = load_arrays(name)
    return Dataset.from_split(
        Split(x_train[..., np.newaxis], y_train, class_names),
        test=Split(x_test[..., np.newaxis], y_test, class_names),
        validation=validation,
        seed=seed,
        name=name,
    )


@dataclass(frozen=True)
class DisputedLabel:
    """What five reviewers said of one test image of MNIST.

    Attributes:
        test_index: The image's place among MNIST's 10,000 test images.
        given_label: Its label in MNIST.
        guessed_label: The label that other models gave it.
        votes_given: How many of the five saw the given label.
        votes_guessed: How many saw the guessed one.
        votes_neither: How many saw neither, or both.
        image_sha256: SHA-256 of its 784 bytes, by which it is found in any split.

    >>> first = disputed_labels()[0]
    >>> first.given_label, first.guessed_label
    (8, 9)
    """

    test_index: int
    given_label: int
    guessed_label: int
    votes_given: int
    votes_guessed: int
    votes_neither: int
    image_sha256: str


@cache
def disputed_labels() -> tuple[DisputedLabel, ...]:
    """List the test images of MNIST whose label fewer than three of five reviewers confirmed.

    Of 100 that were reviewed, 15 (Northcutt, Athalye and Mueller, "Pervasive Label Errors in Test
    Sets", arXiv 2103.14749). A model that calls them wrong may be right.

    Returns:
        One entry an image, by place.

    >>> len(disputed_labels()), disputed_labels()[0].test_index
    (15, 947)
    """
    rows = json.loads((FILES / "mnist_disputed_labels.json").read_text(encoding="utf-8"))["rows"]
    return tuple(DisputedLabel(**row) for row in rows)


def is_disputed(split: Split) -> NDArray[np.bool_]:
    """Tell which images of a split have a disputed label.

    They are known by their pixels: `evaluate(model, test[~is_disputed(test)])` measures without.

    Args:
        split: Images as uint8 or as floats in 0..1. One that was corrected counts as such no more.

    Returns:
        Shape `(N,)`.

    Raises:
        ArgumentTypeError: If it is no split.

    >>> from digitzoo.data import load_data
    >>> test = load_data("mnist").test
    >>> np.flatnonzero(is_disputed(test))[:3].tolist()
    [947, 1621, 1901]
    """
    if not isinstance(split, Split):
        raise ArgumentTypeError(
            f"is_disputed takes a Split, whose labels it compares. Received {shown(split)}. "
            f"Split(images, labels) makes one."
        )
    found = np.zeros(len(split), dtype=bool)
    if split.labels is None or split.images[:1].size != _PIXELS:
        return found
    known = {(row.image_sha256, row.given_label) for row in disputed_labels()}
    labels = split.labels
    for index in np.flatnonzero(np.isin(labels, [label for _, label in known])):
        image = split.images[index]
        if np.issubdtype(image.dtype, np.floating):
            image = np.rint(np.nan_to_num(image.clip(0, 1)) * LARGEST_PIXEL)
        pixels = image.clip(0, LARGEST_PIXEL).astype(np.uint8)
        digest = hashlib.sha256(pixels.tobytes()).hexdigest()
        found[index] = (digest, int(labels[index])) in known
    return found
