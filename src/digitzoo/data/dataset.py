"""A data set and its parts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from digitzoo.data.encoding import check_labels, from_one_hot
from digitzoo.data.ordering import stratified_sample
from digitzoo.errors import InvalidArgumentError

Index = slice | Sequence[int] | NDArray[np.integer] | NDArray[np.bool_]

_VALIDATION_STREAM, _SAMPLE_STREAM = 1, 2
_MOST_CLASSES = 10_000


@dataclass(frozen=True, eq=False)
class Split:
    """Images with their labels: one part of a data set.

    `split[:1000]`, `split[[3, 5]]` and `split[split.labels == 7]` are splits again; `split[0]` is
    one image with its label, and a loop over a split gives such pairs.

    Attributes:
        images: Shape `(N, height, width, channels)`, uint8 as long as nobody scales them.
        labels: Whole numbers, shape `(N,)`; None for images whose labels are not known.
        class_names: The name of each class, in the order of the labels.

    >>> split = Split(np.zeros((4, 28, 28, 1), dtype=np.uint8), np.array([1, 0, 1, 1]), ("a", "b"))
    >>> split[split.labels == 1]
    <Split: 3 images of 28 x 28 x 1, uint8, 2 classes>
    """

    images: NDArray[np.generic]
    labels: NDArray[np.integer] | None = None
    class_names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        # Lists are welcome; frozen fields are set once, here.
        object.__setattr__(self, "images", np.asarray(self.images))
        object.__setattr__(self, "class_names", tuple(self.class_names))
        if self.labels is None:
            return
        labels = np.asarray(self.labels)
        object.__setattr__(
            self, "labels", labels.astype(np.uint8) if labels.dtype == bool else labels
        )
        if len(self.images) != len(self.labels):
            raise InvalidArgumentError(
                f"Each image needs one label. "
                f"Received {len(self.images)} images and {len(self.labels)} labels."
            )
        check_labels(np.asarray(self.labels), len(self.class_names) or None)

    @classmethod
    def from_arrays(
        cls,
        images: NDArray[Any],
        labels: NDArray[Any] | None = None,
        *,
        class_names: Sequence[str] | None = None,
    ) -> "Split":
        """Make a split of plain arrays.

        Args:
            images: Shape `(N, height, width)`, `(N, height, width, channels)` or `(N, pixels)`.
            labels: Whole numbers of shape `(N,)`, or one-hot rows of shape `(N, num_classes)`.
            class_names: The name of each class; by default numbers.

        Returns:
            The split, its labels as whole numbers.

        Raises:
            InvalidArgumentError: If there are not as many labels as images, or a row is not
                one-hot.
            ArgumentTypeError: If the labels are not whole numbers.

        >>> Split.from_arrays(np.zeros((2, 28, 28)), np.array([[0, 1], [1, 0]])).labels.tolist()
        [1, 0]
        """
        pixels = np.asarray(images)
        if pixels.ndim == 3:  # noqa: PLR2004 - N, height, width
            pixels = pixels[..., np.newaxis]
        if labels is None:
            return cls(pixels, None, tuple(class_names or ()))
        numbers = np.asarray(labels)
        if numbers.ndim == 2 and numbers.shape[1] == 1:  # noqa: PLR2004 - (N, 1), as Keras's CIFAR
            numbers = numbers[:, 0]
        if numbers.dtype == bool and numbers.ndim == 1:
            numbers = numbers.astype(np.uint8)
        if numbers.ndim == 2:  # noqa: PLR2004 - N, classes
            class_names = class_names or number_names(numbers.shape[1])
            numbers = from_one_hot(numbers)
        return cls(pixels, numbers, name_classes(class_names, check_labels(numbers)))

    def __len__(self) -> int:
        return len(self.images)

    @overload
    def __getitem__(self, index: int) -> tuple[NDArray[np.generic], int | None]: ...
    @overload
    def __getitem__(self, index: Index) -> "Split": ...
    def __getitem__(self, index: int | Index) -> "Split | tuple[NDArray[np.generic], int | None]":
        if isinstance(index, int | np.integer):
            return self.images[index], None if self.labels is None else int(self.labels[index])
        if not isinstance(index, slice):
            index = np.asarray(index)
        labels = None if self.labels is None else self.labels[index]
        return Split(self.images[index], labels, self.class_names)

    def __iter__(self) -> Iterator[tuple[NDArray[np.generic], int | None]]:
        return (self[index] for index in range(len(self)))

    def __repr__(self) -> str:
        shape = " x ".join(str(size) for size in self.images.shape[1:])
        known = f"{len(self.class_names)} classes" if self.labels is not None else "no labels"
        return f"<Split: {len(self):,} images of {shape}, {self.images.dtype}, {known}>"

    def sample(self, size: int, *, seed: int = 0) -> "Split":
        """Draw a smaller split in which each class keeps its share.

        Args:
            size: How many images.
            seed: Another seed draws other images.

        Returns:
            A split of `size` images, in the order in which they stand here.

        Raises:
            InvalidArgumentError: If there are fewer images, or no labels.
        """
        return self[stratified_sample(self._known_labels(), size, seed=seed, stream=_SAMPLE_STREAM)]

    def divide(self, fraction: float, *, seed: int = 0) -> "tuple[Split, Split]":
        """Take a stratified part out of this split.

        Args:
            fraction: The part to take out, above 0 and below 1.
            seed: Another seed takes out other images.

        Returns:
            The rest and the part taken out; together they hold each image once.

        Raises:
            InvalidArgumentError: If the fraction leaves one of them empty, or there are no labels.
        """
        size = round(fraction * len(self)) if 0 < fraction < 1 else 0
        if not 0 < size < len(self):
            raise InvalidArgumentError(
                f"The validation part must be a fraction above 0 and below 1 that leaves images on "
                f"both sides. Received {fraction} of {len(self)} images."
            )
        taken = np.zeros(len(self), dtype=bool)
        taken[
            stratified_sample(self._known_labels(), size, seed=seed, stream=_VALIDATION_STREAM)
        ] = True
        return self[~taken], self[taken]

    def _known_labels(self) -> NDArray[np.integer]:
        if self.labels is None:
            raise InvalidArgumentError("These images have no labels, so they have no classes.")
        return self.labels


@dataclass(frozen=True, eq=False)
class Dataset:
    """Images to train on, to choose by, and to test with.

    Attributes:
        train: What a model learns from.
        validation: What a training run is watched by, taken out of train; None if there is none.
        test: What only `evaluate` looks at; None if there is none.
        name: What reports call it.

    >>> split = Split(np.zeros((10, 28, 28, 1), dtype=np.uint8), np.arange(10) % 2, ("a", "b"))
    >>> Dataset.from_split(split, validation=0.2)
    <Dataset 'data'
      train: 8 images of 28 x 28 x 1, uint8, 2 classes
      validation: 2 images of 28 x 28 x 1, uint8, 2 classes
      test: none>
    """

    train: Split
    validation: Split | None = None
    test: Split | None = None
    name: str = "data"

    @classmethod
    def from_split(
        cls,
        split: Split,
        *,
        test: Split | None = None,
        validation: float = 0.1,
        seed: int = 0,
        name: str = "data",
    ) -> "Dataset":
        """Make a data set of one split, by taking a stratified validation part out of it.

        Args:
            split: All images that may be learnt from.
            test: Images that may not.
            validation: The fraction to take out; 0 takes none.
            seed: Another seed takes out other images.
            name: What reports call it.

        Returns:
            The data set.

        Raises:
            InvalidArgumentError: If the fraction leaves one of the parts empty.
        """
        if validation == 0:
            return cls(split, None, test, name)
        train, held_out = split.divide(validation, seed=seed)
        return cls(train, held_out, test, name)

    @property
    def class_names(self) -> tuple[str, ...]:
        """The name of each class, in the order of the labels."""
        return self.train.class_names

    def sample(self, size: int, *, seed: int = 0) -> "Dataset":
        """Draw a small stratified data set, for a quick try or a test.

        Args:
            size: How many images to train on. Validation and test shrink in proportion.
            seed: Another seed draws other images.

        Returns:
            A data set of the same make.

        Raises:
            InvalidArgumentError: If there are fewer images.
        """
        train = self.train.sample(size, seed=seed)
        share = size / len(self.train)

        def shrink(part: Split | None) -> Split | None:
            return None if part is None else part.sample(round(share * len(part)), seed=seed)

        return replace(
            self, train=train, validation=shrink(self.validation), test=shrink(self.test)
        )

    def __repr__(self) -> str:
        lines = [f"<Dataset {self.name!r}"]
        for part in ("train", "validation", "test"):
            split = getattr(self, part)
            lines.append(f"  {part}: {'none' if split is None else repr(split)[8:-1]}")
        return "\n".join(lines) + ">"


def number_names(count: int) -> tuple[str, ...]:
    """Name classes by their numbers.

    >>> number_names(3)
    ('0', '1', '2')
    """
    return tuple(str(number) for number in range(count))


def name_classes(given: Sequence[str] | None, *labels: NDArray[np.integer]) -> tuple[str, ...]:
    """Take the names that are given, or the numbers up to the largest label.

    Raises:
        InvalidArgumentError: If that would make more classes than anyone means.

    >>> name_classes(None, np.array([0, 2]))
    ('0', '1', '2')
    """
    if given is not None and len(given):
        return tuple(given)
    count = max((int(part.max()) + 1 for part in labels if len(part)), default=0)
    if count > _MOST_CLASSES:
        raise InvalidArgumentError(
            f"The largest label is {count - 1:,}, which would make {count:,} classes. Expected "
            f"labels from 0 on, at most {_MOST_CLASSES:,} classes; or give class_names."
        )
    return number_names(count)
