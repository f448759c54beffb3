"""The code of the how-to pages that is not run when the site is built, run with a little data."""

import re
import textwrap
from pathlib import Path
from types import SimpleNamespace

import keras
import matplotlib.pyplot as plt
import pytest

import digitzoo

PAGES = Path(__file__).parents[2] / "docs" / "how-to"
SHOWN = re.compile(r"^( *)```python\n(.*?)^\1```", re.MULTILINE | re.DOTALL)
# Runs on Colab alone; in several processes, as tests/training/process_job.py does; with libraries
# that the suite does not install, on data that they download.
ELSEWHERE = re.compile(r"google\.colab|keras\.distribution|from datasets|import webdataset")
BEFORE = {"transfer": 'train(small_dense(), data, epochs=1, run_dir="runs/first", verbose=0)'}
# What a page says of its code, which running it does not show.
AFTER = {"transfer": "assert new.built and new.output_shape == (None, 5)"}


def shown_blocks(page):
    return [textwrap.dedent(code) for _, code in SHOWN.findall(page.read_text(encoding="utf-8"))]


@pytest.mark.parametrize(
    "page",
    [page for page in sorted(PAGES.glob("*.md")) if ".ko." not in page.name and shown_blocks(page)],
    ids=lambda page: page.stem,
)
def test_code_that_is_only_shown_runs_too(page, monkeypatch, tmp_path):
    few = digitzoo.load_data("mnist").sample(300)
    monkeypatch.setattr(digitzoo, "load_data", lambda _: few)
    monkeypatch.setenv("KERAS_BACKEND", keras.backend.backend())  # a page sets it
    monkeypatch.chdir(tmp_path)
    names = {
        **{name: getattr(digitzoo, name) for name in digitzoo.__all__},
        "curve": SimpleNamespace(suggestion=0.001),
        "data": few,
        "keras": keras,
        "model": digitzoo.small_dense(),
    }
    exec(BEFORE.get(page.stem, ""), names)
    for code in shown_blocks(page):
        if not ELSEWHERE.search(code):
            exec(code, names)
    exec(AFTER.get(page.stem, ""), names)
    plt.close("all")
