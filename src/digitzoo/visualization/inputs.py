"""What pictures are of: images with their labels, and results that go with them."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from digitzoo.data import Dataset, Split
from digitzoo.data.images import as_images, pixels_of
from digitzoo.data.ordering import permutation
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, ShapeError
from digitzoo.evaluation import Evaluation, evaluate
from digitzoo.evaluation.numbers import check_whole

Images = Split | ArrayLike | tuple[ArrayLike, ArrayLike]
Image = Split | ArrayLike | tuple[ArrayLike, int | None]

DEFAULT_COUNT = 25


def as_split(images: Images) -> Split:
    """Bring images to a split, with labels where they came with some.

    Args:
        images: A split, a pair of images and labels, or an array of images.

    Returns:
        The split; its images have the shape `(N, height, width, channels)`.

    Raises:
        ArgumentTypeError: If it is a whole data set.
        ShapeError: If the arrays are no images.
    """
    if isinstance(images, Dataset):
        raise ArgumentTypeError(
            "Pictures are drawn of one part of a data set. Give .train, .validation or .test."
        )
    if isinstance(images, Split):
        return Split(as_images(images.images), images.labels, images.class_names)
    if isinstance(images, tuple) and len(images) == 2:  # noqa: PLR2004 - images, labels
        pixels, labels = images
        return Split.from_arrays(as_images(pixels), np.asarray(labels))
    try:
        pixels = np.asarray(images)
    except ValueError as error:
        raise ShapeError(
            "Images of one array have one shape. Received unlike ones; images and labels come as a "
            "tuple: (images, labels)."
        ) from error
    return Split(as_images(pixels))


def as_pixels(image: Image) -> NDArray[Any]:
    """Give the array of what should be one image, in the shape in which it came.

    Args:
        image: An array, a split of one image, or what `split[0]` gives: an image and its label.

    Returns:
        The pixels.

    Raises:
        ArgumentTypeError: If it is a whole data set.
        ShapeError: If it is a split of no image or several, or no array.

    >>> as_pixels(Split(np.zeros((1, 28, 28, 1)))).shape
    (28, 28, 1)
    """
    if isinstance(image, Split):
        if len(image) != 1:
            raise ShapeError(
                f"Expected one image. Received a Split of {len(image):,}. Give one of them, such "
                "as .images[0]."
            )
        return np.asarray(image.images[0])
    pixels: Any = image
    if isinstance(image, tuple) and len(image) == 2 and _is_label(image[1]):  # noqa: PLR2004 - image, label
        pixels = image[0]
    return pixels_of(pixels)


def as_image(image: Image) -> NDArray[Any]:
    """Bring one image to `(height, width, channels)`.

    Args:
        image: As `as_pixels` takes it; with or without the channel axis, or as one of one.

    Returns:
        The image.

    Raises:
        ArgumentTypeError: If it is a whole data set.
        ShapeError: If it is no image, or several.

    >>> as_image(np.zeros((28, 28))).shape
    (28, 28, 1)
    """
    pixels = as_pixels(image)
    pictures = as_images(pixels)
    if len(pictures) != 1:
        raise ShapeError(
            f"Expected one image. Received {len(pictures):,}: shape {pixels.shape}. Give one of "
            "them, such as images[0]."
        )
    picture: NDArray[Any] = pictures[0]
    return picture


def _is_label(value: object) -> bool:
    return value is None or isinstance(value, int | np.integer)


def choose_indices(
    total: int,
    count: int | None,
    indices: ArrayLike | int | None,
    seed: int,
    *,
    default: int = DEFAULT_COUNT,
) -> NDArray[np.integer]:
    """Choose which of some images are drawn.

    Args:
        total: How many there are.
        count: How many to draw at random; by default all in their order, or `default` where there
            are more.
        indices: Which to draw instead, in this order; negative from the end.
        seed: Another seed draws others.
        default: How many, where neither is given.

    Returns:
        Indices from 0 to `total - 1`.

    Raises:
        InvalidArgumentError: If there are not as many, or both are given.
        ArgumentTypeError: If `count` or `seed` is no whole number.
    """
    check_whole("seed", seed, 0)
    if count is not None:
        check_whole("count", count)
    if indices is not None:
        if count is not None:
            raise InvalidArgumentError("count= draws at random, and indices= names them. Give one.")
        try:
            chosen = np.atleast_1d(np.asarray(indices))
        except ValueError as error:  # rows of unlike lengths
            raise InvalidArgumentError(
                f"indices must be whole numbers. Received {indices!r}."
            ) from error
        if chosen.size and (chosen.ndim != 1 or not np.issubdtype(chosen.dtype, np.integer)):
            raise InvalidArgumentError(f"indices must be whole numbers. Received {indices!r}.")
        outside = chosen[(chosen < -total) | (chosen >= total)]
        if outside.size:
            raise InvalidArgumentError(
                f"There are {total:,} images, 0 to {total - 1}. Received index {outside[0]}."
            )
        return chosen.astype(np.intp) % max(total, 1)
    if count is None:
        if total <= default:
            return np.arange(total)
        count = default
    if not 0 <= count <= total:
        raise InvalidArgumentError(f"There are {total:,} images. Received count={count}.")
    return permutation(total, seed=seed)[:count]


def as_evaluation(result: Any, split: Split) -> Evaluation:  # noqa: ANN401 - a model or its evaluation
    """Give what a model says of a split.

    Args:
        result: A Keras model, which is then asked, or its evaluation on the same split.
        split: The images.

    Returns:
        The evaluation.

    Raises:
        InvalidArgumentError: If the evaluation is of other images, or there are no labels.
    """
    if not isinstance(result, Evaluation):
        return evaluate(result, split)
    if result.total != len(split):
        raise InvalidArgumentError(
            f"The evaluation is of {result.total:,} images, and these are {len(split):,}. Give the "
            f"split that was evaluated."
        )
    if split.labels is not None and not np.array_equal(result.labels, split.labels):
        raise InvalidArgumentError(
            "The evaluation is of other images: the labels differ. Give the split that was "
            "evaluated."
        )
    return result


def check_evaluation(result: object) -> Evaluation:
    """Hold an argument to an evaluation.

    Raises:
        ArgumentTypeError: If it is something else.
    """
    if not isinstance(result, Evaluation):
        raise ArgumentTypeError(
            f"Expected what evaluate(model, split) gives. Received {type(result).__name__}."
        )
    return result
