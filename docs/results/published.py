"""The best published numbers, from `published.toml`, and how the zoo stands beside them."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import fmean

from digitzoo import list_models, model_card, summarize
from digitzoo.models import MeasuredResult, ModelCard

DATASETS = {"mnist": "MNIST", "fashion_mnist": "Fashion-MNIST"}


@dataclass(frozen=True)
class Published:
    """A number from elsewhere; multiply-accumulates are None where the source's code is not known.

    `runs` says what was measured, and `chosen_on_test` whether epoch or run were then chosen by it.
    """

    name: str
    source: str
    accuracy: float
    runs: str
    parameters: int
    macs: int | None = None
    chosen_on_test: bool = False

    @property
    def label(self) -> str:
        """Give its name, with a † where it was chosen on the test images."""
        return f"{self.name} †" if self.chosen_on_test else self.name


@cache
def published(dataset: str) -> tuple[Published, ...]:
    """Give what is published of a data set, the smallest network first."""
    text = Path(__file__).with_name("published.toml").read_text(encoding="utf-8")
    return tuple(Published(**entry) for entry in tomllib.loads(text)[dataset])


@cache
def cards() -> tuple[ModelCard, ...]:
    """Give the cards of all models, the smallest network first."""
    return tuple(map(model_card, list_models(sort_by="parameters")))


def size_of(card: ModelCard, row: MeasuredResult, size: str) -> float | None:
    """Give a model's `"parameters"`, `"macs"`, or the CPU `"seconds"` of one seed's training."""
    if size == "parameters":
        return card.parameters
    if size == "macs":
        return summarize(card.name).totals.macs
    seconds = [seed.cpu_seconds for seed in row.seeds if seed.cpu_seconds is not None]
    return fmean(seconds) if len(seconds) == len(row.seeds) else None


def find(card: ModelCard, dataset: str, recipe: str) -> MeasuredResult | None:
    """Give the row of a recipe, if it is measured."""
    rows = {(row.dataset, row.recipe): row for row in card.measured}
    return rows.get((dataset, recipe))


def tuned(dataset: str, size: str) -> Iterator[tuple[float, MeasuredResult]]:
    """Give the size of each model that is measured, and its tuned row."""
    for card in cards():
        row = find(card, dataset, "tuned")
        across = row and size_of(card, row, size)
        if row and across:
            yield across, row


def best_within(dataset: str, size: str, limit: float | None) -> MeasuredResult | None:
    """Give the row of the best model of ours that is no larger than a published one."""
    if limit is None:
        return None
    rows = [row for across, row in tuned(dataset, size) if across <= limit]
    return max(rows, key=lambda row: row.accuracy.mean, default=None)


def verdict(row: MeasuredResult, accuracy: float) -> str:
    """Say on which side of a number the 95 % interval of a row lies."""
    if row.accuracy.low > accuracy:
        return "above"
    return "below" if row.accuracy.high < accuracy else "level"


def standing(dataset: str) -> str:
    """Say where ours of no more parameters are above the published numbers, level and below."""
    sides: dict[str, list[str]] = {"above": [], "level": [], "below": [], "none": []}
    for point in published(dataset):
        ours = best_within(dataset, "parameters", point.parameters)
        sides[verdict(ours, point.accuracy) if ours else "none"].append(point.label)
    words = {"above": "above", "level": "level with", "below": "below"}
    said = [f"{words[side]} {', '.join(sides[side])}" for side in words if sides[side]]
    sentences = [f"with no more parameters, ours are {'; '.join(said)}."] if said else []
    if sides["none"]:
        sentences.append(f"None of ours is as small as {', '.join(sides['none'])}.")
    return " ".join(sentences)


def quickest(dataset: str, floor: float) -> tuple[float, MeasuredResult] | None:
    """Give the model that takes the fewest CPU seconds to a mean accuracy, and these."""
    reaching = [
        (took, row) for took, row in tuned(dataset, "seconds") if row.accuracy.mean >= floor
    ]
    return min(reaching, key=lambda pair: pair[0], default=None)
