"""What a classifier takes and gives, as far as its shapes tell."""

import os
import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, listed, shown
from digitzoo.evaluation.activations import head_activation


def check_model(model: object) -> None:
    """Hold an argument to Keras models; what holds one is told apart.

    Raises:
        ArgumentTypeError: If it is none.
    """
    if isinstance(model, type) or not hasattr(model, "predict_on_batch"):
        remedy = " Pass its .model." if hasattr(model, "model") else ""
        if isinstance(model, str | os.PathLike):
            quoted = shown(str(model))
            remedy = f" Build it: build_model({quoted})."
            if str(model).endswith((".keras", ".h5")):
                remedy = f" Load it: keras.models.load_model({quoted})."
        raise ArgumentTypeError(f"Expected a Keras model. Received {type(model).__name__}.{remedy}")


def input_shape_of(model: Any) -> tuple[int | None, ...]:
    """Give the shape of one image that a model takes, or that a subclass was built with.

    A subclass of keras.Model has no input shape of its own; Keras remembers the first it saw.

    Args:
        model: Any Keras model that is built, or was called or fitted.

    Returns:
        The shape, without the batch axis; None where any size will do.

    Raises:
        ArgumentTypeError: If it is no Keras model.
        InvalidArgumentError: If it was never built or called, or takes more than one input.

    >>> from digitzoo.models import simple_cnn
    >>> input_shape_of(simple_cnn())
    (28, 28, 1)
    """
    check_model(model)
    if hasattr(model, "input_shape"):
        return _shape_of(model, "input_shape")
    shape = (model.get_build_config() or {}).get("input_shape") if model.built else None
    if shape is None:
        raise InvalidArgumentError(
            f"The model's shapes are not known: it is not built. Call it on one batch, such as "
            f"model(images[:1] / 255), or build it, as model.build((None, 28, 28, 1)) does for "
            f"gray images of 28 x 28. Received {type(model).__name__} {model.name!r}."
        )
    if not isinstance(shape, tuple | list) or not all(isinstance(n, int | None) for n in shape):
        raise InvalidArgumentError(
            f"Expected a model of one input and one output. "
            f"Received a model built with {shown(shape)}."
        )
    return tuple(shape[1:])


def num_classes_of(model: Any) -> int:
    """Give the number of classes that a model tells apart.

    Args:
        model: A built Keras classifier.

    Returns:
        How many numbers it gives for one image; 2 for a single one behind a sigmoid.

    Raises:
        ArgumentTypeError: If it is no Keras model.
        InvalidArgumentError: If it is not built, or gives nothing of the kind.

    >>> from digitzoo.models import simple_cnn
    >>> num_classes_of(simple_cnn(num_classes=26))
    26
    """
    return count_classes(_shape_of(model, "output_shape"), head_activation(model))


def count_classes(shape: tuple[int | None, ...], activation: str | None) -> int:
    """Hold what a model gives for one image to what tells classes apart.

    Args:
        shape: Without the batch axis.
        activation: What is behind it, as `head_activation` names it.

    Returns:
        How many classes: as many as numbers, and 2 for a single number behind a sigmoid, which is
        the probability of class 1.

    Raises:
        InvalidArgumentError: If it is something else.

    >>> count_classes((10,), "softmax"), count_classes((1,), "sigmoid")
    (10, 2)
    """
    if shape == (1,) and activation == "sigmoid":
        return 2
    if len(shape) != 1 or shape[0] is None or shape[0] < 2:  # two classes
        remedy = ""
        if shape == (1,):
            remedy = " For two classes one number will do: Dense(1, activation='sigmoid')."
        raise InvalidArgumentError(
            f"The model must give one number for each class, two or more. It gives shape {shape}."
            f"{remedy}"
        )
    return shape[0]


def check_rows(rows: NDArray[Any], activation: str | None) -> None:
    """Hold what a model gave to finite numbers, a row for each image.

    Args:
        rows: Its output.
        activation: What is behind it, as `head_activation` names it.

    Raises:
        InvalidArgumentError: If it is something else.
    """
    count_classes(rows.shape[1:], activation)
    if not np.isfinite(rows).all():
        raise InvalidArgumentError(
            "The model gives numbers that are not finite. Its training was lost; begin anew with "
            "a smaller learning rate."
        )


def one_output(output: Any) -> Any:
    """Hold what a model gave to a single output.

    Raises:
        InvalidArgumentError: If it has several.
    """
    if isinstance(output, list | tuple | dict):
        raise InvalidArgumentError(
            f"Expected a model of one input and one output. It gives {len(output)} outputs. "
            f"keras.Model(model.inputs, model.outputs[0]) gives the first alone."
        )
    return output


def check_classifier(model: Any) -> tuple[int | None, ...]:
    """Hold an argument to classifiers of one input and one output, as far as their shapes tell.

    Returns:
        The shape of one image, as `input_shape_of` gives it.

    Raises:
        ArgumentTypeError: If it is no Keras model.
        InvalidArgumentError: If it is not built, or no classifier.
    """
    check_model(model)
    check_names(model)
    shape = input_shape_of(model)
    if knows_its_shapes(model):
        num_classes_of(model)
    return shape


def knows_its_shapes(model: Any) -> bool:
    """Tell a graph of layers, which runs them in order, from a subclass, which may do anything."""
    return hasattr(model, "output_shape")


def _shape_of(model: Any, attribute: str) -> tuple[int | None, ...]:
    check_model(model)
    try:
        shape = getattr(model, attribute)
    except AttributeError as error:
        raise InvalidArgumentError(
            f"The model's shapes are not known: it is not built, or it is a subclass of "
            f"keras.Model, which has none. Expected a Sequential with an Input, or a functional "
            f"model. Received {type(model).__name__} {model.name!r}."
        ) from error
    if not isinstance(shape, tuple) or not all(isinstance(n, int | None) for n in shape):
        raise InvalidArgumentError(
            f"Expected a model of one input and one output. {_name_many(model, attribute, shape)}"
        )
    return shape[1:]


def _name_many(model: Any, attribute: str, shape: object) -> str:
    """Name the inputs or outputs of a model that has several, and say how to take one."""
    side = attribute.removesuffix("_shape")
    names = getattr(model, f"{side}_names", None) or ()
    if len(names) < 2:  # none to choose from
        return f"Received {attribute}={shown(shape)}."
    remedy = ""
    if side == "output":
        remedy = " keras.Model(model.inputs, model.outputs[0]) gives the first alone."
    return f"This one has the {side}s {listed(map(repr, names))}.{remedy}"


_NAME = re.compile(r"[A-Za-z0-9_.\\/>-]*")


def check_names(model: Any) -> None:
    """Hold the names of a model and its layers to those that TensorFlow can run.

    Args:
        model: A Keras model.

    Raises:
        InvalidArgumentError: If one is none.
    """
    import keras

    if keras.config.backend() != "tensorflow":
        return
    waiting = [model]
    while waiting:
        part = waiting.pop()
        waiting += getattr(part, "layers", ())
        begins_well = part is not model or not part.name.startswith(("_", "\\", "/", ">", "-"))
        if not (_NAME.fullmatch(part.name) and begins_well):
            raise InvalidArgumentError(
                f"TensorFlow cannot run what is called {shown(part.name)}. Expected a name of "
                f"letters of English, digits, _, - and ., and a model's to begin with a letter or "
                f"digit. Make it with another name=."
            )
