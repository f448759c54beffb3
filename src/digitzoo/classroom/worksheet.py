"""`worksheet`: problems drawn from the formulas, the same ones for the same seed."""

from collections.abc import Sequence
from random import Random

from digitzoo.checks import check_choice, check_flag, check_whole
from digitzoo.classroom.draw import LEVELS, Draw, Kind
from digitzoo.classroom.problem import Problem
from digitzoo.classroom.sheet import Worksheet
from digitzoo.classroom.topics import TOPICS
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, shown
from digitzoo.formulas.layers.base import LANGUAGES

_MOST_PROBLEMS = 200
_LARGEST_SEED = 2**32 - 1
_TRIED = 100  # draws of a kind that bring nothing new, before it counts as used up
_FEWEST_MISTAKES = 2


def list_topics() -> list[str]:
    """List what a worksheet can be about.

    Returns:
        The names that `worksheet` takes.

    >>> list_topics()[:3]
    ['output_size', 'parameters', 'network']
    """
    return list(TOPICS)


def worksheet(
    topics: str | Sequence[str] | None = None,
    *,
    count: int = 10,
    seed: int = 0,
    level: str = "easy",
    language: str = "en",
    choices: bool = False,
) -> Worksheet:
    """Draw a sheet of problems, with answers, workings, and wrong answers of real mistakes.

    Args:
        topics: One or several of `list_topics()`, taken in turn; `None` for all.
        count: How many problems, 1 to 200.
        seed: The same one gives the same sheet, on every machine. A
            shorter sheet is the beginning of a longer one.
        level: `"easy"`, `"medium"` or `"hard"`.
        language: `"en"` or `"ko"`; the numbers are the same.
        choices: Whether the right answer is to be chosen from several, not written.

    Returns:
        The sheet: `print` it, show it in a notebook, or `save` it to print or to import.

    Raises:
        InvalidArgumentError: A value cannot work, or the topics have no more problems at a level.
        ArgumentTypeError: An argument has another type.

    >>> sheet = worksheet(["parameters", "macs"], count=4, seed=7)
    >>> problem = sheet.problems[0]
    >>> print(problem.question)
    `Dense(units=2)` takes an input of 16 values. How many parameters does it have?
    >>> print(problem.answer, problem.mistakes[0])
    34 Mistake(answer=32, why='forgot the bias')
    """
    names = _read_topics(topics)
    count = check_whole("count", count, at_least=1, at_most=_MOST_PROBLEMS)
    seed = check_whole("seed", seed, at_least=0, at_most=_LARGEST_SEED)
    level = check_choice("level", level, LEVELS)
    language = check_choice("language", language, LANGUAGES)
    choices = check_flag("choices", choices)
    dice = Random(seed)  # noqa: S311 - nothing is kept secret by it
    decks = {name: list(TOPICS[name][level]) for name in names}
    for deck in decks.values():
        dice.shuffle(deck)
    problems: dict[tuple[object, ...], Problem] = {}
    for place in range(count):
        topic = names[place % len(names)]
        draw = Draw(topic, level, language, dice)
        problem = _new(draw, decks[topic], problems)
        if problem is None:
            most = len(problems)
            raise InvalidArgumentError(
                f"count must be at most {most} for these topics at level {level}: {topic} has no "
                f"more problems that differ. Received {count}. Use count={most}, or more topics."
            )
        problems[problem.key] = problem
    return Worksheet.trusted(
        topics=names,
        problems=tuple(problems.values()),
        seed=seed,
        level=level,
        language=language,
        choices=choices,
    )


def _new(draw: Draw, deck: list[Kind], there: dict[tuple[object, ...], Problem]) -> Problem | None:
    """Draw a problem that is not there yet, of the kind whose turn it is."""
    while deck:
        kind = deck.pop(0)
        for _ in range(_TRIED):
            problem = kind(draw)
            if problem.key not in there and len(problem.mistakes) >= _FEWEST_MISTAKES:
                deck.append(kind)
                return problem
    return None


def _read_topics(topics: object) -> tuple[str, ...]:
    if topics is None:
        return tuple(TOPICS)
    given = [topics] if isinstance(topics, str) else topics
    if not isinstance(given, list | tuple):
        raise ArgumentTypeError(
            f"topics must be a name or a list of names. Received {shown(topics)} "
            f"({type(topics).__name__}). list_topics() shows all."
        )
    if not given:
        raise InvalidArgumentError("topics must name one at least. list_topics() shows all.")
    names = [check_choice("topic", name, TOPICS, listing="list_topics()") for name in given]
    return tuple(dict.fromkeys(names))
