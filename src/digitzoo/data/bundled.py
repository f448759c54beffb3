"""MNIST and Fashion-MNIST, from files inside the package. Nothing is downloaded."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitzoo.checks import check_choice, check_number, check_whole
from digitzoo.data.classes import number_names
from digitzoo.data.dataset import Dataset
from digitzoo.data.split import Split

Arrays = tuple[
    tuple[NDArray[np.uint8], NDArray[np.uint8]], tuple[NDArray[np.uint8], NDArray[np.uint8]]
]

_FILES = Path(__file__).with_name("files")


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
            "T-shirt/top",
            "Trouser",
            "Pullover",
            "Dress",
            "Coat",
            "Sandal",
            "Shirt",
            "Sneaker",
            "Bag",
            "Ankle boot",
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
    """Look a bundled data set's facts up.

    Raises:
        InvalidArgumentError: If there is none of that name.
        ArgumentTypeError: If it is no text.
    """
    return _BUNDLED[check_choice("data set", name, _BUNDLED)]


def dataset_path(name: str) -> Path:
    """Say where the file of a bundled data set lies.

    Args:
        name: `"mnist"` or `"fashion_mnist"`.

    Returns:
        The path of an `.npz` file with `x_train`, `y_train`, `x_test` and `y_test`.

    Raises:
        InvalidArgumentError: If there is none of that name.
        ArgumentTypeError: If it is no text.

    >>> dataset_path("mnist").name
    'mnist.npz'
    """
    bundled_dataset(name)
    return _FILES / f"{name}.npz"


def load_arrays(name: str) -> Arrays:
    """Load a bundled data set as `keras.datasets` gives it.

    Args:
        name: `"mnist"` or `"fashion_mnist"`.

    Returns:
        `(x_train, y_train), (x_test, y_test)`, all uint8: 60,000 and 10,000 images of shape
        `(28, 28)` with pixels in 0..255, and their labels in 0..9.

    Raises:
        InvalidArgumentError: If there is none of that name.
        ArgumentTypeError: If it is no text.

    >>> (x_train, y_train), (x_test, y_test) = load_arrays("mnist")
    >>> x_train.shape, y_train[:5].tolist()
    ((60000, 28, 28), [5, 0, 4, 1, 9])
    """
    with np.load(dataset_path(name), allow_pickle=False) as arrays:
        return (arrays["x_train"], arrays["y_train"]), (arrays["x_test"], arrays["y_test"])


def load_data(name: str, *, validation: float = 0.1, seed: int = 0) -> Dataset:
    """Load a bundled data set, with a validation part taken out of its training images.

    The validation part is stratified: each class gives the same share of its images. The test
    images stay whole and apart.

    Args:
        name: `"mnist"` or `"fashion_mnist"`.
        validation: The fraction of the 60,000 training images to hold out; 0 holds out none.
        seed: Another seed holds out other images.

    Returns:
        A `Dataset` with `train`, `validation` and `test`, each a `Split` of uint8 `images`
        of shape `(N, 28, 28, 1)` and `labels` of shape `(N,)`.

    Raises:
        InvalidArgumentError: If there is none of that name, or the fraction is not in [0, 1).
        ArgumentTypeError: If an argument has a type that cannot work.

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
