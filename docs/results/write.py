"""Write the pages of results from the recorded rows: `python docs/results/write.py`.

It fills the templates beside it. No number in these pages is typed by hand; tests/docs holds them
to the rows.
"""

import sys
from pathlib import Path

import jinja2

FOLDER = Path(__file__).parent
sys.path[:0] = [str(FOLDER.parent)]  # as MkDocs has it for the code on the pages

from results import lessons, published  # noqa: E402 - found by the line above

from digitzoo import load_recipe, model_card, summarize  # noqa: E402 - the same
from digitzoo.models import MeasuredResult  # noqa: E402 - the same
from digitzoo.models.measured import result_path  # noqa: E402 - the same

# The mean test accuracy that each tuned recipe set out to reach, by data set.
GOALS = {
    "mnist": {
        "softmax_regression": 0.925,
        "tiny_cnn": 0.988,
        "batchnorm_cnn": 0.9950,
        "keras_convnet": 0.9945,
        "small_dense": 0.9830,
        "lenet5": 0.992,
        "quick_cnn": 0.990,
        "two_layer_cnn": 0.9930,
        "regularized_cnn": 0.9950,
        "small_resnet": 0.9968,
        "dense_baseline": 0.9920,
        "simple_cnn": 0.9945,
        "deep_cnn": 0.9968,
        "committee": 0.9975,
    },
    "fashion_mnist": {
        "softmax_regression": 0.845,
        "tiny_cnn": 0.88,
        "keras_convnet": 0.915,
        "lenet5": 0.905,
        "fashion_cnn": 0.9340,
        "small_resnet": 0.945,
    },
}

# What the quickest networks are asked to reach, by data set.
QUICK = {"mnist": 0.99, "fashion_mnist": 0.92}


def pages() -> dict[str, str]:
    """Give the pages as Markdown, by file name."""
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER), trim_blocks=True, undefined=jinja2.StrictUndefined
    )
    values = {
        "cards": published.cards(),
        "datasets": published.DATASETS,
        "points": published.published,
        "standing": published.standing,
        "quickest": {name: published.quickest(name, floor) for name, floor in QUICK.items()},
        "quick": QUICK,
        "best_within": published.best_within,
        "goals": GOALS,
        **lessons.numbers(),
        "model_card": model_card,
        "load_recipe": load_recipe,
        "macs": lambda card: summarize(card.name).totals.macs,
        "find": published.find,
        "uncarded": _uncarded,
        "mean": _mean,
        "seeds": lambda row: f"{row.accuracy.mean:.4f} ({len(row.seeds)})",
        "millions": _millions,
        "against": _against,
        "goal": _goal,
        "four": "{:.4f}".format,
        "whole": "{:,.0f}".format,
    }
    return {
        name: templates.get_template(f"{name}.jinja").render(values).rstrip("\n") + "\n"
        for name in ("index.md", "lessons.md", "lessons.ko.md", "rows.md")
    }


def _uncarded(name: str, dataset: str) -> MeasuredResult | None:
    """Give the row of what is no network of the catalogue, such as a committee, if it is there."""
    path = result_path(name, dataset, "tuned")
    return MeasuredResult.read(path) if path.exists() else None


def _mean(row: MeasuredResult | None) -> str:
    """Give mean, standard deviation and, in brackets, the number of seeds."""
    if row is None:
        return ""
    spread = row.accuracy.standard_deviation
    plus_minus = "" if spread is None else f" ± {spread:.4f}"
    return f"{row.accuracy.mean:.4f}{plus_minus} ({len(row.seeds)})"


def _millions(count: int) -> str:
    """Give millions with three digits or more.

    >>> _millions(2_021_056), _millions(3_292_764_160)
    ('2.02', '3,293')
    """
    count /= 1e6
    return f"{count:,.0f}" if count >= 100 else f"{count:.3g}"


def _against(row: MeasuredResult | None, accuracy: float) -> str:
    return "" if row is None else f", {published.verdict(row, accuracy)}"


def _goal(row: MeasuredResult | None, goal: float | None) -> str:
    """Give what a recipe set out to reach, and whether its mean does."""
    if goal is None or row is None:
        return "" if goal is None else f"{goal:.4f}"
    missing = goal - row.accuracy.mean
    return f"{goal:.4f}, " + ("met" if missing <= 0 else f"{missing:.4f} short")


if __name__ == "__main__":
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
