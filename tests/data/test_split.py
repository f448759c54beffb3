import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitzoo.data.split import permutation, stratified_sample

GOLDEN = [
    [3, 2, 1, 8, 6, 0, 7, 4, 5, 9],
    [7, 4, 5, 1, 9, 8, 6, 2, 0, 3],
    [6, 3, 4, 9, 0, 2, 8, 7, 5, 1],
]


@given(st.integers(0, 300), st.integers(0, 2**32), st.integers(0, 1000))
def test_a_permutation_holds_each_index_once(size, seed, stream):
    assert sorted(permutation(size, seed=seed, stream=stream)) == list(range(size))


def test_the_order_is_a_golden_value():
    # PCG64's raw output is promised to stay; a change here changes every training run.
    assert permutation(10, seed=0).tolist() == GOLDEN[0]
    assert permutation(10, seed=0, stream=1).tolist() == GOLDEN[1]
    assert permutation(10, seed=7).tolist() == GOLDEN[2]


def test_a_negative_seed_is_refused():
    with pytest.raises(ValueError, match="0 or above"):
        permutation(3, seed=-1)


@given(
    st.lists(st.integers(0, 6), min_size=1, max_size=200),
    st.floats(0, 1),
    st.integers(0, 1000),
)
def test_each_class_keeps_its_share_to_within_one(classes, share, seed):
    labels = np.array(classes)
    size = round(share * len(labels))
    drawn = stratified_sample(labels, size, seed=seed)
    assert len(set(drawn.tolist())) == len(drawn) == size
    assert (np.diff(drawn) > 0).all()
    expected = np.bincount(labels) * size / len(labels)
    got = np.bincount(labels[drawn], minlength=len(expected))
    assert np.abs(got - expected).max() < 1


def test_more_than_there_are_is_refused():
    with pytest.raises(ValueError, match="Cannot draw 4 of 3"):
        stratified_sample(np.array([0, 1, 2]), 4, seed=0)
