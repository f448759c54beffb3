import numpy as np
import pytest

from digitzoo import Dataset, Split
from digitzoo.data.images import arrange_images, as_images, fit_images, is_one_image, pixels_of
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, ShapeError


@pytest.mark.parametrize(
    ("shape", "input_shape"),
    [
        ((28, 28, 1), (28, 28, 1)),
        ((28, 28), (28, 28, 1)),
        ((28, 28, 1), (28, 28)),  # as many Keras lessons have it
        ((28, 20, 1), (None, None)),
        ((28, 28, 1), (784,)),
        ((28, 28), (784,)),
        ((784,), (784,)),
        ((32, 32, 3), (32, 32, 3)),
        ((28, 20, 1), (None, None, 1)),
        ((28, 20), (None, None, 1)),
    ],
)
def test_what_fits_keeps_its_pixels_in_order(shape, input_shape):
    images = np.arange(5 * np.prod(shape)).reshape(5, *shape)
    assert is_one_image(shape, input_shape)
    fitted = fit_images(images, input_shape)
    assert fitted.ndim == len(input_shape) + 1
    assert all(
        want in (None, have) for have, want in zip(fitted.shape[1:], input_shape, strict=True)
    )
    assert np.array_equal(fitted.ravel(), images.ravel())


@pytest.mark.parametrize(
    ("shape", "input_shape"),
    [
        ((28, 28), (28, 28, 3)),
        ((28, 28, 3), (28, 28)),
        ((1, 28, 28), (28, 28, 1)),
        ((32, 32, 1), (28, 28, 1)),
        ((784,), (28, 28, 1)),
        ((14, 56), (28, 28, 1)),
    ],
)
def test_what_does_not_fit_is_refused_with_both_shapes(shape, input_shape):
    assert not is_one_image(shape, input_shape)
    with pytest.raises(ValueError, match="The model takes images of shape"):
        fit_images(np.zeros((2, *shape)), input_shape)


def test_images_come_in_every_form():
    assert as_images(np.zeros((28, 28))).shape == (1, 28, 28, 1)
    assert as_images(np.zeros((28, 28, 1))).shape == (1, 28, 28, 1)
    assert as_images(np.zeros((5, 28, 28))).shape == (5, 28, 28, 1)
    assert as_images(np.zeros((5, 8, 9, 3))).shape == (5, 8, 9, 3)
    with pytest.raises(ShapeError, match="channels come first"):
        as_images(np.zeros((5, 3, 28, 28)))
    with pytest.raises(ShapeError, match="Flat rows"):
        as_images(np.zeros((5, 784)))


def test_what_came_is_made_an_array_or_refused_in_words():
    split = Split(np.zeros((2, 28, 28)), [0, 1])
    assert pixels_of(split) is split.images
    assert pixels_of([[0, 255]]).shape == (1, 2)
    for wrong in (None, "digits", b"digits", {}, object(), [None], iter([1]), np.array([1j])):
        with pytest.raises(ArgumentTypeError, match="Pixels must be numbers"):
            pixels_of(wrong)
    with pytest.raises(ShapeError, match="have one shape"):
        pixels_of([np.zeros((2, 2)), np.zeros((3, 3))])
    with pytest.raises(ArgumentTypeError, match=r"whole Dataset.*\.test"):
        pixels_of(Dataset(split))


def test_channels_in_front_are_named_and_the_model_is_not_to_blame():
    for images, input_shape in (((5, 1, 28, 28), (28, 28, 1)), ((5, 3, 32, 20), (32, 20, 3))):
        with pytest.raises(InvalidArgumentError, match=r"come first: pass np\.moveaxis") as caught:
            arrange_images(np.zeros(images), input_shape)
        assert "Build the model" not in str(caught.value)
        moved, alone = arrange_images(np.moveaxis(np.zeros(images), 1, -1), input_shape)
        assert moved.shape == (5, *input_shape)
        assert not alone


def test_a_message_about_long_input_is_short():
    for wrong in ([None] * 10_000, "x" * 10_000, [["a"] * 1000] * 1000):
        with pytest.raises(ArgumentTypeError) as caught:
            pixels_of(wrong)
        assert len(str(caught.value)) < 400
