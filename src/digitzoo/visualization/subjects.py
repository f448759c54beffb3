"""What pictures are of: images with their labels, and results that go with them."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from digitzoo.data import Dataset, Split, as_images, permutation
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, ShapeError
from digitzoo.evaluation import Evaluation, evaluate

Images = Split | ArrayLike | tuple[ArrayLike, ArrayLike]

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
    """
    if indices is not None:
        if count is not None:
            raise InvalidArgumentError("count= draws at random, and indices= names them. Give one.")
        chosen = np.atleast_1d(np.asarray(indices))
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
