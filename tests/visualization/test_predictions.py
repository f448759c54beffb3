"""What a model says of single images."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from digitzoo import Split, evaluate, plot_predictions, predict, small_dense
from digitzoo.evaluation import Evaluation
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


@pytest.mark.parametrize("count", [1, 17])
def test_predictions_with_korean_names(fashion_model, clothes, korean, count, texts_inside):
    split = Split(clothes.images[:count], clothes.labels[:count], korean)
    figure = plot_predictions(fashion_model, split, count)
    assert len(figure.axes) == 2 * count
    assert [label.get_text() for label in figure.axes[1].get_yticklabels()] == list(korean)
    texts_inside(figure)


def test_long_names_beside_bars_still_differ(made_up):
    result, part = made_up
    names = tuple(f"A very long class name, {number}" for number in range(10))
    figure = plot_predictions(result, Split(part.images, part.labels, names), 1)
    labels = [label.get_text() for label in figure.axes[1].get_yticklabels()]
    assert len(set(labels)) == 10
    assert max(map(len, labels)) <= 18
