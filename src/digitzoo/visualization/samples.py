"""`plot_samples`: what the images of a data set look like."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from digitzoo.checks import check_whole
from digitzoo.data import Split
from digitzoo.data.classes import check_class_names
from digitzoo.data.encoding import check_pixels
from digitzoo.data.split import permutation
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, shown
from digitzoo.visualization.canvas import AnyFigure, check_count, image_grid
from digitzoo.visualization.images import show_image
from digitzoo.visualization.inputs import Images, as_split, check_grid
from digitzoo.visualization.lettering import spell_names
from digitzoo.visualization.words import words_of

DEFAULT_COUNT, MOST_IMAGES = 25, 100


def plot_samples(
    images: Images,
    count: int | None = None,
    *,
    indices: ArrayLike | int | None = None,
    seed: int = 0,
    class_names: Sequence[str] | None = None,
    columns: int | None = None,
    language: str = "en",
    figure: AnyFigure | None = None,
    **imshow: Any,
) -> AnyFigure:
    r"""Draw images in a grid, each below its index and its label; 100 at most.

    Args:
        images: A split, a pair of images and labels, or an array of images alone; whole numbers in
            0..255 or floats in 0..1.
        count: How many to draw at random; by default 25, or all where there are no more.
        indices: Which to draw instead, in this order.
        seed: Another seed draws other images.
        class_names: The name of each class; by default the split's own.
        columns: How many stand in a row.
        language: `"en"` or `"ko"`.
        figure: A figure or subfigure to draw on; by default one as large as the content needs.
        **imshow: What matplotlib's `Axes.imshow` takes, such as `cmap="gray_r"`.

    Returns:
        The figure.

    Raises:
        InvalidArgumentError: If there are no images, too many or too few, or a class has no name.
        ArgumentTypeError: If an argument is of a wrong type.

    >>> from digitzoo import load_data
    >>> figure = plot_samples(load_data("fashion_mnist").test, indices=[0, 1])
    >>> [ax.get_title() for ax in figure.axes]
    ['index 0\nAnkle boot', 'index 1\nPullover']
    """
    imshow, say = check_grid(columns, figure, imshow), words_of(language)
    split = as_split(images)
    chosen = choose_indices(len(split), count, indices, seed)
    check_count(len(chosen), MOST_IMAGES)
    if class_names is not None:
        names = check_class_names(class_names)
        highest = -1 if split.labels is None else int(split.labels.max())
        if highest >= len(names):
            raise InvalidArgumentError(
                f"class_names must have a name for each label, and the highest is {highest}. "
                f"Received {len(names)}: {shown(list(names))}."
            )
        split = Split(split.images, split.labels, names)
    check_pixels(split.images[chosen])  # before a figure is made
    titles = [say("index", index=index) for index in chosen]
    if split.labels is not None:
        called = [
            say("label", name=name) if name.isdecimal() else name
            for name in spell_names(split.class_names)
        ]
        labels = split.labels[chosen]
        titles = [f"{title}\n{called[n]}" for title, n in zip(titles, labels, strict=True)]
    figure, axes = image_grid(titles, figure=figure, columns=columns)
    for ax, index in zip(axes, chosen, strict=True):
        show_image(ax, split.images[index], **imshow)
    return figure


def choose_indices(
    total: int,
    count: int | None,
    indices: ArrayLike | int | None,
    seed: int,
    *,
    default: int = DEFAULT_COUNT,
) -> NDArray[np.integer]:
    """Choose which of some images are drawn: by number, by lot, or all up to `default` of them."""
    check_whole("seed", seed, at_least=0)
    if count is not None:
        check_whole("count", count, at_least=0)
    if indices is not None:
        if count is not None:
            raise InvalidArgumentError("count= draws at random, and indices= names them. Give one.")
        return _as_indices(indices, total)
    if count is None and total <= default:
        return np.arange(total)
    count = default if count is None else count
    if count > total:
        raise InvalidArgumentError(f"There are {total:,} images. Received count={shown(count)}.")
    return permutation(total, seed=seed)[:count]


def _as_indices(indices: ArrayLike | int, total: int) -> NDArray[np.integer]:
    try:
        chosen = np.atleast_1d(np.asarray(indices))
    except ValueError:  # rows of unlike lengths
        chosen = np.empty((0, 0))
    if chosen.ndim != 1 or (chosen.size and chosen.dtype.kind not in "iu"):
        kind = InvalidArgumentError if chosen.ndim != 1 else ArgumentTypeError
        raise kind(f"indices must be whole numbers. Received {shown(indices)}.")
    outside = chosen[(chosen < -total) | (chosen >= total)]
    if outside.size:
        raise InvalidArgumentError(
            f"There are {total:,} images, 0 to {total - 1}. Received index {outside[0]}."
        )
    return chosen.astype(np.intp) % max(total, 1)
