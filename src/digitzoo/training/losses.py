"""The loss that fits a network's head and the form of its labels."""

from typing import Any

import keras

from digitzoo.errors import InvalidArgumentError
from digitzoo.evaluation.activations import head_activation
from digitzoo.training.settings import check_number


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
    activation = head_activation(model)
    label_smoothing = check_number("label_smoothing", label_smoothing, at_least=0, below=1)
    if loss is None:
        logits = activation == "linear"
        if one_hot_labels or label_smoothing:
            categorical = keras.losses.CategoricalCrossentropy(
                from_logits=logits, label_smoothing=label_smoothing
            )
            return categorical, True
        return keras.losses.SparseCategoricalCrossentropy(from_logits=logits), False
    if label_smoothing:
        raise InvalidArgumentError(
            "label_smoothing goes with the loss that train picks. Leave loss= out, or give your "
            "loss the smoothing."
        )
    try:
        chosen = keras.losses.get(loss)
    except (ValueError, TypeError) as error:
        raise InvalidArgumentError(
            f"Unknown loss {loss!r}. Leave loss= out, and the one that fits is taken."
        ) from error
    _check_labels_fit(loss_name(chosen), one_hot_labels=one_hot_labels)
    _check_head_fits(chosen, activation)
    return chosen, one_hot_labels


def loss_name(loss: Any) -> str:  # noqa: ANN401 - what model.compile takes
    """Name a loss for a report.

    >>> loss_name(keras.losses.MeanSquaredError())
    'mean_squared_error'
    """
    return str(getattr(loss, "name", None) or getattr(loss, "__name__", type(loss).__name__))


def _check_labels_fit(name: str, *, one_hot_labels: bool) -> None:
    if name not in _OF_KERAS:  # the user's own loss knows its labels
        return
    wanted = "whole numbers" if name.startswith("sparse_") else "one-hot rows"
    came = "one-hot rows" if one_hot_labels else "whole numbers"
    if wanted != came:
        raise InvalidArgumentError(
            f"loss={name!r} wants labels as {wanted}. These are {came}. "
            f"Leave loss= out, and the one that fits is taken."
        )


def _check_head_fits(loss: Any, activation: str | None) -> None:  # noqa: ANN401 - any Keras loss
    from_logits = loss.get_config().get("from_logits") if hasattr(loss, "get_config") else None
    if from_logits is None and loss_name(loss).endswith("categorical_crossentropy"):
        from_logits = False
    if from_logits is None or activation not in ("softmax", "linear"):
        return
    if from_logits != (activation == "linear"):
        given = "logits" if activation == "linear" else "probabilities"
        raise InvalidArgumentError(
            f"The model's last layer gives {given}, and loss={loss_name(loss)!r} has "
            f"from_logits={from_logits}. Leave loss= out, and the one that fits is taken."
        )


_OF_KERAS = {
    "binary_crossentropy",
    "binary_focal_crossentropy",
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
    "categorical_generalized_cross_entropy",
    "categorical_hinge",
    "cosine_similarity",
    "hinge",
    "huber",
    "huber_loss",
    "kl_divergence",
    "log_cosh",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_error",
    "mean_squared_logarithmic_error",
    "poisson",
    "sparse_categorical_crossentropy",
    "squared_hinge",
}
