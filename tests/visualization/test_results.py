"""Pictures of what a model says: predictions, mistakes, confusion, classes, calibration."""

import itertools

import matplotlib.pyplot as plt
import numpy as np
import pytest

from digitzoo import (
    plot_calibration,
    plot_class_accuracy,
    plot_confusion_matrix,
    plot_predictions,
    small_dense,
)
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError
from digitzoo.evaluation import Evaluation


@pytest.mark.parametrize(
    "draw",
    [
        lambda result, _: plot_confusion_matrix(result),
        lambda result, _: plot_class_accuracy(result),
        lambda result, part: plot_predictions(result, part, 3),
    ],
)
def test_a_name_with_dollars_is_no_formula(made_up, draw):
    result, part = made_up
    names = ("under $5", "$5 to $10", "$_$", *"defghij")
    drawn = draw(Evaluation(result.probabilities, result.labels, names), part)
    figure = getattr(drawn, "figure", None) or drawn
    figure.draw_without_rendering()  # "$_$" would fail as a formula
    named = [
        label
        for ax in figure.axes
        for label in (*ax.get_xticklabels(), *ax.get_yticklabels())
        if label.get_text() in names
    ]
    assert named
    assert not any(label.get_parse_math() for label in named if "$" in label.get_text())


def test_what_a_picture_decides_is_not_passed_on(made_up):
    result, _ = made_up
    for option in ("xerr", "yerr"):
        with pytest.raises(InvalidArgumentError, match=rf"Received {option}=1"):
            plot_class_accuracy(result, **{option: 1})
        with pytest.raises(InvalidArgumentError, match=rf"Received {option}=1"):
            plot_calibration(result, **{option: 1})
    assert plot_class_accuracy(result, label="x").containers[0].get_label() == "x"


@pytest.mark.parametrize("draw", [plot_confusion_matrix, plot_class_accuracy])
def test_names_have_room_on_axes_beside_others(made_up, clothes, draw):
    result, _ = made_up
    named = Evaluation(result.probabilities, result.labels, clothes.class_names)
    figure, axes = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
    for ax in axes:
        draw(named, ax=ax)
    figure.draw_without_rendering()
    boxes = [ax.get_tightbbox() for ax in figure.axes]
    assert all(figure.bbox.padded(1).contains(*corner) for box in boxes for corner in box.corners())
    crossing = [
        (first, second)
        for first, second in itertools.combinations(boxes, 2)
        if min(first.x1, second.x1) - max(first.x0, second.x0) > 1
        and min(first.y1, second.y1) - max(first.y0, second.y0) > 1
    ]
    assert not crossing


@pytest.mark.parametrize("names", ["long", "korean"])
@pytest.mark.parametrize("plot", [plot_confusion_matrix, plot_class_accuracy])
def test_class_names_are_never_cut(made_up, korean, names, plot, texts_inside):
    result, _ = made_up
    long = ("a rather long class name of six or more words", *"bcdefghij")
    result = Evaluation(result.probabilities, result.labels, korean if names == "korean" else long)
    ax = plot(result)
    shown = [label.get_text().replace("\n", " ") for label in ax.get_yticklabels()]
    assert shown == list(result.class_names)
    if plot is plot_class_accuracy:
        texts_inside(ax.figure)
    with plt.style.context("dark_background"):
        assert plot(result).title.get_color() == "white"


@pytest.mark.parametrize(
    ("draw", "most"), [(plot_confusion_matrix, 1000), (plot_class_accuracy, 100)]
)
def test_too_many_classes_say_how_many_there_may_be(draw, most):
    names = tuple(str(number) for number in range(most + 1))
    result = Evaluation(np.eye(most + 1), np.arange(most + 1), names)
    with pytest.raises(InvalidArgumentError, match=f"classes are too many.*at most {most:,}"):
        draw(result)


@pytest.mark.parametrize("plot", [plot_confusion_matrix, plot_class_accuracy, plot_calibration])
def test_the_users_axes_are_drawn_on_and_models_refused(made_up, plot):
    ax = plt.figure().add_subplot()
    assert plot(made_up[0], ax=ax) is ax
    with pytest.raises(ArgumentTypeError, match=r"what evaluate\(model, split\) gives"):
        plot(small_dense())


@pytest.mark.parametrize("classes", [2, 3, 25])
def test_few_and_many_classes_have_room(classes, texts_inside):
    rows = np.random.default_rng(0).dirichlet(np.full(classes, 0.2), size=2000)
    names = tuple(f"class {number}" for number in range(classes))
    result = Evaluation(rows, (rows.argmax(axis=1) + (np.arange(2000) % 7 == 0)) % classes, names)
    texts_inside(plot_confusion_matrix(result).figure)
    texts_inside(plot_class_accuracy(result).figure)
