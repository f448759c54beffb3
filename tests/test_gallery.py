"""The gallery has a card for everything that draws, in both languages."""

import ast
import re
from pathlib import Path

import pytest

from digitzoo import visualization

DOCS = Path(__file__).parents[1] / "docs"


def cards(name):
    """What each card of a page says, and its call."""
    page = (DOCS / name).read_text(encoding="utf-8")
    blocks = re.findall(r"```python[^\n]*\n(.*?)```", page, re.DOTALL)
    nodes = [node for block in blocks for node in ast.walk(ast.parse(block))]
    return [
        [ast.literal_eval(argument) for argument in node.args]
        for node in nodes
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "card"
    ]


def test_everything_that_draws_is_shown():
    drawing = {
        name
        for name in visualization.__all__
        if re.match("plot_|animate_|format_|layers_to_|make_", name)
    }
    assert {call.split("(")[0] for _, call in cards("gallery.md")} == drawing


def test_both_pages_show_the_same():
    english, korean = cards("gallery.md"), cards("gallery.ko.md")
    assert [call for _, call in english] == [call for _, call in korean]
    assert len({words for words, _ in english}) == len(english)
    assert all(re.search("[가-힣]", words) for words, _ in korean)


@pytest.mark.parametrize("name", ["feature_maps", "grad_cam", "saliency", "occlusion"])
def test_what_gives_numbers_is_shown_too(name):
    assert f"{name}(trained" in (DOCS / "gallery.md").read_text(encoding="utf-8")
