"""Live networks and the calculator stand on the pages, with addresses that lead to their files."""

import importlib
import re
from pathlib import Path

import pytest

from digitzoo import list_models

DOCS = Path(__file__).parents[2] / "docs"
FRAME = '<div class="dz-live" data-model="simple_cnn">\n<p>Draw.</p>\n</div>'


@pytest.fixture(scope="module")
def live():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(DOCS))
        yield importlib.import_module("live")


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("./", "explorer/simple_cnn.html#language=en"),
        ("ko/", "../explorer/simple_cnn.html#language=ko"),
        ("models/simple_cnn/", "../../explorer/simple_cnn.html#language=en"),
        ("ko/models/simple_cnn/", "../../../explorer/simple_cnn.html#language=ko"),
    ],
)
def test_a_frame_has_its_network_in_the_page_s_language(live, url, address):
    html = live.shown(f"<h1>x</h1>{FRAME}", url)
    assert "<p>Draw.</p>" in html
    assert f'<iframe src="{address}"' in html
    assert f'<a href="{address}"' in html
    title = re.search(r'title="([^"]+)"', html)[1]
    assert "simple_cnn" in title
    assert bool(re.search("[가-힣]", title)) == url.startswith("ko/")


def test_a_calculator_has_its_script_and_style(live):
    html = live.shown('<div class="dz-calculator" data-about="size"></div>', "ko/formulas/x/")
    assert '<script defer src="../../../explorer/calculator.js">' in html
    assert 'href="../../../explorer/calculator.css"' in html
    assert live.shown("<p>nothing</p>", "formulas/x/") == "<p>nothing</p>"


def test_what_pages_show_is_written(live, tmp_path, monkeypatch):
    monkeypatch.setattr(live, "_page", lambda name: f"the page of {name}")
    live.files.cache_clear()
    live.write(tmp_path)
    live.files.cache_clear()
    written = {path.name for path in (tmp_path / "explorer").iterdir()}
    assert written == {"calculator.js", "calculator.css", *(f"{one}.html" for one in list_models())}


def test_pages_name_models_that_there_are():
    named = set()
    for page in DOCS.rglob("*.md"):
        named |= set(re.findall(r'data-model="(\w+)"', page.read_text(encoding="utf-8")))
    assert named
    assert named <= set(list_models())
