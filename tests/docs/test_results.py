"""The pages of results say what the rows say."""

import importlib
import itertools
import re
from pathlib import Path

import matplotlib.pyplot as plt
import pytest
from matplotlib.text import Text

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


def test_each_lesson_compares_recipes_that_differ_in_it_alone(write):
    for lesson, sides in write.LESSONS.items():
        recipes = [load_recipe(model, recipe, dataset=data) for _, model, data, recipe in sides]
        for first, second in itertools.combinations(recipes, 2):
            if (first.model, first.dataset) == (second.model, second.dataset):
                theirs = second.to_dict()
                differing = {key for key, value in first.to_dict().items() if theirs[key] != value}
                assert len(differing - {"name", "summary", "seeds"}) == 1, (lesson, differing)
