"""Answers found without the room: from what a pupil reads, and arithmetic."""

import ast
import itertools
import math
import re
from types import SimpleNamespace

import pytest

from digitzoo import worksheet
from digitzoo.classroom.words import words_of
from digitzoo.formulas import layer_info

NUMBER = r"(\d[\d,]*)"


def read_call(text):
    """Read `Name(a=1)` into a name, values by position and arguments."""
    call = ast.parse(text, mode="eval").body
    values = [ast.literal_eval(one) for one in call.args]
    return call.func.id, values, {one.arg: ast.literal_eval(one.value) for one in call.keywords}


def asked_layers(problem):
    return [read_call(text) for text in re.findall(r"`([^`]+)`", problem.question)]


def asked_shape(problem):
    text = re.search(r"inputs? of (\d+(?: x \d+)*)", problem.question)[1]
    return tuple(map(int, text.split(" x ")))


def numbers(text):
    return [int(one.replace(",", "")) for one in re.findall(NUMBER, text)]


def through(problem):
    """Work the layers of a question out, one after the other."""
    shape = asked_shape(problem)
    rows = []
    for name, _, arguments in asked_layers(problem):
        rows.append(layer_info(name, shape, **arguments))
        shape = rows[-1].output_shape
    return rows


def output_size(problem):
    if "`" in problem.question:
        (row,) = through(problem)
        shape = row.output_shape
        return shape if "shape" in problem.question else shape[0]
    kernel, _, size, _, strides, zeros, *_ = numbers(problem.question)
    places = range(-zeros, size + zeros - kernel + 1, strides)
    return len(places)


def parameters(problem):
    return sum(row.params for row in through(problem))


def table_layers(problem):
    """Read a network's table: the shape that comes in, and each layer with its arguments."""
    first = {"Conv2D": ("filters", "kernel_size"), "Dense": ("units",), "Dropout": ("rate",)}
    layers = []
    for call, *_ in problem.table.rows[1:]:
        name, values, arguments = read_call(call)
        named = zip(first.get(name, ("pool_size",)), values, strict=False)
        layers.append((name, {**dict(named), **arguments}))
    return tuple(map(int, problem.table.rows[0][1].split(" x "))), layers


def network(problem):
    shape, layers = table_layers(problem)
    total = 0
    for (name, arguments), (_, told, _) in zip(layers, problem.table.rows[1:], strict=True):
        row = layer_info(name, shape, **arguments)
        shape = row.output_shape
        assert told in {"____", " x ".join(map(str, shape))}
        total += row.params
    return total


def receptive_field(problem):
    field, stride = 1, 1
    for row in problem.table.rows:
        window, moved, *dilation = (int(cell.split(" x ")[0]) for cell in row[1:])
        field += (window - 1) * (dilation or [1])[0] * stride
        stride *= moved
    return field


def macs(problem):
    rows = through(problem)
    return sum(row.flops if "FLOP" in problem.question else row.macs for row in rows)


def memory(problem):
    (row,) = through(problem)
    bits = int(re.search(r"(?:float|int)(\d+)", problem.question)[1])
    if "weights" in problem.question:
        return row.params * bits // 8
    values = math.prod(row.output_shape) * bits // 8
    batch = re.search(r"batch of (\d+)", problem.question)
    return values * int(batch[1]) // 1024 if batch else values


def slide(picture, kernel):
    place = range(3)
    return tuple(
        tuple(
            sum(kernel[y][x] * picture[top + y][left + x] for y in place for x in place)
            for left in place
        )
        for top in place
    )


def kernel(problem):
    panels = {panel.title: panel.rows for panel in problem.drawing.panels}
    if "Which number" in problem.question:
        row, column = numbers(problem.question)[-2:]
        return slide(panels["picture"], panels["kernel"])[row - 1][column - 1]
    choices = [letter for letter in "ABCD" if letter in panels]
    if "output" in panels:
        fits = [c for c in choices if slide(panels["picture"], panels[c]) == panels["output"]]
    else:
        made = slide(panels["picture"], panels["kernel"])
        fits = [c for c in choices if panels[c] == made]
    (letter,) = fits  # one, and no more
    return letter


def confusion(problem):
    names = [heading.removeprefix("says ") for heading in problem.table.columns[1:]]
    rows = [[int(cell) for cell in row[1:]] for row in problem.table.rows]
    total = sum(map(sum, rows))
    right = sum(rows[n][n] for n in range(len(rows)))
    said = re.search(r'"(.+)"', problem.question)
    place = names.index(said[1]) if said else None
    there = sum(rows[place]) if said else 0
    called = sum(row[place] for row in rows) if said else 0
    for word, share in (
        ("accuracy?", (right, total)),
        ("precision", said and (rows[place][place], called)),
        ("recall", said and (rows[place][place], there)),
        ("F1", said and (2 * rows[place][place], called + there)),
        ("saying", said and (there, total)),
    ):
        if word in problem.question:
            percent = 100 * share[0] / share[1]
            return int(percent) if percent.is_integer() else percent
    return None


def interval(problem):
    asked, found = problem.question, numbers(problem.question)
    if "McNemar" in asked:
        _, first, second, shared = found[:4]
        b, c = first - shared, second - shared
        return (b - c) ** 2 / (b + c)
    if "narrower" in asked:
        return found[0] * found[1] ** 2
    if "adds two" in asked:
        return 100 * (found[0] + 2) / (found[1] + 4)
    if "standard error is" in asked:
        accuracy, error = found[:2]
    else:
        accuracy, error = 100 * found[0] / found[1], None
        error = math.sqrt(accuracy * (100 - accuracy) / found[1])
    if "wide" in asked:
        return 4 * error
    return accuracy + (-2 if "begin" in asked else 2) * error


SOLVERS = (
    *(output_size, parameters, network, receptive_field, macs, memory, kernel, confusion),
    interval,
)


@pytest.fixture(scope="session")
def read():
    """Give what reads a question."""
    readers = asked_layers, asked_shape, numbers, through, table_layers, slide
    return SimpleNamespace(**{reader.__name__: reader for reader in readers})


@pytest.fixture(scope="session")
def solve():
    """Find the answer from an English question alone."""
    by_name = {solver.__name__: solver for solver in SOLVERS}

    def answer(problem):
        found = by_name[problem.topic](problem)
        return round(found, 9) if isinstance(found, float) else found

    return answer


@pytest.fixture(scope="session")
def check_problem(solve):
    """Hold a problem to what all have to be."""

    def check(problem):
        wrong = [mistake.answer for mistake in problem.mistakes]
        assert problem.answer == solve(problem), problem.question
        assert 2 <= len(wrong) <= 3
        assert problem.answer not in wrong
        assert len(set(wrong)) == len(wrong)
        assert sorted(map(str, problem.options)) == sorted(map(str, [problem.answer, *wrong]))
        assert problem.mark(problem.answer).right
        for mistake in problem.mistakes:
            assert problem.mark(mistake.answer) == (False, mistake.why)
        whole = [*itertools.chain(*(w if isinstance(w, tuple) else (w,) for w in wrong))]
        assert all(isinstance(one, int | str) for one in whole)

    return check


@pytest.fixture(scope="session")
def check_mistakes(read):
    """Hold the wrong answers of a topic to what a function makes of each mistake."""
    sentences = words_of("en")["why"]

    def check(worked_out, level):
        for seed in range(25):
            for problem in worksheet(worked_out.__name__, count=8, seed=seed, level=level).problems:
                expected = {sentences[key]: n for key, n in worked_out(problem, read).items()}
                for why, answer in ((one.why, one.answer) for one in problem.mistakes):
                    number = expected[why] if isinstance(answer, int) else 0
                    is_it = math.isclose(number, answer) if number else expected[why] == answer
                    assert is_it, (problem.question, str(problem.table), why, answer, expected[why])

    return check
