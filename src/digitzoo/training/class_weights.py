"""How much an image of each class counts."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from digitzoo.checks import check_number, check_whole
from digitzoo.data import Split
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, shown
from digitzoo.training.streams import Stream

_EXPECTED = (
    "class_weight must be 'balanced', a dict of label and weight, or one weight for each class in "
    "the order of the labels, as scikit-learn's compute_class_weight gives them."
)


def read_class_weight(class_weight: Any) -> Any:
    """Bring weights to a dict of label and weight; None and `"balanced"` stay.

    Raises:
        InvalidArgumentError: If a weight is below 0, or the text is another.
        ArgumentTypeError: If it is nothing of the kind.

    >>> read_class_weight([1, 2.5])
    {0: 1.0, 1: 2.5}
    """
    if class_weight is None or isinstance(class_weight, str):
        if class_weight in (None, "balanced"):
            return class_weight
        raise InvalidArgumentError(f"{_EXPECTED} Received {shown(class_weight)}.")
    if isinstance(class_weight, Mapping):
        pairs = list(class_weight.items())
    elif isinstance(class_weight, list | tuple) and all(
        isinstance(pair, list | tuple) and len(pair) == 2  # as to_dict writes them
        for pair in class_weight
    ):
        pairs = list(class_weight)
    elif isinstance(class_weight, list | tuple) or np.ndim(_as_array(class_weight)) == 1:
        pairs = list(enumerate(class_weight))
    else:
        raise ArgumentTypeError(f"{_EXPECTED} Received {shown(class_weight)}.")
    if not pairs:
        raise InvalidArgumentError(f"{_EXPECTED} Received {shown(class_weight)}.")
    weights = {
        check_whole("a label of class_weight", label, at_least=0): check_number(
            f"class_weight[{shown(label)}]", weight, at_least=0
        )
        for label, weight in pairs
    }
    return dict(sorted(weights.items()))


def choose_class_weight(
    class_weight: Any,
    train: Split | Stream,
    num_classes: int,
) -> dict[int, float] | None:
    """Work the weights of the classes out, or hold those that are asked for to the classes.

    `"balanced"` gives N / (classes x images of the class), as scikit-learn does.

    Raises:
        InvalidArgumentError: If a class has no weight, or is none.
    """
    if class_weight == "balanced":
        if isinstance(train, Stream):
            raise InvalidArgumentError(
                f"class_weight='balanced' counts the images of each class, and a {train.kind} "
                f"would have to be read to its end for that. Give a dict of label and weight."
            )
        counts = np.bincount(np.asarray(train.labels), minlength=num_classes)
        return {
            label: len(train) / (num_classes * int(count))
            for label, count in enumerate(counts)
            if count
        }
    if class_weight is not None and set(class_weight) != set(range(num_classes)):
        raise InvalidArgumentError(
            f"class_weight must be 'balanced' or give a weight for each label 0 to "
            f"{num_classes - 1}. Received weights for {shown(list(class_weight))}."
        )
    weights: dict[int, float] | None = class_weight
    return weights


def _as_array(value: Any) -> Any:
    return value if hasattr(value, "__array__") else None
