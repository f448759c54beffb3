"""The page's own JavaScript, run in V8, and the pages of a trained network."""

import importlib.util
import sys
from pathlib import Path

import pytest

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "explorer.py"
PAIRS = ("kernel_size", "pool_size", "strides", "dilation_rate")


@pytest.fixture(scope="session")
def bench():
    """The benchmark, which makes random models and compares them."""
    spec = importlib.util.spec_from_file_location("explorer_benchmark", BENCHMARK)
    module = importlib.util.module_from_spec(spec)
    sys.modules["explorer_benchmark"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def engine(bench):
    """The page's network, in V8."""
    with bench.Engine() as running:
        yield running


@pytest.fixture(scope="session")
def page():
    """The page of a trained network."""
    from digitzoo import explore

    return explore("small_dense")


@pytest.fixture(scope="session")
def as_typed():
    return typed_layer


@pytest.fixture(scope="session")
def random_layer():
    return make_random_layer


def typed_layer(kind, arguments):
    """Give a layer as the page writes it down: pairs for both axes."""
    layer = {"kind": kind}
    for name, value in arguments.items():
        if name in PAIRS and value is not None:
            layer[name] = [value, value] if isinstance(value, int) else value
        elif name in {"padding", "cropping"} and kind in {"ZeroPadding2D", "Cropping2D"}:
            layer["edges"] = value
        else:
            layer[name] = value
    return layer


def make_random_layer(draw):
    size = [draw.randint(1, 4), draw.randint(1, 4)]
    padding = draw.choice(("valid", "same"))
    strides, dilation = draw.choice((([1, 1], [1, 1]), ([2, 1], [1, 1]), ([1, 1], [2, 2])))
    window = {"strides": strides, "padding": padding, "dilation_rate": dilation}
    bias = {"use_bias": draw.random() < 0.7}
    filters = draw.randint(1, 6)
    edges = [[draw.randint(0, 2), draw.randint(0, 2)] for _ in range(2)]
    return draw.choice(
        (
            (
                "Conv2D",
                {
                    "filters": filters,
                    "kernel_size": size,
                    **window,
                    **bias,
                    "groups": draw.choice((1, 1, 2)),
                },
            ),
            (
                "DepthwiseConv2D",
                {
                    "kernel_size": size[0],
                    **window,
                    **bias,
                    "strides": strides[0],
                    "depth_multiplier": draw.choice((1, 2)),
                },
            ),
            ("SeparableConv2D", {"filters": filters, "kernel_size": size, **window, **bias}),
            ("MaxPooling2D", {"pool_size": size, "padding": padding}),
            ("AveragePooling2D", {"pool_size": size, "strides": strides, "padding": padding}),
            ("GlobalAveragePooling2D", {}),
            ("GlobalMaxPooling2D", {}),
            ("ZeroPadding2D", {"padding": edges}),
            ("Cropping2D", {"cropping": edges}),
            ("BatchNormalization", {}),
            ("Activation", {"activation": "relu"}),
            ("Dropout", {"rate": 0.5}),
            ("Flatten", {}),
            ("Dense", {"units": filters, **bias}),
        )
    )
