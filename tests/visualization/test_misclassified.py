"""The images that a model did not recognise."""

import numpy as np
import pytest

from digitzoo import plot_misclassified
from digitzoo.errors import InvalidArgumentError
from digitzoo.evaluation import Evaluation
from digitzoo.visualization.colours import wrong_colour


def test_the_most_confident_mistakes_come_first(made_up, texts_inside):
    result, part = made_up
    figure = plot_misclassified(result, part, 17)
    shown = [int(ax.get_title().split()[1]) for ax in figure.axes]
    assert shown == list(range(297, 297 - 17 * 3, -3))
    lines = figure.axes[0].get_title().split("\n")
    truth = part.labels[297]
    assert lines[:3] == ["index 297", f"true {truth}", f"predicted {(truth + 1) % 10}"]
    assert lines[3] == "94.7 % sure"
    assert figure.get_suptitle() == "100 of 300 wrong\nthe most confident 17"
    texts_inside(figure)


def test_mistakes_at_random_depend_on_the_seed(made_up):
    result, part = made_up
    shown = [
        [ax.get_title() for ax in plot_misclassified(result, part, 5, shuffle=True, seed=seed).axes]
        for seed in (1, 1, 2)
    ]
    assert shown[0] == shown[1] != shown[2]


def test_disputed_labels_are_marked(digits):
    part = digits[[2462, 0]]
    rows = np.eye(10)[[0, 1]]  # MNIST says 2 and 7, the reviewers 0 and 7
    figure = plot_misclassified(Evaluation(rows, part.labels, part.class_names), part)
    first, second = figure.axes
    assert first.get_title().split("\n")[1:3] == ["true 2", "label disputed"]
    assert first.title.get_color() == wrong_colour()
    assert "disputed" not in second.get_title()
    assert figure.get_suptitle() == "2 of 2 wrong, 1 with a disputed label"


def test_no_mistakes_too_many_and_other_images(made_up, digits):
    result, part = made_up
    right = Evaluation(np.eye(10)[part.labels], part.labels, part.class_names)
    with pytest.raises(InvalidArgumentError, match="all 300 images were recognised"):
        plot_misclassified(right, part)
    with pytest.raises(InvalidArgumentError, match="100 mistakes. Received count=101"):
        plot_misclassified(result, part, 101)
    with pytest.raises(InvalidArgumentError, match="of 300 images, and these are 10,000"):
        plot_misclassified(result, digits)
    with pytest.raises(InvalidArgumentError, match="labels differ"):
        plot_misclassified(result, digits[300:600])
    with pytest.raises(InvalidArgumentError, match="no mistakes to draw"):
        plot_misclassified(result, part, 0)
