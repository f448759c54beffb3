"""`plot_samples`: what the images of a data set look like."""

from collections.abc import Sequence
from typing import Any

from numpy.typing import ArrayLike

from digitzoo.data import Split
from digitzoo.data.classes import check_class_names
from digitzoo.data.encoding import check_pixels
from digitzoo.errors import InvalidArgumentError, shown
from digitzoo.visualization.canvas import AnyFigure, check_count, image_grid
from digitzoo.visualization.images import show_image
from digitzoo.visualization.inputs import Images, as_split, check_grid, choose_indices
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
        count: How many to draw at random; by default 25, or all where there are no more.
        indices: Which to draw instead, in this order.
        seed: Another seed draws other images.
        class_names: The name of each class; by default the split's own.
        columns: How many stand in a row.
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
    imshow = check_grid(columns, figure, imshow)
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
    called, lettering = letter_names(split.class_names)
    titles = [f"index {index}" for index in chosen]
    if split.labels is not None:
        called = [f"label {name}" if name.isdecimal() else name for name in called]
        labels = split.labels[chosen]
        titles = [f"{title}\n{called[n]}" for title, n in zip(titles, labels, strict=True)]
    figure, axes = image_grid(titles, figure=figure, columns=columns, lettering=lettering)
    for ax, index in zip(axes, chosen, strict=True):
        show_image(ax, split.images[index], **imshow)
    return figure
