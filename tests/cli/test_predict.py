"""Several digits in a picture, and pictures of none, on the command line."""

import csv
import json

import cv2
import numpy as np
import pytest
from PIL import Image

from digitzoo import load_data, small_dense, train
from digitzoo.cli import main

TEST = load_data("mnist").test


def run(*arguments, model="simple_cnn"):
    with pytest.raises(SystemExit) as ended:
        main(["predict", model, *map(str, arguments)])
    return ended.value.code or 0


@pytest.fixture
def pictures(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for number in ("90210", "7"):
        images = [TEST.images[np.flatnonzero(TEST.labels == int(n))[1], ..., 0] for n in number]
        page = np.hstack([np.pad(image, ((3, 3), (2, 2))) for image in images])
        page = Image.fromarray(255 - page)
        page.resize((page.width * 4, page.height * 4)).save(f"{number}.png")
    letter = np.full((120, 120), 240, dtype=np.uint8)
    cv2.putText(letter, "K", (30, 90), cv2.FONT_HERSHEY_DUPLEX, 2.5, 10, 5, cv2.LINE_AA)
    Image.fromarray(letter).save("letter.png")
    return ["90210.png", "7.png", "letter.png"]


def test_numbers_are_read_and_letters_are_no_digits(pictures, capsys):
    assert run(*pictures) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()[-3:]]
    assert [row[:2] for row in rows] == [
        ["90210.png", "90210"],
        ["7.png", "7"],
        ["letter.png", "no"],
    ]
    assert rows[2][2:] == ["digit"]


def test_programs_are_told_each_digit(pictures, capsys):
    assert run(*pictures, "--json") == 0
    several, one, letter = json.loads(capsys.readouterr().out)
    assert several["text"] == "90210"
    assert [digit["label"] for digit in several["digits"]] == [9, 0, 2, 1, 0]
    assert (one["label"], one["class_name"]) == (7, "7")
    assert (letter["label"], letter["class_name"]) == (None, "?")
    assert run(*pictures, "--output", "labels.csv") == 0
    with open("labels.csv", newline="") as file:  # noqa: PTH123 - it is as short
        assert [row[1] for row in csv.reader(file)] == ["label", "90210", "7", ""]


@pytest.mark.usefixtures("pictures")
def test_what_is_rejected_can_be_chosen(capsys):
    assert run("letter.png", "--reject", "none") == 0
    assert "no digit" not in capsys.readouterr().out
    assert run("7.png", "--reject", "1") == 0
    capsys.readouterr()
    for wrong in ("always", "2", "nan"):
        assert run("7.png", "--reject", wrong) == 2
        assert f"Received '{wrong}'" in capsys.readouterr().err


def test_a_model_of_one_s_own_reads_what_it_was_trained_for(pictures, capsys):
    model = small_dense(weights="mnist")
    model.save("own.keras")
    data = load_data("mnist").sample(100)
    train(model, data, epochs=1, learning_rate=1e-9, run_dir="run", verbose=0)
    for words in (["--dataset", "mnist"], []):
        assert run(*pictures, *words, "--json", model="own.keras" if words else "run") == 0
        several, one, letter = json.loads(capsys.readouterr().out)
        assert (several["text"], one["label"], letter["label"]) == ("90210", 7, None)
    assert run(*pictures, "--invert", model="run") == 2
    assert "Leave --invert out: of pictures made like mnist's" in capsys.readouterr().err
