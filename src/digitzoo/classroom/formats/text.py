"""A sheet as plain text, 80 columns wide."""

from collections.abc import Iterator

from digitzoo.classroom.problem import LETTERS, Problem, written
from digitzoo.classroom.sheet import Worksheet
from digitzoo.classroom.working import equation, told_once
from digitzoo.tables import width_of, wrapped

INDENT, _LINE = " " * 4, "_" * 20


def write_text(sheet: Worksheet, answers: bool) -> str:  # noqa: FBT001 - all formats are called so
    """Write the sheet, and the answers below it."""
    title = wrapped(sheet.title)
    lines = [title, "=" * max(map(width_of, title.split("\n"))), sheet.about]
    lines += [
        "",
        f"{sheet.words('sheet', 'name')}: {_LINE}   {sheet.words('sheet', 'date')}: {_LINE}",
    ]
    for number, problem in enumerate(sheet.problems, 1):
        lines += ["", *question_lines(problem, number)]
        if sheet.choices and not problem.shows_options:
            lines += option_lines(problem)
        else:
            lines.append(
                f"{INDENT}{sheet.words('sheet', 'answer')}: {_LINE} {problem.unit}".rstrip()
            )
    if answers:
        title = sheet.words("sheet", "answers")
        lines += ["", "", title, "=" * width_of(title)]
        for number, problem in enumerate(sheet.problems, 1):
            lines += ["", f"{_numbered(number)}{answer_of(sheet, problem)}"]
            lines += working_lines(problem)
            for mistake in problem.mistakes:
                told = f"{written(mistake.answer, problem.unit)}: {mistake.why}"
                lines.append(f"{INDENT}x {wrapped(told, f'{INDENT}  ').lstrip()}")
    return "\n".join(lines) + "\n"


def _numbered(number: int) -> str:
    return f"{number}.".ljust(len(INDENT))


def question_lines(problem: Problem, number: int) -> Iterator[str]:
    """Write what is asked, with its table or its drawing."""
    # A shape stays on its line.
    question = wrapped(plain(problem.question).replace(" x ", "\0x\0"), INDENT).replace("\0", " ")
    yield _numbered(number) + question[len(INDENT) :]
    shown = [str(problem.table)] if problem.table else []
    shown += [problem.drawing.to_text()] if problem.drawing else []
    for block in filter(None, shown):
        yield ""
        yield from (f"{INDENT}{line}".rstrip() for line in block.split("\n"))


def option_lines(problem: Problem) -> list[str]:
    """Write what there is to choose from."""
    named = zip(LETTERS, problem.options, strict=False)
    return [f"{INDENT}{letter}) {written(option, problem.unit)}" for letter, option in named]


def answer_of(sheet: Worksheet, problem: Problem) -> str:
    """Write the right answer; of a multiple choice, with its letter."""
    text = written(problem.answer, problem.unit)
    if sheet.choices and not problem.shows_options:
        return f"{LETTERS[problem.options.index(problem.answer)]}) {text}"
    return text


def working_lines(problem: Problem) -> list[str]:
    """Write how the answer comes about."""
    lines: list[str] = []
    several = len(problem.working.sections) > 1
    indent = INDENT + "  " * several
    for title, steps in told_once(problem.working):
        lines += [INDENT + title] if several else []
        for step in steps:
            told = ": ".join(filter(None, (step.title, equation(step))))
            # A result stays on the line of its sign.
            kept = wrapped(told.replace("= ", "=\0"), indent).replace("\0", " ")
            lines += kept.split("\n") if told else []
            further = f"{indent}  " if told else indent
            lines += wrapped(step.remark, further).split("\n") if step.remark else []
    legend = problem.working.legend
    return [*lines, *wrapped(legend, INDENT).split("\n")] if legend else lines


def plain(text: str) -> str:
    """Take the backticks from around code."""
    return text.replace("`", "")
