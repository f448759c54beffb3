import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from digitzoo import one_hot, scale_pixels
from digitzoo.data import flatten_images
from digitzoo.data.classes import from_one_hot
from digitzoo.data.encoding import check_scale
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError


def test_every_pixel_value_becomes_its_fraction_of_255():
    scaled = scale_pixels(np.arange(256, dtype=np.uint8))
    assert scaled.dtype == np.float32
    assert scaled.tolist() == [np.float32(value / 255) for value in range(256)]


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.int64, np.uint32])
def test_whole_numbers_of_any_type_are_pixels(dtype):
    assert scale_pixels(np.array([0, 255], dtype=dtype)).tolist() == [0.0, 1.0]


def test_floats_are_scaled_already():
    floats = np.array([0.0, 0.25, 1.0], dtype=np.float32)
    assert scale_pixels(floats) is floats
    assert scale_pixels(floats.astype(np.float64)).dtype == np.float32


def test_booleans_are_black_and_white():
    assert scale_pixels(np.array([True, False])).tolist() == [1.0, 0.0]


@pytest.mark.parametrize(
    ("pixels", "message"),
    [
        (np.array([0.0, 254.0]), r"0\.\.1\. Received 0\.0 to 254\.0\. Divide them by 255"),
        (np.array([-0.5, 0.0]), r"Received -0\.5 to 0\.0\. Undo what brought them below 0"),
        (np.array([0.0, 1.0000001]), r"Clip them: np\.clip\(images, 0, 1\)"),
        (np.array([-1e-9, 1.0]), r"Clip them"),
        (np.array([0.0, 65535.0]), r"Divide them by the largest value .* 65,535"),
        (np.array([0, 65535], dtype=np.uint16), r"Divide them by the largest value .* 65,535"),
        (np.array([np.nan, 0.0]), "Received nan"),
        (np.array([0, 256]), r"0\.\.255\. Received 0 to 256"),
        (np.array([-1, 3], dtype=np.int8), "Received -1 to 3"),
    ],
)
def test_values_that_are_no_pixels_are_refused(pixels, message):
    with pytest.raises(ValueError, match=message):
        scale_pixels(pixels)


def test_text_is_no_pixel():
    with pytest.raises(TypeError, match="Pixels must be numbers"):
        scale_pixels(np.array(["a"]))


@given(arrays.arrays(np.int64, st.integers(0, 50), elements=st.integers(0, 12)))
def test_one_hot_and_back(labels):
    rows = one_hot(labels, 13)
    assert np.array_equal(rows, np.eye(13, dtype=np.float32)[labels])
    assert np.array_equal(from_one_hot(rows), labels)


def test_one_hot_names_the_label_that_is_no_class():
    with pytest.raises(ValueError, match="label 10 at index 1 lies outside.*0 to 9"):
        one_hot([3, 10], 10)
    with pytest.raises(ValueError, match="label -1 at index 0"):
        one_hot([-1])
    with pytest.raises(TypeError, match="whole numbers of shape"):
        one_hot([0.5])


@pytest.mark.parametrize("row", [[0, 0, 0], [1, 1, 0], [0.5, 0.5, 0], [0, 2, 0]])
def test_a_row_that_is_not_one_hot_is_named(row):
    with pytest.raises(ValueError, match="Row 1 of the labels is not one-hot"):
        from_one_hot(np.array([[0, 1, 0], row]))


def test_flattening_goes_line_after_line():
    images = np.arange(2 * 3 * 4).reshape(2, 3, 4, 1)
    assert flatten_images(images).tolist() == [list(range(12)), list(range(12, 24))]


@pytest.mark.parametrize("num_classes", [3.5, "3", True, [3], None.__class__])
def test_the_number_of_classes_is_a_whole_number(num_classes):
    with pytest.raises(ArgumentTypeError, match="num_classes must be a whole number"):
        one_hot([0, 1], num_classes)


def test_no_classes_and_too_many_are_refused():
    for wrong in (0, -1, 10**30):
        with pytest.raises(InvalidArgumentError, match="num_classes must be a whole number"):
            one_hot([0], wrong)
    with pytest.raises(InvalidArgumentError, match="at most 1,000,000"):
        one_hot([10**9])
    assert one_hot([0, 1], np.int64(2)).shape == (2, 2)
    assert one_hot([]).shape == (0, 0)


@pytest.mark.parametrize("dtype", ["int8", "no type", object, 3, "f4,,"])
def test_pixels_are_scaled_to_floats_alone(dtype):
    with pytest.raises(ArgumentTypeError, match="dtype must be a float type"):
        scale_pixels([0, 255], dtype=dtype)


def test_floats_up_to_sixteen_are_not_told_to_be_divided_by_255_alone():
    with pytest.raises(ValueError, match="Divide them by 255, or by .* such as 16"):
        scale_pixels(np.array([0.0, 16.0]))


@pytest.mark.parametrize("largest", [1, 15, 16])
def test_pixels_of_another_scale_are_refused(largest):
    for dtype in (np.uint8, np.int64):
        with pytest.raises(InvalidArgumentError, match=f"of 0 (and|to) {largest}, where 255"):
            check_scale(np.full((2, 8, 8), largest, dtype))
    check_scale(np.full((2, 8, 8), 17, np.uint8))
    check_scale(np.full((2, 8, 8), largest, np.uint8), np.full((2, 8, 8), 255, np.uint8))
    check_scale(np.zeros((2, 8, 8), np.uint8))
    check_scale(np.ones((2, 8, 8)))
