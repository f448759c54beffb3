"""Damaged files are refused in words, or read as they are.

`benchmarks/damaged_files.py` makes them and counts the same for hundreds.
"""

import importlib.util
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def results():
    sys.path.insert(0, str(BENCHMARKS))
    try:
        path = BENCHMARKS / "damaged_files.py"
        spec = importlib.util.spec_from_file_location("damaged_files", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module.run(120, seed=7)
    finally:
        sys.path.remove(str(BENCHMARKS))


def test_no_damage_ends_in_a_traceback_or_is_taken_in_silence(results):
    wrong = [result for result in results if result[1] in ("silent", "traceback", "long")]
    assert wrong == []


def test_most_are_refused_and_some_are_read(results):
    outcomes = [outcome for _, outcome, _ in results]
    assert outcomes.count("refused") > 60
    assert outcomes.count("right") > 5
    assert {case.kind.split()[0] for case, _, _ in results} == {"csv", "idx", "npz", "folder"}
