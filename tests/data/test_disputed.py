import numpy as np
import pytest

from digitzoo import Split, load_data
from digitzoo.data import disputed_labels, is_disputed


@pytest.fixture(scope="module")
def test_images():
    return load_data("mnist", validation=0).test


def test_each_entry_is_of_the_image_at_its_place(test_images):
    rows = disputed_labels()
    assert [row.test_index for row in rows] == np.flatnonzero(is_disputed(test_images)).tolist()
    assert all(test_images.labels[row.test_index] == row.given_label for row in rows)
    assert all(row.votes_given < 3 for row in rows)
    assert all(row.votes_given + row.votes_guessed + row.votes_neither == 5 for row in rows)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_order_scale_and_shape_do_not_matter(test_images, dtype):
    order = np.array([3, 2462, 0, 9729])
    some = test_images[order]
    scaled = Split(some.images[..., 0].astype(dtype) / 255, some.labels)
    assert is_disputed(some).tolist() == [False, True, False, True]
    assert is_disputed(scaled).tolist() == [False, True, False, True]


def test_corrected_unlabelled_and_other_images_are_not_disputed(test_images):
    images, labels = test_images.images[[2462]], test_images.labels[[2462]]
    assert is_disputed(Split(images, labels)).all()
    assert not is_disputed(Split(images, np.array([0]))).any()
    assert not is_disputed(Split(images)).any()
    for wild in (np.nan, np.inf, -5.0):
        assert not is_disputed(Split(np.full((2, 28, 28), wild), np.array([8, 8]))).any()
    assert not is_disputed(Split(np.zeros((2, 8, 8, 1)), np.array([2, 2]))).any()
    assert not is_disputed(load_data("fashion_mnist", validation=0).test[:500]).any()
