"""All models by name.

A model is in the catalogue by having a card beside its file in `architectures`.
"""

import importlib
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digitzoo.checks import check_choice, check_text
from digitzoo.models.card import ModelCard

if TYPE_CHECKING:
    import keras

_ARCHITECTURES = Path(__file__).with_name("architectures")


@cache
def _card_files() -> dict[str, Path]:
    return {path.stem: path for path in sorted(_ARCHITECTURES.glob("*.toml"))}


def list_models(pattern: str = "*") -> list[str]:
    """Name the models there are.

    Args:
        pattern: Keep the names that match it, as file names match in a shell.

    Returns:
        Names in alphabetical order.

    Raises:
        ArgumentTypeError: If the pattern is no text.

    >>> list_models("*dense*")
    ['dense_baseline', 'small_dense']
    """
    pattern = check_text("pattern", pattern)
    return [name for name in _card_files() if fnmatchcase(name, pattern)]


def model_card(name: str) -> ModelCard:
    """Say what is known of a model, without building it.

    Args:
        name: One of `list_models()`.

    Returns:
        Its card.

    Raises:
        InvalidArgumentError: If there is no model of that name.
        ArgumentTypeError: If it is no text.

    >>> model_card("simple_cnn").parameters
    592074
    """
    return ModelCard.read(_card_file(name))


def build_model(name: str, /, **options: Any) -> "keras.Sequential":
    """Build a model by its name.

    Args:
        name: One of `list_models()`.
        **options: What the builder of that name takes.

    Returns:
        A built `keras.Sequential`.

    Raises:
        InvalidArgumentError: If there is no model of that name, or an option does not fit.
        ArgumentTypeError: If the name is no text, or the builder has no such option.

    >>> build_model("simple_cnn", num_classes=26).output_shape
    (None, 26)
    """
    _card_file(name)
    builder = getattr(importlib.import_module(f"digitzoo.models.architectures.{name}"), name)
    model: keras.Sequential = builder(**options)
    return model


def _card_file(name: str) -> Path:
    return _card_files()[check_choice("model", name, _card_files(), listing="list_models()")]
