"""Pictures of what a model says: predictions, mistakes, confusion, classes, calibration."""

import itertools
import re

import matplotlib.pyplot as plt
import numpy as np
import pytest

from digitzoo import (
    Evaluation,
    Split,
    accuracy_interval,
    evaluate,
    plot_calibration,
    plot_class_accuracy,
    plot_confusion_matrix,
    plot_misclassified,
    plot_predictions,
    predict,
    small_dense,
)
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError
from digitzoo.visualization.colours import right_colour, wrong_colour


def test_predictions_have_their_probabilities_beside_them(made_up, texts_inside):
    result, part = made_up
    figure = plot_predictions(result, part, indices=[0, 1])
    image, bars, second, _ = figure.axes
    assert image.get_title() == "index 0\ntrue 7\npredicted 8"
    assert second.get_title() == "index 1\ntrue 2\npredicted 2"
    assert image.title.get_color() == wrong_colour()
    np.testing.assert_array_equal(image.images[0].get_array(), part.images[0, ..., 0])
    widths = [patch.get_width() for patch in bars.patches]
    np.testing.assert_allclose(widths, result.probabilities[0])
    assert [label.get_text() for label in bars.get_yticklabels()] == list("0123456789")
    colours = [plt.matplotlib.colors.to_hex(patch.get_facecolor()) for patch in bars.patches]
    assert colours[7] == right_colour().lower()
    assert colours[8] == wrong_colour().lower()
    texts_inside(figure)


def test_predictions_of_a_model_are_what_predict_says(digits):
    model = small_dense()
    said = predict(model, digits.images[[4]])
    for form in (model, evaluate(model, digits[:10]), predict(model, digits[:10])):
        figure = plot_predictions(form, digits[:10], indices=4)
        widths = [patch.get_width() for patch in figure.axes[1].patches]
        np.testing.assert_allclose(widths, said.probabilities[0], atol=1e-5)
    unlabelled = plot_predictions(model, digits.images[4])
    assert unlabelled.axes[0].get_title() == f"index 0\npredicted {said.label[0]}"


def test_of_many_classes_the_ten_most_probable_have_bars(clothes):
    rows = np.random.default_rng(0).dirichlet(np.ones(30), size=2)
    names = tuple(f"class {number}" for number in range(30))
    result = Evaluation(rows, clothes.labels[:2], names)
    figure = plot_predictions(result, Split(clothes.images[:2], clothes.labels[:2], names))
    shown = [int(label.get_text().split()[1]) for label in figure.axes[1].get_yticklabels()]
    assert shown == sorted(np.argsort(-rows[0])[:10])
    assert [text.get_text() for text in figure.axes[1].texts] == ["10 of 30"]


@pytest.mark.parametrize("size", [(6.4, 4.8), (5, 3.5), (12, 9)])
def test_predictions_fit_a_figure_of_the_users(fashion_model, clothes, size, texts_inside):
    figure = plot_predictions(fashion_model, clothes, 6, figure=plt.figure(figsize=size))
    texts_inside(figure)


@pytest.mark.parametrize("size", [16, 24])
def test_bars_grow_with_the_type(fashion_model, clothes, size, texts_inside):
    with plt.rc_context({"font.size": size}):
        texts_inside(plot_predictions(fashion_model, clothes, 3))


def test_classes_have_the_names_that_the_evaluation_knows(clothes, made_up):
    result, part = made_up
    named = Evaluation(result.probabilities, result.labels, clothes.class_names)
    pair = (part.images, part.labels)
    title = plot_predictions(named, pair, indices=0).axes[0].get_title()
    assert title == "index 0\ntrue Sneaker\npredicted Bag"


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
    assert not any(label.get_parse_math() for label in named)


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


@pytest.mark.parametrize("count", [1, 17])
def test_predictions_with_korean_names(fashion_model, clothes, korean, count, texts_inside):
    split = Split(clothes.images[:count], clothes.labels[:count], korean)
    figure = plot_predictions(fashion_model, split, count)
    assert len(figure.axes) == 2 * count
    assert [label.get_text() for label in figure.axes[1].get_yticklabels()] == list(korean)
    texts_inside(figure)


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
        [ax.get_title() for ax in plot_misclassified(result, part, 5, seed=seed).axes]
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


@pytest.mark.parametrize("dpi", [80, 100, 200])
def test_no_label_of_a_saved_confusion_matrix_is_cut(clothes, dpi, tmp_path):
    probabilities = np.eye(10)[(clothes.labels + (clothes.labels == 6)) % 10]
    ax = plot_confusion_matrix(Evaluation(probabilities, clothes.labels, clothes.class_names))
    ax.figure.set_dpi(dpi)
    for _ in range(2):
        ax.figure.savefig(tmp_path / "confusion.png")
        for panel in ax.figure.axes:
            box = panel.get_tightbbox()
            assert min(box.min) > 0
            assert (box.max < ax.figure.bbox.max).all()


def test_a_cell_has_its_count_and_its_part_of_the_row(made_up, texts_inside):
    result, _ = made_up
    ax = plot_confusion_matrix(result)
    matrix = result.confusion_matrix
    shares = matrix / matrix.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(ax.images[0].get_array(), shares)
    assert ax.images[0].get_clim() == (0, 1)
    for text, (place, count) in zip(ax.texts, np.ndenumerate(matrix), strict=True):
        assert text.get_position() == place[::-1]
        lines = text.get_text().split("\n")
        assert lines[0] == f"{count:,}"
        if count:
            assert float(lines[1].removesuffix(" %")) == pytest.approx(100 * shares[place], abs=0.1)
    assert [label.get_text() for label in ax.get_xticklabels()] == list("0123456789")
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("predicted", "true")
    assert ax.get_title() == "200 of 300 right: 66.67 %"
    texts_inside(ax.figure)


def test_a_class_without_images_has_no_percentages():
    result = Evaluation(np.array([[0.9, 0.1, 0], [0.2, 0.8, 0]]), np.array([0, 0]), ("a", "b", "c"))
    ax = plot_confusion_matrix(result)
    assert [text.get_text() for text in ax.texts[3:]] == ["0"] * 6
    assert np.isnan(np.ma.filled(ax.images[0].get_array(), np.nan)[1:]).all()
    rows = plot_class_accuracy(result)
    assert [text.get_text() for text in rows.texts] == ["no images", "no images"]


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
    ("draw", "most"), [(plot_confusion_matrix, 40), (plot_class_accuracy, 100)]
)
def test_too_many_classes_say_how_many_there_may_be(draw, most):
    names = tuple(str(number) for number in range(most + 1))
    result = Evaluation(np.eye(most + 1), np.arange(most + 1), names)
    with pytest.raises(InvalidArgumentError, match=f"classes are too many.*at most {most}"):
        draw(result)


def test_each_class_has_its_accuracy_and_interval(made_up, texts_inside):
    result, _ = made_up
    ax = plot_class_accuracy(result)
    (drawn,) = ax.containers
    recalls = [100 * score.recall for score in result.per_class]
    np.testing.assert_allclose(drawn.lines[0].get_xdata().astype(float), recalls)
    segments = drawn.lines[2][0].get_segments()
    for segment, score in zip(segments, result.per_class, strict=True):
        low, high = accuracy_interval(score.correct, score.total)
        np.testing.assert_allclose(segment[:, 0], [100 * low, 100 * high])
    assert ax.lines[-1].get_xdata() == pytest.approx([100 * result.accuracy] * 2)
    assert ax.yaxis_inverted()
    texts_inside(ax.figure)


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


def test_turned_names_stand_in_one_line(made_up):
    result, _ = made_up
    names = tuple(f"a rather long class name of number {number}" for number in range(10))
    ax = plot_confusion_matrix(Evaluation(result.probabilities, result.labels, names))
    ax.figure.draw_without_rendering()
    labels = ax.get_xticklabels()
    assert [label.get_text() for label in labels] == list(names)
    assert all(label.get_tightbbox().y0 >= 0 for label in labels)
    assert all(label.get_tightbbox().x0 >= 0 for label in labels)


def test_counts_fit_the_cells_of_a_grid_or_are_left_out(made_up, texts_inside):
    _, ((ax, _), _) = plt.subplots(2, 2, figsize=(12, 10))
    texts_inside(plot_confusion_matrix(made_up[0], ax=ax).figure)
    assert len(ax.texts) == 100
    _, axes = plt.subplots(4, 4)
    assert not plot_confusion_matrix(made_up[0], ax=axes[0, 0]).texts


def test_long_names_beside_bars_still_differ(made_up):
    result, part = made_up
    names = tuple(f"A very long class name, {number}" for number in range(10))
    figure = plot_predictions(result, Split(part.images, part.labels, names), 1)
    labels = [label.get_text() for label in figure.axes[1].get_yticklabels()]
    assert len(set(labels)) == 10
    assert max(map(len, labels)) <= 18


def test_counts_of_many_bins_have_room(made_up, texts_inside):
    ax = plot_calibration(made_up[0], bins=100)
    texts_inside(ax.figure)
    assert ax.texts
    assert re.search(r"one of [2-9] bins", ax.get_xlabel())
