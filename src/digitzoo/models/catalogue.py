"""All models by name: each has a card beside its file in `architectures`."""

import importlib
import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from digitzoo.checks import check_choice, check_text, check_whole
from digitzoo.models.measured import RESULTS, MeasuredResult

if TYPE_CHECKING:
    import keras

_ARCHITECTURES = Path(__file__).with_name("architectures")
SORT_KEYS = ("name", "parameters", "accuracy")


@dataclass(frozen=True)
class PublishedResult:
    """One number that a model's source prints.

    Attributes:
        metric: Such as `"accuracy"` or `"loss"`.
        value: The number, accuracies as fractions of 1.
        split: What it was measured on, such as `"test"`.
        note: What a reader should know of it.

    >>> PublishedResult("accuracy", 0.9897, "test").value
    0.9897
    """

    metric: str
    value: float
    split: str
    note: str = ""


@dataclass(frozen=True)
class ModelCard:
    """What a model is, where it comes from, and what its source says of it.

    Attributes:
        name: The builder's name.
        summary: What it is, in one line.
        source: Where the network was published: author, title and year, as far as they are known.
        link: Where that, or the work that it follows, can be read; None if no address is known.
        dataset: The data set it was published on, and trains on by default.
        parameters: Trainable and other weights of the default build. A test counts them again.
        published: The numbers its source prints.
        oddities: What is odd about them.
        measured: What `digitzoo reproduce` measured, one row for each recipe and data set.

    >>> from digitzoo.models import model_card
    >>> model_card("fashion_cnn").dataset
    'fashion_mnist'
    """

    name: str
    summary: str
    source: str
    link: str | None
    dataset: str
    parameters: int
    published: tuple[PublishedResult, ...]
    oddities: tuple[str, ...]
    measured: tuple[MeasuredResult, ...]

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a card from its TOML file, which bears the builder's name, and its rows.

        Args:
            path: The TOML file.
        """
        fields: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        del fields["layers"]  # which the formulas read
        rows = sorted(RESULTS.glob(f"{path.stem}-*.json"))
        return cls(
            name=path.stem,
            published=tuple(PublishedResult(**row) for row in fields.pop("published")),
            oddities=tuple(fields.pop("oddities")),
            link=fields.pop("link", None),
            measured=tuple(map(MeasuredResult.read, rows)),
            **fields,
        )


@cache
def _card_files() -> dict[str, Path]:
    return {path.stem: path for path in sorted(_ARCHITECTURES.glob("*.toml"))}


def list_models(
    pattern: str = "*",
    *,
    max_parameters: int | None = None,
    dataset: str | None = None,
    sort_by: str = "name",
) -> list[str]:
    """Name the models there are, all of them or those that fit.

    Args:
        pattern: Keep the names that match it, as file names match in a shell.
        max_parameters: Keep the models whose default build has at most so many.
        dataset: Keep the models whose trained weights for this data set ship, such as
            `"fashion_mnist"`; their builders take the same name as `weights`.
        sort_by: `"name"`, `"parameters"` (the fewest first), or `"accuracy"`: the best first, by
            the mean test accuracy of the weights' recipe on `dataset`, else on MNIST. Models that
            are not measured there come last.

    Returns:
        The names in that order.

    Raises:
        ArgumentTypeError: If an argument is of another type.
        InvalidArgumentError: If there are no weights for such a data set, or no such key.

    >>> list_models("*dense*")
    ['dense_baseline', 'small_dense']
    >>> list_models("*dense*", max_parameters=100_000, dataset="fashion_mnist")
    ['small_dense']
    """
    check_text("pattern", pattern)
    if max_parameters is not None:
        max_parameters = check_whole("max_parameters", max_parameters, at_least=1)
    check_choice("sort key", sort_by, SORT_KEYS)
    cards = [model_card(name) for name in _card_files()]
    if dataset is not None:
        known = {row.dataset for card in cards for row in card.measured if row.weights}
        check_choice("data set", dataset, known)

    kept = [
        card
        for card in cards
        if fnmatchcase(card.name, pattern)
        and (max_parameters is None or card.parameters <= max_parameters)
        and (dataset is None or _accuracy(card, dataset))
    ]
    if sort_by == "parameters":
        kept.sort(key=lambda card: card.parameters)
    elif sort_by == "accuracy":
        kept.sort(key=lambda card: _accuracy(card, dataset or "mnist"), reverse=True)
    return [card.name for card in kept]


def _accuracy(card: ModelCard, dataset: str) -> float:
    """Give the mean test accuracy of the weights that ship for a data set; without such, 0."""
    rows = (row for row in card.measured if row.weights and row.dataset == dataset)
    return next((row.accuracy.mean for row in rows), 0.0)


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


def build_model(name: str, /, **options: Any) -> "keras.Model":
    """Build a model by its name.

    Args:
        name: One of `list_models()`.
        **options: What the builder of that name takes.

    Returns:
        A built model: a `keras.Sequential`, or a functional one where the network branches.

    Raises:
        InvalidArgumentError: If there is no model of that name, or an option does not fit.
        ArgumentTypeError: If the name is no text, or the builder has no such option.

    >>> build_model("simple_cnn", num_classes=26).output_shape
    (None, 26)
    """
    _card_file(name)
    builder = getattr(importlib.import_module(f"digitzoo.models.architectures.{name}"), name)
    model: keras.Model = builder(**options)
    return model


def _card_file(name: str) -> Path:
    return _card_files()[check_choice("model", name, _card_files(), listing="list_models()")]
