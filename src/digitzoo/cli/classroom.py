"""`digitzoo worksheet` and `quiz`: exercises to print, to import, and to answer at once."""

import io
import secrets
import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from digitzoo.checks import check_choice, check_whole
from digitzoo.classroom import Problem, Worksheet, list_topics
from digitzoo.classroom import worksheet as draw_worksheet
from digitzoo.classroom.draw import LEVELS
from digitzoo.classroom.formats.text import (
    INDENT,
    option_lines,
    question_lines,
    working_lines,
)
from digitzoo.classroom.problem import LETTERS, Answer, Mark, read_answer, written
from digitzoo.cli.options import choice, language_choice, number, parser, path
from digitzoo.cli.output import check_output, counted
from digitzoo.errors import InvalidArgumentError, shown
from digitzoo.tables import wrapped

_MOST_SHEETS = 1000
_LARGEST_SEED = 2**32 - 1


class Seeds(list[int]):
    """Seeds as they are typed, 7 or 1-30; typer takes a plain list for several options."""


def _read_seeds(typed: str) -> Seeds:
    ends = typed.split("-")
    if len(ends) > 2 or not all(end.strip().isdecimal() for end in ends):
        raise InvalidArgumentError(
            f"Expected a seed, 7, or a range, 1-30. Received {shown(typed)}."
        )
    first, last = (
        check_whole("it", int(end), at_most=_LARGEST_SEED) for end in (ends[0], ends[-1])
    )
    if not first <= last < first + _MOST_SHEETS:
        raise InvalidArgumentError(
            f"A range goes upwards, over at most {_MOST_SHEETS:,} seeds. Received {shown(typed)}."
        )
    return Seeds(range(first, last + 1))


TopicsArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="TOPIC",
        help=f"One or several of {', '.join(list_topics())}; by default all.",
        parser=parser(lambda typed: check_choice("topic", typed, list_topics())),
        autocompletion=list_topics,
    ),
]
CountOption = Annotated[int, number("How many problems.", at_least=1, at_most=200)]
LevelOption = Annotated[str, choice("easy, the default, medium or hard.", "level", LEVELS)]
LanguageOption = Annotated[str, language_choice()]
ChoicesOption = Annotated[
    bool, typer.Option("--choices", help="Have answers chosen from several, not written.")
]


def worksheet(
    topics: TopicsArgument = None,
    *,
    count: CountOption = 10,
    seed: Annotated[
        Seeds | None,
        typer.Option(
            metavar="SEED",
            help="What decides the numbers, by default 0; 1-30 gives thirty sheets.",
            parser=parser(_read_seeds),
        ),
    ] = None,
    level: LevelOption = "easy",
    language: LanguageOption = "en",
    choices: ChoicesOption = False,
    answers: Annotated[
        bool, typer.Option("--answers/--no-answers", help="With answers and workings, or without.")
    ] = True,
    output: Annotated[
        Path | None,
        path(
            "Where to write it: .html, .md, .tex, .txt, .ipynb, .xml (Moodle), .gift, .zip (QTI). "
            "By default it is printed."
        ),
    ] = None,
) -> None:
    """Draw a sheet of exercises with answers: digitzoo worksheet parameters --output sheet.html."""
    from digitzoo.classroom.formats.text import write_text

    seeds = seed or [0]
    targets = [output] if output else []
    if output and len(seeds) > 1:
        targets = [output.with_stem(f"{output.stem}-{one}") for one in seeds]
    for target in targets:
        check_output(target)
    for place, one in enumerate(seeds):
        sheet = draw_worksheet(
            topics or None, count=count, seed=one, level=level, language=language, choices=choices
        )
        if targets:
            sheet.save(targets[place], answers=answers)
        else:
            typer.echo(write_text(sheet, answers))
    if len(targets) > 1:
        typer.echo(f"Written {counted(len(targets), 'sheet')}: {targets[0]} to {targets[-1]}")
    elif targets:
        typer.echo(f"Written to {targets[0]}")


def quiz(
    topics: TopicsArgument = None,
    *,
    count: CountOption = 10,
    seed: Annotated[
        int | None,
        number(
            "What decides the numbers; by default others each time.",
            at_least=0,
            at_most=_LARGEST_SEED,
        ),
    ] = None,
    level: LevelOption = "easy",
    language: LanguageOption = "en",
    choices: ChoicesOption = False,
) -> None:
    """Ask problems here, mark the answers, and show the working of what was wrong."""
    chosen = secrets.randbelow(10_000) if seed is None else seed
    sheet = draw_worksheet(
        topics or None, count=count, seed=chosen, level=level, language=language, choices=choices
    )
    typer.echo(f"{sheet.title}\n{sheet.about}\n{sheet.words('quiz', 'start')}")
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    marks: list[tuple[Problem, bool]] = []
    try:
        for place, problem in enumerate(sheet.problems, 1):
            marks.append((problem, _ask(sheet, problem, place)))
    except (EOFError, KeyboardInterrupt):
        typer.echo()
    _tell_score(sheet, marks)
    if seed is None:
        words = ["digitzoo", "quiz", *(topics or []), f"--seed={chosen}", f"--count={count}"]
        words += [f"--level={level}", f"--language={language}", *["--choices"] * choices]
        typer.echo(sheet.words("quiz", "repeat", command=shlex.join(words)))


def _ask(sheet: Worksheet, problem: Problem, number: int) -> bool:
    """Ask a problem until something is answered, mark it, and say what was wrong."""
    lines = ["", *question_lines(problem, number)]
    has_letters = sheet.choices and not problem.shows_options
    typer.echo("\n".join([*lines, *(option_lines(problem) if has_letters else [])]))
    unit = "" if has_letters else problem.unit
    mark = Mark(right=False)
    while said := _read(sheet, unit):
        answer = _chosen(problem, said, has_letters=has_letters)
        if answer is not None:
            mark = problem.mark(answer)
            break
        form = _form(sheet, problem, has_letters=has_letters)
        hint = sheet.words("quiz", "hint", hint=problem.hint)
        advice = hint if said == "?" else sheet.words("quiz", "unread", form=form)
        typer.echo(wrapped(advice, INDENT))
    if mark.right:
        typer.echo(f"{INDENT}{sheet.words('quiz', 'right')}")
        return True
    right = written(problem.answer, problem.unit)
    wrong = sheet.words("quiz", "known", why=mark.why) if mark.why else sheet.words("quiz", "wrong")
    told = [*([wrong] if said else []), sheet.words("quiz", "answer", answer=right)]
    typer.echo("\n".join([wrapped(" ".join(told), INDENT), *working_lines(problem)]))
    return False


def _chosen(problem: Problem, said: str, *, has_letters: bool) -> Answer | None:
    """Read what was typed: an answer, or the letter of one; None for what is neither."""
    letter = read_answer(said, LETTERS[0]) if has_letters else None
    if isinstance(letter, str):
        named = dict(zip(LETTERS, problem.options, strict=False))
        return named.get(letter)
    answer = read_answer(said, problem.answer, problem.unit)
    return None if problem.shows_options and answer not in problem.options else answer


def _form(sheet: Worksheet, problem: Problem, *, has_letters: bool) -> str:
    """Say how a problem is answered."""
    if has_letters or problem.shows_options:
        return sheet.words("form", "letter", letters=", ".join(LETTERS[: len(problem.options)]))
    return sheet.words("form", "shape" if isinstance(problem.answer, tuple) else "number")


def _read(sheet: Worksheet, unit: str) -> str:
    """Read a line; one that is typed to a program is shown as if it were typed here."""
    unit = f" ({unit})" if unit else ""
    typer.echo(f"{INDENT}{sheet.words('sheet', 'answer')}{unit}: ", nl=False)
    line = sys.stdin.readline() if sys.stdin else ""
    if not line:
        raise EOFError
    if not sys.stdin.isatty():
        typer.echo(line.rstrip("\n"))
    return line.strip()


def _tell_score(sheet: Worksheet, marks: list[tuple[Problem, bool]]) -> None:
    if not marks:
        typer.echo(sheet.words("quiz", "none"))
        return
    right = sum(is_right for _, is_right in marks)
    score = sheet.words("quiz", "score", right=right, asked=len(marks))
    missed = dict.fromkeys(one.topic for one, is_right in marks if not is_right)
    topics = ", ".join(sheet.words("topics", topic) for topic in missed)
    again = sheet.words("quiz", "again", topics=topics) if topics else ""
    typer.echo(f"\n{score} {again}".rstrip())
