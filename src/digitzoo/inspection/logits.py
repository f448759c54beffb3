"""What a classifier says before its softmax.

A softmax that is sure of itself is flat: its probability is 1 to the last digit, and its gradient
zero. What an image speaks for is seen in the numbers before it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

import keras
import numpy as np
from numpy.typing import NDArray

from digitzoo.errors import InvalidArgumentError
from digitzoo.evaluation.activations import (
    ACTIVATION_LAYERS,
    ROUNDING,
    activation_behind,
    find_head,
    sum_to_one,
)
from digitzoo.evaluation.heads import check_rows, one_output

_MOST_AT_ONCE = 512
_HALF = 0.5  # Keras's binary accuracy asks for more


def _log_softmax(logits: NDArray[np.floating]) -> NDArray[np.floating]:
    return logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)


_ACTIVATIONS: dict[str, Callable[[NDArray[np.floating]], NDArray[np.floating]]] = {
    "softmax": lambda logits: np.exp(_log_softmax(logits)),
    "log_softmax": _log_softmax,
    "sigmoid": lambda logits: np.exp(-np.logaddexp(0, -logits)),
}


@contextmanager
def without_softmax(model: keras.Model) -> Iterator[None]:
    """Let a model give logits for a while; afterwards it is as it was.

    Args:
        model: Any Keras classifier. One that gives logits anyway is left alone.
    """
    head, activation = find_head(model)
    if activation not in _ACTIVATIONS:
        yield
        return
    swapped = "call" if type(head).__name__ in ACTIVATION_LAYERS else "activation"
    before = head.__dict__.get(swapped)
    try:
        # Set past Keras's own __setattr__, which would track it as a part of the model.
        object.__setattr__(head, swapped, _unchanged)
        yield
    finally:
        if before is None:
            head.__dict__.pop(swapped, None)
        else:
            object.__setattr__(head, swapped, before)


def logits_of(model: keras.Model, inputs: NDArray[np.floating]) -> NDArray[np.floating]:
    """Run a model without its softmax, and check that it was that.

    Args:
        model: Any Keras classifier.
        inputs: What it takes, shape `(N, ...)`.

    Returns:
        Logits, shape `(N, num_classes)`; a single one behind a sigmoid speaks for class 1, and
        turned round for class 0.

    Raises:
        InvalidArgumentError: If the model is no classifier, its logits cannot be found, or they
            are not finite.
    """
    with without_softmax(model):
        logits = _run(model, inputs)
    activation = find_head(model)[1]
    check_rows(logits, activation)
    if not _is_behind(_run(model, inputs[:1]), logits[:1], activation):
        raise InvalidArgumentError(
            f"What {model.name!r} does behind its logits cannot be undone. Expected a model that "
            "ends in a layer with activation='softmax' or 'sigmoid', in a Softmax layer, or in "
            "logits."
        )
    return cast("NDArray[np.floating]", for_each_class(logits))


def for_each_class(logits: Any) -> Any:
    """Give two logits for a single one, which speaks for class 1 as it speaks against class 0.

    >>> for_each_class(np.array([[2.0]])).tolist()
    [[-2.0, 2.0]]
    """
    if logits.shape[-1] != 1:
        return logits
    both = [-logits, logits]
    is_array = isinstance(logits, np.ndarray)
    return np.concatenate(both, axis=-1) if is_array else keras.ops.concatenate(both, axis=-1)


def logits_function(
    model: keras.Model,
) -> Callable[[NDArray[np.floating]], NDArray[np.floating]]:
    """Give what runs a model without its softmax, compiled for many batches of one size.

    The first batch pays for compiling; a large network is then several times as fast, and keeps
    no layer's output longer than it is needed.

    Args:
        model: A classifier that `logits_of` takes, which checks it.

    Returns:
        From what the model takes to logits of shape `(N, num_classes)`.
    """
    bare, activation = _Bare(model), find_head(model)[1]
    bare.run_eagerly = getattr(model, "run_eagerly", False)

    def run(inputs: NDArray[np.floating]) -> NDArray[np.floating]:
        logits = np.asarray(bare.predict_on_batch(inputs)).astype(np.float64)
        check_rows(logits, activation)
        return cast("NDArray[np.floating]", for_each_class(logits))

    return run


class _Bare(keras.Model):  # type: ignore[misc]  # Keras ships no types
    """A model without its softmax, whose compiled function is its own and not the model's."""

    def __init__(self, model: keras.Model) -> None:
        super().__init__(name="bare")
        self._model = model

    def call(self, inputs: Any) -> Any:
        with without_softmax(self._model):
            return self._model(inputs, training=False)


def classes_said(model: keras.Model, inputs: NDArray[np.floating]) -> NDArray[np.intp]:
    """Give the class that a model says of each image, whatever squashes its numbers.

    Args:
        model: Any Keras classifier.
        inputs: What it takes, shape `(N, ...)`.

    Returns:
        Shape `(N,)`.

    Raises:
        InvalidArgumentError: If the model is no classifier, or its numbers are not finite.
    """
    rows = _run(model, inputs)
    check_rows(rows, activation_behind(model, rows))
    if rows.shape[1] == 1:
        return (rows[:, 0] > _HALF).astype(np.intp)
    highest: NDArray[np.intp] = np.argmax(rows, axis=1)
    return highest


def class_logit(model: keras.Model, labels: NDArray[np.intp]) -> Callable[[Any], Any]:
    """Give the function from images to the logits of one class each.

    Args:
        model: A classifier that `logits_of` takes.
        labels: The class of each image.
    """

    def of_images(images: Any) -> Any:
        with without_softmax(model):
            logits = for_each_class(keras.ops.cast(model(images, training=False), "float32"))
        return keras.ops.sum(logits * keras.ops.one_hot(labels, logits.shape[-1]), axis=-1)

    return of_images


def _run(model: keras.Model, inputs: NDArray[np.floating]) -> NDArray[np.floating]:
    parts = []
    for start in range(0, len(inputs), _MOST_AT_ONCE):
        output = one_output(model(inputs[start : start + _MOST_AT_ONCE], training=False))
        parts.append(keras.ops.convert_to_numpy(output))
    return np.concatenate(parts).astype(np.float64)


def _is_behind(
    outputs: NDArray[np.floating], logits: NDArray[np.floating], activation: str | None
) -> bool:
    """Tell whether a model's outputs are what its logits become."""
    if activation not in _ACTIVATIONS:
        return not sum_to_one(outputs)  # or something squashes that was not found
    return np.allclose(outputs, _ACTIVATIONS[activation](logits), atol=ROUNDING)


def _unchanged(inputs: Any, *_: Any, **__: Any) -> Any:
    return inputs
