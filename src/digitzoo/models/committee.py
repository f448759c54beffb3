"""Several networks as one, whose answer is the mean of theirs."""

from collections.abc import Sequence
from typing import Any

import keras

from digitzoo.checks import check_text
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, first_sentence, shown
from digitzoo.models.assembly import check_model_name
from digitzoo.models.catalogue import build_model

_FEWEST = 2
_NO_PROBABILITIES = ("linear", "log_softmax", "sigmoid")


def committee(
    models: Sequence[str | keras.Model], *, weights: str | None = None, name: str = "committee"
) -> keras.Model:
    """Build one network of several: its probabilities are the mean of theirs.

    The members are copies: what is done to the committee later does not change the models it was
    made of, and it is saved and loaded as one `.keras` file. Networks that err on different images
    outvote each other's mistakes; Ciresan, Meier and Schmidhuber (2012), "Multi-column deep neural
    networks for image classification", averaged 35 on MNIST.

    Args:
        models: Two or more built classifiers of the same input and classes, which end in a
            softmax, or names of the zoo.
        weights: The weights of the members that are given by name, `"mnist"` or
            `"fashion_mnist"`; None leaves them untrained.
        name: The committee's name.

    Returns:
        A built functional model which gives a probability for each class, shape
        `(N, num_classes)`.

    Raises:
        InvalidArgumentError: If there are fewer than two, they differ in input or classes, or one
            gives no probabilities or cannot be copied; or if `weights` are given and no name.
        ArgumentTypeError: If a member is neither a name nor a Keras model.

    >>> committee(["small_dense", "dense_baseline"], weights="mnist").output_shape
    (None, 10)
    """
    check_model_name("name", name)
    if isinstance(models, str | bytes) or not isinstance(models, Sequence):
        raise ArgumentTypeError(
            f"models must be a list of models or of their names. Received {shown(models)}."
        )
    if len(models) < _FEWEST:
        raise InvalidArgumentError(
            f"A committee has two members or more. Received {len(models)} in models."
        )
    if weights is not None:
        check_text("weights", weights)
        if not any(isinstance(model, str) for model in models):
            raise InvalidArgumentError(
                f"weights are for members that are given by name, and models names none. Received "
                f"weights={shown(weights)}. Leave it out."
            )
    members = [_member(model, place, weights) for place, model in enumerate(models)]
    shapes = [(member.input_shape, member.output_shape) for member in members]
    for place, shape in enumerate(shapes):
        if shape != shapes[0]:
            raise InvalidArgumentError(
                f"The members of a committee take and give the same shapes. models[0] has "
                f"{shapes[0][0]} to {shapes[0][1]}, models[{place}] {shape[0]} to {shape[1]}."
            )
    images = keras.Input(shapes[0][0][1:], name="images")
    answers = [member(images) for member in members]
    return keras.Model(images, keras.layers.Average(name="mean")(answers), name=name)


def _member(model: Any, place: int, weights: str | None) -> keras.Model:
    """Build or copy a member, under a name that no other has."""
    if isinstance(model, str):
        model = build_model(model, weights=weights)
    elif not isinstance(model, keras.Model) or not hasattr(model, "output_shape"):
        raise ArgumentTypeError(
            f"models[{place}] must be a built Keras model or a name of list_models(). Received "
            f"{shown(model)}."
        )
    _check_answer(model, place)
    try:
        copy = type(model).from_config({**model.get_config(), "name": f"{model.name}_{place + 1}"})
    except (TypeError, ValueError) as error:  # a layer or a function that Keras does not know
        raise InvalidArgumentError(
            f"models[{place}] cannot be copied ({first_sentence(error)}). Register what is your "
            f"own with keras.saving.register_keras_serializable()."
        ) from error
    copy.set_weights(model.get_weights())
    return copy


def _check_answer(model: Any, place: int) -> None:
    """Refuse what has several ends, and what Keras knows to give no probability for each class."""
    shapes = model.input_shape, model.output_shape
    if not all(isinstance(shape, tuple) for shape in shapes) or len(shapes[1]) != 2:
        raise InvalidArgumentError(
            f"A member of a committee has one input, and gives one number for each class. "
            f"models[{place}] takes {shapes[0]} and gives {shapes[1]}."
        )
    head = model
    while getattr(head, "layers", None):
        head = head.layers[-1]
    name = getattr(getattr(head, "activation", None), "__name__", None)
    if name in _NO_PROBABILITIES:
        remedy = " End it with a keras.layers.Softmax()." if name == "linear" else ""
        raise InvalidArgumentError(
            f"The mean is of probabilities, as a softmax gives them. models[{place}] ends in "
            f"{name!r}.{remedy}"
        )
