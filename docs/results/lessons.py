"""The lessons that the write-ups teach, and what the recorded rows say of each."""

import itertools
import tomllib
from collections import Counter
from dataclasses import dataclass
from functools import cache, cached_property
from inspect import signature
from pathlib import Path
from statistics import fmean
from typing import Any

from results.published import DATASETS, find

import digitzoo
from digitzoo import load_recipe, model_card, summarize
from digitzoo.evaluation import mean_interval
from digitzoo.models import MeasuredResult
from digitzoo.tables import Table

SUPPORTED, REFUTED, SCATTER = "supported", "refuted", "within the scatter"


@dataclass(frozen=True)
class Side:
    """One of two ways to train, by the row that was measured of it; `label` says what it is."""

    label: str
    model: str
    dataset: str
    recipe: str

    @property
    def row(self) -> MeasuredResult:
        """The row of its recipe, which has to be there."""
        row = find(model_card(self.model), self.dataset, self.recipe)
        if row is None:
            raise LookupError(f"Not measured yet: {self}")
        return row

    @property
    def errors(self) -> list[int]:
        """How many test images each seed has wrong."""
        return [seed.errors for seed in self.row.seeds]


@dataclass(frozen=True)
class Outcome:
    """How much better each seed is as it is taught, and the 95 % interval of the mean of that."""

    gains: tuple[float, ...]

    @property
    def mean(self) -> float:
        """The mean over seeds."""
        return fmean(self.gains)

    @property
    def interval(self) -> tuple[float, float]:
        """The interval of that mean (Student's t, seed by seed)."""
        return mean_interval(self.gains)

    @property
    def verdict(self) -> str:
        """On which side of 0 the whole interval lies."""
        low, high = self.interval
        return SUPPORTED if low > 0 else REFUTED if high < 0 else SCATTER


@dataclass(frozen=True)
class Pair:
    """The same training as it is taught, and without that; `note` says what both have changed."""

    taught: Side
    other: Side
    note: str = ""

    @property
    def networks(self) -> list[str]:
        """The models of the two sides, once where it is one."""
        return list(dict.fromkeys((self.taught.model, self.other.model)))

    @cached_property
    def accuracy(self) -> Outcome:
        """By the accuracy on the test images."""
        images = self.taught.row.accuracy.images
        wrong = zip(self.taught.errors, self.other.errors, strict=True)
        return Outcome(tuple((theirs - ours) / images for ours, theirs in wrong))

    @cached_property
    def loss(self) -> Outcome:
        """By the cross-entropy on them, without penalties: lower is better."""
        seeds = zip(self.taught.row.seeds, self.other.row.seeds, strict=True)
        return Outcome(tuple(theirs.loss - ours.loss for ours, theirs in seeds))


def _pair(
    model: str, dataset: str, taught: tuple[str, str], other: tuple[str, str], note: str = ""
) -> Pair:
    """Give two recipes of one network, each as its label and its name."""
    sides = (Side(label, model, dataset, recipe) for label, recipe in (taught, other))
    return Pair(*sides, note=note)


_SCALED, _RAW = "0 to 1", "0 to 255"
_DEEP = [
    Side(label, model, "mnist", "plain")
    for label, model in (
        ("no convolution", "dense_baseline"),
        ("one convolution", "simple_cnn"),
        ("two convolutions", "fashion_cnn"),
        ("four convolutions", "deep_cnn"),
    )
]

LESSONS: dict[str, tuple[Pair, ...]] = {
    "Scale the pixels": (
        _pair("small_dense", "mnist", (_SCALED, "reference"), (_RAW, "unscaled")),
        _pair("two_layer_cnn", "mnist", (_SCALED, "reference"), (_RAW, "unscaled")),
        _pair("regularized_cnn", "mnist", (_SCALED, "reference"), (_RAW, "unscaled")),
        _pair("regularized_cnn", "mnist", (_SCALED, "no_l2"), (_RAW, "no_l2_unscaled"), "no L2"),
    ),
    "Depth": tuple(Pair(deep, less) for less, deep in itertools.pairwise(_DEEP)),
    "Dropout": (
        _pair("regularized_cnn", "mnist", ("dropout", "plain"), ("none", "no_dropout")),
        _pair("fashion_cnn", "fashion_mnist", ("dropout", "long"), ("none", "no_dropout")),
    ),
    "L2": (_pair("regularized_cnn", "mnist", ("L2", "plain"), ("none", "no_l2")),),
    "The optimizer": (
        _pair("simple_cnn", "mnist", ("Adam", "plain"), ("SGD", "sgd")),
        _pair("simple_cnn", "mnist", ("Adam", "plain"), ("RMSprop", "rmsprop")),
    ),
    "Early stopping": (
        _pair("fashion_cnn", "fashion_mnist", ("stopped", "early_stopping"), ("30 epochs", "long")),
    ),
    "Augmentation": (
        _pair("simple_cnn", "mnist", ("moved images", "augmented"), ("as they are", "plain")),
    ),
}


def tally(lesson: str | None = None) -> Counter[str]:
    """Count the verdicts on accuracy, of one lesson or of all."""
    pairs = LESSONS[lesson] if lesson else [pair for pairs in LESSONS.values() for pair in pairs]
    return Counter(pair.accuracy.verdict for pair in pairs)


@cache
def _korean() -> dict[str, str]:
    path = Path(__file__).with_name("lesson_words.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def word(text: str, language: str) -> str:
    """Give a label in a language; what has no Korean, such as Adam, stays.

    >>> word("dropout", "ko"), word("Adam", "ko")
    ('드롭아웃', 'Adam')
    """
    return _korean().get(text, text) if language == "ko" else text


def table(lesson: str, language: str = "en") -> str:
    """Write what was measured of a lesson as a table in Markdown."""
    columns = ("network", "as taught", "without", "gain in points", "by accuracy", "by loss")
    rows = tuple(
        (
            _network(pair, language),
            _side(pair.taught, language),
            _side(pair.other, language),
            _gain(pair.accuracy, language),
            word(pair.accuracy.verdict, language),
            word(pair.loss.verdict, language),
        )
        for pair in LESSONS[lesson]
    )
    return Table(tuple(word(one, language) for one in columns), rows).to_markdown()


def _network(pair: Pair, language: str) -> str:
    notes = [word(pair.note, language)] if pair.note else []
    names = [f"`{name}`" for name in pair.networks]
    return ", ".join([*names, *notes, DATASETS[pair.taught.dataset]])


def _side(side: Side, language: str) -> str:
    accuracy = side.row.accuracy
    label = f"{word(side.label, language)} (`{side.recipe}`)"
    return f"{label}: {accuracy.mean:.4f} ± {accuracy.standard_deviation:.4f}"


def _gain(outcome: Outcome, language: str) -> str:
    low, high = (f"{100 * end:+.2f}" for end in outcome.interval)
    return f"{100 * outcome.mean:+.2f} ({low} {word('to', language)} {high})"


def numbers() -> dict[str, Any]:
    """Give what the page's sentences take their numbers from, by the name in the template."""

    def row(model: str, dataset: str, recipe: str) -> MeasuredResult:
        return Side("", model, dataset, recipe).row

    def rate_of(optimizer: str) -> str:
        import keras

        return f"{float(keras.optimizers.get(optimizer).learning_rate):g}"

    def gains_of(lesson: str, place: int) -> str:
        return ", ".join(f"{100 * gain:.1f}" for gain in LESSONS[lesson][place].accuracy.gains)

    return {
        "table": table,
        "gains_of": gains_of,
        "tally": tally,
        "accuracy_of": lambda *of: f"{row(*of).accuracy.mean:.4f}",
        "loss_of": lambda *of: f"{fmean(seed.loss for seed in row(*of).seeds):.2f}",
        "errors_of": lambda *of: fmean(seed.errors for seed in row(*of).seeds),
        "epochs_of": lambda *of: ", ".join(str(seed.epochs) for seed in row(*of).seeds),
        "rate_of": rate_of,
        "recipe_of": lambda model, dataset, name: load_recipe(model, name, dataset=dataset),
        "knob_of": lambda model, knob: signature(getattr(digitzoo, model)).parameters[knob].default,
        "macs_of": lambda model: summarize(model).totals.macs,
    }
