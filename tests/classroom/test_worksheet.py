"""Sheets: the same for the same seed, right, of numbers for the hand, and no two problems alike."""

import itertools
import re

import numpy as np
import pytest

from digitzoo import DigitzooError, worksheet
from digitzoo.classroom import list_topics
from digitzoo.classroom.draw import LEVELS
from digitzoo.classroom.problem import written
from digitzoo.classroom.words import words_of
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError

LARGEST = {"easy": 5_000, "medium": 30_000, "hard": 50_000}
EVERY = [*itertools.product(list_topics(), LEVELS)]


@pytest.mark.parametrize(("topic", "level"), EVERY)
def test_every_answer_is_right_and_no_wrong_one_is(topic, level, check_problem):
    for seed in range(5):
        sheet = worksheet(topic, count=8, seed=seed, level=level)
        for problem in sheet.problems:
            check_problem(problem)
            sizes = problem.answer if isinstance(problem.answer, tuple) else (problem.answer,)
            assert all(isinstance(size, str) or abs(size) <= LARGEST[level] for size in sizes)
        assert len({problem.question + str(problem.table) + str(problem.drawing) for problem in
                    sheet.problems}) == len(sheet.problems)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("topic", list_topics())
def test_a_thousand_sheets_of_each_topic(topic, check_problem):
    sheets = set()
    for seed in range(1000):
        sheet = worksheet(topic, seed=seed, level=LEVELS[seed % 3])
        for problem in sheet.problems:
            check_problem(problem)
        keys = tuple(problem.key for problem in sheet.problems)
        assert len(set(keys)) == len(keys) == 10
        sheets.add(keys)
    assert len(sheets) == 1000


@pytest.mark.parametrize("level", LEVELS)
def test_the_same_seed_gives_the_same_sheet_and_thirty_give_thirty(level):
    sheets = [worksheet(count=9, seed=seed, level=level) for seed in range(1, 31)]
    assert len({str(sheet) for sheet in sheets}) == 30
    assert str(worksheet(count=9, seed=30, level=level)) == str(sheets[-1])


def test_a_shorter_sheet_is_the_beginning_of_a_longer_one():
    long = worksheet(["macs", "kernel"], count=12, seed=3)
    assert worksheet(["macs", "kernel"], count=5, seed=3).problems == long.problems[:5]


@pytest.mark.parametrize(("topic", "level"), EVERY)
def test_languages_have_the_same_numbers(topic, level):
    english, korean = (
        worksheet(topic, count=6, seed=2, level=level, language=language).problems
        for language in ("en", "ko")
    )
    for one, other in zip(english, korean, strict=True):
        assert one.answer == other.answer
        assert one.options == other.options
        assert len(one.mistakes) == len(other.mistakes)
        assert re.search("[가-힣]", other.question)
        assert not re.search("[가-힣]", str(one.working) + one.question)
        assert all(re.search("[가-힣]", mistake.why) for mistake in other.mistakes)


def test_words_are_the_same_in_both_languages():
    english, korean = words_of("en"), words_of("ko")
    assert [*english] == [*korean]
    for table, words in english.items():
        assert [*words] == [*korean[table]], table
        for key, text in words.items():
            if isinstance(text, list):
                assert [*map(len, text)] == [*map(len, korean[table][key])]
            else:
                fields = [sorted(set(re.findall(r"{\w+}", one[table][key])))
                          for one in (english, korean)]  # fmt: skip
                assert fields[0] == fields[1], (table, key)
    assert {*english["topics"]} == {*list_topics()}


def test_every_word_of_a_mistake_is_used():
    told = {
        mistake.why
        for topic, level in EVERY
        for seed in range(4)
        for mistake in itertools.chain(
            *(p.mistakes for p in worksheet(topic, count=15, seed=seed, level=level).problems)
        )
    }
    never = [key for key, text in words_of("en")["why"].items() if text not in told]
    assert not never


@pytest.mark.parametrize(("topic", "level"), EVERY)
def test_workings_end_in_the_answer_and_hints_do_not(topic, level):
    for problem in worksheet(topic, count=10, seed=4, level=level).problems:
        steps = [step for part in problem.working.sections for step in part.steps]
        sizes = problem.answer if isinstance(problem.answer, tuple) else (problem.answer,)
        for size in sizes:
            is_letter = isinstance(size, str)
            assert is_letter or any(
                step.numbers.endswith((f"= {size:,}", f"= {size:,} {problem.unit}"))
                or step.numbers == f"{size:,}"
                for step in steps
            ), problem.question
        assert f"= {written(problem.answer)}" not in problem.hint
        assert problem.hint


@pytest.mark.parametrize(("topic", "level"), EVERY)
def test_hints_and_workings_say_what_is_needed_and_no_more(topic, level):
    for problem in worksheet(topic, count=20, seed=5, level=level).problems:
        formulas = [step.formula for part in problem.working.sections for step in part.steps]
        assert any(formulas)
        assert all(formula in problem.hint for formula in formulas)
        if "How many rows does its output" in problem.question:
            assert "channel" not in problem.hint + str(problem.working)
        if len(problem.working.sections) > 1:
            assert problem.working.title == "Working"
        for section in problem.working.sections:  # a letter is explained before it is used
            told = " ".join(step.title for step in section.steps)
            used = any(re.search(r"\bR\b", step.formula) for step in section.steps)
            assert bool(re.search(r"\bR\b", told)) is used


def test_each_topic_and_level_has_enough_for_a_long_sheet():
    for topic, level in EVERY:
        assert len(worksheet(topic, count=40, level=level).problems) == 40


def test_more_than_there_is_is_said():
    with pytest.raises(
        InvalidArgumentError, match=r"memory has no more .* Use count=\d+, or more topics"
    ):
        worksheet("memory", count=200)


@pytest.mark.parametrize(
    ("written_down", "right"),
    [("1,290", True), ("1290", True), ("1 290", True), ("1'290", True), ("1290.0", True),
     ("1.290", True), (1290, True), (1290.0, True), (np.int64(1290), True),
     (np.float32(1290), True), (1290.5, False), (float("nan"), False), ("1290 B", False),
     ("12,90", False), ("-1290", False), ("129", False), ("", False), ("no idea", False),
     ("1290 개", True), ("1290개", True), ("1290 parameters", True), ("= 1290", True),
     ("+1290", True), ("1290.", True), ("1\uff0c290", True), ("\uff11\uff12\uff19\uff10", True),
     ("1\u00a0290", True), ("1290 KiB", False), ("1290 %", False),
     (np.array(1290), True), (np.array([1290]), True), (np.array([1290, 1]), False)],
)  # fmt: skip
def test_numbers_may_be_written_in_several_ways(written_down, right):
    problem = worksheet("parameters", count=1).problems[0].replace(answer=1290)
    assert problem.mark(written_down).right is right
    assert problem.replace(unit="B").mark("1290 B").right


@pytest.mark.parametrize(
    ("written_down", "right"),
    [("24 x 24 x 8", True), ("24x24x8", True), ("(24, 24, 8)", True), ((24, 24, 8), True),
     ([24, 24, 8], True), ("24 × 24 × 8", True), ("24 24 8", True), ("24 x 24", False),
     ("24 x 24 x 8 x 1", False), ("about 24 x 24 x 8", False), ("-24 x 24 x 8", False),
     ("(None, 24, 24, 8)", True), ((None, 24, 24, 8), True), ("24 by 24 by 8", True),
     ("24 x 24 x 8.", True), ("\uff12\uff14 \uff58 24 × 8", True), (np.array([24, 24, 8]), True),
     (np.array([24.0, 24.0, 8.0]), True),
     (((24, 24), 8), False), ((), False), (24, False)],
)  # fmt: skip
def test_shapes_may_be_written_in_several_ways(written_down, right):
    problem = worksheet("output_size", count=1).problems[0].replace(answer=(24, 24, 8))
    assert problem.mark(written_down).right is right


def test_a_number_that_no_one_typed_is_wrong():
    for topic, level in EVERY:
        problem = worksheet(topic, count=1, level=level).problems[0]
        for answer in ("9" * 5000, 10**5000, (10**5000, 1), "9" * 5000 + " x 1", float("inf")):
            assert not problem.mark(answer).right


def test_letters_may_be_small():
    problem = worksheet("kernel", count=1, level="medium").problems[0]
    letter = problem.answer
    for said in (f" {letter.lower()}) ", f"Output {letter}", f"출력 {letter}", f"{letter}번"):
        assert problem.mark(said).right
    for said in ("E", f"{letter}{letter}", "가", "", (letter,), 1):
        assert not problem.mark(said).right


@pytest.mark.parametrize(
    ("answer", "unit", "written_down"),
    [(144, "B", "144 bytes"), (144, "B", "144바이트"), (144, "B", "144B"), (50, "%", "50퍼센트"),
     (50, "%", "50\uff05"), (50, "%", "50 percent."), (50, "%", "50.0 %"), (9, "KiB", "9 kib"),
     (-2, "", "- 2"), (-2, "", "\u20132"), (-2, "", "\uff0d2"), (-2, "", "\u22122"),
     (2, "", "+ 2")],
)  # fmt: skip
def test_units_and_signs_may_be_written_in_several_ways(answer, unit, written_down):
    problem = worksheet("memory", count=1).problems[0].replace(answer=answer, unit=unit)
    assert problem.mark(written_down).right


@pytest.mark.parametrize("answer", [None, True, 1j, {}, b"1"])
def test_an_answer_of_another_type_is_refused(answer):
    problem = worksheet("parameters", count=1).problems[0]
    with pytest.raises(ArgumentTypeError, match="answer must be a number"):
        problem.mark(answer)


@pytest.mark.parametrize(
    "arguments",
    [{"topics": "sizes"}, {"topics": []}, {"topics": 3}, {"topics": ["macs", 1]}, {"count": 0},
     {"count": 201}, {"seed": -1}, {"seed": 0.5}, {"level": "hardest"}, {"language": "de"},
     {"choices": 1}],
)  # fmt: skip
def test_what_cannot_work_is_refused(arguments):
    with pytest.raises(DigitzooError):
        worksheet(**arguments)


def test_a_misspelt_topic_is_guessed():
    with pytest.raises(InvalidArgumentError, match=r"Did you mean 'macs'\? list_topics\(\)"):
        worksheet("mac")
