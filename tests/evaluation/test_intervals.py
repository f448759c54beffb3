import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitzoo import accuracy_interval


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


def test_impossible_confidence_is_refused():
    with pytest.raises(ValueError, match="confidence must lie in 0..1"):
        accuracy_interval(1, 2, confidence=95)
