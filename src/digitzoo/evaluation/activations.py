"""What is behind a model's output: a softmax, a sigmoid, or nothing."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def head_activation(model: Any) -> str | None:
    """Name the activation behind a model's output: `"softmax"`, `"sigmoid"`, `"linear"`, ...

    Layers that only pool, move or drop values are looked through, and so are models inside models.

    Args:
        model: Any Keras model.

    Returns:
        The name; None if it cannot be told.

    >>> from digitzoo.models import simple_cnn
    >>> head_activation(simple_cnn())
    'softmax'
    """
    return find_head(model)[1]


def find_head(model: Any) -> tuple[Any, str | None]:
    """Find the last layer or operation that changes values, and name its activation.

    Args:
        model: Any Keras model. A subclass lists its layers as they were made.

    Returns:
        The layer, and its activation's name as Keras has it; None for what cannot be told.

    >>> from digitzoo.models import simple_cnn
    >>> head, activation = find_head(simple_cnn())
    >>> head.name, activation
    ('output', 'softmax')
    """
    # A functional model may end in an operation that is no layer, such as keras.ops.softmax.
    steps: Any = getattr(model, "operations", None) or getattr(model, "layers", ())
    for step in reversed(steps):
        if getattr(step, "layers", None):
            return find_head(step)
        kind = type(step).__name__
        if kind in ACTIVATION_LAYERS:
            return step, ACTIVATION_LAYERS[kind]
        activation = getattr(step, "activation", None)
        if activation is not None:
            name = _name_of(activation)
            if (kind, name) != ("Activation", "linear"):
                return step, name
        elif kind not in _TRANSPARENT:
            return step, None
    return None, None


ACTIVATION_LAYERS = {"LogSoftmax": "log_softmax", "Sigmoid": "sigmoid", "Softmax": "softmax"}
"""Layers and operations that are an activation by themselves."""

_TRANSPARENT = {
    "ActivityRegularization",
    "AlphaDropout",
    "Dropout",
    "Flatten",
    "GaussianDropout",
    "GaussianNoise",
    "GlobalAveragePooling2D",
    "GlobalMaxPooling2D",
    "Identity",
    "Reshape",
    "Squeeze",
}


def activation_behind(model: Any, values: NDArray[Any]) -> str | None:
    """Name the activation behind what a model gave; None if only the values can tell.

    Args:
        model: Any Keras model. A subclass lists its layers as they were made, which need not be
            how they run; so the values tell.
        values: Its output, shape `(N, ...)`.

    Returns:
        As `head_activation`.
    """
    activation = head_activation(model)
    if hasattr(model, "output_shape"):  # a graph of layers, which runs them in order
        return activation
    if values.min() < 0 or values.max() > 1:
        return None
    if values.shape[1:] == (1,):
        return "sigmoid"
    return activation if activation == "sigmoid" and not sum_to_one(values) else None


def sum_to_one(values: NDArray[Any]) -> bool:
    """Tell whether rows are probabilities; half precision sums ten to 1 within a hundredth."""
    return bool(values.min() >= 0) and np.allclose(values.sum(axis=1), 1, atol=ROUNDING)


ROUNDING = 1e-2


def _name_of(activation: Any) -> str | None:
    """Name an activation of a library; what one's own function does, its name does not tell."""
    library = (getattr(activation, "__module__", None) or "").partition(".")[0]
    if library not in _LIBRARIES:
        return None
    name = getattr(activation, "__name__", None)
    if name is None:  # a layer
        return ACTIVATION_LAYERS.get(type(activation).__name__)
    return str(name).removesuffix("_v2")  # tf.nn.softmax is called softmax_v2


_LIBRARIES = {"jax", "keras", "tensorflow", "torch"}
