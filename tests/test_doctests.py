"""The examples in the docstrings, as the installed package has them."""

import doctest
import importlib.util
import pkgutil
from pathlib import Path

import pytest

import digitzoo

MODULES = [
    module.name
    for module in pkgutil.walk_packages(digitzoo.__path__, prefix="digitzoo.")
    if ">>>" in Path(importlib.util.find_spec(module.name).origin).read_text(encoding="utf-8")
]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_run(name):
    result = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS)
    assert result.failed == 0


def test_there_are_examples_in_every_room():
    finder = doctest.DocTestFinder(exclude_empty=True)
    rooms = {
        name.split(".")[1]
        for name in MODULES
        if any(test.examples for test in finder.find(importlib.import_module(name)))
    }
    assert rooms >= {
        "data",
        "errors",
        "evaluation",
        "inspection",
        "models",
        "training",
        "visualization",
    }
