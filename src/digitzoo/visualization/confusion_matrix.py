"""`plot_confusion_matrix`: which classes a model takes for which."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import PowerNorm
from matplotlib.ticker import PercentFormatter

from digitzoo.evaluation import Evaluation
from digitzoo.visualization.canvas import check_axes, check_count, single
from digitzoo.visualization.images import SQUARES, write_cells
from digitzoo.visualization.inputs import check_evaluation, check_options
from digitzoo.visualization.lettering import (
    SMALLEST_TYPE,
    letter_names,
    text_scale,
    text_size,
    wrap,
    write_percent,
)

_CELL = 0.58  # inches, for a count above a percentage
_TYPE = 0.18  # of a cell
_MOST_LETTERS = 3  # longer names are turned below the columns
_SMALLEST = 2.6  # inches: the title is as wide
_TURNED = 0.75  # how high a line is that is turned by half a right angle, beside its length
_MOST_CLASSES = 40
_WIDEST_NAME = 18  # letters a line
_SPREAD = 0.5  # a mistake of 1 % is seen: its colour stands at a tenth of the scale


def plot_confusion_matrix(evaluation: Evaluation, *, ax: Axes | None = None, **imshow: Any) -> Axes:
    r"""Draw how often each class was taken for each: the count, and its percentage of the row.

    Rows are true classes and add up to 100 %, columns predicted ones. Rare mistakes are seen too
    on the colours' scale. Counts are left out where they could not be read; 40 classes at most.

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
    side = max(count * _CELL, _SMALLEST)
    foot = _TURNED * text_size(columns)[0] if is_turned else 0
    cell = 72 * _CELL * text_scale()
    if ax is not None:
        panel = ax.get_window_extent()
        cell = min(panel.width, panel.height) / count * 72 / ax.figure.dpi
    ax = single(ax, width=side + text_size(names)[0] + 1.5, height=side + foot + 0.6)

    totals = matrix.sum(axis=1, keepdims=True)
    shares = np.divide(matrix, totals, out=np.full(matrix.shape, np.nan), where=totals > 0)
    options = {**SQUARES, "cmap": "Blues", "norm": PowerNorm(_SPREAD, 0, 1), **imshow}
    if {"vmin", "vmax"} & set(imshow):
        options.pop("norm")
    drawn = ax.imshow(shares, **options)
    ax.minorticks_off()
    ax.grid(visible=False, which="both")
    if _TYPE * cell >= SMALLEST_TYPE:
        counts = zip(matrix.flat, shares.flat, strict=True)
        words = [f"{number:,}\n{write_percent(part)}" if number else "0" for number, part in counts]
        for text in write_cells(drawn, words, _TYPE * cell):
            text.set_alpha(0.5 if text.get_text() == "0" else 1)
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
    lettering.apply(*ax.get_xticklabels(), *ax.get_yticklabels())
    return ax
