"""One draw: the dice, the level, the words, and how a problem is put together from them."""

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any, NamedTuple, TypeVar

from digitzoo.classroom.drawing import Drawing
from digitzoo.classroom.problem import Answer, Mistake, Problem
from digitzoo.classroom.words import word, words_of
from digitzoo.formulas import Explanation
from digitzoo.formulas.explanations.explanation import Section, Step, times
from digitzoo.formulas.layers.shapes import Shape
from digitzoo.tables import Table

LEVELS = ("easy", "medium", "hard")
_MOST_MISTAKES = 3
_T = TypeVar("_T")


class Draw(NamedTuple):
    """What a kind of problem is drawn with."""

    topic: str
    level: str
    language: str
    dice: Random

    def one(self, *choices: _T) -> _T:
        """Choose one of several."""
        return self.dice.choice(choices)

    def between(self, low: int, high: int) -> int:
        """Draw a whole number, both ends included."""
        return self.dice.randint(low, high)

    def word(self, table: str, key: str, **values: object) -> str:
        """Give a text of a table, with values put in."""
        return word(self.language, table, key, **values)

    def words(self, table: str, key: str) -> Any:
        """Give what a table has: a list, such as names of classes."""
        return words_of(self.language)[table][key]

    def shape(self, shape: Shape) -> str:
        """Write an input: 12 x 12 x 3, or 64 values."""
        many = len(shape) > 1
        return times(shape) if many else self.word("sheet", "values", count=times(shape))

    def steps(self, title: str, *steps: Step, legend: str = "") -> Explanation:
        """Put steps together where no layer is explained."""
        section = Section(self.word("step", title), steps)
        return Explanation(
            title=section.title, sections=(section,), legend=legend, language=self.language
        )

    def problem(
        self,
        key: str,
        *,
        answer: Answer,
        wrong: Mapping[str, Answer | None],
        working: Explanation,
        unit: str = "",
        table: Table | None = None,
        drawing: Drawing | None = None,
        **values: object,
    ) -> Problem:
        """Put a problem together; of the wrong answers that differ, three at most."""
        mistakes: dict[Answer, str] = {}
        for why, result in wrong.items():
            if result is not None and result != answer and result not in mistakes:
                mistakes[result] = self.word("why", why, **values)
        shown = self.dice.sample([*mistakes], min(len(mistakes), _MOST_MISTAKES))
        told = tuple(Mistake(one, why) for one, why in mistakes.items() if one in shown)
        options = [answer, *(one.answer for one in told)]
        self.dice.shuffle(options)
        if isinstance(answer, str):
            options.sort()  # the letters of pictures
        return Problem.trusted(
            topic=self.topic,
            question=self.word(self.topic, key, **values),
            answer=answer,
            mistakes=told,
            working=working,
            options=tuple(options),
            unit=unit,
            table=table,
            drawing=drawing,
        )


Kind = Callable[[Draw], Problem]
"""Draws a problem of one kind."""
Topic = Mapping[str, Sequence[Kind]]
"""The kinds of problems of a topic, by level."""
