"""The page of results says what the rows say."""

import importlib.util
import itertools
from pathlib import Path

import pytest

from digitzoo import list_models, load_recipe, model_card

WRITER = Path(__file__).parents[2] / "docs" / "results" / "write.py"


@pytest.fixture(scope="module")
def write():
    spec = importlib.util.spec_from_file_location("write", WRITER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_pages_are_what_their_writer_writes(write):
    for name, text in write.pages().items():
        page = (write.FOLDER / name).read_text(encoding="utf-8")
        assert page == text, "write it anew: python docs/results/write.py"


def test_every_row_stands_on_the_page_once(write):
    page, lessons = write.results_page(), write.lessons_page()
    for name in list_models():
        for row in model_card(name).measured:
            assert f"{row.accuracy.mean:.4f}" in page + lessons
            assert page.count(f"### {row.model}, {write.DATASETS[row.dataset]}, {row.recipe}") == 1


def test_each_lesson_compares_recipes_that_differ_in_it_alone(write):
    for lesson, sides in write.LESSONS.items():
        recipes = [load_recipe(model, recipe, dataset=data) for _, model, data, recipe in sides]
        for first, second in itertools.combinations(recipes, 2):
            if (first.model, first.dataset) == (second.model, second.dataset):
                theirs = second.to_dict()
                differing = {key for key, value in first.to_dict().items() if theirs[key] != value}
                assert len(differing - {"name", "summary", "seeds"}) == 1, (lesson, differing)
