"""The Korean pages are the English ones: each is there, with its headings and its code."""

import ast
import re
import textwrap
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
FOLDERS = ("course", "formulas", "how-to")
FENCE = re.compile(r"^( *)```([^\n]*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
SESSION = re.compile(r'session="([\w-]+)"')
ASKED = " --language ko"  # of a command
UNWRITTEN = ("This page is being written", "이 페이지는 작성 중", "이 페이지는 쓰는 중")


def names():
    """Name the pages that have two languages, without `.md` and `.ko.md`."""
    alone = ("index", "start", "design", "glossary", "results/lessons", "gallery")
    files = [DOCS / f"{name}.md" for name in alone]
    files += [file for folder in FOLDERS for file in sorted((DOCS / folder).glob("*.md"))]
    return sorted({file.relative_to(DOCS).as_posix().split(".")[0] for file in files})


def texts(name):
    return [(DOCS / f"{name}{end}").read_text(encoding="utf-8") for end in (".md", ".ko.md")]


def headings(text):
    return re.findall(r"^#+(?= )", FENCE.sub("", text), re.MULTILINE)


def differences(english, korean):
    """Give the blocks of code that say something else on the Korean page."""
    pairs = zip(blocks(english), blocks(korean), strict=True)
    return [(ours, theirs) for ours, theirs in pairs if not same_block(ours, theirs)]


def blocks(text):
    """Give the first line and the code of each block."""
    return [
        (fence[2].replace('-ko"', '"'), textwrap.dedent(fence[3])) for fence in FENCE.finditer(text)
    ]


def same_block(english, korean):
    if english[0] != korean[0]:
        return False
    if not english[0].startswith("python"):
        return without_comments(english[1]) == without_comments(korean[1]).replace(ASKED, "")
    return same_code(ast.parse(english[1]), ast.parse(korean[1]))


def without_comments(text):
    return re.sub(r"(  |^ *)# .*", "", text, flags=re.MULTILINE)


def same_code(english, korean):
    """Compare two trees; a string with Korean letters may stand for any string.

    The language that the library is asked to speak may differ.
    """
    if is_string(korean) and translated(korean):
        return is_string(english) and values(english) == values(korean)
    if type(english) is not type(korean):
        return False
    if isinstance(english, ast.AST):
        ours, theirs = (
            [getattr(tree, field, None) for field in tree._fields] for tree in (english, korean)
        )
        return same_code(ours, theirs)
    if isinstance(english, list):
        ours, theirs = (
            [item for item in items if not language(item)] for items in (english, korean)
        )
        return len(ours) == len(theirs) and all(map(same_code, ours, theirs))
    if isinstance(korean, str):
        return english == korean.replace(ASKED, "")
    return english == korean


def is_string(tree):
    constant = isinstance(tree, ast.Constant) and isinstance(tree.value, str)
    return constant or isinstance(tree, ast.JoinedStr)


def translated(string):
    parts = [part.value for part in ast.walk(string) if isinstance(part, ast.Constant)]
    return any(re.search("[가-힣]", part) for part in parts if isinstance(part, str))


def values(string):
    """Give what an f-string puts in."""
    parts = [part.value for part in ast.walk(string) if isinstance(part, ast.FormattedValue)]
    return sorted(ast.dump(part) for part in parts)


def language(item):
    return isinstance(item, ast.keyword) and item.arg == "language"


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
    assert len(blocks(english)) == len(blocks(korean))
    assert differences(english, korean) == []


@pytest.mark.parametrize("name", names())
def test_sessions_of_the_two_pages_are_apart(name):
    english, korean = (set(SESSION.findall(text)) for text in texts(name))
    assert all(session.endswith("-ko") for session in korean)
    assert not korean & english


@pytest.mark.parametrize(
    ("english", "korean", "same"),
    [
        ("x = 1  # one", "x = 1  # 하나", True),
        ('picture("A seven", diagram)', 'picture(\n    "숫자 7",\n    diagram,\n)', True),
        ('print(f"{count} images")', 'print(f"그림 {count}장")', True),
        ('explain(1, language="en")', 'explain(1, language="ko")', True),
        ("explain(1)", 'explain(1, language="ko")', True),
        ("x = 1", "x = 2", False),
        ('load_data("mnist")', 'load_data("fashion_mnist")', False),
        ('print(f"{count} images")', 'print(f"그림 {size}장")', False),
        ('print("#")', 'print("")', False),
        ("show(1)", 'show("하나")', False),
    ],
)
def test_code_is_compared_without_words(english, korean, same):
    pages = [
        f'```python exec="true" session="a{end}"\n{text}\n```\n'
        for text, end in ((english, ""), (korean, "-ko"))
    ]
    assert (not differences(*pages)) == same
