"""From a list of layers to a built model, with errors that say which input would have worked."""

import inspect
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from numbers import Integral
from pathlib import Path
from typing import Any, TypeVar

import keras

from digitzoo.errors import ArgumentTypeError, DigitzooError, InvalidArgumentError
from digitzoo.models.loading import find_weights, load_weights

_LARGEST_SIZE_TRIED = 1024


Builder = TypeVar("Builder", bound=Callable[..., keras.Sequential])
Item = TypeVar("Item")


def builder(function: Builder) -> Builder:
    """Find the weights that are asked for, and word Keras's errors as this library's.

    Args:
        function: A function that returns a model, called as its weights' files are.

    Returns:
        The same, raising `InvalidArgumentError` and `ArgumentTypeError`. It is called with the
        path of the weights instead of their name.
    """
    signature = inspect.signature(function)

    @wraps(function)
    def build(*args: Any, **options: Any) -> keras.Sequential:  # noqa: ANN401 - as the builder's
        data_format = keras.config.image_data_format()
        keras.config.set_image_data_format("channels_last")  # whatever the user's default is
        try:
            given = signature.bind(*args, **options).arguments
            given = {name: _plain(value) for name, value in given.items()}
            _check_shared(function.__name__, given)
            given["weights"] = find_weights(function.__name__, given.get("weights"))
            if given.get("transfer") and given["weights"] is None:
                raise InvalidArgumentError(
                    f"{function.__name__}: transfer=True needs weights to load, such as "
                    f"weights='mnist'."
                )
            return function(**given)
        except DigitzooError:
            raise
        except ValueError as error:
            raise InvalidArgumentError(f"{function.__name__}: {error}") from error
        except TypeError as error:
            raise ArgumentTypeError(f"{function.__name__}: {error}") from error
        finally:
            keras.config.set_image_data_format(data_format)

    return build  # type: ignore[return-value] # wraps keeps the signature


def _plain(value: Any) -> Any:  # noqa: ANN401 - any argument of a builder
    """Turn whole numbers and sequences into Python's own, which alone Keras takes for sizes."""
    if isinstance(value, Integral) and not isinstance(value, bool):
        return int(value)
    if isinstance(value, Iterable) and not isinstance(value, str):  # TensorFlow's shapes too
        return tuple(_plain(item) for item in value)
    return value


def _check_shared(name: str, given: dict[str, Any]) -> None:
    """Hold the arguments that all builders share to what can work.

    Raises:
        ArgumentTypeError: If one is of another type.
        InvalidArgumentError: If a size is no whole number above 0, or there are no two classes.
    """
    shape, classes = given.get("input_shape", ()), given.get("num_classes", 2)
    if not isinstance(shape, tuple):
        raise ArgumentTypeError(
            f"{name} takes the shape of one image as a tuple, such as (28, 28, 1). "
            f"Received input_shape={shape!r}."
        )
    if not all(isinstance(size, int) and size > 0 for size in shape):
        raise InvalidArgumentError(
            f"{name} needs whole sizes above 0. Received input_shape={shape}."
        )
    if type(classes) is not int:
        raise ArgumentTypeError(
            f"{name} needs a whole number of classes. Received num_classes={classes!r}."
        )
    if classes < 2:  # noqa: PLR2004 - a softmax over one class is always 1
        raise InvalidArgumentError(
            f"{name} needs num_classes of 2 or above. Received num_classes={classes}."
        )


def assemble(
    name: str,
    input_shape: tuple[int, ...],
    layers: Sequence[Any],
    *,
    weights: str | Path | None = None,
    transfer: bool = False,
) -> keras.Sequential:
    """Stack layers on an input, and load weights if any are named.

    Args:
        name: The model's name.
        input_shape: The shape of one image.
        layers: Keras layers, from the top down.
        weights: None, or the path of a `.weights.h5` file, as `builder` hands it on.
        transfer: Load the weights of all layers but the last.

    Returns:
        The built model.

    Raises:
        InvalidArgumentError: If an input of that shape does not reach the end, or the weights do
            not fit.
    """
    stopped = _first_layer_without_output(layers, input_shape)
    if stopped is not None:  # not every Keras refuses to build a layer of no outputs
        raise InvalidArgumentError(_too_small(name, input_shape, layers, *stopped))
    model = keras.Sequential([keras.Input(input_shape), *layers], name=name)
    if weights is not None:
        load_weights(model, Path(weights), transfer=transfer)
    return model


def check_image_shape(name: str, input_shape: tuple[int, ...]) -> None:
    """Hold the input of a convolutional network to `(height, width, channels)`.

    Raises:
        InvalidArgumentError: If it has another number of axes.
    """
    if len(input_shape) != 3:  # noqa: PLR2004 - height, width, channels
        raise InvalidArgumentError(
            f"{name} takes images of shape (height, width, channels), such as (28, 28, 1). "
            f"Received input_shape={input_shape}."
        )


def check_pair(name: str, argument: str, values: tuple[Item, Item]) -> tuple[Item, Item]:
    """Hold an argument to two values, one for each of two stages.

    Raises:
        InvalidArgumentError: If there are more or fewer.
    """
    if not isinstance(values, Sequence) or len(values) != 2:  # noqa: PLR2004 - a pair
        raise InvalidArgumentError(
            f"{name} takes two values for {argument}, such as (32, 64). "
            f"Received {argument}={values!r}."
        )
    return values


def _too_small(
    name: str,
    input_shape: tuple[int, ...],
    layers: Sequence[Any],
    layer: Any,  # noqa: ANN401 - any Keras layer
    arriving: tuple[int, ...],
) -> str:
    """Say which layer an input is too small for, and the smallest size that works."""
    channels = input_shape[-1]
    smallest = next(
        (
            size
            for size in range(1, _LARGEST_SIZE_TRIED)
            if _first_layer_without_output(layers, (size, size, channels)) is None
        ),
        None,
    )
    remedy = f" The smallest size that works is {smallest} x {smallest}." if smallest else ""
    size_there = " x ".join(str(size) for size in arriving[:-1])
    return (
        f"input_shape={input_shape} is too small for {name}: what reaches layer {layer.name!r} "
        f"({type(layer).__name__}) is {size_there}, and nothing is left of it.{remedy}"
    )


def _first_layer_without_output(
    layers: Sequence[Any], input_shape: tuple[int, ...]
) -> tuple[Any, tuple[int, ...]] | None:
    shape: tuple[Any, ...] = (None, *input_shape)
    for layer in layers:
        arriving = shape[1:]
        try:
            shape = layer.compute_output_shape(shape)
        except ValueError:
            return layer, arriving
        if 0 in shape:
            return layer, arriving
    return None
