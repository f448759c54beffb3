"""Questions the other way round, checked by asking the right way round."""

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, ShapeError
from digitzoo.formulas import (
    Stack,
    conv_output_size,
    input_sizes_for,
    keras_padding,
    layer_info,
    layers,
    padding_for,
    same_cropping,
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


def _described(stack: Stack) -> list[layers.Layer]:
    return [
        layers.Conv1D(1, one.kernel_size, strides=one.strides)
        if one.kind == "conv"
        else layers.MaxPooling1D(one.kernel_size, strides=one.strides)
        for one in stack.windows
    ]


def test_stacks_that_see_30() -> None:
    stacks = stacks_reaching(30)
    assert any(stack.receptive_field == 30 for stack in stacks)
    assert len(set(stacks)) == len(stacks) < 100
    heights = [(stack.layers, stack.receptive_field) for stack in stacks]
    assert heights == sorted(heights)
    for stack in stacks:
        network = _described(stack)
        assert len(network) == stack.layers
        totals = summarize(network, (100_000_000, 1)).totals
        assert totals.receptive_field == (stack.receptive_field,)
        assert totals.effective_stride == (stack.effective_stride,)
        assert stack.receptive_field >= 30
        if stack.layers > 1:
            shorter = summarize(network[:-1], (100_000_000, 1)).totals
            assert shorter.receptive_field < (30,)
    with pytest.raises(InvalidArgumentError, match=r"kernel_sizes=\(500,\)"):
        stacks_reaching(500, kernel_sizes=(2,), strides=(1,), pool_size=None)
    assert stacks_reaching(500, kernel_sizes=(500,), strides=(1,), pool_size=None)[0].layers == 1


def test_stacks_mix_plain_convolutions_with_strides_and_pools() -> None:
    shown = [str(stack) for stack in stacks_reaching(14, kernel_sizes=(3,), strides=(1, 2))]
    pooled = "conv 3, conv 3, pool 2, conv 3, conv 3"
    assert f"5 layers see 14, stride 2: {pooled}" in shown
    assert any("conv 3, conv 3 stride 2, conv 3" in text for text in shown)
    assert any("stride" not in text.partition(":")[2] for text in shown)
    alone = stacks_reaching(14, kernel_sizes=(3,), strides=(1,), pool_size=None)
    assert [(stack.layers, stack.receptive_field) for stack in alone] == [(7, 15)]
    assert str(stacks_reaching(3, kernel_sizes=(3,), strides=(1,))[0]).startswith("1 layer see")


def test_a_stride_above_the_kernel_is_left_out() -> None:
    for stack in stacks_reaching(20, kernel_sizes=(2,), strides=(1, 2, 3)):
        assert all(one.strides <= one.kernel_size for one in stack.windows)


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


def test_the_smallest_input_of_whatever_summarize_takes() -> None:
    assert smallest_input("simple_cnn") == (6, 6, 1)
    with pytest.raises(ShapeError):
        summarize("simple_cnn", (5, 6, 1))
    assert smallest_input([keras.layers.Conv2D(2, 5)]) == (5, 5, 1)
    with pytest.raises(ArgumentTypeError, match="smallest_input: a list must hold"):
        smallest_input([layers.Conv2D(2, 5), "Dense"])
    first = {"data_format": "channels_first"}
    model = keras.Sequential(
        [keras.Input((3, 28, 28)), keras.layers.Conv2D(2, 5, **first), keras.layers.Flatten()]
    )
    assert smallest_input(model) == (3, 5, 5)
    described = [layers.InputLayer((3, 28, 28)), layers.Conv2D(2, 5, **first)]
    assert smallest_input(described) == (3, 5, 5)


def test_padding_that_is_no_list_of_pairs_is_our_own_error() -> None:
    with pytest.raises(ArgumentTypeError, match=r"Use sizes=\(28, 28\)"):
        same_padding(28, 3)  # type: ignore[arg-type]
    for function in (torch_pad, lambda pairs: keras_padding(pairs, (28, 28), 3)):
        with pytest.raises(ArgumentTypeError, match=r"Use padding=\(\(0, 1\), \(0, 1\)\)"):
            function((1, 1))


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


def _transposed(signal: np.ndarray, kernel: np.ndarray, strides: int, rate: int) -> np.ndarray:
    """Spread every value over the whole kernel, as PyTorch does with padding=0."""
    full = np.zeros((len(signal) - 1) * strides + rate * (len(kernel) - 1) + 1)
    for position, value in enumerate(signal):
        for tap, weight in enumerate(kernel):
            full[position * strides + tap * rate] += value * weight
    return full


@pytest.mark.parametrize("strides", [1, 2, 3])
@pytest.mark.parametrize("kernel_size", [1, 2, 3, 4, 5])
def test_same_cropping_gives_the_values_of_keras(kernel_size: int, strides: int) -> None:
    rng = np.random.default_rng(kernel_size)
    signal, kernel = rng.normal(size=6), rng.normal(size=kernel_size)
    ran = 0
    for output_padding in (None, *range(strides)):
        options = {"strides": strides, "output_padding": output_padding}
        if layer_info(
            "Conv1DTranspose", (6, 1), filters=1, kernel_size=kernel_size, padding="same", **options
        ).notes:
            continue  # TensorFlow cannot run it.
        layer = keras.layers.Conv1DTranspose(
            1, kernel_size, padding="same", use_bias=False, **options
        )
        layer.build((None, 6, 1))
        layer.set_weights([kernel.reshape(-1, 1, 1)])
        expected = np.asarray(layer(signal.reshape(1, 6, 1)))[0, :, 0]
        before, after = same_cropping(kernel_size, **options)
        full = _transposed(signal, kernel, strides, 1)
        ours = np.append(full, np.zeros(max(-after, 0)))[before : len(full) - after]
        np.testing.assert_allclose(ours, expected, atol=1e-5)
        ran += 1
    assert ran


def test_same_cropping_of_a_dilated_kernel_gives_the_size_of_keras() -> None:
    for kernel_size in (1, 2, 3, 4):
        for rate in (1, 2, 3):
            before, after = same_cropping(kernel_size, dilation_rate=rate)
            full = 9 - 1 + rate * (kernel_size - 1) + 1
            assert full - before - after == 9
    with pytest.raises(ShapeError, match="output_padding"):
        same_cropping(3, strides=2, output_padding=2)


def test_padding_between_keras_and_pytorch() -> None:
    assert torch_pad(same_padding((28, 28), 3, strides=2)) == (0, 1, 0, 1)
    assert keras_padding(((0, 0), (0, 0)), (28, 28), 3) == "valid"
    assert keras_padding(((4, 0),), (28,), 3, dilation_rate=2) == "causal"
    with pytest.raises(ShapeError, match=r"ZeroPadding2D\(\(\(1, 0\), \(1, 0\)\)\)"):
        keras_padding(((1, 0), (1, 0)), (28, 28), 3, strides=2)


def test_words_of_padding_may_be_in_capitals_in_questions_too() -> None:
    assert input_sizes_for(14, 3, strides=2, padding="SAME") == (27, 28)
    assert input_sizes_for(24, 5, padding="Valid") == (28,)
