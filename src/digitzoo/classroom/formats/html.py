"""A sheet as a page to print, and as what a notebook shows."""

import re
from collections.abc import Iterator
from html import escape
from pathlib import Path

from digitzoo.classroom.formats.text import answer_of
from digitzoo.classroom.problem import Problem, written
from digitzoo.classroom.sheet import Worksheet
from digitzoo.classroom.working import equation, told_once


def write_html(sheet: Worksheet, answers: bool) -> str:  # noqa: FBT001 - all formats are called so
    """Write a page that prints on A4, the answers on a page of their own; nothing is loaded."""
    title = escape(f"{sheet.title} ({sheet.about})")
    of_key = escape(sheet.words("sheet", "key_of", seed=f"{sheet.seed:,}"))
    key = f'<div class="key">\n<h2>{of_key}</h2>\n{_key(sheet)}\n</div>' if answers else ""
    body = _body(sheet, f"<h1>{escape(sheet.title)}</h1>", key)
    return (
        f'<!doctype html>\n<html lang="{sheet.language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n{_style(_paper(sheet))}\n</head>\n<body>\n{body}"
        "\n</body>\n</html>\n"
    )


def write_fragment(sheet: Worksheet) -> str:
    """Write what a notebook shows: the answers lie behind a heading."""
    heading = escape(sheet.words("sheet", "answers"))
    key = f'<details class="key">\n<summary>{heading}</summary>\n{_key(sheet)}\n</details>'
    return _style() + _body(sheet, f"<p><b>{escape(sheet.title)}</b></p>", key)


def _style(page: str = "") -> str:
    css = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
    return f"<style>\n{css}{page}</style>"


def _paper(sheet: Worksheet) -> str:
    """Say on every page of paper which sheet it is."""
    foot = f'font: 8pt sans-serif; color: #555; content: "{sheet.about} · " counter(page);'
    return f"@page {{ size: A4; margin: 16mm 18mm; @bottom-right {{ {foot} }} }}\n"


def _body(sheet: Worksheet, title: str, key: str) -> str:
    name, date = (escape(sheet.words("sheet", word)) for word in ("name", "date"))
    parts = [
        f'<div class="dz-sheet" lang="{sheet.language}">',
        f'{title}\n<p class="about">{escape(sheet.about)}</p>',
        f'<p class="names"><span>{name}</span><span>{date}</span></p>',
    ]
    for number, problem in enumerate(sheet.problems, 1):
        asked = "\n".join([*question_html(problem), _place(sheet, problem)])
        parts.append(f'<section class="problem"><b>{number}.</b><div>\n{asked}\n</div></section>')
    return "\n".join([*parts, key, "</div>"])


def question_html(problem: Problem, drawing: str | None = None) -> Iterator[str]:
    """Write what is asked; the drawing as SVG, or as another element in its place."""
    yield f"<p>{inline_html(problem.question)}</p>"
    if problem.table:
        yield problem.table.to_html()
    if problem.drawing:
        yield problem.drawing.to_svg() if drawing is None else drawing


def _place(sheet: Worksheet, problem: Problem) -> str:
    if sheet.choices and not problem.shows_options:
        items = "".join(f"<li>{escape(written(one, problem.unit))}</li>" for one in problem.options)
        return f'<ol class="choices">{items}</ol>'
    answer, unit = escape(sheet.words("sheet", "answer")), escape(problem.unit)
    # A choice among pictures, and a table to fill in, need no room to calculate in.
    room = "" if problem.shows_options or problem.table else '<div class="room"></div>'
    return f'{room}<p>{answer}: <span class="line"></span> {unit}</p>'


def _key(sheet: Worksheet) -> str:
    parts = []
    for number, problem in enumerate(sheet.problems, 1):
        answer = f"<p><b>{escape(answer_of(sheet, problem))}</b></p>"
        mistakes = "".join(
            f"<li>{escape(written(one.answer, problem.unit))}: {escape(one.why)}</li>"
            for one in problem.mistakes
        )
        told = f"{answer}\n{working_html(problem)}\n<ul>{mistakes}</ul>"
        parts.append(f'<section class="problem"><b>{number}.</b><div>{told}</div></section>')
    return "\n".join(parts)


def working_html(problem: Problem) -> str:
    """Write how the answer comes about, a line for each step."""
    lines, several = [], len(problem.working.sections) > 1
    for title, steps in told_once(problem.working):
        lines += [f"<p><b>{escape(title)}</b></p>"] if several else []
        for step in steps:
            parts = [f"{escape(step.title)}:"] if step.title and equation(step) else []
            parts += [f"<code>{escape(equation(step))}</code>"] if equation(step) else []
            lines += [f"<p>{' '.join(parts)}</p>"] if parts else []
            lines += [f'<p class="small">{escape(step.remark)}</p>'] if step.remark else []
    if problem.working.legend:
        lines.append(f'<p class="small">{escape(problem.working.legend)}</p>')
    return "\n".join(lines)


def inline_html(text: str) -> str:
    """Escape a text, and mark the code in it; a shape stays on its line."""
    kept = escape(text, quote=False).replace(" x ", "\u00a0x\u00a0")
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", kept)
