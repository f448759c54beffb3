"""The loss that fits a network's head and the form of its labels."""

from typing import Any

import keras

from digitzoo.errors import InvalidArgumentError

_LABELS_OF = {
    "sparse_categorical_crossentropy": "whole numbers",
    "categorical_crossentropy": "one-hot rows",
}


def choose_loss(
    model: Any,  # noqa: ANN401 - any Keras model
    loss: Any,  # noqa: ANN401 - what model.compile takes
    *,
    one_hot_labels: bool,
    label_smoothing: float = 0.0,
) -> tuple[Any, bool]:
    """Pick the loss for a classifier, or hold the one that is asked for to what fits.

    Args:
        model: A built Keras classifier.
        loss: None, a name, or what else `model.compile` takes.
        one_hot_labels: Whether the labels came as one-hot rows.
        label_smoothing: The part of each label that is spread over all classes.

    Returns:
        The loss, and whether it wants labels as one-hot rows.

    Raises:
        InvalidArgumentError: If the loss wants the other form of labels, or takes probabilities
            for logits or the other way round.
    """
    logits = gives_logits(model)
    if not 0 <= label_smoothing < 1:
        raise InvalidArgumentError(
            f"label_smoothing must be 0 or above and below 1. Received {label_smoothing!r}."
        )
    if label_smoothing and loss is not None:
        raise InvalidArgumentError(
            "label_smoothing goes with the loss that train picks. Leave loss= out, or give your "
            "loss the smoothing."
        )
    if loss is None:
        if one_hot_labels or label_smoothing:
            categorical = keras.losses.CategoricalCrossentropy(
                from_logits=logits, label_smoothing=label_smoothing
            )
            return categorical, True
        return keras.losses.SparseCategoricalCrossentropy(from_logits=logits), False
    name = _name(loss)
    if name not in _LABELS_OF:
        return loss, one_hot_labels
    wanted, came = _LABELS_OF[name], "one-hot rows" if one_hot_labels else "whole numbers"
    if wanted != came:
        raise InvalidArgumentError(
            f"loss={name!r} wants labels as {wanted}. These are {came}. "
            f"Leave loss= out, and the one that fits is taken."
        )
    from_logits = False if isinstance(loss, str) else bool(loss.get_config()["from_logits"])
    if from_logits != logits:
        given = "logits" if logits else "probabilities"
        raise InvalidArgumentError(
            f"The model's last layer gives {given}, and loss={name!r} has "
            f"from_logits={from_logits}. Leave loss= out, and the one that fits is taken."
        )
    return loss, one_hot_labels


def gives_logits(model: Any) -> bool:  # noqa: ANN401 - any Keras model
    """Tell whether a classifier's last layer leaves the softmax to the loss."""
    activation = model.layers[-1].get_config().get("activation")
    return bool(activation == "linear")


def loss_name(loss: Any) -> str:  # noqa: ANN401 - what model.compile takes
    """Name a loss for a report."""
    return loss if isinstance(loss, str) else getattr(loss, "name", type(loss).__name__)


def _name(loss: Any) -> str | None:  # noqa: ANN401 - what model.compile takes
    if isinstance(loss, str):
        return loss
    if isinstance(loss, keras.losses.SparseCategoricalCrossentropy):
        return "sparse_categorical_crossentropy"
    if isinstance(loss, keras.losses.CategoricalCrossentropy):
        return "categorical_crossentropy"
    return None
