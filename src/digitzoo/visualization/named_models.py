"""One model or several to compare, by name."""

from collections.abc import Mapping, Sequence
from typing import Any

from digitzoo.errors import ArgumentTypeError
from digitzoo.visualization.canvas import check_count


def as_named_models(models: Any, max_models: int) -> dict[str, Any]:  # noqa: ANN401 - a model, a list or a dict
    """Name models: as the user does, or by their own names, numbered where those are alike.

    Args:
        models: A model, a list of models, or a dict that names each.
        max_models: How many can be told apart.

    Returns:
        Models by name.

    Raises:
        InvalidArgumentError: If there are none, or more than can be told apart.
        ArgumentTypeError: If it is the name of a model.
    """
    if isinstance(models, str):
        raise ArgumentTypeError(
            f"Expected a Keras model, a list or a dict of such. Received {models!r}. Pass the "
            f"model, such as build_model({models!r})."
        )
    if isinstance(models, Mapping):
        named = {str(name): model for name, model in models.items()}
    elif isinstance(models, Sequence):
        names = [str(getattr(model, "name", "model")) for model in models]
        named = {
            name if names.count(name) == 1 else f"{name} {number}": model
            for number, (name, model) in enumerate(zip(names, models, strict=True), 1)
        }
    else:
        named = {str(getattr(models, "name", "model")): models}
    check_count(len(named), max_models, what="models", option="max_models")
    return named
