"""The loss that fits a network's head and the form of its labels, and what each class counts."""

import inspect
from collections.abc import Mapping
from typing import Any

import keras
import numpy as np

from digitzoo.checks import check_number, check_whole
from digitzoo.data import ParquetSplit, Split
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, shown
from digitzoo.evaluation.heads import head_activation
from digitzoo.training.streams import Stream

_ADVICE = "Leave loss= out, and the one that fits is taken."
_OTHER_LABELS = ("circle", "ctc")


def find_loss(loss: Any) -> Any:
    """Find the loss that is meant."""
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
    try:
        inspect.signature(loss).bind("labels", "outputs")
    except TypeError:
        return False
    except ValueError:  # of some functions written in C nothing is known
        return True
    return not isinstance(loss, type)


def choose_loss(
    model: Any, loss: Any, *, one_hot_labels: bool, label_smoothing: float = 0.0
) -> tuple[Any, bool]:
    """Pick a classifier's loss, or check the one asked for; tell whether it wants one-hot rows."""
    activation = head_activation(model)
    one_number = tuple(model.output_shape[1:]) == (1,)
    if loss is None:
        from_logits = activation == "linear"
        smoothing = {"from_logits": from_logits, "label_smoothing": label_smoothing}
        if one_number:
            return keras.losses.BinaryCrossentropy(**smoothing), False
        if one_hot_labels or label_smoothing:
            return keras.losses.CategoricalCrossentropy(**smoothing), True
        return keras.losses.SparseCategoricalCrossentropy(from_logits=from_logits), False
    chosen = find_loss(loss)
    if str(getattr(chosen, "__module__", "")).startswith("keras."):
        # The user's own loss knows its labels.
        _check_labels_fit(loss_name(chosen), one_number=one_number, one_hot_labels=one_hot_labels)
    _check_head_fits(chosen, activation)
    return chosen, one_hot_labels and not one_number


def loss_name(loss: Any) -> str:
    """Name a loss for a report."""
    return str(getattr(loss, "name", None) or getattr(loss, "__name__", type(loss).__name__))


def _check_labels_fit(name: str, *, one_number: bool, one_hot_labels: bool) -> None:
    if one_number:
        if "categorical" in name:
            raise InvalidArgumentError(
                f"loss={name!r} wants one number for each class, and the model gives one for both "
                f"of its two. Give loss='binary_crossentropy'. {_ADVICE}"
            )
        return
    wanted = "whole numbers" if name.startswith("sparse_") else "one-hot rows"
    came = "one-hot rows" if one_hot_labels else "whole numbers"
    if wanted != came and name not in _OTHER_LABELS:
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


def read_class_weight(class_weight: Any) -> Any:
    """Bring weights to a dict of label and weight; None and `"balanced"` stay."""
    if class_weight is None or (isinstance(class_weight, str) and class_weight == "balanced"):
        return class_weight
    pairs: list[Any] | None = None
    if isinstance(class_weight, Mapping):
        pairs = list(class_weight.items())
    elif isinstance(class_weight, list | tuple):
        are_pairs = all(isinstance(one, list | tuple) and len(one) == 2 for one in class_weight)
        pairs = list(class_weight if are_pairs else enumerate(class_weight))  # as to_dict writes
    elif hasattr(class_weight, "__array__") and np.ndim(class_weight) == 1:
        pairs = list(enumerate(class_weight))
    if not pairs:
        is_value = pairs is not None or isinstance(class_weight, str)
        raise (InvalidArgumentError if is_value else ArgumentTypeError)(
            f"class_weight must be 'balanced', a dict of label and weight, or one weight for each "
            f"class in the order of the labels. Received {shown(class_weight)}."
        )
    weights = {
        check_whole("a label of class_weight", label, at_least=0): check_number(
            f"class_weight[{shown(label)}]", weight, at_least=0
        )
        for label, weight in pairs
    }
    return dict(sorted(weights.items()))


def choose_class_weight(
    class_weight: Any, train: Split | ParquetSplit | Stream, num_classes: int
) -> dict[int, float] | None:
    """Hold weights to the classes; `"balanced"` gives N / (classes x images of the class)."""
    if class_weight == "balanced":
        if isinstance(train, Stream):
            raise InvalidArgumentError(
                f"class_weight='balanced' counts the images of each class, and a {train.kind} "
                f"would have to be read to its end for that. Give a dict of label and weight."
            )
        counts = np.bincount(np.asarray(train.labels), minlength=num_classes).tolist()
        return {
            label: len(train) / (num_classes * count) for label, count in enumerate(counts) if count
        }
    if class_weight is not None and set(class_weight) != set(range(num_classes)):
        raise InvalidArgumentError(
            f"class_weight must be 'balanced' or give a weight for each label 0 to "
            f"{num_classes - 1}. Received weights for {shown(list(class_weight))}."
        )
    weights: dict[int, float] | None = class_weight
    return weights
