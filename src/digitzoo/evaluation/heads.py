"""What a classifier takes and gives."""

from typing import Any

from digitzoo.errors import ArgumentTypeError, InvalidArgumentError


def input_shape_of(model: Any) -> tuple[int | None, ...]:  # noqa: ANN401 - any Keras model
    """Give the shape of one image that a model takes; None where any size will do.

    Args:
        model: A built Keras model.

    Returns:
        The shape, without the batch axis.

    Raises:
        ArgumentTypeError: If it is no Keras model.
        InvalidArgumentError: If it is not built, or takes more than one input.

    >>> from digitzoo.models import simple_cnn
    >>> input_shape_of(simple_cnn())
    (28, 28, 1)
    """
    return _shape_of(model, "input_shape")


def image_shape_of(model: Any) -> tuple[int | None, ...]:  # noqa: ANN401 - any Keras model
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
    >>> image_shape_of(simple_cnn())
    (28, 28, 1)
    """
    if not hasattr(model, "predict_on_batch") or hasattr(model, "input_shape"):
        return input_shape_of(model)
    shape = (model.get_build_config() or {}).get("input_shape") if model.built else None
    if shape is None:
        raise InvalidArgumentError(
            f"The model's shapes are not known: it is not built. Call it on one batch, such as "
            f"model(images[:1] / 255), or build it, as model.build((None, 28, 28, 1)) does for "
            f"gray images of 28 x 28. Received {type(model).__name__} {model.name!r}."
        )
    if not isinstance(shape, tuple | list) or not all(isinstance(n, int | None) for n in shape):
        raise InvalidArgumentError(
            f"Expected a model of one input and one output. Received a model built with {shape}."
        )
    return tuple(shape[1:])


def num_classes_of(model: Any) -> int:  # noqa: ANN401 - any Keras model
    """Give the number of classes that a model tells apart.

    Args:
        model: A built Keras classifier.

    Returns:
        How many numbers it gives for one image.

    Raises:
        ArgumentTypeError: If it is no Keras model.
        InvalidArgumentError: If it is not built, or gives no row of two numbers or more.

    >>> from digitzoo.models import simple_cnn
    >>> num_classes_of(simple_cnn(num_classes=26))
    26
    """
    return check_row(_shape_of(model, "output_shape"))


def check_row(shape: tuple[int | None, ...]) -> int:
    """Hold what a model gives for one image to a row of two numbers or more.

    Args:
        shape: Without the batch axis.

    Returns:
        How many numbers.

    Raises:
        InvalidArgumentError: If it is something else.

    >>> check_row((10,))
    10
    """
    if len(shape) != 1 or shape[0] is None or shape[0] < 2:  # noqa: PLR2004 - two classes
        raise InvalidArgumentError(
            f"The model must give one number for each class, two or more. It gives shape {shape}."
        )
    return shape[0]


def head_activation(model: Any) -> str | None:  # noqa: ANN401 - any Keras model
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
    for layer in reversed(getattr(model, "layers", ())):
        if getattr(layer, "layers", None):
            return head_activation(layer)
        kind = type(layer).__name__
        if kind == "Softmax":
            return "softmax"
        activation = layer.get_config().get("activation")
        if isinstance(activation, str):
            return activation
        if kind not in _TRANSPARENT:
            return None
    return None


_TRANSPARENT = {
    "Dropout",
    "Flatten",
    "GlobalAveragePooling2D",
    "GlobalMaxPooling2D",
    "Reshape",
}


def check_model(model: object) -> None:
    """Hold an argument to Keras models; what holds one is told apart.

    Raises:
        ArgumentTypeError: If it is none.
    """
    if isinstance(model, type) or not hasattr(model, "predict_on_batch"):
        inside = " Pass its .model." if hasattr(model, "model") else ""
        raise ArgumentTypeError(f"Expected a Keras model. Received {type(model).__name__}.{inside}")


def _shape_of(model: Any, attribute: str) -> tuple[int | None, ...]:  # noqa: ANN401 - the same
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
            f"Expected a model of one input and one output. Received {attribute}={shape}."
        )
    return shape[1:]
