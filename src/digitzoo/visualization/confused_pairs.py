"""`plot_confused_pairs`: the mistakes that a model makes most."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from digitzoo.checks import check_whole
from digitzoo.evaluation import Evaluation
from digitzoo.visualization.canvas import check_axes, single
from digitzoo.visualization.colours import series_colours
from digitzoo.visualization.fitting import fit
from digitzoo.visualization.inputs import check_evaluation, check_options
from digitzoo.visualization.lettering import spell_names, text_size
from digitzoo.visualization.words import words_of

_DEFAULT, _MOST_PAIRS = 15, 100
_WIDTH = 4.5  # inches beside the names
_ROW = 0.28  # inches


def plot_confused_pairs(
    evaluation: Evaluation,
    *,
    count: int | None = None,
    language: str = "en",
    ax: Axes | None = None,
    **barh: Any,
) -> Axes:
    """Draw the mistakes that a model makes most, such as "4 taken for 9", with their counts.

    Of many classes it shows at a glance what a confusion matrix hides. The title says how many of
    the mistakes are among those that are drawn.

    Args:
        evaluation: What `evaluate` gives.
        count: How many pairs, up to 100; by default 15, or all where there are no more.
        language: `"en"` or `"ko"`.
        ax: Where to draw; by default on a new figure. Yours keeps its layout;
            `plt.subplots(..., layout="constrained")` gives names their room.
        **barh: What matplotlib's `Axes.barh` takes, such as `color="gray"`.

    Returns:
        The Axes; the most frequent mistake has the first row.

    Raises:
        ArgumentTypeError: If it is no evaluation.
        InvalidArgumentError: If `count` is too small or too large.

    >>> result = Evaluation(np.array([[0.9, 0.1], [0.3, 0.7]]), np.array([0, 0]), ("cat", "dog"))
    >>> [label.get_text() for label in plot_confused_pairs(result).get_yticklabels()]
    ['cat taken for dog']
    """
    check_axes(ax)
    say, barh = words_of(language), check_options("barh", barh)
    shown = _DEFAULT if count is None else check_whole("count", count, at_least=1)
    check_whole("count", shown, at_most=_MOST_PAIRS)
    matrix = check_evaluation(evaluation).confusion_matrix.copy()
    names = spell_names(evaluation.class_names)
    np.fill_diagonal(matrix, 0)
    order = np.argsort(-matrix, axis=None, kind="stable")[: min(shown, np.count_nonzero(matrix))]
    counts = matrix.flat[order]
    pairs = [divmod(place, len(matrix)) for place in order.tolist()]
    rows = [say("pair", true=names[true], said=names[said]) for true, said in pairs]
    width, height = text_size(rows)[0] + _WIDTH, max(len(rows), 3) * _ROW + 1
    ax = single(ax, width=width, height=height)
    bars = ax.barh(range(len(rows)), counts, **{"color": series_colours(1)[0], **barh})
    ax.bar_label(bars, [f"{number:,}" for number in counts], padding=3, fontsize="small")
    ax.set_yticks(range(len(rows)), rows)
    ax.set_ylim(max(len(rows), 1) - 0.4, -0.6)
    ax.set_xlim(0, 1.12 * counts.max(initial=1))
    ax.xaxis.set_major_locator(MaxNLocator("auto", integer=True, min_n_ticks=1))
    ax.set_xlabel(say("mistakes"))
    total = {"all": np.count_nonzero(matrix), "wrong": matrix.sum()}
    title = say("pairs", number=len(rows), count=counts.sum(), **total)
    ax.set_title(title if rows else say("no mistakes"))
    fit(ax, width, height)
    return ax
