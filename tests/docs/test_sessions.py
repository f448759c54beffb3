"""Blocks of a translated page are not run a second time, unless they differ."""

import importlib
import sys
from pathlib import Path

import pytest

PATH = Path(__file__).parents[2] / "docs" / "sessions.py"


@pytest.fixture(scope="module")
def module():
    """Under its own name, by which other processes import it."""
    sys.path.insert(0, str(PATH.parent))
    try:
        yield importlib.import_module("sessions")
    finally:
        sys.path.remove(str(PATH.parent))
        del sys.modules["sessions"]


@pytest.fixture
def sessions(module):
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


PAGE = """
Text.

```python exec="true" source="above" result="text" session="page"
from pathlib import Path

Path("here").write_text("one")
value = 1
```

??? note

    ```python exec="true" result="text" session="page"
    print(value, Path("here").read_text())
    ```

```python exec="true" session="page"
value / 0
```

```python
not_run()
```
"""


def test_the_blocks_of_a_page_are_those_that_say_exec(module):
    blocks = module.blocks_of(PAGE)
    assert [session for session, _ in blocks] == ["page"] * 3
    assert blocks[1][1] == 'print(value, Path("here").read_text())\n'


def test_pages_are_run_beforehand_and_what_fails_is_told_later(
    module, sessions, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    mark = tmp_path / "mark"
    counted = f'```python exec="true" session="other"\n{counting(mark)}\n```\n'
    (tmp_path / "page.md").write_text(PAGE)
    (tmp_path / "other.md").write_text(counted)
    for _ in range(2):
        sessions.prepare([tmp_path / "page.md", tmp_path / "other.md"])
    assert sessions.run(counting(mark), "other") == "3\n"
    assert mark.read_text() == "x"
    first, second, third = (code for _, code in module.blocks_of(PAGE))
    assert sessions.run(first, "page") == ""
    assert sessions.run(second, "page") == "1 one\n"
    assert not Path("here").exists()
    with pytest.raises(ZeroDivisionError):
        sessions.run(third, "page")
    assert Path("here").read_text() == "one"  # those before it were run again


def test_a_korean_page_finds_the_files_of_its_twin(module, sessions, tmp_path):
    fenced = '```python exec="true" session="%s"\nfrom pathlib import Path\n%s\n```\n'
    english = fenced % ("twin", 'Path("run").touch()')
    korean = fenced % ("twin-ko", 'print(Path("run").exists())')
    (tmp_path / "page.md").write_text(english)
    (tmp_path / "page.ko.md").write_text(korean)
    sessions.prepare([tmp_path / "page.md"])
    ((session, code),) = module.blocks_of(korean)
    assert sessions.run(code, session) == "True\n"
    assert not Path("run").exists()


def test_an_error_is_the_blocks_own_and_shows_its_line(sessions):
    import traceback

    with pytest.raises(ZeroDivisionError) as caught:
        sessions.run("one = 1\none / 0", "page")
    assert "one / 0" in "".join(traceback.format_exception(caught.value))
