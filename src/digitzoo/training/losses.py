"""The loss that fits a network's head and the form of its labels."""

import inspect
from typing import Any

import keras

from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, shown
from digitzoo.evaluation.heads import head_activation

_ADVICE = "Leave loss= out, and the one that fits is taken."
_OTHER_LABELS = ("circle", "ctc")


def find_loss(loss: Any) -> Any:
    """Find the loss that is meant.

    Raises:
        InvalidArgumentError: If Keras has none of the name.
        ArgumentTypeError: If it is neither a name nor a loss.

    >>> find_loss("mse").__name__
    'mean_squared_error'
    """
    if not isinstance(loss, str) and not _takes_labels_and_outputs(loss):
        made = " Make an object of it." if isinstance(loss, type) else ""
        raise ArgumentTypeError(
            f"loss must be a name, a loss of Keras's, or a function of labels and outputs. "
            f"Received {shown(loss)}.{made} {_ADVICE}"
        )
    try:
        return keras.losses.get(loss)
    except (ValueError, TypeError) as error:
        raise InvalidArgumentError(f"Unknown loss {shown(loss)}. {_ADVICE}") from error


def _takes_labels_and_outputs(loss: Any) -> bool:
    if isinstance(loss, type) or not callable(loss):
        return False
    try:
        inspect.signature(loss).bind("labels", "outputs")
    except TypeError:
        return False
    except ValueError:  # of some functions written in C nothing is known
        return True
    return True


def choose_loss(
    model: Any,
    loss: Any,
    *,
    one_hot_labels: bool,
    label_smoothing: float = 0.0,
) -> tuple[Any, bool]:
    """Pick the loss for a classifier, or hold the one that is asked for to what fits.

    A head of one number behind a sigmoid gives the probability of class 1; its labels are whole
    numbers, whatever came.

    Returns:
        The loss, and whether it wants labels as one-hot rows.

    Raises:
        InvalidArgumentError: If the loss wants the other form of labels, or takes probabilities
            for logits or the other way round.
    """
    activation = head_activation(model)
    logits, one_number = activation == "linear", gives_one_number(model)
    if loss is None:
        smoothing = {"from_logits": logits, "label_smoothing": label_smoothing}
        if one_number:
            return keras.losses.BinaryCrossentropy(**smoothing), False
        if one_hot_labels or label_smoothing:
            return keras.losses.CategoricalCrossentropy(**smoothing), True
        return keras.losses.SparseCategoricalCrossentropy(from_logits=logits), False
    chosen = find_loss(loss)
    if one_number:
        _check_takes_one_number(chosen)
    else:
        _check_labels_fit(chosen, one_hot_labels=one_hot_labels)
    _check_head_fits(chosen, activation)
    return chosen, one_hot_labels and not one_number


def gives_one_number(model: Any) -> bool:
    """Tell a model of two classes that gives the probability of one of them."""
    return tuple(model.output_shape[1:]) == (1,)


def loss_name(loss: Any) -> str:
    """Name a loss for a report.

    >>> loss_name(keras.losses.MeanSquaredError())
    'mean_squared_error'
    """
    return str(getattr(loss, "name", None) or getattr(loss, "__name__", type(loss).__name__))


def _is_keras_own(loss: Any) -> bool:
    return str(getattr(loss, "__module__", "")).startswith("keras.")


def _check_takes_one_number(loss: Any) -> None:
    name = loss_name(loss)
    if "categorical" in name and _is_keras_own(loss):
        raise InvalidArgumentError(
            f"loss={name!r} wants one number for each class, and the model gives one for both of "
            f"its two. Give loss='binary_crossentropy'. {_ADVICE}"
        )


def _check_labels_fit(loss: Any, *, one_hot_labels: bool) -> None:
    name = loss_name(loss)
    if not _is_keras_own(loss) or name in _OTHER_LABELS:  # the user's own loss knows its labels
        return
    wanted = "whole numbers" if name.startswith("sparse_") else "one-hot rows"
    came = "one-hot rows" if one_hot_labels else "whole numbers"
    if wanted != came:
        raise InvalidArgumentError(
            f"loss={name!r} wants labels as {wanted}. These are {came}. {_ADVICE}"
        )


def _check_head_fits(loss: Any, activation: str | None) -> None:
    from_logits = loss.get_config().get("from_logits") if hasattr(loss, "get_config") else None
    if from_logits is None and loss_name(loss).endswith("crossentropy"):
        from_logits = False
    if from_logits is None or activation not in ("softmax", "sigmoid", "linear"):
        return
    if from_logits != (activation == "linear"):
        given = "logits" if activation == "linear" else "probabilities"
        raise InvalidArgumentError(
            f"The model's last layer gives {given}, and loss={loss_name(loss)!r} has "
            f"from_logits={from_logits}. {_ADVICE}"
        )
