"""What teachers get: lessons that fit their hour, slides of the chapters, two pages of formulas."""

import importlib
import re
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from digitzoo import explain

DOCS = Path(__file__).parents[2] / "docs"
CHAPTER = """<h1 id="one">One<a class="headerlink" href="#one">¶</a></h1>
<p><a href="slides.html">Slides of this chapter</a></p>
<p>It is about pictures of digits. It takes some seconds.</p>
<h2 id="data">The data</h2>
<p>Each picture has its label here. More of it.</p>
<div class="highlight"><pre>load()</pre></div>
<figure><img src="a.png" alt="Ten"></figure>
<p>What a picture says of all that is below it.</p>
<p><strong>Exercise 1.</strong> How many? And of what?</p>
<details><summary>Answer</summary><p>Ten.</p></details>
<h2 id="live">Live</h2>
<p>A network on the page answers here.</p>
<div class="dz-live"><iframe src="x.html"></iframe></div>
<script src="late.js"></script>
"""


@pytest.fixture(scope="module", autouse=True)
def _docs():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(DOCS))
        yield
    for name in ("slides", "cheat_sheet"):
        sys.modules.pop(name, None)


@pytest.fixture(scope="module")
def slides():
    return importlib.import_module("slides")


@pytest.fixture(scope="module", params=["en", "ko"])
def sheet(request):
    return request.param, importlib.import_module("cheat_sheet").sheet(request.param)


@pytest.mark.parametrize("page", ["teach.md", "teach.ko.md"])
def test_each_lesson_takes_70_to_90_minutes(page):
    lessons = (DOCS / page).read_text(encoding="utf-8").split("{ #lesson-")[1:]
    assert len(lessons) == len(list((DOCS / "course").glob("[1-5]*[a-z].ko.md")))
    for lesson in lessons:
        assert 70 <= sum(map(int, re.findall(r"^\| (\d+) \|", lesson, re.MULTILINE))) <= 90


def test_a_section_becomes_slides_with_notes(slides):
    one, data, exercise, live = slides.slides_of(CHAPTER)
    assert (one.heading, one.body) == ('<h1 id="one">One</h1>', [])
    assert one.sentences == ["It is about pictures of digits."]
    assert one.notes == ["<p>It is about pictures of digits. It takes some seconds.</p>"]
    assert data.sentences == ["Each picture has its label here."]
    assert data.body[:2] == re.findall(r"^<(?:div class=.h|fig).*$", CHAPTER, re.MULTILINE)
    assert data.body[2] == "<p>What a picture says of all that is below it.</p>"
    assert "How many? And of what?" in exercise.body[0]
    assert "<summary>Answer" in exercise.body[1]
    assert "iframe" in live.body[0]


def test_what_fills_a_slide_is_parted(slides):
    code = "<div><pre>" + "line\n" * 20 + "</pre></div>"
    figure = '<figure><img src="a.png" alt=""></figure>'
    parted = slides.slides_of(f"<h2>Data</h2>\n<p>Long code it is, indeed.</p>{code}{figure}")
    assert [slide.body for slide in parted] == [[code], [figure]]
    assert parted[1].heading == "<h2>Data</h2>"


def test_slides_lie_beside_their_chapter(slides, tmp_path):
    page = SimpleNamespace(url="ko/course/1/", title="1. 하나", content=CHAPTER)
    slides.write(page, tmp_path)
    written = (tmp_path / page.url / slides.NAME).read_text(encoding="utf-8")
    assert '<html lang="ko">' in written
    assert 'href="../../../stylesheets/slides.css"' in written
    assert written.count("<section>") == 4
    for file in ("stylesheets/slides.css", "scripts/slides.js"):
        assert (DOCS / file).is_file()


def test_the_sheet_says_what_explain_says(sheet):
    language, text = sheet
    told = explain("Conv2D", (28, 28, 1), filters=32, kernel_size=5, language=language)
    for step in told.sections[0].steps:
        assert step.title in text
        assert f"<code>{step.formula}</code>" in text or not step.formula
        assert f"<code>{step.numbers}</code>" in text or not step.numbers


def test_no_formula_stands_twice_but_for_sizes(sheet):
    boxes = re.findall(r"<section>.*?</section>", sheet[1])
    later = [re.findall(r"<dt>(.*?)</dt><dd><code>(.*?)</code>", box)[1:] for box in boxes]
    formulas = [row for rows in later for row in rows if "=" not in row[1]]
    assert len(formulas) == len(set(formulas)) > 20
