"""A sheet as GIFT, the text format that Moodle and others import.

Source: Moodle's page "GIFT format".
"""

import re
from html import escape

from digitzoo.classroom.formats.html import question_html, working_html
from digitzoo.classroom.formats.moodle import spellings
from digitzoo.classroom.problem import Problem, written
from digitzoo.classroom.sheet import Worksheet


def write_gift(sheet: Worksheet, answers: bool) -> str:  # noqa: FBT001 - always there
    """Write a question after the other, with a blank line between them."""
    name = f"digitzoo, {sheet.title} ({sheet.about})".replace("/", "//")
    parts = [f"// {name}\n$CATEGORY: $course$/top/{name}"]
    for number, problem in enumerate(sheet.problems, 1):
        topic = sheet.words("topics", problem.topic)
        title = f"::{_quoted(f'{topic} {sheet.seed}-{number:02}')}::"
        # Choices have their unit with them.
        asked = _asked(problem, "" if sheet.choices else problem.unit)
        parts.append(f"{title}[html]{_quoted(asked)} {{{_answers(sheet, problem)}}}")
    return "\n\n".join(parts) + "\n"


def _asked(problem: Problem, unit: str) -> str:
    numbers = problem.drawing.to_text() if problem.drawing else ""
    asked = "\n".join(question_html(problem, f"<pre>{escape(numbers)}</pre>" if numbers else ""))
    return f"{asked} <p>({escape(unit)})</p>" if unit else asked


def _answers(sheet: Worksheet, problem: Problem) -> str:
    chosen = sheet.choices or problem.shows_options
    whys = {one.answer: one.why for one in problem.mistakes}
    is_number = isinstance(problem.answer, int) and not chosen
    lines = []
    for option in problem.options if chosen else (problem.answer, *whys):
        right = option == problem.answer
        feedback = "" if right else f"#{_quoted(escape(whys[option]))}"
        for text in [written(option, problem.unit)] if chosen else spellings(option):
            if chosen:
                lines.append(f"{'=' if right else '~'}{_quoted(text)}{feedback}")
            else:  # a wrong answer that is known is worth nothing, and says why
                tolerance = ":0" if is_number else ""
                lines.append(f"={'' if right else '%0%'}{_quoted(text)}{tolerance}{feedback}")
    lines.append(f"####{_quoted(working_html(problem))}")
    return ("#" if is_number else "") + "\n" + "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """Put a backslash before what has a meaning; a line break is written as one."""
    return re.sub(r"([\\~=#{}:])", r"\\\1", text).replace("\n", "\\n")
