"""The gradient of Keras's operations, on every backend that is installed."""

import importlib.util
import os
import subprocess
import sys

import keras
import numpy as np
import pytest

from digitzoo.errors import InvalidArgumentError
from digitzoo.inspection.gradients import gradient

PROGRAM = """
import keras, numpy as np
from digitzoo.inspection import grad_cam, saliency
from digitzoo.inspection.gradients import gradient

point = np.linspace(-1, 1, 6, dtype=np.float32).reshape(2, 3)
np.testing.assert_allclose(gradient(keras.ops.square, point), 2 * point, atol=1e-6)
assert not gradient(lambda x: keras.ops.ones((3,)), point).any()

def numbers(*shape):
    return np.sin(np.arange(np.prod(shape), dtype=np.float32)).reshape(shape)

model = keras.Sequential([
    keras.Input((6, 6, 1)), keras.layers.Conv2D(3, 3, activation="relu"), keras.layers.Flatten(),
    keras.layers.Dropout(0.5), keras.layers.Dense(4, activation="softmax")])
model.set_weights([numbers(*weight.shape) for weight in model.get_weights()])
image = np.abs(numbers(6, 6))
for values in (saliency(model, image), grad_cam(model, image)):
    print(*(f"{value:.3f}" for value in values.ravel()))
"""


def run(backend):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, "KERAS_BACKEND": backend},
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.returncode, done.stderr
    return [np.array(line.split(), float) for line in done.stdout.splitlines()[-2:]]


def test_a_gradient_that_is_known():
    point = np.array([[1.0, 2.0], [3.0, -4.0]], np.float32)
    np.testing.assert_allclose(gradient(lambda x: x**3, point), 3 * point**2)
    assert not gradient(lambda _: keras.ops.ones((2,)), point).any()


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_the_other_backends_say_what_tensorflow_says(backend):
    if importlib.util.find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed")
    for theirs, ours in zip(run(backend), run("tensorflow"), strict=True):
        np.testing.assert_allclose(theirs, ours, atol=2e-3)
        assert ours.any()


def test_a_backend_without_gradients(monkeypatch):
    monkeypatch.setattr(keras.backend, "backend", lambda: "numpy")
    with pytest.raises(InvalidArgumentError, match="Keras runs on numpy, which has no gradients"):
        gradient(keras.ops.square, np.ones(3))
