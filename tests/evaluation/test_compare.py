import itertools
import json
import math

import numpy as np
import pytest
from scipy.stats import binomtest, multinomial

from digitzoo import build_model, compare, evaluate, load_data
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError
from digitzoo.evaluation import Comparison, Evaluation

NAMES = ("cat", "dog")


def of_counts(both_right, only_a, only_b, both_wrong, **options):
    """Compare two evaluations in which the four cases come so often."""
    right = np.repeat([[1, 1], [1, 0], [0, 1], [0, 0]], (both_right, only_a, only_b, both_wrong), 0)
    rng = np.random.default_rng(0)
    rng.shuffle(right)
    labels = rng.integers(2, size=len(right))
    first, second = (
        Evaluation(np.eye(2)[np.where(side, labels, 1 - labels)], labels, NAMES) for side in right.T
    )
    return compare(first, second, **options)


def test_the_four_counts():
    result = of_counts(40, 3, 5, 2)
    counts = (result.both_right, result.only_a, result.only_b, result.both_wrong, result.total)
    assert counts == (40, 3, 5, 2, 50)
    assert result.difference == pytest.approx(43 / 50 - 45 / 50)


def test_shared_mistakes_drop_out():
    """Of 200 and 180 mistakes 150 are shared: 50 to 30."""
    apart = of_counts(9_770, 30, 50, 150)
    assert apart.p_value == pytest.approx(0.0330, abs=5e-5)
    assert apart.verdict.startswith("B is more accurate than A, by 0.20 percentage points (0.02")
    alike = of_counts(9_620, 180, 200, 0)
    assert alike.p_value == pytest.approx(0.330, abs=5e-4)
    assert alike.verdict == (
        "10,000 images do not tell whether B is more accurate than A: it is ahead by 0.20 "
        "percentage points (-0.18 to 0.58; p = 0.330)."
    )


@pytest.mark.parametrize(("only_a", "only_b"), list(itertools.product((0, 1, 5, 8, 50), repeat=2)))
def test_p_is_that_of_the_binomial_test(only_a, only_b):
    p = of_counts(100, only_a, only_b, 10).p_value
    apart = only_a + only_b
    expected = binomtest(only_a, apart).pvalue if apart else 1
    assert p == pytest.approx(expected)
    cases = [math.comb(apart, k) / 2**apart for k in range(apart + 1)]
    as_far = [case for k, case in enumerate(cases) if abs(2 * k - apart) >= abs(only_a - only_b)]
    assert p == pytest.approx(sum(as_far))


@pytest.mark.parametrize("apart", [1, 5, 6, 20, 81, 200])
def test_equal_models_are_rarely_called_different(apart):
    verdicts = {a: of_counts(9, a, apart - a, 9).verdict for a in range(apart + 1)}
    called = [a for a, verdict in verdicts.items() if "do not tell" not in verdict]
    assert sum(math.comb(apart, a) for a in called) / 2**apart <= 0.05


@pytest.mark.parametrize(
    ("total", "shares", "most"),
    [
        (30, (0.02, 0.05, 0.1, 0.2, 0.3, 0.45), 30),
        (10_000, (0.0005, 0.001, 0.002), 60),
    ],
)
def test_the_interval_holds_the_true_difference_as_often_as_it_says(total, shares, most):
    """All pairs of counts, each with its probability: what the coverage is, not an estimate."""
    counts = [pair for pair in itertools.product(range(most + 1), repeat=2) if sum(pair) <= total]
    ends = np.array([interval_of(a, b, total) for a, b in counts])
    cells = np.array([(a, b, total - a - b) for a, b in counts])
    for a, b in itertools.combinations_with_replacement(shares, 2):
        chances = multinomial.pmf(cells, total, [a, b, 1 - a - b])
        assert chances.sum() == pytest.approx(1, abs=1e-6)
        holds = (ends[:, 0] <= a - b) & (a - b <= ends[:, 1])
        assert chances[holds].sum() > 0.944


def interval_of(only_a, only_b, total):
    right = np.ones((2, total), dtype=bool)
    right[1, :only_a] = False
    right[0, only_a : only_a + only_b] = False
    return Comparison(*right, names=("A", "B"), confidence=0.95).interval


def test_as_many_are_nobody_ahead():
    verdict = of_counts(9, 4, 4, 9).verdict
    assert verdict == "26 images do not tell A and B apart: they are right on as many."


def test_a_known_interval():
    """The example of `ci.prop.ps(.05, 12, 4, 26, 6)` in D. G. Bonett's own R package, statpsych."""
    result = of_counts(12, 26, 4, 6)
    assert result.interval == pytest.approx((0.2548067, 0.6251933), abs=1e-7)
    low, high = of_counts(12, 26, 4, 6, confidence=0.99).interval
    assert (high - low) / 2 == pytest.approx(2.575829 * 0.09448809, abs=1e-6)


def test_swapped_models_give_the_mirrored_answer():
    one, other = of_counts(90, 12, 3, 4), of_counts(90, 3, 12, 4, names=("B", "A"))
    assert one.interval == pytest.approx([-end for end in reversed(other.interval)])
    assert (one.p_value, one.verdict) == (other.p_value, other.verdict)


def test_a_model_is_as_good_as_itself():
    result = of_counts(98, 0, 0, 2)
    assert (result.difference, result.p_value) == (0, 1)
    assert result.interval[0] == -result.interval[1] < 0


def test_all_of_it_as_plain_values():
    result = of_counts(40, 9, 0, 2, names=("mine", "yours"))
    values = json.loads(json.dumps(result.to_dict()))
    assert values["only_a"] == 9
    assert values["names"] == ["mine", "yours"]
    assert values["verdict"] == result.verdict == repr(result)[len("<Comparison: ") : -1]
    assert "mine is more accurate than yours" in result.verdict


def test_two_networks_of_the_zoo():
    test = load_data("mnist").test
    names = ("simple_cnn", "dense_baseline")
    first, second = (evaluate(build_model(name, weights="mnist"), test) for name in names)
    result = compare(first, second, names=names)
    assert result.both_right + result.only_a == first.correct
    assert result.both_right + result.only_b == second.correct
    assert result.difference == pytest.approx(first.accuracy - second.accuracy)
    assert result.verdict.startswith("simple_cnn is more accurate than dense_baseline")


def test_other_images_are_refused():
    labels = np.array([0, 1, 1])
    one = Evaluation(np.eye(2)[labels], labels, NAMES)
    fewer = Evaluation(np.eye(2)[labels[:2]], labels[:2], NAMES)
    with pytest.raises(InvalidArgumentError, match="Received 3 and 2 images. Evaluate both on one"):
        compare(one, fewer)
    others = Evaluation(np.eye(2)[labels], labels[::-1], NAMES)
    with pytest.raises(InvalidArgumentError, match="labels that differ on 2 of 3 images"):
        compare(one, others)
    renamed = Evaluation(np.eye(2)[labels], labels, ("pear", "plum"))
    with pytest.raises(InvalidArgumentError, match="the classes .*cat.* and .*pear"):
        compare(one, renamed)


def test_wrong_arguments():
    labels = np.array([0, 1])
    one = Evaluation(np.eye(2)[labels], labels, NAMES)
    with pytest.raises(ArgumentTypeError, match="what evaluate.* gives. Received 0.98"):
        compare(one, 0.98)
    with pytest.raises(ArgumentTypeError, match="names must be two texts"):
        compare(one, one, names="AB")
    with pytest.raises(InvalidArgumentError, match="names must differ"):
        compare(one, one, names=("A", "A"))
    with pytest.raises(InvalidArgumentError, match="above 0 and below 1"):
        compare(one, one, confidence=95)
