"""`plot_confusion_matrix`: which classes a model takes for which."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import PowerNorm
from matplotlib.ticker import PercentFormatter
from numpy.typing import NDArray

from digitzoo.checks import check_whole
from digitzoo.evaluation import Evaluation
from digitzoo.visualization.canvas import check_axes, check_count, single
from digitzoo.visualization.fitting import fit, room_of
from digitzoo.visualization.images import SQUARES, write_cells
from digitzoo.visualization.inputs import check_evaluation, check_options
from digitzoo.visualization.lettering import (
    SMALLEST_TYPE,
    spell_names,
    text_scale,
    text_size,
    wrap,
)
from digitzoo.visualization.words import words_of

_CELL = 0.58  # inches, for a count above a percentage
_MOST_WRITTEN = 40  # classes; of more, colours alone tell
_LARGEST = 7.0  # inches of a matrix of colours alone
_TYPE = 0.18  # of a cell
_LINE = 0.13  # inches: a name of this height and its distance from the next
_MOST_LETTERS = 3  # longer names are turned below the columns
_SMALLEST = 2.6  # inches: the title is as wide
_TURNED = 0.75  # how high a line is that is turned by half a right angle, beside its length
_MOST_CLASSES = 1000
_WIDEST_NAME = 18  # letters a line
_SPREAD = 0.5  # a mistake of 1 % is seen: its colour stands at a tenth of the scale


def plot_confusion_matrix(
    evaluation: Evaluation,
    *,
    worst: int | None = None,
    language: str = "en",
    ax: Axes | None = None,
    **imshow: Any,
) -> Axes:
    r"""Draw how often each class was taken for each: the count, and its percentage of the row.

    Rows are true classes and add up to 100 %, columns predicted ones. Rare mistakes are seen too
    on the colours' scale. Counts are left out where they could not be read, and above 40 classes,
    where `worst` shows those that matter. 1,000 classes are drawn at most.

    Args:
        evaluation: What `evaluate` gives.
        worst: Draws so many classes alone, those with the most mistakes from and to them; the last
            column is what was taken for any other class. By default all.
        language: `"en"` or `"ko"`.
        ax: Where to draw; by default on a new figure in which each cell can be read. Yours keeps
            its layout; `plt.subplots(..., layout="constrained")` gives names their room.
        **imshow: What matplotlib's `Axes.imshow` takes, such as `cmap="Greys"`.

    Returns:
        The Axes.

    Raises:
        ArgumentTypeError: If it is no evaluation.
        InvalidArgumentError: If there are too many classes, or fewer than `worst`.

    >>> result = Evaluation(np.array([[0.9, 0.1], [0.3, 0.7]]), np.array([0, 0]), ("cat", "dog"))
    >>> ax = plot_confusion_matrix(result)
    >>> [text.get_text() for text in ax.texts]
    ['1\n50.0 %', '1\n50.0 %', '0', '0']
    """
    check_axes(ax)
    say, imshow = words_of(language), check_options("imshow", imshow)
    matrix = check_evaluation(evaluation).confusion_matrix
    check_count(len(matrix), _MOST_CLASSES, what="classes")
    rows = [wrap(name, _WIDEST_NAME) for name in spell_names(evaluation.class_names)]
    columns = [name.replace("\n", " ") for name in rows]  # turned, two lines would cross others
    if worst is not None:
        check_whole("worst", worst, at_least=1, at_most=len(matrix))
        kept = _worst(matrix, worst)
        others = matrix[kept].sum(axis=1) - matrix[np.ix_(kept, kept)].sum(axis=1)
        matrix = np.column_stack((matrix[np.ix_(kept, kept)], others))
        rows, columns = ([names[place] for place in kept] for names in (rows, columns))
        columns.append(say("the others"))
    count = max(matrix.shape)
    is_turned = max(map(len, columns)) > _MOST_LETTERS
    side = max(count * _CELL, _SMALLEST) if count <= _MOST_WRITTEN else _LARGEST
    foot = _TURNED * text_size(columns)[0] if is_turned else 0
    width, height = side + text_size(rows)[0] + 1.5, side + foot + 0.6
    cell = 72 * side / count * text_scale()
    if ax is not None:
        panel = ax.get_window_extent()
        cell = min(panel.width, panel.height) / count * 72 / ax.figure.dpi
    ax = single(ax, width=width, height=height)

    totals = matrix.sum(axis=1, keepdims=True)
    shares = np.divide(matrix, totals, out=np.full(matrix.shape, np.nan), where=totals > 0)
    options = {**SQUARES, "cmap": "Blues", "norm": PowerNorm(_SPREAD, 0, 1), **imshow}
    if {"vmin", "vmax"} & set(imshow):
        options.pop("norm")
    drawn = ax.imshow(shares, **options)
    ax.minorticks_off()
    ax.grid(visible=False, which="both")
    if _TYPE * cell >= SMALLEST_TYPE and count <= _MOST_WRITTEN:
        for text in write_cells(drawn, _words(matrix, shares), _TYPE * cell):
            text.set_alpha(0.5 if text.get_text() == "0" else 1)
    step = max(1, int(np.ceil(count * _LINE * text_scale() / (0.6 * min(room_of(ax))))))
    ax.set_xticks(range(0, len(columns), step), columns[::step])
    if is_turned:
        for label in ax.get_xticklabels():
            label.set(rotation=45, ha="right", rotation_mode="anchor")
    ax.set_yticks(range(0, len(rows), step), rows[::step])
    ax.tick_params(length=0 if step == 1 else 2)
    ax.set_xlabel(say("is predicted"))
    ax.set_ylabel(say("is true"))
    percent = f"{100 * evaluation.accuracy:.2f}"
    ax.set_title(say("right", count=evaluation.correct, total=evaluation.total, percent=percent))
    bar = ax.figure.colorbar(
        drawn, ax=ax, shrink=0.8, format=PercentFormatter(1, decimals=0, symbol=" %")
    )
    bar.set_label(say("part of the row"))
    if options.get("norm"):
        bar.set_ticks([0, 0.01, 0.05, 0.1, 0.25, 0.5, 1])
    fit(ax, width, height, bar.ax)
    return ax


def _worst(matrix: NDArray[np.integer], count: int) -> NDArray[np.intp]:
    """Give the classes with the most mistakes from and to them, in the order of the labels."""
    mistakes = matrix.sum(axis=0) + matrix.sum(axis=1) - 2 * np.diagonal(matrix)
    return np.sort(np.argsort(-mistakes, kind="stable")[:count])


def _words(matrix: NDArray[np.integer], shares: NDArray[np.floating]) -> list[str]:
    """Write counts and percentages, with one decimal; only what is all of a row is 100.0 %."""
    return [
        f"{number:,}\n{100 if part == 1 else min(100 * part, 99.9):.1f} %" if number else "0"
        for number, part in zip(matrix.flat, shares.flat, strict=True)
    ]
