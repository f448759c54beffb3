"""The glossary has the words that the course explains, and the course links to all of them."""

import importlib.util
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
FENCE = re.compile(r"^( *)```.*?^\1```$", re.MULTILINE | re.DOTALL)
NO_WORD = re.compile(r"(Exercise|연습) \d|flatten$|dense1$|output$|red$|blue$|빨간$|파란$")


@pytest.fixture(scope="module")
def glossary():
    spec = importlib.util.spec_from_file_location("glossary", DOCS / "glossary.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def chapters(end):
    pages = sorted((DOCS / "course").glob(f"[1-9]-*{end}"))
    return [page for page in pages if page.name.endswith(".ko.md") == (end == ".ko.md")]


@pytest.mark.parametrize("end", [".md", ".ko.md"])
def test_what_is_bold_in_the_course_is_in_the_glossary_and_the_other_way_round(glossary, end):
    text = "\n".join(FENCE.sub("", page.read_text(encoding="utf-8")) for page in chapters(end))
    bold = [word for word in glossary.BOLD.findall(text) if not NO_WORD.match(word)]
    assert [word for word in bold if not glossary.anchor_of(word, end)] == []
    assert {glossary.anchor_of(word, end) for word in bold} == set(glossary.words(end).values())


def test_both_languages_have_the_same_words(glossary):
    assert set(glossary.words(".md").values()) == set(glossary.words(".ko.md").values())


@pytest.mark.parametrize(
    ("text", "linked"),
    [
        ("a **batch** of", "a [**batch**](../glossary.md#batch) of"),
        ("**Max pooling** and", "[**Max pooling**](../glossary.md#max-pooling) and"),
        ("**units** of **dense1**", "[**units**](../glossary.md#unit) of **dense1**"),
        ("2**3 and 3**2", "2**3 and 3**2"),
    ],
)
def test_words_are_linked(glossary, text, linked):
    assert glossary.linked(text, ".md") == linked
