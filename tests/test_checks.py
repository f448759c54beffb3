import math
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digitzoo.checks import (
    check_choice,
    check_flag,
    check_number,
    check_path,
    check_text,
    check_whole,
)
from digitzoo.errors import ArgumentTypeError, DigitzooError, InvalidArgumentError, shown

ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.complex_numbers(),
    st.text(),
    st.binary(),
    st.lists(st.integers()),
    st.dictionaries(st.text(), st.text()),
    st.just(object()),
    st.just(np.zeros(3)),
    st.just(np.array(["a"])),
    st.just(np.datetime64("2020")),
    st.just(np.array(None)),
    st.just(len),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # on a busy machine
@given(ANYTHING)
def test_what_comes_back_is_what_was_asked_for_or_one_of_our_errors_says_why(value):
    checks = [
        (check_whole, int),
        (check_number, float),
        (check_flag, bool),
        (check_text, str),
        (check_path, Path),
    ]
    for check, kind in checks:
        try:
            answer, message = check("it", value), "it is fine"
        except DigitzooError as error:
            answer, message = None, str(error)
        assert answer is None or isinstance(answer, kind)
        assert message.startswith("it ")
        assert len(message) < 400


@pytest.mark.parametrize("value", [3, np.int64(3), np.uint8(3), np.array(3)])
def test_whole_numbers_may_be_numpys(value):
    assert check_whole("epochs", value, at_least=1) == 3


@pytest.mark.parametrize("value", [True, np.True_, 3.0, "3", None, np.array([3]), [3]])
def test_what_only_looks_like_a_whole_number_is_none(value):
    with pytest.raises(ArgumentTypeError, match="epochs must be a whole number of 1 or above"):
        check_whole("epochs", value, at_least=1)


@pytest.mark.parametrize("value", [0, -1, 10**30])
def test_whole_numbers_keep_to_their_bounds(value):
    with pytest.raises(InvalidArgumentError, match="Received"):
        check_whole("epochs", value, at_least=1)


@pytest.mark.parametrize("value", [0.5, Fraction(1, 2), np.float32(0.5), np.array(0.5)])
def test_numbers_may_be_of_any_kind(value):
    assert check_number("zoom", value, at_least=0, below=1) == 0.5


@pytest.mark.parametrize("value", [math.nan, math.inf, -0.1, 1, 10**400])
def test_numbers_keep_to_their_bounds(value):
    with pytest.raises(
        InvalidArgumentError, match="zoom must be a finite number of 0 or above and below 1"
    ):
        check_number("zoom", value, at_least=0, below=1)


def test_a_name_is_found_whatever_its_case():
    with pytest.raises(InvalidArgumentError, match="Did you mean 'mnist'?"):
        check_choice("data set", "MNIST", ["mnist", "fashion_mnist"])


def test_a_list_is_no_name():
    with pytest.raises(ArgumentTypeError, match="There is: a, b"):
        check_choice("data set", ["a"], ["b", "a"])


def test_a_path_has_its_home_folder():
    assert check_path("run_dir", "~/runs") == Path.home() / "runs"
    assert check_path("run_dir", Path("~/runs")) == Path.home() / "runs"


@pytest.mark.parametrize("value", ["", "a\0b"])
def test_no_file_can_have_such_a_name(value):
    with pytest.raises(InvalidArgumentError, match="no name that a file can have"):
        check_path("run_dir", value)


@pytest.mark.parametrize(
    "value",
    [
        "x" * 10_000,
        b"x" * 10_000,
        list(range(10_000)),
        [list(range(1000))] * 1000,
        {str(key): "x" * 500 for key in range(500)},
        np.zeros((500, 500)),
        10**100_000,
        [[["x" * 100] * 100] * 100] * 100,
    ],
    ids=["text", "bytes", "list", "nested", "dict", "array", "number", "deep"],
)
def test_quotes_are_short(value):
    assert len(shown(value)) < 200


def test_quotes_of_what_has_no_form_of_its_own_name_its_kind():
    assert shown(object()) == "a object"
    assert shown(test_quotes_are_short) == "a function"
    assert shown(np.zeros((2, 3), "uint8")) == "an array of shape (2, 3), uint8"
