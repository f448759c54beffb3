"""`plot_class_accuracy`: how well each class is recognised."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from digitzoo.checks import check_number
from digitzoo.evaluation import Evaluation, accuracy_interval
from digitzoo.visualization.canvas import check_axes, check_count, single
from digitzoo.visualization.colours import series_colours
from digitzoo.visualization.fitting import fit
from digitzoo.visualization.inputs import check_evaluation, check_options
from digitzoo.visualization.lettering import spell_names, text_size, wrap
from digitzoo.visualization.words import words_of

_MOST_CLASSES = 100
_ROW = 0.32  # inches
_WIDTH = 6.0  # inches beside the names
_RIGHT = 101  # %: nothing lies beyond 100, and a point there is seen whole
_WIDEST_NAME = 24  # letters a line


def plot_class_accuracy(
    evaluation: Evaluation,
    *,
    confidence: float = 0.95,
    language: str = "en",
    ax: Axes | None = None,
    **errorbar: Any,
) -> Axes:
    """Draw the accuracy on each class with its interval, and that on all images as a line.

    Where two intervals overlap widely, the classes may well be recognised alike. 100 classes are
    drawn at most.

    Args:
        evaluation: What `evaluate` gives.
        confidence: The part of such intervals that hold the true accuracy.
        language: `"en"` or `"ko"`.
        ax: Where to draw; by default on a new figure. Yours keeps its layout;
            `plt.subplots(..., layout="constrained")` gives names their room.
        **errorbar: What matplotlib's `Axes.errorbar` takes, such as `capsize=0`.

    Returns:
        The Axes; it has one row for each class, in the order of the labels.

    Raises:
        ArgumentTypeError: If it is no evaluation.
        InvalidArgumentError: If the confidence cannot be, or there are too many classes.

    >>> result = Evaluation(np.array([[0.9, 0.1], [0.3, 0.7]]), np.array([0, 0]), ("cat", "dog"))
    >>> ax = plot_class_accuracy(result)
    >>> [text.get_text() for text in ax.texts]  # of the dog
    ['no images']
    """
    check_axes(ax)
    check_number("confidence", confidence, above=0, below=1)
    errorbar, say = check_options("errorbar", errorbar), words_of(language)
    scores = check_evaluation(evaluation).per_class
    check_count(len(scores), _MOST_CLASSES, what="classes")
    names = [wrap(name, _WIDEST_NAME) for name in spell_names(evaluation.class_names)]
    widest, highest = text_size(names)
    height = len(names) * max(_ROW, highest + 0.08) + 1.3
    ax = single(ax, width=widest + _WIDTH, height=height)
    colour, other = series_colours(2)

    shown = [place for place, score in enumerate(scores) if score.total]
    recalls = [100 * scores[place].recall for place in shown]
    counts = [(scores[place].correct, scores[place].total) for place in shown]
    low, high = 100 * np.array([accuracy_interval(*n, confidence=confidence) for n in counts]).T
    options = {"fmt": "o", "capsize": 4, "color": colour, "label": "class", **errorbar}
    ax.errorbar(recalls, shown, xerr=[recalls - low, high - recalls], **options)
    ax.axvline(100 * evaluation.accuracy, color=other, linestyle="--", zorder=0)
    style: dict[str, Any] = {"ha": "center", "va": "center", "style": "italic"}
    for place, score in enumerate(scores):
        if not score.total:
            ax.text(0.5, place, say("no images"), transform=ax.get_yaxis_transform(), **style)
    ax.set_xlim(right=min(ax.get_xlim()[1], _RIGHT))
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.grid(visible=True, axis="x", alpha=0.3)
    ax.set_xlabel(say("accuracy interval", confidence=100 * confidence))
    ax.set_title(say("each class", percent=f"{100 * evaluation.accuracy:.2f}"))
    fit(ax, widest + _WIDTH, height)
    return ax
