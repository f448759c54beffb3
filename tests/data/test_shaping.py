import numpy as np
import pytest

from digitzoo.data import as_images, fit_images, is_one_image
from digitzoo.errors import ShapeError


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
