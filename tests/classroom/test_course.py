"""Each exercise of the course can be marked, and what is right there is what the page works out."""

import re
import tomllib
from pathlib import Path

import numpy as np
import pytest

from digitzoo.classroom import Chapter, course
from digitzoo.errors import InvalidArgumentError
from digitzoo.formulas.layers.base import LANGUAGES

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs" / "course").glob("[0-9]-*.md"))
EXERCISES = tomllib.loads(Path(course.__file__).with_suffix(".toml").read_text(encoding="utf-8"))[
    "exercises"
]
ASKED = re.compile(r"^\*\*(?:Exercise|연습) (\d)\.\*\*", re.MULTILINE)
ANSWER = re.compile(r"^\?\?\? success [^\n]*\n((?:(?: {4}[^\n]*)?\n)+)", re.MULTILINE)


def numbers(answer):
    if isinstance(answer, list):
        return [one for part in answer for one in numbers(part)]
    return [] if isinstance(answer, str) else [answer]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_exercises_of_a_page_are_marked_by_what_it_works_out(page):
    chapter = page.name[0]
    text = page.read_text(encoding="utf-8") + "\n"
    own = [key for key in EXERCISES if key.startswith(chapter)]
    assert [f"{chapter}.{number}" for number in ASKED.findall(text)] == own
    for key, worked_out in zip(own, ANSWER.findall(text), strict=True):
        told = worked_out.replace("\N{MINUS SIGN}", "-").replace("_", "")
        for number in numbers(EXERCISES[key]["answer"]):
            assert re.search(rf"(?<!\d){number:,}(?!\d)|(?<!\d){number}(?!\d)", told), (key, number)


@pytest.mark.parametrize("key", EXERCISES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_exercise_is_marked(key, language):
    chapter, number = map(int, key.split("."))
    check = Chapter(chapter, language=language).check
    exercise = EXERCISES[key]
    right, wrong = exercise["answer"], [one + 1 for one in numbers(exercise["answer"])]
    hint, asks = exercise["hint"][language], exercise["asks"][language]
    if choices := exercise.get("choices"):
        own = choices[language]
        right = own[choices["en"].index(right)]
        wrong = next(one for one in own if one != right)
    else:
        wrong = like(right, iter(wrong), other="B" if chapter == 1 else "flatten")
    assert asks in repr(check(number, ...))
    assert asks in repr(check(number, {"no": "answer"}))
    first, second = check(number, wrong), check(number, wrong)
    assert not first
    assert hint in repr(first)
    assert repr(second).startswith(repr(first))
    assert len(repr(second)) > len(repr(first))
    for form in (right, as_tuples(right), *([np.array(right)] if numbers(right) == right else [])):
        assert check(number, form), form


def like(answer, others, *, other):
    """Give an answer of the same form in which everything is wrong."""
    if isinstance(answer, list):
        return [like(part, others, other=other) for part in answer]
    return other if isinstance(answer, str) else next(others)


def as_tuples(answer):
    return tuple(map(as_tuples, answer)) if isinstance(answer, list) else answer


@pytest.mark.parametrize(
    ("exercise", "answer"),
    [
        ((1, 6), "7850"),
        ((1, 6), "7,850"),
        ((1, 6), np.int64(7850)),
        ((1, 6), (7850,)),
        ((1, 1), ("3072", "3,072", "12288")),
        ((1, 5), "It depends."),
        ((1, 3), ("a", "b")),
        ((3, 2), "0.142"),
        ((2, 4), ((28, 28, 32), 2432)),
        ((2, 4), (np.array([28, 28, 32]), 2432)),
    ],
)
def test_answers_as_people_write_them(exercise, answer):
    chapter, number = exercise
    assert Chapter(chapter).check(number, answer)


@pytest.mark.parametrize(
    "answer", [None, {1}, "x", "9" * 5000, 10**400, float("nan"), True, [], [[1]], object()]
)
def test_what_is_no_answer_says_what_one_is(answer):
    for chapter, number, kind in ((1, 6, "a number"), (3, 2, "a number"), (2, 4, "in brackets")):
        reply = Chapter(chapter).check(number, answer)
        assert not reply
        assert kind in reply.text or "Not yet" in reply.text


def test_the_other_way_to_write_no_in_korean():
    assert Chapter(5, language="ko").check(6, "아니오")


def test_rounded_numbers_are_right():
    check = Chapter(5).check
    assert not Chapter(3).check(2, 0.143)
    assert check(2, (60, 1.67))
    assert check(2, (60, 5 / 3))
    assert not check(2, (60, 1.5))


@pytest.mark.parametrize("wrong", [0, 6])
def test_chapters_and_exercises_that_there_are_not(wrong):
    with pytest.raises(InvalidArgumentError):
        Chapter(wrong)
    with pytest.raises(InvalidArgumentError):
        Chapter(1).check(10 * wrong + 20, 1)
