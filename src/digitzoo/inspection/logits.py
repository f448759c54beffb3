"""What a classifier says before its softmax, which is flat where it is sure of itself."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np
from numpy.typing import ArrayLike, NDArray

from digitzoo.data.classes import array_of
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, shown
from digitzoo.evaluation.heads import (
    ROUNDING,
    as_probabilities,
    check_rows,
    find_head,
    one_output,
    sum_to_one,
    unfit_name,
)

Tensor = Any  # of TensorFlow, JAX or PyTorch

_MOST_AT_ONCE = 512
_UNDONE = ("softmax", "log_softmax", "sigmoid")  # activations, as keras.ops names them too


@contextmanager
def without_softmax(model: keras.Model) -> Iterator[str | None]:
    """Let a model give logits for a while, and name what is taken off; then it is as it was."""
    head, activation = find_head(model)
    if activation not in _UNDONE:
        yield activation
        return
    swapped = "activation" if hasattr(head, "activation") else "call"
    before = head.__dict__.get(swapped)
    try:
        # Set past Keras's own __setattr__, which would track it as a part of the model.
        object.__setattr__(head, swapped, lambda inputs, *_, **__: inputs)
        yield activation
    finally:
        if before is None:
            head.__dict__.pop(swapped, None)
        else:
            object.__setattr__(head, swapped, before)


def logits_of(model: keras.Model, inputs: NDArray[np.floating]) -> NDArray[np.floating]:
    """Run a model without its softmax, check that it was that, and give a logit for each class."""
    logits = _run(_logits, model, inputs)
    head, activation = find_head(model)
    check_rows(logits, activation)
    outputs = _run(_outputs, model, inputs[:1])
    if activation in _UNDONE:
        squashed = keras.ops.convert_to_numpy(getattr(keras.ops, activation)(logits[:1]))
        is_undone = np.allclose(outputs, squashed[:, -outputs.shape[1] :], atol=ROUNDING)
    else:
        is_undone = not sum_to_one(outputs)  # or something squashes that was not found
    if not is_undone:
        averaged = type(head).__name__ == "Average"
        raise InvalidArgumentError(
            f"{model.name!r} averages what several networks say, and a mean of probabilities has "
            "no logits. Explain its members one by one, such as model.layers[1]."
            if averaged
            else f"What {model.name!r} does behind its logits cannot be undone. Expected a model "
            "that ends in a layer with activation='softmax' or 'sigmoid', in a Softmax layer, or "
            "in logits."
        )
    return logits


def classes_said(model: keras.Model, inputs: NDArray[np.floating]) -> NDArray[np.intp]:
    """Give the class that a model says of each image, whatever squashes its numbers."""
    said: NDArray[np.intp] = np.argmax(as_probabilities(model, _run(_outputs, model, inputs)), 1)
    return said


def _run(
    function: Callable[[keras.Model, Tensor], Tensor],
    model: keras.Model,
    inputs: NDArray[np.floating],
) -> NDArray[np.floating]:
    parts = [
        keras.ops.convert_to_numpy(function(model, inputs[start : start + _MOST_AT_ONCE]))
        for start in range(0, len(inputs), _MOST_AT_ONCE)
    ]
    return np.concatenate(parts).astype(np.float64)


def _outputs(model: keras.Model, images: Tensor) -> Tensor:
    return one_output(model(images, training=False))


def _logits(model: keras.Model, images: Tensor) -> Tensor:
    with without_softmax(model) as activation:
        rows = keras.ops.cast(_outputs(model, images), "float32")
    if activation == "sigmoid" and rows.shape[-1] == 1:  # it speaks for class 1, against class 0
        rows = keras.ops.concatenate([-rows, rows], axis=-1)
    return rows


def class_logit(model: keras.Model, labels: NDArray[np.intp]) -> Callable[[Tensor], Tensor]:
    """Give the function from images to the logit of one class each, as tensors."""

    def of_images(images: Tensor) -> Tensor:
        logits = _logits(model, images)
        return keras.ops.sum(logits * keras.ops.one_hot(labels, logits.shape[-1]), axis=-1)

    return of_images


def logits_function(
    model: keras.Model,
) -> Callable[[NDArray[np.floating]], NDArray[np.floating]]:
    """Give what runs a model that `logits_of` takes, compiled for many batches of one size."""
    bare = _Bare(model)
    # What TensorFlow has no name for, such as a name in Korean, it runs but does not compile.
    bare.run_eagerly = getattr(model, "run_eagerly", False) or unfit_name(model) is not None
    return lambda inputs: np.asarray(bare.predict_on_batch(inputs)).astype(np.float64)


class _Bare(keras.Model):  # type: ignore[misc]  # Keras ships no types
    """A model without its softmax, whose compiled function is its own and not the model's."""

    def __init__(self, model: keras.Model) -> None:
        super().__init__(name="bare")
        self._model = model

    def call(self, inputs: Tensor) -> Tensor:
        return _logits(self._model, inputs)


def as_label(label: ArrayLike) -> NDArray[np.integer]:
    """Hold what a user asks to explain to whole numbers."""
    labels = array_of(label)
    if labels.dtype.kind not in "iu":
        raise ArgumentTypeError(f"A label is a whole number. Received {shown(label)}.")
    return labels


def choose_labels(logits: NDArray[np.floating], label: ArrayLike | None) -> NDArray[np.intp]:
    """Give the class to explain for each image: what the user asks for, or what the model says."""
    if label is None:
        likeliest: NDArray[np.intp] = np.argmax(logits, axis=1)
        return likeliest
    labels = as_label(label)
    count, num_classes = logits.shape
    if labels.ndim > 1 or (labels.ndim == 1 and len(labels) != count):
        raise InvalidArgumentError(
            f"Expected one label, or one for each of {count} images. Received {labels.size}."
        )
    if labels.size and not 0 <= labels.min() <= labels.max() < num_classes:
        raise InvalidArgumentError(
            f"The model knows the classes 0 to {num_classes - 1}. Received label={shown(label)}."
        )
    return np.broadcast_to(labels, (count,)).astype(np.intp)
