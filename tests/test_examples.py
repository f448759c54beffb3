"""The scripts and notebooks of the course are those of its chapters, and run."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "docs" / "course").glob("[0-9]-*.md"))
SCRIPTS = [page.stem.replace("-", "_") for page in PAGES if ".ko" not in page.name]

# The scripts run in one process, each with names of its own and in a folder of its own. Whatever a
# script asks for, it trains few epochs on few images.
FAST = """
import contextlib, json, os, runpy, sys, traceback
from pathlib import Path
import digitzoo
from digitzoo import Dataset, train

def fast(model, data, *, epochs=10, **options):
    size = min(200, len(data.train if isinstance(data, Dataset) else data))
    few = data.sample(size) if hasattr(data, "sample") else tuple(part[:size] for part in data)
    return train(model, few, epochs=min(epochs, 11), **options)

digitzoo.train = fast
for script in map(Path, sys.argv[1:]):
    folder = Path(script.stem)
    folder.mkdir()
    with open(folder / "said.txt", "w", encoding="utf-8") as said, contextlib.chdir(folder):
        with contextlib.redirect_stderr(said):
            try:
                runpy.run_path(str(script), run_name="__main__")
                print("done", file=sys.stderr)
            except Exception:
                traceback.print_exc()
"""


def test_the_scripts_and_notebooks_are_those_of_the_chapters():
    sys.path.insert(0, str(ROOT / "examples"))
    try:
        import make
    finally:
        sys.path.pop(0)
    files = make.made_files()
    assert sorted(path.stem for path in files if path.suffix == ".py") == SCRIPTS
    for path, text in files.items():
        assert path.read_text(encoding="utf-8") == text, "run python examples/make.py"


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_notebook_has_the_cells_of_its_script(name):
    script = (ROOT / "examples" / f"{name}.py").read_text(encoding="utf-8")
    code = code_cells(name)
    assert len(code) == len(re.findall(r"^# %%$", script, re.MULTILINE)) > 15
    for cell in code:
        assert cell in script
        compile(cell, name, "exec")


def code_cells(name):
    notebook = json.loads((ROOT / "examples" / f"{name}.ipynb").read_text(encoding="utf-8"))
    return ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_korean_notebook_has_the_code_of_the_english_one(name):
    """Comments, words that are printed or drawn, and `language=` alone differ."""
    english, korean = (code_cells(f"{name}{ending}") for ending in ("", ".ko"))
    assert len(english) == len(korean)
    for one, other in zip(english, korean, strict=True):
        assert names_of(one) == names_of(other)


def names_of(code):
    names = {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}
    return names - {"show"}


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_has_exercises_without_their_answers(name):
    script = (ROOT / "examples" / f"{name}.py").read_text(encoding="utf-8")
    assert 4 <= script.count("answer = ...  # ") == script.count("(check(") <= 8
    assert "??? " not in script
    assert "assert " not in script


@pytest.mark.parametrize(
    "names",
    [SCRIPTS[:3], pytest.param(SCRIPTS[3:], marks=pytest.mark.slow)],  # the docs run all of them
    ids=" ".join,
)
def test_the_scripts_run_from_another_folder_and_without_a_display(names, tmp_path):
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    for display in ("DISPLAY", "WAYLAND_DISPLAY", "MPLBACKEND"):
        environment.pop(display, None)
    scripts = [str(ROOT / "examples" / f"{name}.py") for name in names]
    done = subprocess.run(
        [sys.executable, "-c", FAST, *scripts],
        cwd=tmp_path,
        env=environment if sys.platform == "linux" else {**environment, "MPLBACKEND": "agg"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    for name in names:
        said = (tmp_path / name / "said.txt").read_text(encoding="utf-8")
        assert said.endswith("done\n"), f"{name}: {said[-2000:]}"
        assert "non-interactive" not in said
        pictures = [path.stem for path in sorted((tmp_path / name / "pictures").glob("*.png"))]
        script = (ROOT / "examples" / f"{name}.py").read_text(encoding="utf-8")
        assert pictures == re.findall(r'^show\("(.*?)"', script, re.MULTILINE)
        assert len(pictures) >= 2
