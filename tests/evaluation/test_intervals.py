import math
from statistics import mean, stdev

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitzoo import accuracy_interval
from digitzoo.errors import ArgumentTypeError
from digitzoo.evaluation import mean_interval


@given(
    st.integers(1, 20_000), st.floats(0, 1), st.sampled_from([(0.95, 1.959964), (0.99, 2.575829)])
)
def test_each_end_is_z_standard_errors_of_itself_away(total, share, level):
    """Wilson's interval is where |p - accuracy| = z sqrt(p (1 - p) / n)."""
    confidence, z = level
    correct = round(share * total)
    low, high = accuracy_interval(correct, total, confidence=confidence)
    assert 0 <= low <= correct / total <= high <= 1
    for end in (low, high):
        away = z * math.sqrt(end * (1 - end) / total)
        assert abs(end - correct / total) == pytest.approx(away, abs=1e-6)


@pytest.mark.parametrize(
    ("correct", "total", "low", "high"),
    [
        # R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_known_answers(correct, total, low, high):
    assert accuracy_interval(correct, total) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(("correct", "total"), [(1, 0), (-1, 5), (6, 5)])
def test_impossible_counts_are_refused(correct, total):
    with pytest.raises(ValueError, match=f"correct={correct}, total={total}"):
        accuracy_interval(correct, total)


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        (("9", 10), "correct must be a whole number. Received '9'"),
        ((9, "10"), "total must be a whole number. Received '10'"),
        ((9.0, 10), "correct must be a whole number. Received 9.0"),
        ((True, 10), "correct must be a whole number. Received True"),
        ((None, None), "correct must be a whole number. Received None"),
    ],
)
def test_counts_are_whole_numbers(counts, message):
    with pytest.raises(ArgumentTypeError, match=message):
        accuracy_interval(*counts)


@pytest.mark.parametrize("confidence", ["0.95", None, [0.95], True])
def test_a_confidence_is_a_number(confidence):
    with pytest.raises(ArgumentTypeError, match="confidence must be a finite number"):
        accuracy_interval(9, 10, confidence=confidence)
    with pytest.raises(ArgumentTypeError, match="confidence must be a finite number"):
        mean_interval([0.9, 0.8], confidence=confidence)


@pytest.mark.parametrize("values", ["0.9, 0.8", None, 0.9, {0: 0.9, 1: 0.8}, [0.9, "0.8"]])
def test_values_are_numbers(values):
    with pytest.raises(ArgumentTypeError, match="values.* must be a "):
        mean_interval(values)
    assert mean_interval(np.array([0.9, 0.8])) == mean_interval([0.9, 0.8])


def test_impossible_confidence_is_refused():
    with pytest.raises(ValueError, match="confidence must be a finite number above 0 and below 1"):
        accuracy_interval(1, 2, confidence=95)


@pytest.mark.parametrize(
    ("count", "quantile"),
    # Abramowitz and Stegun, Handbook of Mathematical Functions, table 26.10, A = 0.95.
    [(2, 12.706), (3, 4.303), (4, 3.182), (5, 2.776), (6, 2.571), (10, 2.262), (31, 2.042)],
)
def test_the_interval_of_a_mean_has_student_s_quantile(count, quantile):
    values = [0.0] * (count - 1) + [1.0]
    low, high = mean_interval(values)
    assert (low + high) / 2 == pytest.approx(mean(values))
    assert (high - low) / 2 / (stdev(values) / math.sqrt(count)) == pytest.approx(
        quantile, abs=5e-4
    )


def test_another_confidence_and_many_values_come_near_the_normal_distribution():
    values = [0.0, 1.0] * 500
    low, high = mean_interval(values, confidence=0.9)
    assert (high - low) / 2 / (stdev(values) / math.sqrt(1000)) == pytest.approx(1.6464, abs=1e-4)


def test_one_value_has_no_spread():
    with pytest.raises(ValueError, match="needs two values. Received 1"):
        mean_interval([0.5])
    with pytest.raises(ValueError, match="confidence must be a finite number above 0 and below 1"):
        mean_interval([0.5, 0.6], confidence=95)
