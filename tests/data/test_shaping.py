import numpy as np
import pytest

from digitzoo.data import fit_images, is_one_image


@pytest.mark.parametrize(
    ("shape", "input_shape"),
    [
        ((28, 28, 1), (28, 28, 1)),
        ((28, 28), (28, 28, 1)),
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
