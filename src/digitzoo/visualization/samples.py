"""What the images of a data set look like."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from digitzoo.data import Split
from digitzoo.data.encoding import check_pixels
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, shown
from digitzoo.visualization.canvas import AnyFigure, check_count, check_grid, image_grid
from digitzoo.visualization.images import show_image
from digitzoo.visualization.inputs import Images, as_split, choose_indices
from digitzoo.visualization.lettering import letter_names

MOST_IMAGES = 100


def plot_samples(
    images: Images,
    count: int | None = None,
    *,
    indices: ArrayLike | int | None = None,
    seed: int = 0,
    class_names: Sequence[str] | None = None,
    columns: int | None = None,
    figure: AnyFigure | None = None,
    **imshow: Any,
) -> AnyFigure:
    r"""Draw images in a grid, each below its index and its label; 100 at most.

    Args:
        images: A split, a pair of images and labels, or an array of images alone; whole numbers in
            0..255 or floats in 0..1.
        count: How many to draw at random; by default 25, or all in their order where there are no
            more.
        indices: Which to draw instead, in this order.
        seed: Another seed draws other images.
        class_names: The name of each class; by default the split's own.
        columns: How many stand in a row.
        figure: A figure or subfigure to draw on; by default one as large as the content needs.
        **imshow: What matplotlib's `Axes.imshow` takes, such as `cmap="gray_r"`.

    Returns:
        The figure.

    Raises:
        InvalidArgumentError: If there are no images, too many, or not as many as asked for; or if
            a class has no name.
        ArgumentTypeError: If an argument is of a wrong type.

    >>> from digitzoo import load_data
    >>> figure = plot_samples(load_data("fashion_mnist").test, indices=[0, 1])
    >>> [ax.get_title() for ax in figure.axes]
    ['index 0\nAnkle boot', 'index 1\nPullover']
    """
    imshow = check_grid(columns, figure, imshow)
    split = as_split(images)
    chosen = choose_indices(len(split), count, indices, seed)
    check_count(len(chosen), MOST_IMAGES)
    if class_names is not None:
        split = Split(split.images, split.labels, _check_names(class_names, split))
    check_pixels(split.images[chosen])  # before a figure is made
    names, lettering = letter_names(split.class_names)
    labels = chosen if split.labels is None else split.labels[chosen]
    titles = [
        f"index {index}" if split.labels is None else f"index {index}\n{_call(names, int(label))}"
        for index, label in zip(chosen, labels, strict=True)
    ]
    figure, axes = image_grid(titles, figure=figure, columns=columns, lettering=lettering)
    for ax, index in zip(axes, chosen, strict=True):
        show_image(ax, split.images[index], **imshow)
    return figure


def _check_names(names: Sequence[str], split: Split) -> tuple[str, ...]:
    """Hold class names to a list with a name for each label."""
    several = isinstance(names, list | tuple) or (isinstance(names, np.ndarray) and names.ndim == 1)
    if not several or not all(isinstance(name, str) for name in names):
        raise ArgumentTypeError(
            f"class_names must be a list, with the name of each class. Received {shown(names)}."
        )
    highest = -1 if split.labels is None or not len(split) else int(split.labels.max())
    if highest >= len(names):
        raise InvalidArgumentError(
            f"class_names must have a name for each label, and the highest is {highest}. Received "
            f"{len(names)}: {shown(list(names))}."
        )
    return tuple(map(str, names))


def _call(names: Sequence[str], label: int) -> str:
    """Word a label: a class by its name, and by the word label where that is a number."""
    name = names[label] if label < len(names) else str(label)
    return f"label {name}" if name.isdecimal() else name
