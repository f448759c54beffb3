"""The pages of results say what the rows say."""

import importlib
import itertools
import re
from pathlib import Path

import matplotlib.pyplot as plt
import pytest
from matplotlib.text import Text
from scipy.stats import ttest_1samp

from digitzoo import list_models, load_recipe, model_card

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def load():
    """Import a module of the page, from where MkDocs finds it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(DOCS))
        yield lambda name: importlib.import_module(f"results.{name}")


@pytest.fixture(scope="module")
def write(load):
    return load("write")


@pytest.fixture(scope="module")
def plots(load):
    return load("plots")


@pytest.fixture(scope="module")
def lessons(load):
    return load("lessons")


@pytest.fixture(scope="module")
def published(load):
    return load("published")


def test_the_pages_are_what_their_writer_writes(write):
    for name, text in write.pages().items():
        page = (write.FOLDER / name).read_text(encoding="utf-8")
        assert page == text, "write it anew: python docs/results/write.py"


def test_every_row_stands_on_its_page_once(write, published):
    page = write.pages()["rows.md"]
    for name in list_models():
        for row in model_card(name).measured:
            assert (
                page.count(f"\n## {row.model}, {published.DATASETS[row.dataset]}, {row.recipe}\n")
                == 1
            )
            assert f"{row.accuracy.mean:.4f}" in page
            for seed in row.seeds:
                assert f"| {seed.seed} | {seed.errors} |" in page


def lines_of(page, pattern):
    """Give the cells of the rows of a page that begin with a pattern."""
    lines = [line for line in page.splitlines() if re.match(rf"\| {pattern} \|", line)]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def side(row, accuracy):
    low, high = row.accuracy.low, row.accuracy.high
    return "above" if low > accuracy else "below" if high < accuracy else "level"


def test_what_a_source_published_stands_beside_what_is_measured(write):
    page = write.pages()["index.md"]
    for name in list_models():
        card = model_card(name)
        accuracies = [row.value for row in card.published if row.metric == "accuracy"]
        found = lines_of(page, rf"`{name}` \| [A-Z][^|]*")
        assert len(found) == bool(accuracies)
        for cells, accuracy in zip(found, accuracies[:1], strict=True):
            assert cells[2].startswith(f"{accuracy:.4f}")
            for cell, recipe in ((cells[3], "reference"), (cells[4], "tuned")):
                for row in card.measured:
                    if (row.dataset, row.recipe) == (card.dataset, recipe):
                        assert cell.startswith(f"{row.accuracy.mean:.4f}")
                        assert cell.endswith(f", {side(row, accuracy)}")


@pytest.mark.parametrize("dataset", ["mnist", "fashion_mnist"])
def test_each_model_has_its_line_and_is_told_whether_its_goal_is_met(write, published, dataset):
    page = write.pages()["index.md"]
    part = page.partition(f"\n## {published.DATASETS[dataset]}\n")[2].partition("\n## ")[0]
    for card in published.cards():
        (cells,) = lines_of(part, rf"`{card.name}`[^|]*\| [\d,]+ \| [\d,]+ \| .*")
        row = published.find(card, dataset, "tuned")
        if row is None:
            assert cells[3] == "not measured yet"
            continue
        assert cells[3].startswith(f"{row.accuracy.mean:.4f}")
        if goal := write.GOALS[dataset].get(card.name):
            short = goal - row.accuracy.mean
            assert cells[5].endswith(f"{short:.4f} short" if short > 0 else "met")


@pytest.mark.parametrize("dataset", ["mnist", "fashion_mnist"])
def test_published_numbers_stand_beside_our_best_of_that_size(write, published, dataset):
    page = write.pages()["index.md"]
    words = published.standing(dataset)
    assert words in page
    for point in published.published(dataset):
        assert point.label in words
        assert (
            f"[{point.name}]({point.source}), {published.DATASETS[dataset]}: {point.runs}." in page
        )
        (cells,) = lines_of(page, rf"{re.escape(point.label)} \| {point.parameters:,} \|.*")
        assert float(cells[2].replace(",", "") or 0) == pytest.approx((point.macs or 0) / 1e6, 0.01)
        for cell, size in ((cells[4], "parameters"), (cells[5], "macs")):
            limit = getattr(point, size)
            fitting = [
                row for across, row in published.tuned(dataset, size) if across <= (limit or 0)
            ]
            if not fitting:
                assert cell == ("none as small" if limit else "")
                continue
            best = max(fitting, key=lambda row: row.accuracy.mean)
            verdict = side(best, point.accuracy)
            assert cell == f"`{best.model}` {best.accuracy.mean:.4f}, {verdict}"


@pytest.mark.parametrize("size", ["parameters", "macs", "seconds"])
def test_the_plots_name_each_dot_without_overlap(plots, published, size):
    figure = plots.plot_accuracy(size)
    figure.draw_without_rendering()  # as the file is, after which nothing may have moved
    renderer = figure.canvas.get_renderer()
    assert [ax.get_title() for ax in figure.axes] == ["MNIST", "Fashion-MNIST"]
    for ax, dataset in zip(figure.axes, published.DATASETS, strict=True):
        ours = {row.model for _, row in published.tuned(dataset, size)}
        others = {
            point.label
            for point in published.published(dataset)
            if size != "seconds" and getattr(point, size)
        }
        assert len(ours) >= len(list_models(dataset=dataset))
        assert {text.get_text() for text in ax.texts} == ours | others
        boxes = [Text.get_window_extent(text, renderer) for text in ax.texts]
        for one, other in itertools.combinations(boxes, 2):
            assert not one.overlaps(other)
        dots, *_ = ax.containers[0]
        heights = dict(zip(dots.get_xdata(), dots.get_ydata(), strict=True))
        for across, row in published.tuned(dataset, size):
            assert heights[across] == 1 - row.accuracy.mean
        if others:
            (hollow,) = [line for line in ax.lines if line.get_label() == "published elsewhere"]
            assert len(hollow.get_xdata()) == len(others)
            assert hollow.get_markerfacecolor() == "white"
    plt.close(figure)


def all_pairs(lessons):
    return [(lesson, pair) for lesson, pairs in lessons.LESSONS.items() for pair in pairs]


def test_each_lesson_compares_recipes_that_differ_in_it_alone(lessons):
    for lesson, pair in all_pairs(lessons):
        first, second = (
            load_recipe(side.model, side.recipe, dataset=side.dataset).to_dict()
            for side in (pair.taught, pair.other)
        )
        differing = {key for key, value in first.items() if second[key] != value}
        if pair.taught.model == pair.other.model:
            assert len(differing - {"name", "summary", "seeds"}) == 1, (lesson, differing)
        else:  # as networks differ, their training must not
            assert differing <= {"model", "precision"}, (lesson, differing)


def test_a_verdict_is_that_of_the_paired_t_test(lessons):
    for _, pair in all_pairs(lessons):
        for outcome in (pair.accuracy, pair.loss):
            p = ttest_1samp(outcome.gains, 0).pvalue
            sides = {lessons.SUPPORTED: 1, lessons.REFUTED: -1, lessons.SCATTER: 0}
            assert sides[outcome.verdict] == (p < 0.05) * (1 if outcome.mean > 0 else -1)
        wrong = zip(pair.taught.row.seeds, pair.other.row.seeds, strict=True)
        gains = [(theirs.errors - ours.errors) / 10_000 for ours, theirs in wrong]
        assert pair.accuracy.gains == pytest.approx(gains)


def test_the_sentences_on_lessons_rest_on_these_verdicts(lessons):
    """Whoever measures anew and finds others has to write the page anew, in both languages."""
    short = {lessons.SUPPORTED: "+", lessons.REFUTED: "-", lessons.SCATTER: "0"}
    found = {
        lesson: " ".join(short[p.accuracy.verdict] + short[p.loss.verdict] for p in pairs)
        for lesson, pairs in lessons.LESSONS.items()
    }
    assert found == {
        "Scale the pixels": "++ 0+ -- 00",
        "Depth": "++ 0+ 00",
        "Dropout": "-- 0+",
        "L2": "--",
        "The optimizer": "++ 00",
        "Early stopping": "0+",
        "Augmentation": "++",
    }
    gains = {name: [p.accuracy.gains for p in pairs] for name, pairs in lessons.LESSONS.items()}
    assert all(gain > 0 for gain in gains["Scale the pixels"][1] + gains["Depth"][1])
    assert all(gain > 0.01 for gain in gains["Scale the pixels"][3])
    assert all(gain < 0 for gain in gains["Dropout"][0])
    assert sum(gain < 0 for gain in gains["Early stopping"][0]) == 2
    numbers = lessons.numbers()
    tuned = [
        numbers["accuracy_of"](model, "mnist", "tuned")
        for model in ("dense_baseline", "simple_cnn", "fashion_cnn", "deep_cnn")
    ]
    assert tuned == sorted(tuned)
    for name in list_models():
        for row in model_card(name).measured:
            if row.recipe == "tuned" and row.dataset == "mnist" and row.accuracy.mean >= 0.99:
                assert load_recipe(name).augmentation is not None, name


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_plot_of_lessons_has_a_dot_for_each_seed_and_side(load, lessons, language):
    figure = load("lesson_plot").plot_lessons(language=language)
    (ax,) = figure.axes
    pairs = [pair for _, pair in all_pairs(lessons)]
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    hollow = [line for line in dots if line.get_markerfacecolor() == "white"]
    filled = [line for line in dots if line not in hollow]
    for lines, sides in ((filled, "taught"), (hollow, "other")):
        errors = [wrong for pair in pairs for wrong in getattr(pair, sides).errors]
        assert [int(line.get_xdata()[0]) for line in lines] == errors
    texts = [text.get_text() for text in ax.texts]
    verdicts = [lessons.word(pair.accuracy.verdict, language) for pair in pairs]
    headings = [lessons.word(lesson, language) for lesson in lessons.LESSONS]
    labels = [load("lesson_plot").row_label(pair, language) for pair in pairs]
    assert len(set(labels)) == len(labels)
    assert sorted(texts) == sorted(verdicts + headings + labels)
    figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in ax.texts]
    for one, other in itertools.combinations(boxes, 2):
        assert not one.overlaps(other)
    plt.close(figure)
