import json

import cv2
import numpy as np
import pytest

from digitzoo import load_data, prepare_digit


@pytest.fixture(scope="module")
def prepare(bench):
    with bench.Engine("digit.js") as engine:

        def run(ink, of="prepareDigit({plane})"):
            height, width = ink.shape
            data = f"Float32Array.from({json.dumps(ink.ravel().tolist())})"
            plane = f"{{data: {data}, width: {width}, height: {height}}}"
            return np.array(engine.eval(f"Array.from({of.format(plane=plane)})")).reshape(28, 28)

        yield run


def drawing(seed):
    generator = np.random.default_rng(seed)
    ink = np.zeros((280, 280), np.uint8)
    points = generator.integers(40, 240, (int(generator.integers(3, 6)), 2)).astype(np.int32)
    cv2.polylines(ink, [points], isClosed=False, color=255, thickness=20, lineType=cv2.LINE_AA)
    return ink


@pytest.mark.parametrize("seed", range(12))
def test_a_drawing_is_made_as_python_makes_it(prepare, seed):
    ink = drawing(seed)
    half = ink.reshape(140, 2, 140, 2).mean((1, 3)) / 255
    assert np.abs(prepare(half) - prepare_digit(ink)[..., 0]).mean() < 6


def test_thin_strokes_are_widened_as_much(prepare):
    ink = np.zeros((140, 140))
    ink[20:120, 70:72] = 1
    theirs = prepare_digit(np.kron(255 * ink, np.ones((2, 2))).astype(np.uint8))[..., 0]
    assert np.abs(prepare(ink) - theirs.astype(float)).max() < 30


def test_mnist_comes_back_nearly_as_it_is(prepare):
    images = load_data("mnist").test.images[:20, ..., 0]
    differences = [
        np.abs(prepare(np.kron(i, np.ones((5, 5))) / 255).astype(float) - i).mean() for i in images
    ]
    assert np.mean(differences) < 8


def test_dark_ink_on_paper_is_found(prepare):
    image = load_data("mnist").test.images[0, ..., 0]
    paper = 0.9 - 0.8 * np.kron(image, np.ones((5, 5))) / 255
    found = prepare(paper, "prepareDigit(findInk({plane}))")
    assert np.abs(found.astype(float) - image).mean() < 8


def test_an_empty_drawing_is_black(prepare):
    assert not prepare(np.zeros((140, 140))).any()
