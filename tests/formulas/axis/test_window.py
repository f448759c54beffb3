"""Windows against counting: every position is tried, no formula is used."""

from hypothesis import given, settings
from hypothesis import strategies as st

from digitzoo.errors import ShapeError
from digitzoo.formulas import conv_output_size, layer_info, pool_output_size

SMALL = st.integers(1, 5)


def starts(size: int, reach: int, strides: int) -> list[int]:
    """List where a window may start in so many positions."""
    return [first for first in range(0, size, strides) if first + reach <= size]


@settings(derandomize=True, database=None)
@given(st.integers(1, 20), SMALL, SMALL, st.tuples(st.integers(0, 4), st.integers(0, 4)), SMALL)
def test_a_convolution_has_as_many_outputs_as_places(
    size: int, kernel_size: int, strides: int, padding: tuple[int, int], dilation_rate: int
) -> None:
    reach = (kernel_size - 1) * dilation_rate + 1
    padded = size + sum(padding)
    places = starts(padded, reach, strides)
    options = {"padding": padding, "strides": strides, "dilation_rate": dilation_rate}
    try:
        assert conv_output_size(size, kernel_size, **options) == len(places)
    except ShapeError:
        assert not places
        return
    info = layer_info("Conv1D", (size, 1), filters=1, kernel_size=kernel_size, **options)
    assert info.unused == (padded - places[-1] - reach,)
    assert info.exact == (info.unused == (0,))


@settings(derandomize=True, database=None)
@given(st.integers(1, 20), SMALL, SMALL, st.integers(0, 2))
def test_a_pooling_that_rounds_up_follows_pytorch(
    size: int, pool_size: int, strides: int, padding: int
) -> None:
    """A last window may hang over the end, if it starts in the input or the padding before it."""
    padding = min(padding, pool_size // 2)
    padded = size + 2 * padding
    if pool_size > padded:
        return
    places = starts(padded, pool_size, strides)
    following = places[-1] + strides
    hangs_over = places[-1] + pool_size < padded and following < size + padding
    expected = len(places) + hangs_over
    options = {"strides": strides, "padding": padding}
    assert pool_output_size(size, pool_size, ceil_mode=True, **options) == expected
    assert pool_output_size(size, pool_size, **options) == len(places)


@settings(derandomize=True, database=None)
@given(SMALL, SMALL, SMALL, st.tuples(st.integers(0, 3), st.integers(0, 3)), st.integers(1, 3))
def test_a_transposed_convolution_of_pytorch_is_the_way_back(
    size: int, kernel_size: int, strides: int, paddings: tuple[int, int], rate: int
) -> None:
    """A convolution with the same arguments turns its output back into its input."""
    padding, output_padding = paddings[0], min(paddings[1], strides - 1)
    options = {"strides": strides, "padding": padding, "dilation_rate": rate}
    try:
        info = layer_info(
            "torch.nn.ConvTranspose1d",
            (1, size),
            in_channels=1,
            out_channels=1,
            kernel_size=kernel_size,
            output_padding=output_padding,
            stride=strides,
            padding=padding,
            dilation=rate,
        )
    except ShapeError:
        # PyTorch's own formula leaves nothing.
        reach = rate * (kernel_size - 1) + 1
        assert (size - 1) * strides + reach - 2 * padding + output_padding < 1
        return
    output = info.output_shape[1]
    assert output is not None
    assert conv_output_size(output, kernel_size, **options) == size
    # Each input position meets each tap once, wherever the result is cut.
    assert info.macs == size * kernel_size
