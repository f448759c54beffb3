"""A report says the command that trains such a run again."""

import html
import re
import shlex

import numpy as np
import pytest
from PIL import Image

from digitzoo import TrainingRun, load_data
from digitzoo.cli.run_command import repeating_command, write_command


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("own data")
    split = load_data("mnist", validation=0).test.sample(60)
    np.savez(folder / "own.npz", x_train=split.images, y_train=split.labels)
    for number, (image, label) in enumerate(zip(split.images, split.labels, strict=True)):
        path = folder / "pictures" / str(label) / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image[..., 0]).save(path)
    return folder


@pytest.mark.parametrize(
    "words",
    [
        ["--npz", "own.npz", "--epochs", "2", "--learning-rate", "0.002", "--seed", "3"],
        ["--images", "pictures", "--image-size", "14x14", "--epochs", "1", "--validation", "0.2"],
    ],
)
def test_the_command_on_the_page_trains_the_same_run_again(run, data, words, tmp_path, monkeypatch):
    monkeypatch.chdir(data)
    first, again = tmp_path / "first", tmp_path / "again"
    assert run("train", "small_dense", *words, "--quiet", "--run-dir", first) == 0
    sized = words[2:4] if words[2] == "--image-size" else []
    own = [words[0], data / words[1], *sized]
    assert run("report", first, *own, "--output", tmp_path / "page.html") == 0
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    command = html.unescape(re.search("<code>(digitzoo .*?)</code>", page)[1])
    monkeypatch.chdir(tmp_path)  # the command finds its files from anywhere
    program, *typed = shlex.split(command)
    assert program == "digitzoo"
    assert run(*typed, "--quiet", "--run-dir", again) == 0
    settings = [TrainingRun.load(folder).settings for folder in (first, again)]
    assert settings[0] == settings[1]


def test_it_is_worded_as_it_is_typed(tmp_path):
    source = {"csv": "a b.csv", "header": True, "ignore": ["id", "name"], "image_size": [28, 28]}
    arguments = {"model": "lenet5", "dataset": "a b", "source": source, "epochs": 3, "seed": None}
    write_command(tmp_path, arguments, None)
    assert repeating_command(tmp_path) == (
        "digitzoo train lenet5 --csv 'a b.csv' --header --ignore id --ignore name "
        "--image-size 28x28 --epochs 3"
    )


def test_a_run_that_python_trained_has_none(tmp_path):
    assert repeating_command(tmp_path) is None


def test_it_speaks_korean(run, data, tmp_path):
    words = ["--npz", data / "own.npz", "--epochs", 1, "--quiet"]
    assert run("train", "small_dense", *words, "--run-dir", tmp_path / "run") == 0
    assert run("report", tmp_path / "run", "--language", "ko", "--output", tmp_path / "a.html") == 0
    assert '<html lang="ko">' in (tmp_path / "a.html").read_text(encoding="utf-8")
