"""Layers of torch.nn take PyTorch's arguments and give what PyTorch gave, as recorded."""

import json
from pathlib import Path
from typing import Any

import pytest

from digitzoo.errors import ArgumentTypeError, DigitzooError, InvalidArgumentError, ShapeError
from digitzoo.formulas import describe, layer_info, pool_output_size, summarize

CASES: list[Any] = json.loads(
    Path(__file__).with_name("torch_cases.json").read_text(encoding="utf-8")
)


def test_recorded_answers_of_pytorch() -> None:
    """400 cases of `benchmarks/torch_oracle.py`, which compares with a living PyTorch."""
    agreed = refused = 0
    for name, shape, arguments, theirs in CASES:
        if theirs is None:
            with pytest.raises(DigitzooError):
                layer_info(f"torch.nn.{name}", shape, **arguments)
            refused += 1
        else:
            info = layer_info(f"torch.nn.{name}", shape, **arguments)
            assert [list(info.output_shape), info.params] == theirs, (name, shape, arguments)
            agreed += 1
    assert agreed > 200
    assert refused > 100


@pytest.mark.parametrize(
    ("name", "shape", "arguments", "words"),
    [
        (
            "Conv2d",
            (1, 8, 8),
            {"filters": 2, "kernel_size": 3},
            "torch.nn.Conv2d: Unknown argument",
        ),
        ("Conv2d", (1, 8, 8), {"out_channels": 2, "kernel_size": 3}, "in_channels must be given"),
        (
            "Conv2d",
            (3, 8, 8),
            {"in_channels": 1, "out_channels": 2, "kernel_size": 3},
            "the input must have 1 on axis 1. Received (3, 8, 8)",
        ),
        (
            "ConvTranspose2d",
            (1, 8, 8),
            {"in_channels": 1, "out_channels": 2, "kernel_size": 3, "padding": "same"},
            "padding must be a whole number",
        ),
        ("AvgPool2d", (1, 8, 8), {"kernel_size": 3, "dilation": 2}, "Unknown argument 'dilation'"),
        ("MaxPool2d", (1, 8, 8), {"kernel_size": 3, "padding": "same"}, "padding must be a whole"),
        (
            "MaxPool2d",
            (1, 8, 8),
            {"kernel_size": 3, "padding": 2, "dilation": 3},
            "padding may be at most half of the window",
        ),
        ("MaxPool2d", (1, 8, 8), {"pool_size": 3}, "Unknown argument 'pool_size'"),
        ("AvgPool3d", (1, 2, 9, 9), {"kernel_size": 3, "padding": 1}, "as large as the window"),
        ("BatchNorm2d", (4, 8), {"num_features": 4}, "must have 3 axes"),
        ("Linear", (9,), {"in_features": 8, "out_features": 2}, "must have 8 on axis 1"),
        ("GroupNorm", (6, 4), {"num_groups": 4, "num_channels": 6}, "groups must divide"),
        ("Conv2d", (1, 8, 8), {"in_channels": 1, "out_channels": 2, "kernel_size": None}, "kernel"),
        (
            "Conv2d",
            (1, 8, 8),
            {"in_channels": 1, "out_channels": 2, "kernel_size": 3, "bias": "yes"},
            "torch.nn.Conv2d: bias must be True or False",
        ),
        ("Conv2D", (1, 8, 8), {}, "Unknown layer of torch.nn 'Conv2D'. Did you mean 'Conv2d'?"),
    ],
)
def test_what_pytorch_refuses(name: str, shape: Any, arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(DigitzooError) as refused:
        layer_info(f"torch.nn.{name}", shape, **arguments)
    assert words in str(refused.value)


def test_running_statistics_are_buffers() -> None:
    info = layer_info("torch.nn.BatchNorm2d", (8, 4, 4), num_features=8)
    assert (info.params, info.trainable_params) == (16, 16)
    assert layer_info("torch.nn.BatchNorm2d", (8, 4, 4), num_features=8, affine=False).params == 0
    assert layer_info("BatchNormalization", (4, 4, 8)).params == 32


def test_ceil_mode_takes_a_window_larger_than_the_input() -> None:
    assert pool_output_size(2, 3, strides=2, ceil_mode=True) == 1
    assert layer_info("MaxPooling1D", (2, 1), pool_size=3, ceil_mode=True).output_shape == (1, 1)
    with pytest.raises(ShapeError):
        pool_output_size(1, 3, strides=2, ceil_mode=True)
    with pytest.raises(InvalidArgumentError, match="ceil_mode"):
        pool_output_size(7, 2, padding="same", ceil_mode=True)
    with pytest.raises(InvalidArgumentError, match="at most half"):
        pool_output_size(7, 2, padding=2)
    with pytest.raises(InvalidArgumentError, match="causal"):
        pool_output_size(7, 2, padding="causal")
    with pytest.raises(ArgumentTypeError, match="ceil_mode must be True or False"):
        pool_output_size(7, 2, ceil_mode=1)  # type: ignore[arg-type]


def test_a_network_of_pytorch() -> None:
    network = [
        describe("torch.nn.Conv2d", in_channels=1, out_channels=32, kernel_size=5),
        describe("torch.nn.ReLU", inplace=True),
        describe("torch.nn.MaxPool2d", kernel_size=2),
        describe("torch.nn.Flatten"),
        describe("torch.nn.Linear", in_features=4608, out_features=10),
    ]
    summary = summarize(network, (1, 28, 28))
    assert (summary.totals.params, summary.totals.output_shape) == (832 + 46_090, (10,))
