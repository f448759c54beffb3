import numpy as np
import pytest

from digitzoo import Dataset, Split, load_data
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, ShapeError


@pytest.fixture(scope="module")
def mnist():
    return load_data("mnist")


def test_a_slice_is_a_split(mnist):
    part = mnist.train[:1000]
    assert isinstance(part, Split)
    assert part.images.shape == (1000, 28, 28, 1)
    assert np.array_equal(part.labels, mnist.train.labels[:1000])
    assert part.class_names == mnist.class_names


def test_indices_and_masks_give_splits(mnist):
    assert np.array_equal(mnist.train[[5, 3]].labels, mnist.train.labels[[5, 3]])
    sevens = mnist.test[mnist.test.labels == 7]
    assert len(sevens) == 1028
    assert set(sevens.labels.tolist()) == {7}


def test_one_index_gives_one_image_with_its_label(mnist):
    image, label = mnist.test[0]
    assert image.shape == (28, 28, 1)
    assert label == 7
    assert [label for _, label in mnist.test[:5]] == [7, 2, 1, 0, 4]
    with pytest.raises(IndexError):
        mnist.test[10_000]


def test_a_sample_is_small_stratified_and_repeatable(mnist):
    small = mnist.sample(2000, seed=0)
    assert (len(small.train), len(small.validation), len(small.test)) == (2000, 222, 370)
    share = np.bincount(mnist.train.labels) * 2000 / 54_000
    assert np.abs(np.bincount(small.train.labels) - share).max() < 1
    assert np.array_equal(small.train.images, mnist.sample(2000, seed=0).train.images)
    assert not np.array_equal(small.train.images, mnist.sample(2000, seed=1).train.images)
    assert small.name == "mnist"


def test_images_and_labels_must_be_as_many():
    with pytest.raises(ValueError, match="3 images and 2 labels"):
        Split(np.zeros((3, 2, 2, 1)), np.array([0, 1]))


def test_labels_must_be_inside_the_named_classes():
    with pytest.raises(ValueError, match="label 2 at index 1 lies outside the classes.*0 to 1"):
        Split(np.zeros((2, 2, 2, 1)), np.array([0, 2]), ("cat", "dog"))


def test_plain_arrays_become_a_split():
    split = Split(np.zeros((2, 28, 28)), np.eye(10)[[3, 9]])
    assert split.images.shape == (2, 28, 28, 1)
    assert split.labels.tolist() == [3, 9]
    assert len(split.class_names) == 10


def test_images_without_labels_cannot_be_stratified():
    split = Split(np.zeros((4, 2, 2, 1)))
    with pytest.raises(ValueError, match="no labels"):
        split.sample(2)
    with pytest.raises(ValueError, match="no labels"):
        Dataset.from_split(split, validation=0.5)


def test_what_a_person_reads(mnist):
    assert repr(mnist.test[:3]) == ("<Split: 3 images of 28 x 28 x 1, uint8, 10 classes>")
    assert repr(Split(np.zeros((1, 2, 3, 1)))) == (
        "<Split: 1 image of 2 x 3 x 1, float64, no labels>"
    )


def test_labels_of_shape_n_1_are_labels():
    labels = np.array([[1], [1], [0]])
    assert Split(np.zeros((3, 2, 2)), labels).labels.tolist() == [1, 1, 0]


def test_lists_and_booleans_are_welcome():
    split = Split([[[0]], [[1]]], [True, False], ["no", "yes"])
    assert split.labels.tolist() == [1, 0]
    assert split.class_names == ("no", "yes")
    assert Split([[[0]], [[1]]], np.array([True, False])).labels.tolist() == [1, 0]


def test_floats_that_are_whole_are_labels():
    """Tutorials with one sigmoid often make them so."""
    images = np.zeros((3, 2, 2))
    for labels in (np.array([0.0, 1.0, 1.0], np.float32), np.array([[0.0], [1.0], [1.0]])):
        split = Split(images, labels)
        assert split.labels.tolist() == [0, 1, 1]
        assert split.labels.dtype.kind == "i"
    for wrong in ([0.0, 0.5, 1.0], [0.0, np.nan, 1.0], [0.0, np.inf, 1.0], [0.0, 1e30, 1.0]):
        with pytest.raises(ArgumentTypeError, match="whole numbers"):
            Split(images, np.array(wrong))


def test_a_split_takes_arrays_and_lists_of_every_form():
    images, labels = np.zeros((2, 28, 28)), np.eye(10)[[3, 9]]
    for split in (Split(images, labels), Split(images.tolist(), labels.tolist())):
        assert split.images.shape == (2, 28, 28, 1)
        assert split.labels.tolist() == [3, 9]
        assert split.class_names == tuple("0123456789")
    assert Split(np.zeros((2, 784)), [[1], [0]]).images.shape == (2, 784)
    assert np.asarray(split).shape == (2, 28, 28, 1)


@pytest.mark.parametrize(
    ("images", "labels", "error", "message"),
    [
        (np.zeros((3, 2, 2)), np.zeros((3, 28, 28)), ArgumentTypeError, r"shape \(3, 28, 28\)"),
        (np.zeros((3, 2, 2)), np.zeros((3, 784)), InvalidArgumentError, "Row 0 .*not one-hot"),
        (np.zeros((3, 2, 2)), (np.zeros(3), np.zeros(3)), InvalidArgumentError, "3 .*and 2 labels"),
        (np.zeros((3, 2, 2)), ["a", "b", "c"], ArgumentTypeError, "whole numbers"),
        (np.zeros((3, 2, 2)), np.zeros(3, "m8[s]"), ArgumentTypeError, "timedelta64"),
        (np.zeros((3, 2, 2)), 7, ArgumentTypeError, "whole numbers"),
        (np.zeros((3, 2, 2)), {}, ArgumentTypeError, "whole numbers"),
        (np.zeros((3, 2, 2)), [[1, 0], [1], [0, 1]], ArgumentTypeError, "whole numbers"),
        (7, None, ShapeError, "holds many images"),
        (np.zeros(7), None, ShapeError, "holds many images"),
        (None, None, ArgumentTypeError, "Pixels must be numbers"),
        (np.array([["a"]]), None, ArgumentTypeError, "Pixels must be numbers"),
    ],
)
def test_what_makes_no_split_is_said_in_few_words(images, labels, error, message):
    with pytest.raises(error, match=message) as caught:
        Split(images, labels)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("wrong", ["a", None, 2.0, True, [1]])
def test_how_many_to_draw_is_a_whole_number(mnist, wrong):
    for part in (mnist, mnist.test):
        with pytest.raises(ArgumentTypeError, match="size must be a whole number"):
            part.sample(wrong)
    assert len(mnist.test.sample(np.int64(3))) == 3


def test_parts_of_a_data_set_go_together():
    part = Split(np.zeros((4, 8, 8)), [0, 1, 0, 1], ("cat", "dog"))
    with pytest.raises(ShapeError, match=r"one shape.*\(8, 8, 1\) to train on and \(9, 9, 1\) for"):
        Dataset(part, test=Split(np.zeros((1, 9, 9)), [0]))
    with pytest.raises(InvalidArgumentError, match="one order"):
        Dataset(part, test=Split(part.images, part.labels, ("dog", "cat")))
    for wrong in (None, part.images, (part.images, part.labels)):
        with pytest.raises(ArgumentTypeError, match="train part of a Dataset is a Split"):
            Dataset(wrong)
    with pytest.raises(ArgumentTypeError, match="test part of a Dataset"):
        Dataset(part, test=part.images)
    for wrong in ("a", None, [0.1]):
        with pytest.raises(ArgumentTypeError, match="validation must be a finite number"):
            Dataset.from_split(part, validation=wrong)
