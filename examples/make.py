"""The scripts and notebooks beside this file, made from the chapters of the course.

Run: python examples/make.py. A chapter is `docs/course/N-name.md`; it becomes `N_name.py`, in the
percent format that editors show as cells, and `N_name.ipynb`. Its Korean twin becomes a notebook,
`N_name.ko.ipynb`. Text becomes text, code that runs on the page becomes code, and the answers to
the exercises stay on the page.
"""

import itertools
import json
import posixpath
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from digitzoo.classroom import Chapter

EXAMPLES = Path(__file__).parent
CHAPTERS = EXAMPLES.parent / "docs" / "course"

SETUP = '''\
from pathlib import Path

import matplotlib.pyplot as plt

from digitzoo.classroom import Chapter

check = Chapter({number}, language="{language}").check


def show(name, diagram=None):
    """Show the picture; where there is no display, write it to the folder pictures."""
    if "inline" in plt.get_backend() and diagram is not None:
        display(diagram)  # a notebook's own function
    elif plt.get_backend().lower() != "agg" and diagram is None:
        plt.show()
    else:
        path = Path("pictures", f"{{name}}.png")
        path.parent.mkdir(exist_ok=True)
        if diagram is None:
            plt.savefig(path, bbox_inches="tight")
            plt.close()
        else:
            diagram.save(path)
        print(f"picture: {{path}}")'''

INTRODUCTION = {
    "en": """\
Made by `python examples/make.py` from `docs/course/{page}`, where the answers to the
exercises stand; `check` marks yours, and gives a hint first. It asks for digitzoo:
`python -m pip install .` in a checkout. What it keeps, such as `runs`, it writes into the
folder that it is started in.""",
    "ko": """\
`docs/course/{page}`에서 `python examples/make.py`로 만든 파일입니다. 연습 문제의
답은 그 페이지에 있고, `check`가 답을 채점하면서 힌트를 먼저 줍니다. digitzoo가
필요합니다. 내려받은 저장소에서 `python -m pip install .`으로 설치합니다. `runs`처럼
남기는 파일은 시작한 폴더에 씁니다.""",
}

FENCE = re.compile(r"^( *)```(\S*) ?([^\n]*)\n(.*?)^\1```\n", re.MULTILINE | re.DOTALL)
ANSWER = re.compile(r"^\?\?\? success [^\n]*\n(?:(?: {4}[^\n]*)?\n)+", re.MULTILINE)
NOTE = re.compile(r"^(?:\?\?\?|!!!) \w+ \"([^\"]*)\"\n((?:(?: {4}[^\n]*)?\n)+)", re.MULTILINE)
PICTURE = re.compile(r"picture\(\s*\"[^\"]*\"(?:,\s*(\w+))?,?\s*\)")
LINK = re.compile(r"\]\((?!https?:|#)([^)]+)\)")
ANCHOR = re.compile(r"^(## .+) \{ #.+ \}$", re.MULTILINE)


class Cell(NamedTuple):
    """A part of a chapter: text in Markdown, or code."""

    kind: str
    text: str


def cells_of(page: Path) -> list[Cell]:
    """Cut a chapter into cells."""
    language, number, exercises = language_of(page), int(page.name[0]), itertools.count(1)
    text = ANSWER.sub(
        lambda block: _cells(_answer(number, next(exercises), language), *_experiment(block)),
        page.read_text(encoding="utf-8") + "\n",
    )
    text = NOTE.sub(lambda note: f"**{note[1]}**\n\n{textwrap.dedent(note[2])}", text)
    return [
        Cell("markdown", INTRODUCTION[language].format(page=page.name)),
        Cell("code", SETUP.format(number=number, language=language)),
        *(cell for cell in _cut(text, page.name[0]) if cell.text),
    ]


def _answer(chapter: int, exercise: int, language: str) -> str:
    """Give the cell in which an exercise is answered, and marked."""
    asks = Chapter(chapter, language=language).asks(exercise)
    return f"answer = ...  # {asks}\nprint(check({exercise}, answer))"


def _experiment(answer: re.Match[str]) -> list[str]:
    """Give the code of an answer, without what it asserts, where it is to be run once predicted."""
    asked = answer.string[: answer.start()].rstrip().rpartition("\n\n")[2]
    if not re.search("Predict, then run|먼저 예상하고", asked):
        return []
    blocks = FENCE.findall(answer[0])
    return [
        re.sub(r"^assert .*\n", "", textwrap.dedent(code), flags=re.MULTILINE).strip()
        for *_, code in blocks
    ]


def _cells(*codes: str) -> str:
    return "".join(f"```python exec\n{code}\n```\n\n" for code in codes)


def language_of(page: Path) -> str:
    """Say which language a page is in: `N-name.md` or `N-name.ko.md`."""
    return page.stem.partition(".")[2] or "en"


def _cut(text: str, chapter: str) -> Iterator[Cell]:
    """Go through a chapter, from one block of code that runs to the next."""
    start = pictures = 0
    for fence in FENCE.finditer(text):
        if not fence[3].startswith("exec"):
            continue
        yield Cell("markdown", _prose(text[start : fence.start()]))
        start = fence.end()
        code = textwrap.dedent(fence[4]).strip()
        if shown := PICTURE.search(code):
            pictures += 1
            diagram = f", {shown[1]}" if shown[1] else ""
            code = f'show("{chapter}-{pictures:02}"{diagram})'
        elif fence[3] != "exec" and 'source="above"' not in fence[3]:
            continue  # the page's own: a drawing that only docs/ can draw, a check of what it says
        yield Cell("code", code)
    yield Cell("markdown", _prose(text[start:]))


def _prose(text: str) -> str:
    """Have links lead from this folder; leave out where the page speaks of this file or is live."""
    parts = text.strip().split("\n\n")
    paragraphs = (part for part in parts if not re.search(r"`examples/|dz-live", part))
    return LINK.sub(
        lambda link: f"]({posixpath.normpath(posixpath.join('../docs/course', link[1]))})",
        ANCHOR.sub(r"\1", "\n\n".join(paragraphs)),
    ).strip()


def to_script(cells: list[Cell]) -> str:
    """Write cells as Python in the percent format, a picture's code and its `show` as one."""
    lines = []
    for cell in joined(cells):
        if cell.kind == "code":
            lines += ["# %%", cell.text, ""]
        else:
            prose = [f"# {line}".rstrip() for line in cell.text.splitlines()]
            lines += ["# %% [markdown]", *prose, ""]
    return "\n".join(lines)


def to_notebook(cells: list[Cell]) -> str:
    """Write cells as a notebook without outputs."""
    made: list[dict[str, Any]] = []
    for number, cell in enumerate(joined(cells), start=1):
        rest = {"execution_count": None, "outputs": []} if cell.kind == "code" else {}
        made.append(
            {
                "cell_type": cell.kind,
                "id": f"cell-{number:02}",
                "metadata": {},
                **rest,
                "source": cell.text.splitlines(keepends=True),
            }
        )
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = {
        "cells": made,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


def joined(cells: list[Cell]) -> list[Cell]:
    """Put the line that shows a picture into the cell that draws it."""
    together: list[Cell] = []
    for cell in cells:
        if cell.kind == "code" and cell.text.startswith("show("):
            together[-1] = Cell("code", f"{together[-1].text}\n{cell.text}")
        else:
            together.append(cell)
    return together


def made_files() -> dict[Path, str]:
    """Give each script and notebook with what it has to hold."""
    files = {}
    for page in sorted(CHAPTERS.glob("[0-9]-*.md")):
        cells, name = cells_of(page), page.stem.replace("-", "_")
        if language_of(page) == "en":
            files[EXAMPLES / f"{name}.py"] = to_script(cells)
        files[EXAMPLES / f"{name}.ipynb"] = to_notebook(cells)
    return files


if __name__ == "__main__":
    for path, text in made_files().items():
        path.write_text(text, encoding="utf-8")
        print(path.name)
