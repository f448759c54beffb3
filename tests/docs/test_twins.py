"""The Korean pages are the English ones: each is there, with its headings and its code."""

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
FOLDERS = ("course", "formulas", "how-to")
FENCE = re.compile(r"^( *)```.*?^\1```$", re.MULTILINE | re.DOTALL)
UNWRITTEN = ("This page is being written", "이 페이지는 작성 중", "이 페이지는 쓰는 중")


def names():
    """Name the pages that have two languages, without `.md` and `.ko.md`."""
    files = [DOCS / "index.md", DOCS / "start.md"]
    files += [file for folder in FOLDERS for file in sorted((DOCS / folder).glob("*.md"))]
    return sorted({file.relative_to(DOCS).as_posix().split(".")[0] for file in files})


def texts(name):
    return [(DOCS / f"{name}{end}").read_text(encoding="utf-8") for end in (".md", ".ko.md")]


def headings(text):
    return re.findall(r"^#+(?= )", FENCE.sub("", text), re.MULTILINE)


def code(text):
    return [plain(block[0]) for block in FENCE.finditer(text)]


def plain(block):
    """Leave out what may differ: comments, sessions, a picture's words, the language."""
    block = re.sub(r'session="([\w-]+?)(-ko)?"', r"\1", block)
    block = re.sub(r'(picture\w*)\(\s*(f?"[^"]*"\s*)+', r"\1(", block)
    block = re.sub(r',\s*language="(en|ko)"', "", block)
    return re.sub(r"(  |^ *)# .*", "", block, flags=re.MULTILINE)


def test_there_are_pages():
    assert {"index", "start", "course/1-first-network", "formulas/index"} < set(names())


@pytest.mark.parametrize("name", names())
def test_both_pages_are_written(name):
    for text in texts(name):
        assert not any(words in text for words in UNWRITTEN)
        assert len(text.split()) > 50


@pytest.mark.parametrize("name", names())
def test_the_korean_page_has_the_same_headings(name):
    english, korean = texts(name)
    assert headings(korean) == headings(english)


@pytest.mark.parametrize("name", names())
def test_the_korean_page_has_the_same_code(name):
    english, korean = texts(name)
    assert code(korean) == code(english)


@pytest.mark.parametrize("name", names())
def test_sessions_of_the_two_pages_are_apart(name):
    english, korean = texts(name)
    sessions = set(re.findall(r'session="([\w-]+)"', korean))
    assert all(session.endswith("-ko") for session in sessions)
    assert not sessions & set(re.findall(r'session="([\w-]+)"', english))


@pytest.mark.parametrize(
    ("english", "korean", "same"),
    [
        ("x = 1  # one\n", "x = 1  # 하나\n", True),
        ('picture("A seven", diagram)\n', 'picture("숫자 7", diagram)\n', True),
        ('picture(\n    "A seven "\n    "and more"\n)\n', 'picture("숫자 7")\n', True),
        ("explain(\n    1,\n)\n", 'explain(\n    1,\n    language="ko",\n)\n', True),
        ("x = 1\n", "x = 2\n", False),
        ("print('#')\n", "print('')\n", False),
    ],
)
def test_code_is_compared_without_words(english, korean, same):
    pages = [f"```python\n{text}```\n" for text in (english, korean)]
    assert (code(pages[0]) == code(pages[1])) == same
