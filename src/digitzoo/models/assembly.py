"""From a list of layers to a built model, with errors that say which input would have worked."""

from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import keras

from digitzoo.errors import ArgumentTypeError, DigitzooError, InvalidArgumentError, unknown_name

_WEIGHTS = Path(__file__).with_name("weights")
_LARGEST_SIZE_TRIED = 1024


Builder = TypeVar("Builder", bound=Callable[..., keras.Sequential])
Item = TypeVar("Item")


def builder(function: Builder) -> Builder:
    """Give what Keras says of a layer's argument as an error of this library.

    Args:
        function: A function that returns a model.

    Returns:
        The same, raising `InvalidArgumentError` and `ArgumentTypeError`.
    """

    @wraps(function)
    def build(*args: Any, **options: Any) -> keras.Sequential:  # noqa: ANN401 - as the builder's
        data_format = keras.config.image_data_format()
        keras.config.set_image_data_format("channels_last")  # whatever the user's default is
        try:
            return function(*args, **options)
        except DigitzooError:
            raise
        except ValueError as error:
            raise InvalidArgumentError(f"{function.__name__}: {error}") from error
        except TypeError as error:
            raise ArgumentTypeError(f"{function.__name__}: {error}") from error
        finally:
            keras.config.set_image_data_format(data_format)

    return build  # type: ignore[return-value] # wraps keeps the signature


def assemble(
    name: str,
    input_shape: tuple[int, ...],
    layers: Sequence[Any],
    *,
    weights: str | Path | None = None,
) -> keras.Sequential:
    """Stack layers on an input, and load weights if any are named.

    Args:
        name: The model's name.
        input_shape: The shape of one image.
        layers: Keras layers, from the top down.
        weights: None, the name of a data set, or the path of a `.weights.h5` file.

    Returns:
        The built model.

    Raises:
        InvalidArgumentError: If an input of that shape does not reach the end, or the weights are
            unknown or do not fit.
    """
    _check_input_shape(name, input_shape)
    path = _weights_path(name, weights)
    stopped = _first_layer_without_output(layers, input_shape)
    if stopped is not None:  # not every Keras refuses to build a layer of no outputs
        raise InvalidArgumentError(_too_small(name, input_shape, layers, *stopped))
    model = keras.Sequential([keras.Input(input_shape), *layers], name=name)
    if path is not None:
        try:
            model.load_weights(path)
        except (ValueError, OSError, KeyError) as error:
            raise InvalidArgumentError(
                f"{path} does not hold weights for {name} with input_shape={input_shape} and "
                f"{model.count_params():,} parameters. {error}"
            ) from error
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


def check_num_classes(name: str, num_classes: int) -> None:
    """Hold the number of classes to 2 or more, since a softmax over one class is always 1.

    Raises:
        InvalidArgumentError: If there are fewer.
    """
    if num_classes < 2:  # noqa: PLR2004 - said above
        raise InvalidArgumentError(
            f"{name} needs num_classes of 2 or above. Received num_classes={num_classes}."
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


def _check_input_shape(name: str, input_shape: tuple[int, ...]) -> None:
    if not all(isinstance(size, int) and size > 0 for size in input_shape):
        raise InvalidArgumentError(
            f"{name} needs whole sizes above 0. Received input_shape={input_shape}."
        )


def _weights_path(name: str, weights: str | Path | None) -> Path | None:
    if weights is None:
        return None
    bundled = {
        path.name.removeprefix(f"{name}-").removesuffix(".weights.h5"): path
        for path in _WEIGHTS.glob(f"{name}-*.weights.h5")
    }
    if weights in bundled:
        return bundled[str(weights)]
    path = Path(weights)
    if path.name.endswith(".weights.h5") and path.is_file():
        return path
    raise InvalidArgumentError(
        f"{unknown_name(f'weights for {name}', str(weights), bundled)} "
        f"Or give the path of a .weights.h5 file that is there."
    )


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
