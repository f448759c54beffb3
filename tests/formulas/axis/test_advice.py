"""Every size that is refused comes with changes that work, tried over all small cases."""

import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from digitzoo.errors import ShapeError
from digitzoo.formulas import conv_output_size, conv_transpose_output_size, input_sizes_for


def numbers(pattern: str, error: ShapeError) -> tuple[str, ...]:
    found = re.search(pattern, str(error))
    assert found, str(error)
    return found.groups()


def refusals(function: Any, options: dict[str, Any]) -> Iterator[tuple[dict[str, Any], ShapeError]]:
    for values in product(*options.values()):
        case = dict(zip(options, values, strict=True))
        try:
            function(**case)
        except ShapeError as error:
            yield case, error


def test_a_window_that_does_not_fit() -> None:
    refused = 0
    for case, error in refusals(
        conv_output_size,
        {
            "size": range(1, 5),
            "kernel_size": range(1, 6),
            "strides": (1, 3),
            "padding": ("valid", 0, 1, (0, 2)),
            "dilation_rate": (1, 2, 3),
        },
    ):
        window, size, padding = numbers(
            r"a window of at most (\d+), an input of at least (\d+), or padding=(\S+)\.$", error
        )
        padding = padding.strip("'")
        assert conv_output_size(**{**case, "kernel_size": int(window)}) >= 1
        assert conv_output_size(**{**case, "size": int(size)}) >= 1
        enough = int(padding) if padding.isdigit() else padding
        assert conv_output_size(**{**case, "padding": enough}) >= 1
        with pytest.raises(ShapeError):
            conv_output_size(**{**case, "kernel_size": int(window) + 1})
        with pytest.raises(ShapeError):
            conv_output_size(**{**case, "size": int(size) - 1})
        refused += 1
    assert refused > 100


def test_a_transposed_window_of_which_nothing_is_left() -> None:
    refused = 0
    for case, error in refusals(
        conv_transpose_output_size,
        {
            "size": range(1, 4),
            "kernel_size": range(1, 6),
            "strides": range(1, 4),
            "padding": range(6),
            "output_padding": (None, 0),
        },
    ):
        size, padding = numbers(r"an input of at least (\d+), or padding=(\d+)\.$", error)
        assert conv_transpose_output_size(**{**case, "size": int(size)}) >= 1
        assert conv_transpose_output_size(**{**case, "padding": int(padding)}) >= 1
        with pytest.raises(ShapeError):
            conv_transpose_output_size(**{**case, "size": int(size) - 1})
        with pytest.raises(ShapeError):
            conv_transpose_output_size(**{**case, "padding": int(padding) + 1})
        refused += 1
    assert refused > 100


def test_a_stride_that_does_not_divide() -> None:
    refused = 0
    for case, error in refusals(
        conv_output_size,
        {
            "size": range(1, 12),
            "kernel_size": range(1, 4),
            "strides": range(2, 5),
            "padding": ("valid", "same", "causal", 1),
            "strict": (True,),
        },
    ):
        if "does not fit into" in str(error):
            continue
        (nearest,) = numbers(r"that fit: ([\d or]+)\.", error)
        for size in nearest.split(" or "):
            assert conv_output_size(**{**case, "size": int(size)}) >= 1
        assert conv_output_size(**{**case, "strides": 1}) >= 1
        refused += 1
    assert refused > 100


def test_an_output_that_padding_alone_exceeds() -> None:
    refused = 0
    for case, error in refusals(
        input_sizes_for,
        {
            "output_size": range(1, 4),
            "kernel_size": range(1, 5),
            "strides": (1, 2),
            "padding": range(5),
        },
    ):
        (padding,) = numbers(r"padding=(\d+)\.$", error)
        assert input_sizes_for(**{**case, "padding": int(padding)})
        with pytest.raises(ShapeError):
            input_sizes_for(**{**case, "padding": int(padding) + 1})
        refused += 1
    assert refused > 10
