"""Whether a model is right as often as it says."""

import re

import numpy as np
import pytest

from digitzoo import plot_calibration
from digitzoo.evaluation import Evaluation


@pytest.mark.parametrize("count", [1, 300])
def test_a_point_at_full_confidence_is_seen_whole(made_up, count):
    labels = made_up[0].labels[:count]
    sure = Evaluation(np.eye(10)[labels], labels, made_up[0].class_names)
    ax = plot_calibration(sure)
    ax.figure.draw_without_rendering()
    (line,) = [line for line in ax.lines if line.get_marker() == "o"]
    right = ax.transData.transform((line.get_xdata()[-1], 0))[0]
    radius = (line.get_markersize() + line.get_markeredgewidth()) / 2 * ax.figure.dpi / 72
    assert line.get_xdata()[-1] == pytest.approx(1)
    assert right + radius < ax.bbox.x1


def test_calibration_is_accuracy_over_confidence(made_up, texts_inside):
    result, _ = made_up
    ax = plot_calibration(result, bins=5)
    (drawn,) = ax.containers
    sure, right = result.probabilities.max(axis=1), result.predicted == result.labels
    places = [(sure > low) & (sure <= low + 0.2) for low in (0.4, 0.6, 0.8)]
    np.testing.assert_allclose(drawn.lines[0].get_xdata(), [sure[place].mean() for place in places])
    np.testing.assert_allclose(
        drawn.lines[0].get_ydata(), [right[place].mean() for place in places]
    )
    assert [text.get_text() for text in ax.texts] == [str(place.sum()) for place in places]
    error = sum(abs(right[place].mean() - sure[place].mean()) * place.sum() for place in places)
    assert ax.get_title() == f"expected calibration error {100 * error / 300:.2f} %"
    texts_inside(ax.figure)


def test_intervals_of_many_bins_are_thin_and_pale(made_up):
    few, many = (plot_calibration(made_up[0], bins=bins).containers[0] for bins in (25, 26))
    assert (len(few.lines[1]), len(many.lines[1])) == (2, 0)  # caps
    assert many.lines[2][0].get_linewidth()[0] < few.lines[2][0].get_linewidth()[0]
    assert many.lines[2][0].get_color()[0][3] == 0.4
    own = plot_calibration(made_up[0], bins=26, color="black", capsize=3).containers[0]
    assert (len(own.lines[1]), own.lines[0].get_color()) == (2, "black")
    np.testing.assert_allclose(own.lines[2][0].get_color()[0], (0, 0, 0, 0.4))


def test_counts_of_many_bins_have_room(made_up, texts_inside):
    ax = plot_calibration(made_up[0], bins=100)
    texts_inside(ax.figure)
    assert ax.texts
    assert re.search(r"one of [2-9] bins", ax.get_xlabel())
