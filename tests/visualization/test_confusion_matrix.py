"""Which class was taken for which."""

import itertools
import re

import matplotlib.pyplot as plt
import numpy as np
import pytest

from digitzoo import plot_class_accuracy, plot_confused_pairs, plot_confusion_matrix
from digitzoo.evaluation import Evaluation


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


@pytest.fixture(scope="module")
def hundred():
    """4,000 images of a hundred classes, of which three are often taken for their neighbour."""
    chance = np.random.default_rng(0)
    labels = chance.integers(0, 100, 4000)
    said = np.where(np.isin(labels, (7, 40, 99)) & (chance.random(4000) < 0.5), labels - 1, labels)
    said = np.where(chance.random(4000) < 0.02, chance.integers(0, 100, 4000), said)
    names = tuple(f"class {number}" for number in range(100))
    return Evaluation(np.eye(100)[said], labels, names)


@pytest.mark.parametrize("number", [10, 100])
def test_percentages_of_a_matrix_are_written_alike(hundred, made_up, number):
    result = hundred if number == 100 else made_up[0]
    ax = plot_confusion_matrix(result, worst=min(number, 12) if number == 100 else None)
    lines = [text.get_text().split("\n") for text in ax.texts]
    assert all(re.fullmatch(r"\d+\.\d %", line[1]) for line in lines if line[0] != "0")


def test_a_hundred_classes_are_drawn_and_names_do_not_cross(hundred, texts_inside):
    ax = plot_confusion_matrix(hundred)
    assert ax.images[0].get_array().shape == (100, 100)
    assert not ax.texts
    rows = [label.get_text() for label in ax.get_yticklabels()]
    assert rows == [f"class {place:.0f}" for place in ax.get_yticks()]
    ax.figure.draw_without_rendering()
    boxes = [label.get_window_extent() for label in ax.get_yticklabels()]
    assert all(one.y0 >= other.y1 - 1 for one, other in itertools.pairwise(boxes))


def test_the_worst_classes_have_their_mistakes_and_the_rest_of_the_row(hundred, texts_inside):
    ax = plot_confusion_matrix(hundred, worst=6)
    rows = [label.get_text() for label in ax.get_yticklabels()]
    assert rows == [f"class {number}" for number in (6, 7, 39, 40, 98, 99)]
    assert [label.get_text() for label in ax.get_xticklabels()] == [*rows, "others"]
    shares = ax.images[0].get_array()
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    matrix = hundred.confusion_matrix
    assert ax.texts[7].get_text().split("\n")[0] == f"{matrix[7, 6]:,}"


def test_the_most_confused_pairs_come_first(hundred, texts_inside):
    ax = plot_confused_pairs(hundred, count=4)
    rows = [label.get_text() for label in ax.get_yticklabels()]
    pairs = {f"class {true} taken for class {true - 1}" for true in (7, 40, 99)}
    assert set(rows[:3]) == pairs
    counts = [bar.get_width() for bar in ax.patches]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] == max(hundred.confusion_matrix[n, n - 1] for n in (7, 40, 99))
    wrong = len(hundred.wrong)
    assert f"{sum(counts):,.0f} of {wrong:,} mistakes" in ax.get_title().replace("\n", " ")
    texts_inside(ax.figure)


def test_without_mistakes_there_are_no_pairs():
    ax = plot_confused_pairs(Evaluation(np.eye(3), np.arange(3), ("a", "b", "c")))
    assert not ax.patches
    assert ax.get_title() == "no mistakes"
