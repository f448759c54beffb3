"""What is known of a model beside its layers."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from digitzoo.models.measured import RESULTS, MeasuredResult


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
        source: Where the network was published.
        dataset: The data set it was published on, and trains on by default.
        parameters: Trainable and other weights of the default build. A test counts them again.
        published: The numbers its source prints.
        oddities: What is odd about the source or its numbers.
        measured: What `digitzoo reproduce` measured, one row for each recipe and data set.

    >>> from digitzoo.models import model_card
    >>> model_card("fashion_cnn").dataset
    'fashion_mnist'
    """

    name: str
    summary: str
    source: str
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

        Returns:
            The card.
        """
        fields: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        published = tuple(PublishedResult(**row) for row in fields.pop("published"))
        oddities = tuple(fields.pop("oddities"))
        measured = tuple(
            MeasuredResult.read(row) for row in sorted(RESULTS.glob(f"{path.stem}-*.json"))
        )
        return cls(
            name=path.stem, published=published, oddities=oddities, measured=measured, **fields
        )
