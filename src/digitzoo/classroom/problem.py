"""A problem: what is asked, what is right, what is wrong and why; and how an answer is marked."""

import re
import unicodedata
from collections.abc import Sequence
from numbers import Integral, Real
from typing import NamedTuple

from digitzoo.classroom.drawing import Drawing
from digitzoo.errors import ArgumentTypeError, shown
from digitzoo.formulas import Explanation
from digitzoo.formulas.explanations.explanation import number, times
from digitzoo.formulas.layers.frozen import Frozen
from digitzoo.tables import Table

Answer = int | tuple[int, ...] | str
"""A whole number, a shape, or the letter of one of the pictures that a question shows."""
LETTERS = "ABCD"


class Mistake(NamedTuple):
    """A wrong answer, and the mistake that leads to it.

    Attributes:
        answer: What comes out with the mistake.
        why: The mistake, in a sentence.

    >>> from digitzoo import worksheet
    >>> worksheet("parameters", count=1, seed=7).problems[0].mistakes[0]
    Mistake(answer=64, why='forgot the bias')
    """

    answer: Answer
    why: str


class Mark(NamedTuple):
    """What an answer is worth.

    Attributes:
        right: Whether it is right.
        why: The mistake that leads to it, in a sentence, if it is a known one.

    >>> from digitzoo import worksheet
    >>> worksheet("parameters", count=1, seed=7).problems[0].mark(64)
    Mark(right=False, why='forgot the bias')
    """

    right: bool
    why: str = ""

    def __bool__(self) -> bool:
        return self.right


class Problem(Frozen):
    """One exercise, with everything that marking it takes.

    Attributes:
        topic: One of `list_topics()`.
        question: What is asked; code stands between backticks.
        answer: What is right: a whole number, a shape, or the letter of a picture.
        mistakes: Two or three wrong answers, each with the mistake that leads to it.
        working: How the answer comes about, step by step.
        options: The right and the wrong answers, in the order of a multiple choice.
        unit: What the answer is counted in, such as `"B"`.
        table: A table that belongs to the question.
        drawing: A drawing that belongs to the question.

    >>> from digitzoo import worksheet
    >>> problem = worksheet("parameters", count=1).problems[0]
    >>> problem.mark(problem.answer).right
    True
    """

    topic: str
    question: str
    answer: Answer
    mistakes: tuple[Mistake, ...]
    working: Explanation
    options: tuple[Answer, ...]
    unit: str = ""
    table: Table | None = None
    drawing: Drawing | None = None

    @property
    def hint(self) -> str:
        """The formulas that lead to the answer, without the numbers, and what letters mean."""
        steps = [step for part in self.working.sections for step in part.steps]
        told = [f"{step.title}: {step.formula}" for step in steps if step.formula]
        legend = f" ({self.working.legend})" if self.working.legend else ""
        return "; ".join(dict.fromkeys(told)) + legend

    @property
    def key(self) -> tuple[object, ...]:
        """What tells it apart: problems of other names, but the same numbers, are alike."""
        if self.shows_options and self.drawing:  # in whatever order
            return self.topic, frozenset(panel.rows for panel in self.drawing.panels)
        numbers = [step.numbers for part in self.working.sections for step in part.steps]
        return (self.topic, self.answer, *numbers, self.drawing)

    @property
    def shows_options(self) -> bool:
        """Whether the question itself shows what there is to choose from, as pictures A to D."""
        return isinstance(self.answer, str)

    def mark(self, answer: object) -> Mark:
        """Mark an answer, as a value or as it was written down.

        Args:
            answer: A number, a shape, also as an array, or text such as `"1,290"` or
                `"24 x 24 x 8"`.

        Returns:
            Whether it is right, and if not, the mistake that leads to it, where it is a known one.

        Raises:
            ArgumentTypeError: It is no number, no shape and no text.

        >>> from digitzoo import worksheet
        >>> problem = worksheet("parameters", count=1).problems[0]
        >>> wrong = problem.mistakes[0]
        >>> problem.mark(str(wrong.answer)).why == wrong.why
        True
        """
        said = read_answer(answer, self.answer, self.unit)
        if said == self.answer:
            return Mark(right=True)
        whys = (one.why for one in self.mistakes if one.answer == said)
        return Mark(right=False, why=next(whys, ""))


def written(answer: Answer, unit: str = "") -> str:
    """Write an answer: 1,290 or 24 x 24 x 8."""
    text = times(answer) if isinstance(answer, tuple) else number(answer)
    return f"{text} {unit}".rstrip()


_LONGEST = 100  # signs of an answer
_GROUPED = re.compile(r"[-+]?\d{1,3}(?:[ ,._']\d{3})+|[-+]?\d+")
_MINUS = re.compile("[\u2010-\u2015\u2212]")  # hyphens, dashes and the minus sign
_LETTER = re.compile(r"(?i:output|kernel|answer|출력|커널|답)?\W*([A-Da-d])\W*(?:번)?\W*")
_NONE = re.compile(r"^\W*None\W+")  # the batch axis, as Keras writes it
_UNITS = {
    "": r"(?i:parameters?|params|macs?|flops?|rows?|images?)|매개변수|개|번|회|장|칸|행|줄",
    "B": r"B|(?i:bytes?)|바이트",
    "KiB": r"(?i:KiB)",
    "%": r"%|(?i:percent)|퍼센트|프로",
}


def read_answer(given: object, like: Answer, unit: str = "") -> Answer | None:
    """Read an answer as it may be written, of the kind of another; None for what is none."""
    if hasattr(given, "tolist"):  # an array, or a number of one
        given = given.tolist()
    if isinstance(given, tuple | list):
        return _sizes(given, like)
    if isinstance(given, Real) and not isinstance(given, bool):
        value = int(given) if isinstance(given, Integral) else float(given)
        return int(value) if isinstance(like, int) and value == value // 1 else None
    if not isinstance(given, str):
        raise ArgumentTypeError(
            "answer must be a number, a shape or a text. Received "
            f"{shown(given)} ({type(given).__name__})."
        )
    text = _MINUS.sub("-", unicodedata.normalize("NFKC", given)).strip().lstrip("= ")
    if len(text) > _LONGEST:
        return None
    if isinstance(like, str):
        letter = _LETTER.fullmatch(text)
        return letter[1].upper() if letter else None
    return _number(text, unit) if isinstance(like, int) else _shape(text)


def _number(text: str, unit: str) -> int | None:
    text = re.sub(rf"(?<=[\d\s.])({_UNITS[unit]})\.?$", "", text)
    text = re.sub(r"^([-+])\s+", r"\1", text.rstrip(" ."))
    whole = text if _GROUPED.fullmatch(text) else re.sub(r"[.,]0+$", "", text)
    return int(re.sub(r"[^\d-]", "", whole)) if _GROUPED.fullmatch(whole) else None


def _shape(text: str) -> tuple[int, ...] | None:
    text = re.sub(r"\bby\b", "x", _NONE.sub("", text).rstrip(" ."))
    odd = re.sub(r"[\d\s()\[\],;xX×*]", "", text)
    sizes = re.findall(r"\d+", text)
    return tuple(map(int, sizes)) if sizes and not odd else None


def _sizes(given: Sequence[object], like: Answer) -> Answer | None:
    """Read a shape, with or without the batch axis of Keras; of one number, that number."""
    given = given[1:] if given and given[0] is None else given
    if any(isinstance(one, tuple | list) for one in given):
        return None
    sizes = [read_answer(one, 0) for one in given]
    whole = tuple(one for one in sizes if isinstance(one, int))
    if not whole or len(whole) < len(sizes):
        return None
    if isinstance(like, int):
        return whole[0] if len(whole) == 1 else None
    return whole if isinstance(like, tuple) else None
