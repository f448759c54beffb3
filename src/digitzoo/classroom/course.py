"""The exercises of the course, as its notebooks mark them; `course.toml` has the answers."""

import contextlib
import math
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from digitzoo.checks import check_choice, check_whole
from digitzoo.formulas.layers.base import LANGUAGES

_NEAR = 0.005  # of a number that is no whole one: rounded answers are right
_LONGEST, _TOO_LARGE = 40, 1e15  # letters of a number, and what no exercise has


class Reply(NamedTuple):
    """What is said to an answer; a notebook shows that sentence alone.

    Attributes:
        right: Whether the answer is right; so says `bool(reply)` too.
        text: The sentence.

    >>> Chapter(2).check(3, 9).right
    True
    """

    right: bool
    text: str

    def __bool__(self) -> bool:
        return self.right

    def __repr__(self) -> str:
        return self.text


class Chapter:
    """The exercises of a chapter of the course.

    Args:
        number: The chapter, 1 to 5.
        language: `"en"` or `"ko"`, which replies come in.

    Raises:
        InvalidArgumentError: If there is no such chapter or language.

    >>> check = Chapter(2).check
    >>> check(3, 8)
    Not yet. The output has N - F + 1 numbers on an axis.
    >>> check(3, 9)
    Right.
    """

    def __init__(self, number: int, *, language: str = "en") -> None:
        chapters = {int(key[0]) for key in _course()["exercises"]}
        self._number = check_whole("number", number, at_least=1, at_most=max(chapters))
        self._language = check_choice("language", language, LANGUAGES)
        self._wrong: dict[int, int] = {}

    def asks(self, number: int) -> str:
        """Say in which form an exercise is answered.

        Args:
            number: The exercise, as the chapter counts them.

        Returns:
            What stands in the notebook behind the dots.

        Raises:
            InvalidArgumentError: If the chapter has no such exercise.

        >>> Chapter(2).asks(4)
        '((height, width, channels), parameters)'
        """
        asked: str = self._exercise(number)["asks"][self._language]
        return asked

    def check(self, number: int, answer: object) -> Reply:
        """Mark an answer: right, or a hint first, and then where it is worked out.

        Args:
            number: The exercise, as the chapter counts them.
            answer: What the exercise asks for: a number, several in a tuple, or a word.

        Returns:
            A reply that is true if the answer is right.

        Raises:
            InvalidArgumentError: If the chapter has no such exercise.
        """
        exercise, asks = self._exercise(number), self.asks(number)
        say = _course()["said"][self._language]
        if answer is ...:
            return Reply(right=False, text=say["dots"].format(asks))
        right = exercise["answer"]
        mark = _mark(answer, right)
        if choices := exercise.get("choices"):
            own = choices[self._language]
            right = own[choices["en"].index(right)]
            mark = _mark(answer, right) if any(_mark(answer, one) for one in own) else None
        if mark:
            return Reply(right=True, text=say["right"])
        if mark is None:
            kind = "several" if isinstance(right, list) else type(right).__name__
            return Reply(right=False, text=say[kind].format(asks))
        self._wrong[number] = self._wrong.get(number, 0) + 1
        hint = exercise["hint"][self._language]
        again = say["again"] if self._wrong[number] > 1 else ""
        return Reply(right=False, text=f"{say['wrong']} {hint}{again}")

    def _exercise(self, number: int) -> dict[str, Any]:
        exercises = _course()["exercises"]
        own = sum(key.startswith(f"{self._number}.") for key in exercises)
        number = check_whole("number", number, at_least=1, at_most=own)
        found: dict[str, Any] = exercises[f"{self._number}.{number}"]
        return found


@cache
def _course() -> dict[str, Any]:
    file = Path(__file__).with_name("course.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _mark(answer: Any, right: Any) -> bool | None:
    """Say whether an answer is right; None if it has not the form of the right one."""
    answer = answer.tolist() if hasattr(answer, "tolist") else answer
    if isinstance(right, list):
        if not isinstance(answer, list | tuple) or len(answer) != len(right):
            return None
        marks = [*map(_mark, answer, right)]
        return None if None in marks else all(marks)
    if isinstance(answer, list | tuple) and len(answer) == 1:
        answer = answer[0]
    if isinstance(right, str):
        return _word(answer) == _word(right) if isinstance(answer, str) else None
    if isinstance(answer, str):
        with contextlib.suppress(ValueError):
            answer = float(answer.replace(",", "")[:_LONGEST])
    if not isinstance(answer, int | float) or isinstance(answer, bool) or abs(answer) > _TOO_LARGE:
        return None
    return math.isclose(answer, right, rel_tol=_NEAR if isinstance(right, float) else 0)


def _word(text: str) -> str:
    return text.strip(" .").casefold().replace("아니오", "아니요")
