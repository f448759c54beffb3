"""A sheet as Markdown, and as a notebook."""

import json
from collections.abc import Iterator

from digitzoo.classroom.formats.text import answer_of
from digitzoo.classroom.problem import LETTERS, Problem, written
from digitzoo.classroom.sheet import Worksheet
from digitzoo.classroom.working import equation, told_once


def write_markdown(sheet: Worksheet, answers: bool) -> str:  # noqa: FBT001 - all formats are called so
    """Write the sheet, and the answers below it."""
    parts = [_head(sheet)]
    parts += [_problem(sheet, problem, n) for n, problem in enumerate(sheet.problems, 1)]
    parts += [_key(sheet)] if answers else []
    return "\n\n".join(parts) + "\n"


def write_notebook(sheet: Worksheet, answers: bool) -> str:  # noqa: FBT001 - all formats are called so
    """Write a notebook: each problem has a cell to calculate in."""
    cells = [_cell("head", _head(sheet))]
    for number, problem in enumerate(sheet.problems, 1):
        cells.append(_cell(f"problem-{number}", _problem(sheet, problem, number)))
        comment = f"# {sheet.words('sheet', 'number', number=number)}\n"
        cells.append(_cell(f"answer-{number}", comment, code=True))
    cells += [_cell("key", _key(sheet))] if answers else []
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    notebook = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


def _cell(name: str, source: str, *, code: bool = False) -> dict[str, object]:
    cell: dict[str, object] = {"cell_type": "code" if code else "markdown", "id": name}
    cell |= {"metadata": {}, "source": source.splitlines(keepends=True)}
    return cell | ({"execution_count": None, "outputs": []} if code else {})


def _head(sheet: Worksheet) -> str:
    name, date = (sheet.words("sheet", key) for key in ("name", "date"))
    return f"# {sheet.title}\n\n{sheet.about}\n\n{name}: ________ {date}: ________"


def _problem(sheet: Worksheet, problem: Problem, number: int) -> str:
    parts = [
        f"## {sheet.words('sheet', 'number', number=number)}",
        *question_markdown(problem),
    ]
    if sheet.choices and not problem.shows_options:
        named = zip(LETTERS, problem.options, strict=False)
        parts.append("\n".join(f"- {name}) {written(one, problem.unit)}" for name, one in named))
    else:
        parts.append(f"{sheet.words('sheet', 'answer')}: ________ {problem.unit}".rstrip())
    return "\n\n".join(parts)


def question_markdown(problem: Problem) -> Iterator[str]:
    """Write what is asked, with its table or its drawing."""
    yield problem.question
    if problem.table:
        yield problem.table.to_markdown().strip()
    if problem.drawing and problem.drawing.to_text():
        yield f"```text\n{problem.drawing.to_text()}\n```"


def _key(sheet: Worksheet) -> str:
    lines = [f"## {sheet.words('sheet', 'answers')}"]
    for number, problem in enumerate(sheet.problems, 1):
        lines += ["", f"**{number}. {answer_of(sheet, problem)}**", ""]
        several = len(problem.working.sections) > 1
        for title, steps in told_once(problem.working):
            lines += [f"- {title}"] if several else []
            for step in steps:
                told = f"`{equation(step)}`" if equation(step) else ""
                titled = ": ".join(filter(None, (step.title if told else "", told)))
                said = ". ".join(filter(None, (titled, step.remark)))
                lines.append(f"{'    ' if several else ''}- {said}")
        lines += ["", problem.working.legend] if problem.working.legend else []
        lines.append("")
        for one in problem.mistakes:
            lines.append(f"- ~~{written(one.answer, problem.unit)}~~: {one.why}")
    return "\n".join(lines)
