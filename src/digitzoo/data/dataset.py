"""A data set and its parts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, overload

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from digitzoo.checks import check_number, check_text, check_whole
from digitzoo.data.classes import ClassNames, check_class_names, name_classes, number_names
from digitzoo.data.encoding import array_of, as_labels, check_labels
from digitzoo.data.images import add_channel_axis, pixels_of
from digitzoo.data.ordering import stratified_sample
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, ShapeError, shown

Index = slice | Sequence[int] | NDArray[np.integer] | NDArray[np.bool_]

_VALIDATION_STREAM, _SAMPLE_STREAM = 1, 2


@dataclass(frozen=True, eq=False, init=False, repr=False)
class Split:
    """Images with their labels: one part of a data set.

    `split[:1000]`, `split[[3, 5]]` and `split[split.labels == 7]` are splits again; `split[0]` is
    one image with its label, and a loop over a split gives such pairs. To NumPy it is its images.

    Attributes:
        images: Shape `(N, height, width, channels)`, uint8 as long as nobody scales them; flat rows
            stay `(N, pixels)`.
        labels: Whole numbers, shape `(N,)`; None for images whose labels are not known.
        class_names: The name of each class, in the order of the labels.

    >>> split = Split(np.zeros((4, 28, 28), dtype=np.uint8), [1, 0, 1, 1], ("a", "b"))
    >>> split[split.labels == 1]
    <Split: 3 images of 28 x 28 x 1, uint8, 2 classes>
    """

    images: NDArray[Any]
    labels: NDArray[np.integer] | None
    class_names: tuple[str, ...]

    def __init__(
        self,
        images: ArrayLike,
        labels: ArrayLike | None = None,
        class_names: ClassNames | None = None,
    ) -> None:
        """Bring arrays or lists to a split.

        Args:
            images: Shape `(N, height, width)`, `(N, height, width, channels)` or `(N, pixels)`.
            labels: Whole numbers of shape `(N,)` or `(N, 1)`, or one-hot rows of shape
                `(N, num_classes)`.
            class_names: The name of each class; by default numbers.

        Raises:
            InvalidArgumentError: If there are not as many labels as images, a label is no class, or
                a row is not one-hot.
            ArgumentTypeError: If the images or the labels are not numbers.
        """
        pixels = add_channel_axis(pixels_of(images))
        if pixels.ndim < 2:  # noqa: PLR2004 - N and pixels
            raise ShapeError(f"A split holds many images. Received {shown(images)}.")
        names = check_class_names(class_names)
        if labels is not None:
            labels, names = _label(len(pixels), labels, names)
        for field, value in (("images", pixels), ("labels", labels), ("class_names", names)):
            object.__setattr__(self, field, value)  # frozen fields are set once, here

    @classmethod
    def from_arrays(
        cls,
        images: ArrayLike,
        labels: ArrayLike | None = None,
        *,
        class_names: ClassNames | None = None,
    ) -> "Split":
        """Make a split of plain arrays, as `Split(images, labels, class_names)` does.

        >>> Split.from_arrays(np.zeros((2, 28, 28)), np.array([[0, 1], [1, 0]])).labels.tolist()
        [1, 0]
        """
        return cls(images, labels, class_names)

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> NDArray[Any]:  # noqa: FBT001 - NumPy calls it so
        return np.array(self.images, dtype=dtype, copy=copy)

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
        fraction = check_number("The validation part's fraction", fraction)
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

    def __post_init__(self) -> None:
        check_text("name", self.name)
        for part in ("train", "validation", "test"):
            split = getattr(self, part)
            if not isinstance(split, Split) and (part == "train" or split is not None):
                raise ArgumentTypeError(
                    f"The {part} part of a Dataset is a Split. Received {shown(split)}. "
                    f"Split(images, labels) makes one."
                )
            if split is not None:
                _check_goes_with(self.train, split, part)

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
        data = cls(split, None, test, name)
        check_whole("seed", seed, at_least=0)
        if check_number("validation", validation) == 0:
            return data
        train, held_out = split.divide(validation, seed=seed)
        return replace(data, train=train, validation=held_out)

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


def _label(
    count: int, given: ArrayLike, names: tuple[str, ...]
) -> tuple[NDArray[np.integer], tuple[str, ...]]:
    """Bring as many labels as images to whole numbers, and name their classes."""
    numbers = array_of(given)
    if numbers.ndim and len(numbers) != count:
        raise InvalidArgumentError(
            f"Each image needs one label. Received {count} images and {len(numbers)} labels."
        )
    labels, num_classes = as_labels(given)
    if not names:
        names = number_names(num_classes) if num_classes else name_classes(None, labels)
    return check_labels(labels, len(names) or None), names


def _check_goes_with(train: Split, split: Split, part: str) -> None:
    """Hold two parts of a data set to images of one size and classes in one order."""
    if split.images.shape[1:] != train.images.shape[1:]:
        raise ShapeError(
            f"All parts of a data set have images of one shape. Received "
            f"{train.images.shape[1:]} to train on and {split.images.shape[1:]} for {part}."
        )
    names = split.class_names
    if names != train.class_names and set(names) == set(train.class_names):
        raise InvalidArgumentError(
            f"All parts of a data set name the classes in one order. Received "
            f"{shown(train.class_names)} to train on and {shown(names)} for {part}. "
            f"Give both the same class_names."
        )
