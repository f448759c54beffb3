"""What a classifier takes and gives: its shapes, and the activation behind its output, its head."""

import os
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, listed, shown

ROUNDING = 1e-2  # half precision sums ten probabilities to 1 within a hundredth
HOW_TO_BUILD = (
    "It is not built. Call it on one batch, such as model(images[:1] / 255), or build it, as "
    "model.build((None, 28, 28, 1)) does for gray images of 28 x 28."
)
SMALLEST_PROBABILITY = 1e-7  # Keras clips here too, so that no loss is infinite


def check_model(model: object) -> None:
    """Hold an argument to Keras models; what holds one is told apart."""
    if isinstance(model, type) or not hasattr(model, "predict_on_batch"):
        remedy = " Pass its .model." if hasattr(model, "model") else ""
        if isinstance(model, str | os.PathLike):
            quoted = shown(str(model))
            remedy = f" Build it: build_model({quoted})."
            if str(model).endswith((".keras", ".h5")):
                remedy = f" Load it: keras.models.load_model({quoted})."
        raise ArgumentTypeError(f"Expected a Keras model. Received {type(model).__name__}.{remedy}")


def check_classifier(model: Any) -> tuple[int | None, ...]:
    """Hold an argument to classifiers, as far as shapes tell, and give the shape of one image."""
    shape = input_shape_of(model)
    check_names(model)
    if hasattr(model, "output_shape"):  # a subclass of keras.Model has none
        num_classes_of(model)
    return shape


def check_names(model: Any) -> None:
    """Hold the names of a model and its layers to those that TensorFlow can run."""
    name = unfit_name(model)
    if name is not None:
        raise InvalidArgumentError(
            f"TensorFlow cannot run what is called {shown(name)}. Expected a name of letters of "
            f"English, digits, _, - and ., and a model's to begin with a letter or digit. Make it "
            f"with another name=."
        )


def unfit_name(model: Any) -> str | None:
    """Find the name of a model or one of its layers that TensorFlow cannot compile, if any."""
    import keras

    waiting = [model] if keras.config.backend() == "tensorflow" else []
    while waiting:
        part = waiting.pop()
        waiting += getattr(part, "layers", ())
        begins_well = part is not model or not part.name.startswith(("_", "\\", "/", ">", "-"))
        if not (begins_well and re.fullmatch(r"[A-Za-z0-9_.\\/>-]*", part.name)):
            return str(part.name)
    return None


def input_shape_of(model: Any) -> tuple[int | None, ...]:
    """Give the shape of one image that a model takes, or that a subclass was built with."""
    return _shape_of(model, "input", HOW_TO_BUILD)


def num_classes_of(model: Any) -> int:
    """Give the number of classes that a model tells apart."""
    shape = _shape_of(
        model,
        "output",
        "It is not built, or it is a subclass of keras.Model, which has none. Expected a "
        "Sequential with an Input, or a functional model.",
    )
    return _count_classes(shape, head_activation(model))


def _shape_of(model: Any, side: str, why: str) -> tuple[int | None, ...]:
    check_model(model)
    shape = getattr(model, f"{side}_shape", None)
    if shape is None and side == "input" and model.built:  # Keras keeps what a subclass saw first
        shape = (model.get_build_config() or {}).get("input_shape")
    if shape is None:
        raise InvalidArgumentError(
            f"The model's shapes are not known. {why} Received {type(model).__name__} "
            f"{model.name!r}."
        )
    if isinstance(shape, tuple | list) and all(isinstance(size, int | None) for size in shape):
        return tuple(shape[1:])
    names = getattr(model, f"{side}_names", None) or ()
    what = f"This one has the {side}s {listed(map(repr, names))}."
    if len(names) < 2:
        what = f"Received {side}_shape={shown(shape)}."
    raise InvalidArgumentError(f"{_ONE_EACH} {what}{_FIRST_ALONE if side == 'output' else ''}")


_ONE_EACH = "Expected a model of one input and one output."
_FIRST_ALONE = " keras.Model(model.inputs, model.outputs[0]) gives the first alone."


def one_output(output: Any) -> Any:
    """Hold what a model gave to a single output."""
    if isinstance(output, list | tuple | dict):
        raise InvalidArgumentError(f"{_ONE_EACH} It gives {len(output)} outputs.{_FIRST_ALONE}")
    return output


def _count_classes(shape: tuple[int | None, ...], activation: str | None) -> int:
    if shape == (1,) and activation == "sigmoid":
        return 2  # the probability of class 1 tells that of class 0
    if len(shape) != 1 or shape[0] is None or shape[0] < 2:
        remedy = ""
        if shape == (1,):
            remedy = " For two classes one number will do: Dense(1, activation='sigmoid')."
        raise InvalidArgumentError(
            f"The model must give one number for each class, two or more. It gives shape {shape}."
            f"{remedy}"
        )
    return shape[0]


def check_rows(rows: NDArray[Any], activation: str | None) -> None:
    """Hold what a model gave to finite numbers, a row for each image."""
    _count_classes(rows.shape[1:], activation)
    if not np.isfinite(rows).all():
        raise InvalidArgumentError(
            "The model gives numbers that are not finite. Its training was lost; begin anew with "
            "a smaller learning rate."
        )


def as_probabilities(model: Any, rows: NDArray[Any]) -> NDArray[np.floating]:
    """Make what a model gave for images probabilities of shape `(N, num_classes)`."""
    activation = head_activation(model)
    if not hasattr(model, "output_shape"):  # a subclass may run its layers in any order
        is_sigmoid = rows.shape[1:] == (1,) or (activation == "sigmoid" and not sum_to_one(rows))
        inside = rows.min() >= 0 and rows.max() <= 1
        activation = "sigmoid" if inside and is_sigmoid else None
    check_rows(rows, activation)
    values = rows.astype(np.float32, copy=False)
    if activation == "softmax" or (activation is None and sum_to_one(values)):
        return values
    if activation == "sigmoid" and values.shape[1] == 1:
        return np.concatenate([1 - values, values], axis=1)
    if activation == "sigmoid":  # Keras's cross-entropy takes the softmax of what is before it
        powers = (values + SMALLEST_PROBABILITY) / (1 + SMALLEST_PROBABILITY - values)
    else:
        powers = np.exp(values - values.max(axis=1, keepdims=True))
    probabilities: NDArray[np.floating] = powers / powers.sum(axis=1, keepdims=True)
    return probabilities


def sum_to_one(rows: NDArray[Any]) -> bool:
    """Tell whether rows are probabilities of which one holds."""
    return bool(rows.min() >= 0) and np.allclose(rows.sum(axis=-1), 1, atol=ROUNDING)


def head_activation(model: Any) -> str | None:
    """Name the activation behind a model's output as Keras has it; None if it cannot be told."""
    return find_head(model)[1]


def find_head(model: Any) -> tuple[Any, str | None]:
    """Find the last layer or operation that changes values, and name its activation."""
    for step in reversed(list(steps_of(model))):
        kind = type(step).__name__
        if kind in _ACTIVATIONS:
            return step, _ACTIVATIONS[kind]
        activation = getattr(step, "activation", None)
        if activation is not None:
            name = _name_of(activation)
            if (kind, name) != ("Activation", "linear"):
                return step, name
        elif kind not in _TRANSPARENT:
            return step, None
    return None, None


def steps_of(model: Any) -> Iterator[Any]:
    """Give the layers of a model in their order, and operations such as `keras.ops.softmax`."""
    steps: Any = getattr(model, "operations", None) or getattr(model, "layers", ())
    for step in steps:
        if getattr(step, "layers", None):
            yield from steps_of(step)
        else:
            yield step


def _name_of(activation: Any) -> str | None:
    """Name an activation of a library; what one's own function does, its name does not tell."""
    library = (getattr(activation, "__module__", None) or "").partition(".")[0]
    if library not in ("jax", "keras", "tensorflow", "torch"):
        return None
    name = getattr(activation, "__name__", None)
    if name is None:  # a layer
        return _ACTIVATIONS.get(type(activation).__name__)
    return str(name).removesuffix("_v2")  # tf.nn.softmax is called softmax_v2


_ACTIVATIONS = {"LogSoftmax": "log_softmax", "Sigmoid": "sigmoid", "Softmax": "softmax"}
_TRANSPARENT = {
    *("ActivityRegularization", "AlphaDropout", "Dropout", "GaussianDropout", "GaussianNoise"),
    *("GlobalAveragePooling2D", "GlobalMaxPooling2D"),
    *("Flatten", "Identity", "Reshape", "Squeeze"),
}
