"""Answers that Keras can give: shapes, and parameters of layers and networks."""

import ast
import re

import keras
import pytest

from digitzoo import worksheet
from digitzoo.classroom.draw import LEVELS


def layer(text):
    """Make Keras's layer of a call as the question shows it."""
    call = ast.parse(text, mode="eval").body
    values = [ast.literal_eval(one) for one in call.args]
    named = {one.arg: ast.literal_eval(one.value) for one in call.keywords}
    return getattr(keras.layers, call.func.id)(*values, **named)


def model_of(problem):
    if problem.table:
        shape, *calls = problem.table.rows[0][1], *(row[0] for row in problem.table.rows[1:])
    else:
        shape = re.search(r"input of (\d+(?: x \d+)*)", problem.question)[1]
        calls = re.findall(r"`([^`]+)`", problem.question)
    sizes = tuple(map(int, shape.split(" x ")))
    return keras.Sequential([keras.Input(sizes), *map(layer, calls)])


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("topic", ["output_size", "parameters", "network"])
def test_keras_gives_the_same(topic, level):
    sheet = worksheet(topic, count=12, seed=11, level=level)
    asked = [one for one in sheet.problems if "`" in one.question or one.table]
    assert len(asked) >= 6
    for problem in asked:
        model = model_of(problem)
        shape = model.output_shape[1:]
        if topic != "output_size":
            assert model.count_params() == problem.answer
        else:
            assert problem.answer == (shape if isinstance(problem.answer, tuple) else shape[0])
