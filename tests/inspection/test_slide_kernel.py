import keras
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from digitzoo import load_data
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, ShapeError
from digitzoo.inspection.slide_kernel import slide_kernel

SIDES = st.tuples(st.integers(1, 9), st.integers(1, 9))
STEPS = st.tuples(st.integers(1, 3), st.integers(1, 3))


@settings(max_examples=60, deadline=None)
@given(SIDES, SIDES, STEPS, st.sampled_from(["strides", "dilation_rate"]), st.booleans())
def test_the_output_is_that_of_keras(size, kernel_size, steps, which, same):
    padding = "same" if same else "valid"
    reach = [
        1 + (k - 1) * (s if which == "dilation_rate" else 1)
        for k, s in zip(kernel_size, steps, strict=True)
    ]
    assume(same or (reach[0] <= size[0] and reach[1] <= size[1]))
    random = np.random.default_rng(0)
    image, kernel = random.random(size), random.normal(size=kernel_size)
    found = slide_kernel(image, kernel, bias=0.25, padding=padding, **{which: steps})
    expected = keras.ops.conv(
        image[np.newaxis, ..., np.newaxis],
        kernel[..., np.newaxis, np.newaxis],
        padding=padding,
        data_format="channels_last",
        **{which: steps},
    )
    np.testing.assert_allclose(found.output, np.asarray(expected)[0, ..., 0] + 0.25, atol=1e-5)


def test_it_is_the_convolution_of_a_layer_on_a_digit():
    image = load_data("mnist", validation=0).test.images[0]
    layer = keras.layers.Conv2D(4, 5, strides=2, padding="same", bias_initializer="ones")
    outputs = np.asarray(layer(image[np.newaxis] / 255))
    kernel, bias = layer.get_weights()
    found = slide_kernel(image, kernel[:, :, 0, 2], bias=bias[2], strides=2, padding="same")
    np.testing.assert_allclose(found.output, outputs[0, ..., 2], atol=1e-5)
    assert len(found) == 14 * 14


def test_each_step_adds_up():
    found = slide_kernel(np.arange(16).reshape(4, 4) / 15, [[1, 0], [0, -2]], padding="same")
    assert found.padded.shape == (5, 5)
    assert found.inside == (0, 0, 4, 4)  # the odd row and column of zeros come last
    rows, columns = found.taps(6)
    assert (rows.tolist(), columns.tolist()) == ([1, 2], [2, 3])
    np.testing.assert_allclose(found.pixels(6) * 15, [[6, 7], [10, 11]])
    np.testing.assert_allclose(found.products(6) * 15, [[6, 0], [0, -22]])
    for position in range(len(found)):
        assert found.products(position).sum() == pytest.approx(found.output.flat[position])


@pytest.mark.parametrize(
    ("image", "kernel", "options", "error", "message"),
    [
        (np.zeros((4, 4, 3)), [[1]], {}, ShapeError, "one image of one channel"),
        (np.zeros((2, 4, 4)), [[1]], {}, ShapeError, "one image of one channel"),
        (np.zeros((4, 4)), np.ones((3, 3, 1, 8)), {}, ShapeError, "get_weights"),
        (np.zeros((4, 4)), np.ones((5, 5)), {}, ShapeError, "does not fit"),
        (np.zeros((4, 4)), [["a"]], {}, ArgumentTypeError, "Weights are numbers"),
        (np.zeros((4, 4)), [[1]], {"padding": "full"}, InvalidArgumentError, "padding"),
        (np.zeros((4, 4)), [[1]], {"strides": 0}, InvalidArgumentError, "strides"),
        (np.full((4, 4), 7.0), [[1]], {}, InvalidArgumentError, "0..1"),
    ],
)
def test_what_cannot_slide(image, kernel, options, error, message):
    with pytest.raises(error, match=message):
        slide_kernel(image, kernel, **options)
