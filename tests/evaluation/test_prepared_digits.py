"""Test images drawn as people send them come back as digits that are recognised.

`benchmarks/prepared_digits.py` draws them and measures the same on thousands.
"""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from digitzoo import deep_cnn, load_data, predict, prepare_digit

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "prepared_digits.py"
TEST = load_data("mnist").test.sample(60)


@pytest.fixture(scope="module")
def drawings():
    spec = importlib.util.spec_from_file_location("prepared_digits", BENCHMARK)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def model():
    return deep_cnn(weights="mnist")


@pytest.mark.parametrize("kind", ["large", "inverted", "shifted", "noisy", "paper"])
def test_97_of_100_are_recognised(drawings, model, kind):
    rng = np.random.default_rng(0)
    draw = getattr(drawings, kind)
    pictures = [np.clip(np.rint(draw(image, rng)), 0, 255) for image in TEST.images[..., 0]]
    prepared = np.stack([prepare_digit(picture.astype(np.uint8)) for picture in pictures])
    assert (predict(model, prepared).label == TEST.labels).mean() >= 0.97
