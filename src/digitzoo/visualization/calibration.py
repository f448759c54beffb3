"""`plot_calibration`: whether a model is right as often as it says."""

import math
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba

from digitzoo.checks import check_whole
from digitzoo.evaluation import Evaluation, accuracy_interval, calibration
from digitzoo.visualization.canvas import check_axes, single
from digitzoo.visualization.colours import series_colours, text_colour
from digitzoo.visualization.fitting import fit, room_of
from digitzoo.visualization.inputs import check_evaluation, check_options
from digitzoo.visualization.lettering import text_scale
from digitzoo.visualization.words import words_of

_MOST_UPRIGHT = 10  # bins: 10,000 fits a tenth of the width
_MOST_COUNTS = 30  # numbers fit beside each other, turned
_END = 1.03  # nothing lies beyond 1, and a point there is seen whole
_MOST_BINS = 10_000
_WIDTH, _HEIGHT = 5.6, 5.4  # inches
_MOST_CAPPED = 25  # bins; of more, signs and intervals as they are usually drawn would be a band


def plot_calibration(
    evaluation: Evaluation,
    *,
    bins: int = 10,
    language: str = "en",
    ax: Axes | None = None,
    **errorbar: Any,
) -> Axes:
    """Draw how often a model is right, by how sure it is.

    On the dashed line it is right as often as it says; below, it is too sure. Each point is a bin
    of confidence, with the 95 % interval of its accuracy; numbers say how many images it has.

    Args:
        evaluation: What `evaluate` gives.
        bins: How many bins of equal width the confidence is divided into.
        language: `"en"` or `"ko"`.
        ax: Where to draw; by default on a new figure.
        **errorbar: What matplotlib's `Axes.errorbar` takes.

    Returns:
        The Axes.

    Raises:
        ArgumentTypeError: If it is no evaluation.
        InvalidArgumentError: If there would be no bin.

    >>> result = Evaluation(np.array([[0.9, 0.1], [0.3, 0.7]]), np.array([0, 0]), ("cat", "dog"))
    >>> plot_calibration(result).get_title()
    'expected calibration error 40.00 %'
    """
    check_axes(ax)
    check_whole("bins", bins, at_least=1, at_most=_MOST_BINS)
    errorbar, say = check_options("errorbar", errorbar), words_of(language)
    found = calibration(check_evaluation(evaluation), bins=bins)
    ax = single(ax, width=_WIDTH, height=_HEIGHT)
    filled = np.flatnonzero(found.totals)
    accuracy, confidence = found.accuracy[filled], found.confidence[filled]
    counts = zip(found.correct[filled].tolist(), found.totals[filled].tolist(), strict=True)
    low, high = np.array([accuracy_interval(*some) for some in counts]).T
    ax.plot([0, 1], [0, 1], linestyle="--", color=text_colour(), alpha=0.6, zorder=0)
    options: dict[str, Any] = {"fmt": "o-", "capsize": 4, "color": series_colours(1)[0]}
    if bins > _MOST_CAPPED:
        pale = to_rgba(errorbar.get("color") or options["color"], 0.4)
        options |= {"fmt": ".-", "capsize": 0, "ecolor": pale, "elinewidth": 1, "linewidth": 0.8}
    options |= errorbar
    ax.errorbar(confidence, accuracy, yerr=[accuracy - low, high - accuracy], **options)
    ax.set_xlim(0, _END)
    ax.set_ylim(-0.15, _END)
    ax.set_aspect("equal")
    room = min(room_of(ax)) / text_scale() / min(_WIDTH, _HEIGHT)
    step = math.ceil(bins / _MOST_COUNTS / min(room, 1))
    style: dict[str, Any] = {"ha": "center", "va": "bottom", "fontsize": "x-small"}
    is_turned = bins > _MOST_UPRIGHT * min(room, 1)
    style["rotation"] = "vertical" if is_turned else "horizontal"
    for place in filled[filled % step == 0]:
        middle = (found.edges[place] + found.edges[place + 1]) / 2
        ax.text(middle, -0.13, f"{found.totals[place]:,}", **style)
    ax.axhline(0, color=text_colour(), linewidth=0.6, alpha=0.6)
    ax.set_yticks(np.linspace(0, 1, 6))
    ax.set_xlabel(say("each bin") if step == 1 else say("one of bins", step=step))
    ax.set_ylabel(say("accuracy"))
    ax.set_title(say("calibration error", percent=f"{100 * found.expected_error:.2f}"))
    fit(ax, _WIDTH, _HEIGHT)
    return ax
