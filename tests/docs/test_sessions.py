"""Blocks of a translated page are not run a second time, unless they differ."""

import importlib.util
from pathlib import Path

import pytest

PATH = Path(__file__).parents[2] / "docs" / "sessions.py"


@pytest.fixture
def sessions():
    spec = importlib.util.spec_from_file_location("sessions", PATH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Sessions()


def counting(path):
    """A block that leaves a mark each time it is run."""
    return f"with open({str(path)!r}, 'a') as file:\n    file.write('x')\nvalue = 3\nprint(value)"


def test_a_twin_gets_the_output_and_is_not_run(sessions, tmp_path):
    mark = tmp_path / "mark"
    assert sessions.run(counting(mark), "page") == "3\n"
    assert sessions.run(counting(mark) + "  # 셋", "page-ko") == "3\n"
    assert mark.read_text() == "x"


def test_a_block_that_differs_finds_what_the_earlier_ones_defined(sessions, tmp_path):
    mark = tmp_path / "mark"
    for session, last in (("page", "print(value + 1)"), ("page-ko", "print(value + 2)")):
        sessions.run(counting(mark), session)
        printed = sessions.run(last, session)
    assert printed == "5\n"
    assert mark.read_text() == "xx"
    assert sessions.run("print(value)", "page-ko") == "3\n"


def test_the_same_block_after_other_blocks_is_another(sessions):
    sessions.run("value = 1", "one")
    sessions.run("value = 2", "two")
    assert [sessions.run("print(value)", name) for name in ("one", "two")] == ["1\n", "2\n"]
    with pytest.raises(NameError):
        sessions.run("print(value)")


def test_pictures_keep_their_own_words(sessions):
    block = "def picture(alt):\n    print(f'<img alt=\"{alt}\">')\npicture(%r)"
    assert sessions.run(block % "A seven", "page") == '<img alt="A seven">\n'
    assert sessions.run(block % "숫자 7", "page-ko") == '<img alt="숫자 7">\n'


def test_an_error_is_the_blocks_own_and_shows_its_line(sessions):
    import traceback  # noqa: PLC0415

    with pytest.raises(ZeroDivisionError) as caught:
        sessions.run("one = 1\none / 0", "page")
    assert "one / 0" in "".join(traceback.format_exception(caught.value))
