"""Questions the other way round, checked by asking the right way round."""

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitzoo.errors import InvalidArgumentError, ShapeError
from digitzoo.formulas import (
    conv_output_size,
    input_sizes_for,
    keras_padding,
    layers,
    padding_for,
    same_padding,
    smallest_input,
    stacks_reaching,
    summarize,
    torch_pad,
)

SMALL = st.integers(1, 6)


@pytest.mark.parametrize("kernel_size", range(1, 12))
def test_the_padding_that_keeps_28(kernel_size: int) -> None:
    before, after = padding_for(28, kernel_size)
    assert conv_output_size(28, kernel_size, padding=(before, after)) == 28
    assert before + after == kernel_size - 1
    assert same_padding((28,), kernel_size) == ((before, after),)


@settings(derandomize=True, database=None)
@given(st.integers(1, 40), SMALL, SMALL, SMALL, st.integers(1, 40))
def test_padding_for_is_the_least(
    size: int, kernel_size: int, strides: int, dilation_rate: int, wanted: int
) -> None:
    options = {"strides": strides, "dilation_rate": dilation_rate}
    try:
        before, after = padding_for(size, kernel_size, output_size=wanted, **options)
    except ShapeError:
        assert conv_output_size(size, kernel_size, **options) > wanted
        return
    assert conv_output_size(size, kernel_size, padding=(before, after), **options) == wanted
    if before + after:
        fewer = (before, after - 1)
        try:
            assert conv_output_size(size, kernel_size, padding=fewer, **options) < wanted
        except ShapeError:
            assert wanted == 1


@settings(derandomize=True, database=None)
@given(
    st.integers(1, 20),
    SMALL,
    SMALL,
    st.sampled_from(["valid", "same", "causal", 0, 1, (0, 2)]),
)
def test_inputs_that_give_a_size(
    wanted: int, kernel_size: int, strides: int, padding: str | int | tuple[int, int]
) -> None:
    options = {"strides": strides, "padding": padding}
    right = []
    for size in range(1, 200):
        try:
            if conv_output_size(size, kernel_size, **options) == wanted:
                right.append(size)
        except ShapeError:
            continue
    try:
        assert list(input_sizes_for(wanted, kernel_size, **options)) == right
    except ShapeError:
        assert not right


def test_kernels_and_strides_that_see_30() -> None:
    stacks = stacks_reaching(30)
    exact = [stack for stack in stacks if stack.receptive_field == 30]
    assert exact
    assert list(stacks[: len(exact)]) == exact
    for stack in stacks:
        options = {"kernel_size": stack.kernel_size, "strides": stack.strides}
        network = [layers.Conv1D(1, **options) for _ in range(stack.layers)]
        totals = summarize(network, (100_000_000, 1)).totals
        assert totals.receptive_field == (stack.receptive_field,)
        assert totals.effective_stride == (stack.effective_stride,)
        shorter = summarize([layers.Identity(), *network[1:]], (100_000_000, 1)).totals
        assert shorter.receptive_field < (30,)
    with pytest.raises(InvalidArgumentError, match=r"kernel_sizes=\(500,\)"):
        stacks_reaching(500, kernel_sizes=(2,), strides=(1,))


def test_the_smallest_input_of_a_network() -> None:
    network = [
        *(layers.Conv2D(8, (5, 3)), layers.MaxPooling2D(2)),
        *(layers.Conv2D(8, 3), layers.Flatten(), layers.Dense(10)),
    ]
    assert smallest_input(network) == (10, 8, 1)
    assert summarize(network, (10, 8, 1)).totals.output_shape == (10,)
    for shape in ((9, 8, 1), (10, 7, 1)):
        with pytest.raises(ShapeError):
            summarize(network, shape)
    assert smallest_input(network, (None, 28, 3)) == (10, 28, 3)
    with pytest.raises(ShapeError, match="groups"):
        smallest_input([layers.Conv2D(4, 3, groups=2)])


def test_the_smallest_input_of_a_keras_model() -> None:
    model = keras.Sequential(
        [keras.Input((28, 28, 1)), keras.layers.Conv2D(2, 5), keras.layers.MaxPooling2D(4)]
    )
    assert smallest_input(model) == (8, 8, 1)
    one, two = keras.Input((8, 8, 1)), keras.Input((8, 8, 1))
    with pytest.raises(InvalidArgumentError, match="takes 2 inputs"):
        smallest_input(keras.Model([one, two], keras.layers.Add()([one, two])))


def test_same_as_explicit_padding_gives_the_same_values() -> None:
    image = np.random.default_rng(0).normal(size=(1, 9, 14, 2)).astype("float32")
    for kernel_size, strides, dilation_rate in [(3, 2, 1), (4, 3, 1), (2, 1, 2), ((5, 2), 2, 1)]:
        options = {"strides": strides, "dilation_rate": dilation_rate}
        padding = same_padding((9, 14), kernel_size, **options)
        same = keras.layers.Conv2D(3, kernel_size, padding="same", **options)
        expected = same(image)
        valid = keras.layers.Conv2D(3, kernel_size, padding="valid", **options)
        padded = np.pad(image, ((0, 0), *padding, (0, 0)))
        valid.build(padded.shape)
        valid.set_weights(same.get_weights())
        np.testing.assert_allclose(valid(padded), expected, atol=1e-5)
        assert keras_padding(padding, (9, 14), kernel_size, **options) in {"same", "valid"}


def test_padding_between_keras_and_pytorch() -> None:
    assert torch_pad(same_padding((28, 28), 3, strides=2)) == (0, 1, 0, 1)
    assert keras_padding(((0, 0), (0, 0)), (28, 28), 3) == "valid"
    assert keras_padding(((4, 0),), (28,), 3, dilation_rate=2) == "causal"
    with pytest.raises(ShapeError, match=r"ZeroPadding2D\(\(\(1, 0\), \(1, 0\)\)\)"):
        keras_padding(((1, 0), (1, 0)), (28, 28), 3, strides=2)
