"""The page's own JavaScript, run in V8, and the pages of a trained network."""

import importlib.util
import sys
from pathlib import Path

import pytest

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "explorer.py"


@pytest.fixture(scope="session")
def bench():
    """The benchmark, which makes random models and compares them."""
    spec = importlib.util.spec_from_file_location("explorer_benchmark", BENCHMARK)
    module = importlib.util.module_from_spec(spec)
    sys.modules["explorer_benchmark"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def engine(bench):
    """The page's network, in V8."""
    with bench.Engine() as running:
        yield running


@pytest.fixture(scope="session")
def page():
    """The page of a trained network."""
    from digitzoo import explore

    return explore("small_dense")
