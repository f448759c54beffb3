"""Wrong answers of bytes, kernels, shares and intervals are what their mistakes make."""

import itertools
import math
import re

import pytest

from digitzoo import worksheet
from digitzoo.classroom.draw import LEVELS


def memory(problem, read):
    (row,) = read.through(problem)
    bits = int(re.search(r"(?:float|int)(\d+)", problem.question)[1])
    weights = "weights" in problem.question
    values = row.params if weights else math.prod(row.output_shape)
    batch = re.search(r"batch of (\d+)", problem.question)
    unit = 1024 if batch else 1
    values *= int(batch[1]) if batch else 1
    return {
        "values for bytes": values / unit,
        "bits": values * bits / unit,
        "filters forgotten": values // row.output_shape[-1] * bits // 8,
        "no bias": (row.params - row.output_shape[-1]) * bits // 8,
        "as float32": values * 4,
        "batch": values * bits // 8 / unit / int(batch[1]) if batch else None,
        "other type": values * (48 - bits) // 8 / unit,
        "bytes": values * bits // 8,
    }


def kernel(problem, read):
    panels = {panel.title: panel.rows for panel in problem.drawing.panels}
    picture, weights = panels["picture"], panels.get("kernel")
    misread = {
        "turned": lambda rows: tuple(row[::-1] for row in rows[::-1]),
        "across": lambda rows: tuple(zip(*rows, strict=True)),
        "signs": lambda rows: tuple(tuple(map(abs, row)) for row in rows),
        "negative": lambda rows: tuple(tuple(-one for one in row) for row in rows),
    }
    if "Which number" in problem.question:
        row, column = (one - 1 for one in read.numbers(problem.question)[-2:])
        made = {
            key: read.slide(picture, turn(weights))[row][column] for key, turn in misread.items()
        }
        window = [line[column : column + 3] for line in picture[row : row + 3]]
        return made | {"middle": weights[1][1] * window[1][1], "inked": sum(map(sum, window))}
    given = weights or panels[problem.answer]
    of_kernels = weights is None
    made = {key: turn(given) for key, turn in misread.items()}
    made = made if of_kernels else {key: read.slide(picture, one) for key, one in made.items()}
    letters = {panels[letter]: letter for letter in "ABCD" if letter in panels}
    return {key: letters.get(rows) for key, rows in made.items()}


def confusion(problem, read):
    rows = [[int(cell) for cell in row[1:]] for row in problem.table.rows]
    names = [heading.removeprefix("says ") for heading in problem.table.columns[1:]]
    said = re.search(r'"(.+)"', problem.question)
    place = names.index(said[1]) if said else 0
    right, everything = [rows[n][n] for n in range(len(rows))], sum(map(sum, rows))
    there, called = sum(rows[place]), sum(row[place] for row in rows)
    precision, recall = 100 * right[place] / called, 100 * right[place] / there
    accuracy = 100 * sum(right) / everything
    whole = called if "precision" in problem.question else there
    wrong = 100 - accuracy if len(rows) == 2 else 100 * (whole - right[place]) / whole
    return {
        "precision for recall": precision,
        "recall for precision": recall,
        "precision for f1": precision,
        "recall for f1": recall,
        "accuracy instead": accuracy,
        "accuracy of table": accuracy,
        "of all": 100 * right[place] / everything,
        "one class": 100 * right[place] / everything,
        "errors": wrong,
        "of right ones": 100 * right[place] / sum(right),
        "mean": (precision + recall) / 2,
        "half": 50,
        "rare class": 100 * (everything - there) / everything,
        "true negatives": 100 * right[place] / everything,
    }


def interval(problem, read):
    asked, found = problem.question, read.numbers(problem.question)
    if "McNemar" in asked:
        _, first, second, shared = found[:4]
        difference = first - second
        return {
            "not squared difference": difference,
            "shared counted": difference**2 / (first + second),
            "sum of both": first + second - 2 * shared,
        }
    if "narrower" in asked:
        images, times = found[:2]
        return {"not squared": images * times, "added": images * times**2 - images}
    if "adds two" in asked:
        right, images = found[:2]
        return {
            "four right": 100 * (right + 4) / (images + 4),
            "none wrong": 100 * right / (images + 4),
            "all wrong": 100 - problem.answer,
        }
    accuracy, error = found[:2]
    given, spread = "standard error is" in asked, 0.0
    if not given:
        accuracy = 100 * found[0] / found[1]
        spread = math.sqrt(accuracy * (100 - accuracy))
        error = spread / math.sqrt(found[1])
    way = -1 if "begin" in asked else 1

    def end(error):
        return 4 * error if "wide" in asked else accuracy + way * 2 * error

    return {
        "one error": end(error / 2),
        "other end": accuracy - way * 2 * error,
        "width for end": 4 * error,
        "half width": 2 * error,
        "images forgotten": end(spread),
        "accuracy alone": accuracy,
    }


TOPICS = (memory, kernel, confusion, interval)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("worked_out", TOPICS, ids=lambda one: one.__name__)
def test_a_wrong_answer_is_what_its_sentence_says(worked_out, level, check_mistakes):
    check_mistakes(worked_out, level)


def test_what_a_sentence_says_is_true_of_what_is_asked():
    for seed, level in itertools.product(range(40), LEVELS):
        for problem in worksheet("confusion", count=4, seed=seed, level=level).problems:
            whys = [mistake.why for mistake in problem.mistakes]
            if "accuracy" in problem.question:  # it is divided by all images, and over all
                assert not any("all images" in why for why in whys)
        for problem in worksheet("memory", count=4, seed=seed, level=level).problems:
            assert not any(re.search(r"\bgave\b", mistake.why) for mistake in problem.mistakes)
