"""From layers to a built model, with errors that say which input would have worked."""

import inspect
import re
from collections.abc import Callable, Sequence
from functools import partial, wraps
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin

import keras
import numpy as np

from digitzoo.checks import check_flag, check_number, check_text, check_whole
from digitzoo.errors import (
    ArgumentTypeError,
    DigitzooError,
    InvalidArgumentError,
    shown,
    unknown_name,
)
from digitzoo.models.loading import find_weights, load_weights
from digitzoo.models.measured import WEIGHTS

_LARGEST_SIZE_TRIED = 1024
_LARGEST_SIZE = 100_000  # of an axis, a layer or the classes; more is a slip, and fills the memory
_MOST_ITEMS = 20
_NAME = r"[A-Za-z0-9][A-Za-z0-9_.-]*"
# What weights of the package may be asked for with: inputs, and what acts in training alone.
_FREE = ("input_shape", "num_classes", "dropout_rate", "l2", "transfer", "name")

Model = TypeVar("Model", bound=keras.Model)
Builder = TypeVar("Builder", bound=Callable[..., keras.Model])


def builder(function: Builder) -> Builder:
    """Check what a builder is called with by its annotations, and find the weights' file for it."""
    signature, name = inspect.signature(function), function.__name__

    @wraps(function)
    def build(*args: Any, **options: Any) -> keras.Model:
        for option in options:
            if option not in signature.parameters:
                raise ArgumentTypeError(
                    f"{name}: {unknown_name('option', option, signature.parameters)}"
                )
        try:
            given = signature.bind(*args, **options).arguments
        except TypeError as error:  # too many by place, or one twice
            raise ArgumentTypeError(f"{name}: {error}") from error
        weights = find_weights(name, given.pop("weights", None))
        given = {
            argument: _checked(
                f"{name}: {argument}", signature.parameters[argument].annotation, value
            )
            for argument, value in given.items()
        }
        if weights is not None and weights.parent == WEIGHTS:
            _check_untouched(name, signature, given, weights)
        if given.get("transfer") and weights is None:
            raise InvalidArgumentError(
                f"{name}: transfer=True needs weights to load, such as weights='mnist'."
            )
        data_format = keras.config.image_data_format()
        keras.config.set_image_data_format("channels_last")  # whatever the user's default is
        try:
            return function(**given, weights=weights)
        except DigitzooError:
            raise
        except (ValueError, TypeError) as error:  # a name that Keras does not take
            raise InvalidArgumentError(f"{name}: {error}") from error
        finally:
            keras.config.set_image_data_format(data_format)

    return build  # type: ignore[return-value] # wraps keeps the signature


def _check_untouched(
    name: str, signature: inspect.Signature, given: dict[str, Any], weights: Path
) -> None:
    """Refuse the package's weights to a network that computes otherwise than the one they are of.

    Shapes do not tell: another activation takes the same weights.
    """
    for argument, value in given.items():
        default = signature.parameters[argument].default
        if argument not in _FREE and value not in (default, (default, default)):
            raise InvalidArgumentError(
                f"{name}: the weights {weights.name} are of a network with {argument}={default!r}. "
                f"Received {argument}={value!r}. Leave it out, or leave out weights= and train."
            )


def _checked(name: str, kind: Any, value: Any) -> Any:
    """Hold an argument to what its annotation says, as Python's own numbers and tuples."""
    if kind is bool:
        return check_flag(name, value)
    if kind is str:
        return (check_model_name if name.endswith(": name") else check_text)(name, value)
    if kind is float:
        return check_number(name, value, at_least=0, at_most=1 if "rate" in name else None)
    # A softmax over one class is always 1; a margin may be none.
    least = {"num_classes": 2, "margin": 0}.get(name.partition(": ")[2], 1)
    whole = partial(check_whole, at_least=least, at_most=_LARGEST_SIZE)
    if kind is int:
        return whole(name, value)
    several = next((part for part in (kind, *get_args(kind)) if get_origin(part) is tuple), kind)
    # TensorFlow's shapes and arrays are sequences too.
    is_sequence = not isinstance(value, str | bytes | dict | set) and hasattr(value, "__len__")
    is_sequence = is_sequence and getattr(value, "ndim", 1) == 1
    if several is not kind and isinstance(value, int | np.integer):
        return whole(name, value)  # one for both axes
    items = get_args(several)
    count = None if items[-1] is Ellipsis else len(items)
    expected = f"a tuple of {count} numbers" if count else "a tuple of numbers"
    if several is not kind:
        expected = f"a whole number or {expected}"
    if "shape" in name:
        expected += ", such as (28, 28, 1)"
    message = f"{name} must be {expected}. Received {shown(value)}."
    if not is_sequence or not hasattr(value, "__iter__"):
        raise ArgumentTypeError(message)
    if not len(value) or len(value) != (count or len(value)) or len(value) > _MOST_ITEMS:
        raise InvalidArgumentError(message)
    return tuple(_checked(f"{name}[{place}]", items[0], item) for place, item in enumerate(value))


def check_model_name(argument: str, value: Any) -> str:
    """Hold a model's name to what TensorFlow takes when the model runs."""
    if not re.fullmatch(_NAME, check_text(argument, value)):
        raise InvalidArgumentError(
            f"{argument} must be letters, digits and any of _ . - and begin with one of the first "
            f"two, as TensorFlow asks. Received {shown(value)}."
        )
    return str(value)


def assemble(
    name: str, stack: Sequence[Any], weights: str | Path | None, *, transfer: bool
) -> keras.Sequential:
    """Stack layers on an input, and load the weights whose path `builder` hands on."""
    entry, *layers = stack
    input_shape = tuple(entry.shape[1:])
    if any(isinstance(one, keras.layers.Conv2D) for one in layers):
        check_images(name, input_shape)
    stopped = _first_layer_without_output(layers, input_shape)
    if stopped is not None:  # not every Keras refuses to build a layer of no outputs
        layer, arriving = stopped
        sizes = range(1, _LARGEST_SIZE_TRIED)
        shapes = ((size, size, input_shape[-1]) for size in sizes)
        works = next((s for s in shapes if not _first_layer_without_output(layers, s)), None)
        remedy = f" The smallest size that works is {works[0]} x {works[1]}." if works else ""
        raise InvalidArgumentError(
            f"input_shape={input_shape} is too small for {name}: what reaches layer "
            f"{layer.name!r} ({type(layer).__name__}) is {' x '.join(map(str, arriving[:-1]))}, "
            f"and nothing is left of it.{remedy}"
        )
    return with_weights(keras.Sequential(stack, name=name), weights, transfer=transfer)


def check_images(name: str, input_shape: tuple[int, ...]) -> None:
    """Refuse an input that has no height, width and channels."""
    if len(input_shape) != 3:
        raise InvalidArgumentError(
            f"{name} takes images of shape (height, width, channels), such as (28, 28, 1). "
            f"Received input_shape={input_shape}."
        )


def with_weights(model: Model, weights: str | Path | None, *, transfer: bool) -> Model:
    """Load the weights whose path `builder` hands on, if there are any, and give the model."""
    if weights is not None:
        load_weights(model, Path(weights), transfer=transfer)
    return model


def _first_layer_without_output(
    layers: Sequence[Any], input_shape: tuple[int, ...]
) -> tuple[Any, tuple[int, ...]] | None:
    shape: tuple[Any, ...] = (None, *input_shape)
    for layer in layers:
        arriving = shape[1:]
        try:
            shape = layer.compute_output_shape(shape)
        except ValueError:
            shape = (0,)
        if 0 in shape:
            return layer, arriving
    return None
