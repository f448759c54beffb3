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
from digitzoo.visualization.fitting import letter
from digitzoo.visualization.images import show_image
from digitzoo.visualization.inputs import Images, as_evaluation, as_split, check_grid, split_for
from digitzoo.visualization.lettering import SMALLEST_TYPE, shorten_all, spell_names, text_size
from digitzoo.visualization.samples import choose_indices
from digitzoo.visualization.words import words_of

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
    language: str = "en",
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
        language: `"en"` or `"ko"`.
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
    imshow, say = check_grid(columns, figure, imshow), words_of(language)
    split = as_split(images, result)
    chosen = choose_indices(len(split), count, indices, seed, default=_DEFAULT_COUNT)
    check_count(len(chosen), _MOST_IMAGES)
    check_pixels(split.images[chosen])  # before a figure is made
    rows = _probabilities(result, split, chosen)
    given = getattr(result, "class_names", ()), split.class_names, number_names(rows.shape[1])
    names = spell_names(next(some for some in given if len(some) == rows.shape[1]))
    bar_names = shorten_all(names, _LONGEST_NAME)

    labels = [None] * len(rows) if split.labels is None else split.labels[chosen].tolist()
    titles, colours = [], []
    for index, row, truth in zip(chosen, rows, labels, strict=True):
        known = names[truth] if truth is not None and truth < len(names) else truth
        lines = [say("index", index=index)]
        lines += [] if truth is None else [say("true", name=known)]
        titles.append("\n".join([*lines, say("predicted", name=names[row.argmax()])]))
        colours.append(text_colour() if truth in (None, row.argmax()) else wrong_colour())
    side = max(1.1, min(len(names), _MOST_BARS) * _BAR)
    if columns is None and figure is None:
        columns = _COLUMNS if len(chosen) <= _COLUMNS**2 else _COLUMNS + 1
    grid: dict[str, Any] = {"columns": columns, "title_colours": colours}
    grid["beside"] = (text_size(bar_names, _TYPE)[0] + 0.15, _BARS)
    figure, axes = image_grid(titles, figure=figure, image_size=(side, side), **grid)
    scale = axes[1].get_window_extent().width / figure.dpi / _BARS
    for ax, index in zip(axes[::2], chosen, strict=True):
        show_image(ax, split.images[index], **imshow)
    for panel, row, truth in zip(axes[1::2], rows, labels, strict=True):
        size = max(_TYPE * scale, SMALLEST_TYPE)
        said = _draw_bars(panel, row, bar_names, truth, size)
        if len(said) < len(row):
            words = say("some of", some=len(said), all=len(row))
            style: dict[str, Any] = {"ha": "center", "va": "top", "style": "italic"}
            panel.text(0.5, -0.02, words, transform=panel.transAxes, fontsize=size, **style)
    letter(figure)
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
) -> NDArray[np.intp]:
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
    ax.invert_yaxis()
    ax.spines[["top", "right", "bottom"]].set_visible(False)
    return shown
