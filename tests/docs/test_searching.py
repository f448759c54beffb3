"""Each language finds its own pages, those that tell how first."""

import importlib
import re
import tomllib
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
WORKER = '"search": "../assets/javascripts/workers/search.0123.min.js"'


@pytest.fixture(scope="module")
def searching():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(DOCS))
        yield importlib.import_module("searching")


def entry(location, title, text=""):
    return {"location": location, "title": title, "text": text}


def test_a_page_without_korean_is_not_found_in_korean(searching):
    assert searching.settings("ko/gallery/", "gallery.md") == {"exclude": True}
    assert "exclude" not in searching.settings("gallery/", "gallery.md")
    assert "exclude" not in searching.settings("ko/start/", "start.ko.md")


def test_docstrings_are_found_in_korean_by_their_names_alone(searching):
    english = entry("reference/data/#digitzoo.load_data", "load_data", "Load a set.")
    korean = entry("ko/reference/data/#digitzoo.load_data", "load_data", "인자: Load a set.")
    room = entry("ko/reference/data/", "데이터", "읽는 함수")
    kept = searching.without_docstrings([english, room, korean])
    assert [one["text"] for one in kept] == ["Load a set.", "읽는 함수", ""]
    assert kept[-1]["title"] == "load_data"


def test_pages_that_tell_how_count_most(searching):
    urls = ("how-to/export/", "course/1/", "models/", "results/")
    boosts = [searching.settings(url, "page.md")["boost"] for url in urls]
    assert boosts == sorted(boosts, reverse=True)


def test_a_page_starts_the_worker_of_its_language(searching):
    page = f'<link rel="alternate" href="../ko/" hreflang="ko"><link rel="icon">{WORKER}'
    found = searching.with_language(page, "ko")
    worker = WORKER.replace("search.0", "language.js?ko&search.0")
    assert found == f'<link rel="icon">{worker}'
    assert (DOCS / "assets/javascripts/workers/language.js").is_file()


def test_what_is_in_english_alone_says_so_in_the_korean_menu():
    settings = (DOCS.parent / "mkdocs.yml").read_text(encoding="utf-8")
    korean = dict(re.findall(r"^ {12}([^:\n]+): (.+)$", settings, re.MULTILINE))
    menu = settings.partition("\nnav:\n")[2]
    sections = re.findall(r"^  - ([^:\n]+):(.*)((?:\n {6}.*)*)", menu, re.MULTILINE)
    assert len(sections) > 8
    for title, page, pages in sections:
        listed = re.findall(r"([\w/-]+)\.md", page + pages)
        alone = [name for name in listed if not (DOCS / f"{name}.ko.md").is_file()]
        if title in {"Models", "Reference"}:  # written by the build in both
            continue
        assert ("영어" in korean[title]) == bool(alone), (title, alone)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_questions_lead_to_pages_that_there_are(language):
    text = Path(__file__).with_name("questions.toml").read_text(encoding="utf-8")
    for url in tomllib.loads(text)[language].values():
        page = url.removeprefix("ko/").strip("/")
        suffix = ".ko.md" if language == "ko" else ".md"
        assert page.startswith("reference/") or (DOCS / f"{page}{suffix}").is_file(), page
