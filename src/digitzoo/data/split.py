"""One part of a data set: images with their labels; and draws of them by the seed alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, overload

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from digitzoo.checks import check_number, check_whole
from digitzoo.data.classes import (
    ClassNames,
    array_of,
    as_labels,
    check_class_names,
    check_labels,
    name_classes,
    number_names,
)
from digitzoo.data.images import add_channel_axis, pixels_of
from digitzoo.errors import InvalidArgumentError, ShapeError, shown

Index = slice | Sequence[int] | NDArray[np.integer] | NDArray[np.bool_]

_VALIDATION_STREAM, _SAMPLE_STREAM = 1, 2


@dataclass(frozen=True, eq=False, init=False, repr=False)
class Split:
    """Images with their labels: one part of a data set.

    `split[:1000]`, `split[[3, 5]]` and `split[split.labels == 7]` are splits again; `split[0]` is
    one image with its label, and a loop over a split gives such pairs. To NumPy it is its images.

    Attributes:
        images: Shape `(N, height, width, channels)`, where `(N, height, width)` will do too; flat
            rows stay `(N, pixels)`.
        labels: Whole numbers, shape `(N,)`, also made of `(N, 1)` or one-hot rows; None for images
            whose labels are not known.
        class_names: The name of each class, in the order of the labels; by default numbers.

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

        Raises:
            InvalidArgumentError: If there are not as many labels as images, a label is no class, or
                a row is not one-hot.
            ArgumentTypeError: If the images or the labels are not numbers.
        """
        pixels = add_channel_axis(pixels_of(images))
        if pixels.ndim < 2:  # N and pixels
            raise ShapeError(f"A split holds many images. Received {shown(images)}.")
        names = check_class_names(class_names)
        if labels is not None:
            labels, names = _label(len(pixels), labels, names)
        for field, value in (("images", pixels), ("labels", labels), ("class_names", names)):
            object.__setattr__(self, field, value)  # frozen fields are set once, here

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
        classes = "1 class" if len(self.class_names) == 1 else f"{len(self.class_names)} classes"
        known = "no labels" if self.labels is None else classes
        images = "1 image" if len(self) == 1 else f"{len(self):,} images"
        return f"<Split: {images} of {shape}, {self.images.dtype}, {known}>"

    def sample(self, size: int, *, seed: int = 0) -> "Split":
        """Draw a smaller split in which each class keeps its share.

        Args:
            size: How many images.
            seed: Another seed draws other images.

        Returns:
            A split of `size` images, in the order in which they stand here.
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
        taken = draw_held_out(self._known_labels(), fraction, seed=seed)
        return self[~taken], self[taken]

    def _known_labels(self) -> NDArray[np.integer]:
        if self.labels is None:
            raise InvalidArgumentError("These images have no labels, so they have no classes.")
        return self.labels


_LARGEST_LABEL = 2**31  # floats beyond count nothing


def _label(
    count: int, given: ArrayLike, names: tuple[str, ...]
) -> tuple[NDArray[np.integer], tuple[str, ...]]:
    """Bring as many labels as images to whole numbers, and name their classes."""
    numbers = array_of(given)
    if numbers.ndim and len(numbers) != count:
        raise InvalidArgumentError(
            f"Each image needs one label. Received {count} images and {len(numbers)} labels."
        )
    is_column = numbers.dtype.kind == "f" and numbers.shape in {(count,), (count, 1)}
    if is_column and (abs(numbers) < _LARGEST_LABEL).all() and (numbers % 1 == 0).all():
        numbers = numbers.astype(np.intp)  # one sigmoid is often taught with 0.0 and 1.0
    labels, num_classes = as_labels(numbers)
    if not names:
        names = number_names(num_classes) if num_classes else name_classes(None, labels)
    return check_labels(labels, len(names) or None), names


def permutation(size: int, *, seed: int, stream: int = 0) -> NDArray[np.intp]:
    """Shuffle 0 to `size - 1` alike on all machines; streams are independent orders of one seed."""
    check_whole("seed", seed, at_least=0)
    # NumPy promises the raw bits of its generators, and not what `permutation` draws (NEP 19).
    bits = np.random.PCG64(np.random.SeedSequence([seed, stream]))
    return np.argsort(bits.random_raw(size), kind="stable")


def draw_held_out(labels: NDArray[np.integer], fraction: float, *, seed: int) -> NDArray[np.bool_]:
    """Draw which images of these labels a validation part takes."""
    fraction = check_number("The validation part's fraction", fraction)
    size = round(fraction * len(labels)) if 0 < fraction < 1 else 0
    if not 0 < size < len(labels):
        raise InvalidArgumentError(
            f"The validation part must be a fraction above 0 and below 1 that leaves images on "
            f"both sides. Received {fraction} of {len(labels)} images."
        )
    taken = np.zeros(len(labels), dtype=bool)
    taken[stratified_sample(labels, size, seed=seed, stream=_VALIDATION_STREAM)] = True
    return taken


def stratified_sample(
    labels: NDArray[np.integer], size: int, *, seed: int, stream: int = 0
) -> NDArray[np.intp]:
    """Draw `size` indices, in rising order; classes keep their shares, by largest remainder."""
    size = check_whole("size", size)
    if not 0 <= size <= len(labels):
        raise InvalidArgumentError(
            f"Cannot draw {size} of {len(labels)} images. Ask for 0 to {len(labels)}."
        )
    counts = np.bincount(labels)
    seats, remainders = np.divmod(counts * size, len(labels)) if len(labels) else (counts, counts)
    most_left_over = np.argsort(-remainders, kind="stable")
    seats[most_left_over[: size - int(seats.sum())]] += 1

    shuffled = permutation(len(labels), seed=seed, stream=stream)
    by_class = shuffled[np.argsort(labels[shuffled], kind="stable")]
    starts = np.cumsum(counts) - counts
    drawn = [by_class[start : start + count] for start, count in zip(starts, seats, strict=True)]
    return np.sort(np.concatenate(drawn)) if drawn else np.empty(0, dtype=np.intp)
