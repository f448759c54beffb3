"""`plot_predictions`: what a model says of single images."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from digitzoo.data import Split
from digitzoo.data.classes import number_names
from digitzoo.data.encoding import check_pixels
from digitzoo.errors import InvalidArgumentError
from digitzoo.evaluation import Evaluation, Prediction, predict
from digitzoo.visualization.canvas import AnyFigure, check_count, image_grid
from digitzoo.visualization.colours import right_colour, text_colour, wrong_colour
from digitzoo.visualization.images import show_image
from digitzoo.visualization.inputs import Images, as_evaluation, as_split, check_grid, split_for
from digitzoo.visualization.lettering import SMALLEST_TYPE, letter_names, shorten_all, text_size
from digitzoo.visualization.samples import choose_indices

_TYPE = 7.5  # points
_BARS = 1.2  # inches
_BAR = 0.17  # inches for one class
_MOST_BARS = 10
_DEFAULT_COUNT, _MOST_IMAGES = 6, 36
_COLUMNS = 3  # with their bars, as many fit on a slide
_LONGEST_NAME = 18  # letters beside a bar; the title has the whole name


def plot_predictions(
    result: Any,
    images: Images,
    count: int | None = None,
    *,
    indices: ArrayLike | int | None = None,
    seed: int = 0,
    columns: int | None = None,
    figure: AnyFigure | None = None,
    **imshow: Any,
) -> AnyFigure:
    """Draw images with their true and their predicted class, and the probabilities beside them.

    With more than ten classes, the ten most probable ones have bars, and it says so below.

    Args:
        result: A Keras model, or what `evaluate` or `predict` gave for it on the same images.
        images: A split, a pair of images and labels, or images alone.
        count: How many to draw at random, up to 36; by default 6, or all where there are no more.
        indices: Which to draw instead, in this order.
        seed: Another seed draws other images.
        columns: How many stand in a row.
        figure: A figure or subfigure to draw on; by default one as large as the content needs.
        **imshow: What matplotlib's `Axes.imshow` takes.

    Returns:
        The figure; each image's panel is followed by that of its bars.

    Raises:
        InvalidArgumentError: If there are no images, too many, or the model does not take them.

    >>> from digitzoo import load_data, small_dense
    >>> figure = plot_predictions(small_dense(), load_data("mnist").test, indices=[0])
    >>> figure.axes[0].get_title().split()[:4]
    ['index', '0', 'true', '7']
    """
    imshow = check_grid(columns, figure, imshow)
    split = as_split(images, result)
    chosen = choose_indices(len(split), count, indices, seed, default=_DEFAULT_COUNT)
    check_count(len(chosen), _MOST_IMAGES)
    check_pixels(split.images[chosen])  # before a figure is made
    rows = _probabilities(result, split, chosen)
    given = getattr(result, "class_names", ()), split.class_names, number_names(rows.shape[1])
    names, lettering = letter_names(next(some for some in given if len(some) == rows.shape[1]))
    bar_names = shorten_all(names, _LONGEST_NAME)

    labels = [None] * len(rows) if split.labels is None else split.labels[chosen].tolist()
    titles, colours = [], []
    for index, row, truth in zip(chosen, rows, labels, strict=True):
        known = names[truth] if truth is not None and truth < len(names) else truth
        true = "" if truth is None else f"true {known}\n"
        titles.append(f"index {index}\n{true}predicted {names[row.argmax()]}")
        colours.append(text_colour() if truth in (None, row.argmax()) else wrong_colour())
    side = max(1.1, min(len(names), _MOST_BARS) * _BAR)
    grid: dict[str, Any] = {"lettering": lettering, "title_colours": colours}
    grid["columns"] = columns or (_COLUMNS if len(chosen) <= _COLUMNS**2 else _COLUMNS + 1)
    grid["beside"] = (text_size(bar_names, _TYPE)[0] + 0.15, _BARS)
    figure, axes = image_grid(titles, figure=figure, image_size=(side, side), **grid)
    scale = axes[1].get_window_extent().width / figure.dpi / _BARS
    for ax, index in zip(axes[::2], chosen, strict=True):
        show_image(ax, split.images[index], **imshow)
    for panel, row, truth in zip(axes[1::2], rows, labels, strict=True):
        _draw_bars(panel, row, bar_names, truth, max(_TYPE * scale, SMALLEST_TYPE))
        lettering.apply(*panel.get_yticklabels())
    return figure


def _probabilities(result: Any, split: Split, chosen: NDArray[np.integer]) -> NDArray[Any]:
    if isinstance(result, Evaluation):
        return np.asarray(as_evaluation(result, split).probabilities[chosen])
    if not isinstance(result, Prediction):
        return predict(result, split_for(result, split[chosen]).images).probabilities
    if len(result.probabilities) != len(split):
        were = f"{len(result.probabilities):,} images"
        raise InvalidArgumentError(f"The prediction is of {were}, and these are {len(split):,}.")
    return np.asarray(result.probabilities[chosen])


def _draw_bars(
    ax: Axes, row: NDArray[np.floating], names: Sequence[str], truth: int | None, size: float
) -> None:
    """Draw the most probable classes in their order, the true one blue, a wrong guess vermilion."""
    shown = np.sort(np.argsort(-row, kind="stable")[:_MOST_BARS])
    said = int(row.argmax())
    tinted = {said: wrong_colour(), said if truth is None else truth: right_colour()}
    colours = [tinted.get(int(label), "gray") for label in shown]
    ax.barh(range(len(shown)), row[shown], color=colours)
    ax.set_yticks(range(len(shown)), [names[label] for label in shown], fontsize=size)
    ax.set_xlim(0, 1.03)
    ax.set_xticks([0, 1], ["0", "1"], fontsize=size)
    ax.tick_params(length=0, pad=2)
    if len(shown) < len(row):
        some = f"{len(shown)} of {len(row)}"
        style: dict[str, Any] = {"ha": "center", "va": "top", "style": "italic", "fontsize": size}
        ax.text(0.5, -0.02, some, transform=ax.transAxes, **style)
    ax.invert_yaxis()
    ax.spines[["top", "right", "bottom"]].set_visible(False)
