"""Several digits in a picture, and pictures of none. `benchmarks/no_digit.py` measures on more."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

from digitzoo import Classifier, build_model, load_data
from digitzoo.data import prepare_digit, prepare_digits
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError
from digitzoo.evaluation import Reading
from digitzoo.evaluation.digit_check import WEIGHTS, are_digits

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
TEST = load_data("mnist").test


@pytest.fixture(scope="module")
def drawings():
    spec = importlib.util.spec_from_file_location("non_digits", BENCHMARKS / "non_digits.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["non_digits"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def classifier():
    return Classifier("simple_cnn")


def line_of(*digits, gap=12):
    """Test images of some digits beside each other, dark on light."""
    pieces = []
    for digit in digits:
        image = TEST.images[np.flatnonzero(TEST.labels == digit)[1], ..., 0]
        piece = image[:, image.max(axis=0) > 40].repeat(4, axis=0).repeat(4, axis=1)
        pieces.append(np.pad(piece, ((20, 20), (gap, gap))))
    return 255 - np.pad(np.hstack(pieces), 20)


def test_at_most_one_of_a_hundred_digits_is_refused():
    assert (~are_digits(TEST.images)).mean() <= 0.01
    for digit in range(10):
        assert (~are_digits(TEST.images[TEST.labels == digit])).mean() <= 0.02


def rejected(drawings):
    return (~are_digits(np.stack([prepare_digit(drawing) for drawing in drawings]))).mean()


def test_letters_and_clothes_that_it_never_saw_are_no_digits(drawings):
    assert rejected(drawings.glyphs(drawings.LETTERS["measure"], "measure")[::3]) >= 0.8
    assert rejected(drawings.clothes("measure", 40)) >= 0.8
    assert rejected(drawings.scribbles(np.random.default_rng(3), 30)) >= 0.75


def test_digits_of_fonts_that_it_never_saw_are_digits(drawings):
    assert rejected(drawings.glyphs("0123456789", "measure")[::2]) <= 0.03


def test_what_is_tuned_on_is_not_measured_on(drawings):
    for parts in (drawings.FONTS, drawings.LETTERS, drawings.SIGNS, drawings.CLOTHES):
        assert not set(parts["tune"]) & set(parts["measure"])
    letters = drawings.LETTERS["tune"] + drawings.LETTERS["measure"]
    assert not set(letters) & set(drawings.LOOKALIKES)


def test_what_the_package_carries_for_it_is_small():
    assert WEIGHTS.stat().st_size < 40_000


@pytest.mark.parametrize("number", ["42", "17", "90210", "7", "1111", "38"])
def test_a_number_is_read_from_left_to_right(classifier, number):
    reading = classifier.read(line_of(*map(int, number)))
    assert reading.text == number
    assert len(reading) == len(reading.predictions) == len(number)
    assert reading.images.shape == (len(number), 28, 28, 1)
    assert [prediction.class_name for prediction in reading.predictions] == [[d] for d in number]
    assert [int(prediction.label[0]) for prediction in reading.predictions] == [*map(int, number)]
    assert np.array_equal(reading.images, prepare_digits(line_of(*map(int, number))))


def test_of_several_digits_predict_answers_with_none(classifier):
    answer = classifier.predict([line_of(4, 2), line_of(4)])
    assert answer.class_name == ["?", "4"]
    assert answer.rejected.tolist() == [True, False]
    everything = Classifier(classifier.model, dataset="mnist", reject=None)
    assert everything.predict(line_of(4, 2)).class_name[0] in "42"
    assert everything.predict(line_of(4, 2)).rejected is None


def test_a_letter_is_a_question_mark(classifier, drawings):
    letter = drawings.draw_glyph("A", "DejaVuSansMono")
    answer = classifier.predict([letter, line_of(7)])
    assert answer.class_name == ["?", "7"]
    assert repr(answer) == "<Prediction of 2 images>"
    assert "rejected" in repr(classifier.predict(letter))
    assert classifier.read(letter).text == "?"


def test_a_number_rejects_what_is_less_sure(classifier):
    pictures = list(TEST.images[:60])
    half = Classifier(classifier.model, dataset="fashion_mnist", reject=0.9)
    answer = half.predict(pictures)
    assert np.array_equal(answer.rejected, answer.confidence < 0.9)
    assert {name == "?" for name in answer.class_name} == {True, False}
    assert Classifier(classifier.model, reject=1).reject == 1.0
    assert Classifier(classifier.model).predict(pictures[0]).rejected is None


@pytest.mark.parametrize("wrong", ["always", 2, -0.1, float("nan"), True, [0.5], b"auto"])
def test_what_reject_can_be(classifier, wrong):
    with pytest.raises((InvalidArgumentError, ArgumentTypeError), match="reject"):
        Classifier(classifier.model, reject=wrong)


def test_only_digits_can_be_read():
    clothes = Classifier("small_dense", dataset="fashion_mnist")
    with pytest.raises(InvalidArgumentError, match=r'fashion_mnist.*dataset="mnist"'):
        clothes.read(TEST.images[0])
    with pytest.raises(InvalidArgumentError, match="only resized"):
        Classifier(build_model("small_dense")).read(TEST.images[0])
    names = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    named = Classifier("small_dense", class_names=names)
    assert named.read(line_of(4, 2)).text == "four two"


def test_a_reading_says_what_it_is(classifier):
    assert repr(classifier.read(line_of(4, 2))) == "<Reading: 42, 2 digits>"
    assert repr(classifier.read(line_of(4))) == "<Reading: 4, 1 digit>"
    assert isinstance(classifier.read(line_of(4)), Reading)


@pytest.mark.parametrize("picture", [None, 3, {}, object(), b"GIF"])
def test_what_cannot_be_read(classifier, picture):
    with pytest.raises(ArgumentTypeError):
        classifier.read(picture)
