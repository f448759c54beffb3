"""The page of benchmarks has each script, and what was recorded of it was printed by it."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
# faults.py starts the first, damaged_files.py reads with the next, no_digit.py draws with the last.
HELPERS = {"fault_job", "plain_readers", "non_digits"}
SCRIPTS = sorted({path.stem for path in (ROOT / "benchmarks").glob("*.py")} - HELPERS)
RECORDED = sorted((ROOT / "docs" / "benchmarks").glob("*.txt"))


@pytest.mark.parametrize("name", SCRIPTS)
def test_each_script_is_described_and_shown(name):
    assert f"| `{name}.py` |" in PAGE
    assert PAGE.count(f'print(shown("{name}"))') == 1


@pytest.mark.parametrize("file", RECORDED, ids=lambda file: file.stem)
def test_what_is_recorded_names_its_command_and_its_machine(file):
    lines = file.read_text(encoding="utf-8").splitlines()
    assert file.stem in SCRIPTS
    assert re.fullmatch(rf"\$ python benchmarks/{file.stem}\.py( \S+)*", lines[0])
    machine = re.compile(r" cores, .*; Python .*, Keras .*, (TensorFlow|JAX) ")
    assert any(map(machine.search, lines))
    assert max(len(line) for line in lines) <= 100
