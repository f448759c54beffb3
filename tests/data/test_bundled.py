import hashlib

import numpy as np
import pytest

from digitzoo import DigitzooError, list_datasets, load_arrays, load_data

SHA256 = {
    "mnist": {
        "x_train": "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757",
        "y_train": "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13",
        "x_test": "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161",
        "y_test": "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
    },
    "fashion_mnist": {
        "x_train": "2e487a6c89124f78f2d7521542223cafe96f7123c3ca13d447772ac6ecbb3012",
        "y_train": "657fbd221bfc9f4198cc14b5619cc33ec57c58dd0e47af4d99d6650759e869a7",
        "x_test": "c867c93ff95360594e8ec3287995350b824dd110b11595c0e13d5423f621867a",
        "y_test": "3d0e6c6ea990b53b6f8f500a41cac93881d981b315f84578b7d915342ade01e9",
    },
}
# Counts per class: 5,923 zeros among MNIST's training images, and so on.
TRAIN_COUNTS = {
    "mnist": [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949],
    "fashion_mnist": [6000] * 10,
}
TEST_COUNTS = {
    "mnist": [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009],
    "fashion_mnist": [1000] * 10,
}
MEAN_AND_STD = {"mnist": (0.1307, 0.3081), "fashion_mnist": (0.2860, 0.3530)}

both = pytest.mark.parametrize("name", ["mnist", "fashion_mnist"])


def test_the_list_is_what_is_tested_here():
    assert list_datasets() == sorted(SHA256)


@both
def test_arrays_are_the_originals_to_the_byte(name):
    (x_train, y_train), (x_test, y_test) = load_arrays(name)
    arrays = {"x_train": x_train, "y_train": y_train, "x_test": x_test, "y_test": y_test}
    assert {
        key: hashlib.sha256(array.tobytes()).hexdigest() for key, array in arrays.items()
    } == SHA256[name]
    assert all(array.dtype == np.uint8 for array in arrays.values())
    assert x_train.shape == (60_000, 28, 28)
    assert x_test.shape == (10_000, 28, 28)


@both
def test_class_counts_mean_and_standard_deviation(name):
    (x_train, y_train), (_, y_test) = load_arrays(name)
    assert np.bincount(y_train).tolist() == TRAIN_COUNTS[name]
    assert np.bincount(y_test).tolist() == TEST_COUNTS[name]
    mean, std = MEAN_AND_STD[name]
    assert x_train.mean() / 255 == pytest.approx(mean, abs=5e-5)
    assert x_train.std() / 255 == pytest.approx(std, abs=5e-5)


@both
def test_validation_comes_out_of_train_and_nothing_is_lost(name):
    data = load_data(name)
    (x_train, y_train), (x_test, y_test) = load_arrays(name)

    def fingerprints(images, labels):
        rows = zip(images.reshape(len(images), -1), labels, strict=True)
        return sorted(hash((row.tobytes(), int(label))) for row, label in rows)

    together = fingerprints(data.train.images, data.train.labels)
    together += fingerprints(data.validation.images, data.validation.labels)
    assert sorted(together) == fingerprints(x_train, y_train)
    assert np.array_equal(data.test.images[..., 0], x_test)
    assert np.array_equal(data.test.labels, y_test)


@both
def test_validation_is_stratified_to_within_one_image(name):
    data = load_data(name, validation=0.1)
    counts = np.bincount(data.validation.labels)
    assert counts.sum() == 6_000
    assert np.abs(counts - 0.1 * np.array(TRAIN_COUNTS[name])).max() < 1


def test_validation_follows_the_seed():
    first, again, other = (load_data("mnist", seed=seed).validation for seed in (0, 0, 1))
    assert np.array_equal(first.images, again.images)
    assert not np.array_equal(first.images, other.images)


def test_no_validation():
    data = load_data("mnist", validation=0)
    assert data.validation is None
    assert len(data.train) == 60_000


@pytest.mark.parametrize("fraction", [-0.1, 1, 1.5, 1e-9])
def test_a_fraction_that_leaves_a_side_empty_is_refused(fraction):
    with pytest.raises(DigitzooError, match="validation part must be a fraction above 0"):
        load_data("mnist", validation=fraction)


def test_an_unknown_name_gets_the_nearest():
    with pytest.raises(
        ValueError,
        match="Unknown data set 'fashion'.*'fashion_mnist', 'mnist'|"
        "Unknown data set 'fashion'. Did you mean 'fashion_mnist'",
    ):
        load_data("fashion")


@pytest.mark.parametrize("name", ["MNIST", "Mnist", "fashion-mnist", "FashionMNIST"])
def test_other_ways_to_write_a_name_are_told_the_right_one(name):
    right = "fashion_mnist" if "ashion" in name else "mnist"
    for load in (load_data, load_arrays):
        with pytest.raises(DigitzooError, match=f"Unknown data set '{name}'. Did .* '{right}'"):
            load(name)


@pytest.mark.parametrize(
    "arguments", [{"name": ["mnist"]}, {"name": None}, {"seed": "a"}, {"validation": "0.1"}]
)
def test_a_wrong_type_is_said_before_anything_is_read(arguments):
    with pytest.raises(TypeError) as caught:
        load_data(**{"name": "mnist", **arguments})
    assert isinstance(caught.value, DigitzooError)
