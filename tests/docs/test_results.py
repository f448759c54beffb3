"""The pages of results say what the rows say."""

import importlib.util
import itertools
import re
from pathlib import Path

import matplotlib.pyplot as plt
import pytest

from digitzoo import list_models, load_recipe, model_card

RESULTS = Path(__file__).parents[2] / "docs" / "results"


def _load(name):
    spec = importlib.util.spec_from_file_location(name, RESULTS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def write():
    return _load("write")


@pytest.fixture(scope="module")
def plots():
    return _load("plots")


def test_the_pages_are_what_their_writer_writes(write):
    for name, text in write.pages().items():
        page = (write.FOLDER / name).read_text(encoding="utf-8")
        assert page == text, "write it anew: python docs/results/write.py"


def test_every_row_stands_on_its_page_once(write):
    page = write.pages()["rows.md"]
    for name in list_models():
        for row in model_card(name).measured:
            assert (
                page.count(f"\n## {row.model}, {write.DATASETS[row.dataset]}, {row.recipe}\n") == 1
            )
            assert f"{row.accuracy.mean:.4f}" in page
            for seed in row.seeds:
                assert f"| {seed.seed} | {seed.errors} |" in page


def test_the_comparison_says_what_is_met(write):
    page = write.pages()["index.md"]
    for name in list_models():
        card = model_card(name)
        (line,) = [line for line in page.splitlines() if re.match(rf"\| `{name}` \| [A-Z]", line)]
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        published = next(row.value for row in card.published if row.metric == "accuracy")
        assert cells[2].startswith(f"{published:.4f}")
        for cell, recipe in ((cells[3], "reference"), (cells[4], "tuned")):
            for row in card.measured:
                if (row.dataset, row.recipe) == (card.dataset, recipe):
                    low, high = row.accuracy.low, row.accuracy.high
                    side = "above" if low > published else "below" if high < published else "level"
                    assert cell.startswith(f"{row.accuracy.mean:.4f}")
                    assert cell.endswith(f", {side}")
                    if recipe == "tuned":
                        short = write.GOALS[name] - row.accuracy.mean
                        assert cells[5].endswith(f"{short:.4f} short" if short > 0 else "met")


@pytest.mark.parametrize("size", ["parameters", "macs"])
def test_the_plots_name_each_model_without_overlap(plots, size):
    figure = plots.plot_accuracy(size)
    renderer = figure.canvas.get_renderer()
    assert [ax.get_title() for ax in figure.axes] == ["MNIST", "Fashion-MNIST"]
    for ax, dataset in zip(figure.axes, plots.PANELS, strict=True):
        tuned = {
            name
            for name in list_models()
            for row in model_card(name).measured
            if (row.dataset, row.recipe) == (dataset, "tuned")
        }
        assert {text.get_text() for text in ax.texts} == tuned
        boxes = [text.get_window_extent(renderer) for text in ax.texts]
        for one, other in itertools.combinations(boxes, 2):
            assert not one.overlaps(other)
        points, *_ = ax.containers[0]
        heights = dict(zip(points.get_xdata(), points.get_ydata(), strict=True))
        for across, row in plots.points(dataset, "tuned", size):
            assert heights[across] == 1 - row.accuracy.mean
    plt.close(figure)


def test_each_lesson_compares_recipes_that_differ_in_it_alone(write):
    for lesson, sides in write.LESSONS.items():
        recipes = [load_recipe(model, recipe, dataset=data) for _, model, data, recipe in sides]
        for first, second in itertools.combinations(recipes, 2):
            if (first.model, first.dataset) == (second.model, second.dataset):
                theirs = second.to_dict()
                differing = {key for key, value in first.to_dict().items() if theirs[key] != value}
                assert len(differing - {"name", "summary", "seeds"}) == 1, (lesson, differing)
