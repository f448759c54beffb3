"""The scripts and notebooks of the course are those of its chapters, and run."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [page.stem for page in sorted((ROOT / "docs" / "course").glob("[0-9]-*[a-z].md"))]
PAGES = [name for name in PAGES if not name.endswith(".ko")]
SCRIPTS = [name.replace("-", "_") for name in PAGES]

# Few epochs on few images, whatever the script asks for.
FAST = """
import runpy, sys
import digitzoo
from digitzoo import Dataset, train

def fast(model, data, *, epochs=10, **options):
    size = min(200, len(data.train if isinstance(data, Dataset) else data))
    few = data.sample(size) if hasattr(data, "sample") else tuple(part[:size] for part in data)
    return train(model, few, epochs=min(epochs, 11), **options)

digitzoo.train = fast
runpy.run_path(sys.argv[1], run_name="__main__")
"""


def test_the_scripts_and_notebooks_are_those_of_the_chapters():
    sys.path.insert(0, str(ROOT / "examples"))
    try:
        import make  # noqa: PLC0415 - it lies beside the scripts
    finally:
        sys.path.pop(0)
    files = make.made_files()
    assert sorted(path.stem for path in files if path.suffix == ".py") == SCRIPTS
    for path, text in files.items():
        assert path.read_text(encoding="utf-8") == text, "run python examples/make.py"


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_notebook_has_the_cells_of_its_script(name):
    script = (ROOT / "examples" / f"{name}.py").read_text(encoding="utf-8")
    notebook = json.loads((ROOT / "examples" / f"{name}.ipynb").read_text(encoding="utf-8"))
    code = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert len(code) == len(re.findall(r"^# %%$", script, re.MULTILINE)) > 15
    for cell in code:
        assert cell in script
        compile(cell, name, "exec")


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_has_exercises_without_their_answers(name):
    script = (ROOT / "examples" / f"{name}.py").read_text(encoding="utf-8")
    assert 4 <= script.count("# Your answer\n") <= 6
    assert "??? " not in script
    assert "assert " not in script


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_runs_from_another_folder_and_without_a_display(name, tmp_path):
    script = ROOT / "examples" / f"{name}.py"
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    for display in ("DISPLAY", "WAYLAND_DISPLAY", "MPLBACKEND"):
        environment.pop(display, None)
    done = subprocess.run(
        [sys.executable, "-c", FAST, str(script)],
        cwd=tmp_path,
        env=environment if sys.platform == "linux" else {**environment, "MPLBACKEND": "agg"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    pictures = [path.stem for path in sorted((tmp_path / "pictures").glob("*.png"))]
    assert pictures == re.findall(
        r'^show\("(.*?)"', script.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert len(pictures) >= 2
    assert "non-interactive" not in done.stderr


@pytest.mark.parametrize("name", PAGES)
def test_the_korean_chapter_has_the_same_code_and_the_same_headings(name):
    texts = [
        (ROOT / "docs" / "course" / f"{name}{language}.md").read_text(encoding="utf-8")
        for language in ("", ".ko")
    ]
    fence = re.compile(r"^( *)```.*?^\1```$", re.MULTILINE | re.DOTALL)
    blocks = [[_plain(match[0]) for match in fence.finditer(text)] for text in texts]
    assert blocks[0] == blocks[1]
    headings = [re.findall(r"^#+(?= )", fence.sub("", text), re.MULTILINE) for text in texts]
    assert headings[0] == headings[1]


def _plain(block):
    """Leave out what may differ: comments, session names and what a picture is called."""
    block = re.sub(r'session="(course-\d)(-ko)?"', r"\1", block)
    block = re.sub(r'picture\(\s*"[^"]*"', "picture(", block)
    return re.sub(r"  # .*|^ *# .*", "", block, flags=re.MULTILINE)
