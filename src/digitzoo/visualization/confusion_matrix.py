"""Which classes a model takes for which."""

from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import PowerNorm
from matplotlib.ticker import PercentFormatter

from digitzoo.evaluation import Evaluation
from digitzoo.visualization.canvas import check_axes, check_count, single
from digitzoo.visualization.colours import is_light
from digitzoo.visualization.images import SQUARES
from digitzoo.visualization.inputs import check_evaluation
from digitzoo.visualization.layout import lay_out
from digitzoo.visualization.lettering import (
    LETTER_WIDTH,
    SMALLEST_TYPE,
    letter_names,
    points,
    set_texts,
    text_scale,
    text_size,
    wrap,
    write_percent,
)
from digitzoo.visualization.matplotlib_options import check_options

_CELL = 0.58  # inches, for a count above a percentage
_MOST_LETTERS = 3  # longer names are turned below the columns
_SMALLEST = 2.6  # inches: the title is as wide
_TURNED = 0.75  # how high a line is that is turned by half a right angle, beside its length
_MOST_CLASSES = 40
_FILLED = 0.85  # of a cell's width
_FEWEST_LETTERS = 4  # as wide as two lines are high
_WIDEST_NAME = 18  # letters a line
_SPREAD = 0.5  # a mistake of 1 % is seen: its colour stands at a tenth of the scale


def plot_confusion_matrix(
    evaluation: Evaluation,
    *,
    ax: Axes | None = None,
    **imshow: Any,
) -> Axes:
    r"""Draw how often each class was taken for each: the count, and its percentage of the row.

    Rows are true classes and add up to 100 %, columns predicted ones. Colours stand for the
    percentages, on a scale on which rare mistakes are seen too. Counts suit the size of the cells,
    and are left out where they could not be read. 40 classes are drawn at most.

    Args:
        evaluation: What `evaluate` gives.
        ax: Where to draw; by default on a new figure in which each cell can be read. Yours keeps
            its layout; `plt.subplots(..., layout="constrained")` gives names their room.
        **imshow: What matplotlib's `Axes.imshow` takes, such as `cmap="Greys"`.

    Returns:
        The Axes.

    Raises:
        ArgumentTypeError: If it is no evaluation.
        InvalidArgumentError: If there are too many classes.

    >>> result = Evaluation(np.array([[0.9, 0.1], [0.3, 0.7]]), np.array([0, 0]), ("cat", "dog"))
    >>> ax = plot_confusion_matrix(result)
    >>> [text.get_text() for text in ax.texts]
    ['1\n50 %', '1\n50 %', '0', '0']
    """
    check_axes(ax)
    imshow = check_options("imshow", imshow)
    matrix = check_evaluation(evaluation).confusion_matrix
    count = check_count(len(matrix), _MOST_CLASSES, what="classes")
    names, lettering = letter_names(evaluation.class_names)
    columns = [name.replace("\n", " ") for name in names]  # turned, two lines would cross others
    names = [wrap(name, _WIDEST_NAME) for name in names]
    is_turned = max(map(len, columns)) > _MOST_LETTERS
    size = points(mpl.rcParams["xtick.labelsize"])
    widest, longest = (text_size(texts, size, lettering)[0] for texts in (names, columns))
    side = max(count * _CELL, _SMALLEST)
    scale = text_scale()
    ax = single(
        ax,
        width=side + widest + 1.5 * scale,
        height=side + (longest * _TURNED if is_turned else 0) + 0.6 * scale,
    )

    totals = matrix.sum(axis=1, keepdims=True)
    shares = np.divide(matrix, totals, out=np.full(matrix.shape, np.nan), where=totals > 0)
    options = {**SQUARES, "cmap": "Blues", "norm": PowerNorm(_SPREAD, 0, 1), **imshow}
    if {"vmin", "vmax"} & set(imshow):
        options.pop("norm")
    drawn = ax.imshow(shares, **options)
    ax.minorticks_off()
    ax.grid(visible=False, which="both")
    for (row, column), number in np.ndenumerate(matrix):
        share = shares[row, column]
        colour = "gray" if np.isnan(share) else "black"
        if not np.isnan(share) and not is_light(drawn.to_rgba(share)):
            colour = "white"
        ax.text(
            column,
            row,
            f"{number:,}\n{write_percent(share)}" if number else "0",
            ha="center",
            va="center",
            color=colour,
            alpha=1 if number else 0.5,
            in_layout=False,  # it lies inside
        )
    ax.set_xticks(range(count), columns)
    if is_turned:
        for label in ax.get_xticklabels():
            label.set(rotation=45, ha="right", rotation_mode="anchor")
    ax.set_yticks(range(count), names)
    ax.tick_params(length=0)
    ax.set_xlabel("predicted")
    ax.set_ylabel("true")
    correct, total = evaluation.correct, evaluation.total
    ax.set_title(f"{correct:,} of {total:,} right: {100 * evaluation.accuracy:.2f} %")
    percent = PercentFormatter(1, decimals=0, symbol=" %")
    bar = ax.figure.colorbar(drawn, ax=ax, shrink=0.8, format=percent)
    bar.set_label("part of the row")
    if options.get("norm"):
        bar.set_ticks([0, 0.01, 0.05, 0.1, 0.25, 0.5, 1])
    set_texts(ax, lettering)
    _fit_counts(ax, count)
    return ax


def _fit_counts(ax: Axes, count: int) -> None:
    """Give the texts of the cells a size that suits their width, or leave them out."""
    lay_out(ax.figure)
    ax.apply_aspect()
    cell = ax.get_window_extent().width / count / ax.figure.dpi * 72
    letters = max(len(line) for text in ax.texts for line in text.get_text().split("\n"))
    size = _FILLED * cell / LETTER_WIDTH / max(letters, _FEWEST_LETTERS)
    for text in list(ax.texts):
        text.set_fontsize(min(size, 0.75 * points("medium")))
        if size < SMALLEST_TYPE:
            text.remove()
