"""Gradients on any backend. Keras has no call for them, so each is asked in its own words."""

from collections.abc import Callable

import keras
import numpy as np
from numpy.typing import NDArray

from digitzoo.errors import InvalidArgumentError
from digitzoo.inspection.logits import Tensor


def gradient(
    function: Callable[[Tensor], Tensor], point: NDArray[np.floating]
) -> NDArray[np.floating]:
    """Differentiate the sum of what a function of Keras's operations gives, at a point."""
    backend = keras.backend.backend()
    if backend not in _BACKENDS:
        raise InvalidArgumentError(
            f"Keras runs on {backend}, which has no gradients. Expected TensorFlow, JAX or PyTorch "
            "(KERAS_BACKEND=tensorflow). occlusion needs none."
        )
    return np.asarray(_BACKENDS[backend](function, point), dtype=point.dtype)


def _with_tensorflow(function: Callable[[Tensor], Tensor], point: NDArray[np.floating]) -> Tensor:
    import tensorflow as tf

    watched = tf.convert_to_tensor(point)
    with tf.GradientTape() as tape:
        tape.watch(watched)
        total = keras.ops.sum(function(watched))
    return tape.gradient(total, watched, unconnected_gradients=tf.UnconnectedGradients.ZERO)


def _with_jax(function: Callable[[Tensor], Tensor], point: NDArray[np.floating]) -> Tensor:
    import jax

    return jax.grad(lambda watched: keras.ops.sum(function(watched)))(point)


def _with_torch(function: Callable[[Tensor], Tensor], point: NDArray[np.floating]) -> Tensor:
    import torch

    watched = keras.ops.convert_to_tensor(point).requires_grad_()
    total = keras.ops.sum(function(watched))
    if not total.requires_grad:
        return np.zeros_like(point)
    (found,) = torch.autograd.grad(total, watched, allow_unused=True)
    return np.zeros_like(point) if found is None else keras.ops.convert_to_numpy(found)


_BACKENDS = {"tensorflow": _with_tensorflow, "jax": _with_jax, "torch": _with_torch}
