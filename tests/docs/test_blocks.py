"""The code of the how-to pages that is not run when the site is built, run with a little data."""

import re
import textwrap
from pathlib import Path
from types import SimpleNamespace

import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

import digitzoo

PAGES = Path(__file__).parents[2] / "docs" / "how-to"
SHOWN = re.compile(r"^( *)```python\n(.*?)^\1```", re.MULTILINE | re.DOTALL)
# Runs on Colab alone; in several processes, as tests/training/process_job.py does; with libraries
# that the suite does not install: below, where they are.
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


def recipe(library):
    """Give the block of the page on one's own data that streams by a library."""
    pytest.importorskip("torch")
    blocks = shown_blocks(PAGES / "own-data.md")
    imports = "from torch.utils.data import DataLoader\n"
    return imports + next(block for block in blocks if library in block)


def run_recipe(code, few):
    model = digitzoo.small_dense()
    names = {"np": np, "model": model, "mnist": few, "train": digitzoo.train}
    exec(code.replace("steps_per_epoch=600", "steps_per_epoch=20, epochs=2"), names)
    assert digitzoo.evaluate(model, few.test).accuracy > 0.5


def test_a_set_of_the_hub_is_streamed(monkeypatch):
    datasets = pytest.importorskip("datasets")
    few = digitzoo.load_data("mnist").sample(2500)
    images = [Image.fromarray(image[..., 0]) for image in few.train.images]
    rows = {"image": images, "label": few.train.labels.tolist()}
    hub = datasets.Dataset.from_dict(rows).to_iterable_dataset(num_shards=4)
    monkeypatch.setattr(datasets, "load_dataset", lambda *_, **__: hub)
    run_recipe(recipe("load_dataset"), few)


# webdataset leaves the files that it reads to Python's collection.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
def test_tar_files_of_webdataset_are_streamed(monkeypatch, tmp_path):
    webdataset = pytest.importorskip("webdataset")
    few = digitzoo.load_data("mnist").sample(2500)
    monkeypatch.chdir(tmp_path)
    pairs = enumerate(zip(few.train.images, few.train.labels, strict=True))
    shards = [webdataset.TarWriter(f"train-{number:06d}.tar") for number in range(10)]
    for number, (image, label) in pairs:
        sample = {"__key__": f"{number:06d}", "png": image[..., 0], "cls": int(label)}
        shards[number % len(shards)].write(sample)
    for shard in shards:
        shard.close()
    run_recipe(recipe("webdataset"), few)
