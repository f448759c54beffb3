"""Write the pages of results from the recorded rows: `python docs/results/write.py`.

It fills `index.md.jinja`, `lessons.md.jinja` and `rows.md.jinja`. No number in these pages is typed
by hand; tests/docs holds them to the rows.
"""

from pathlib import Path

import jinja2

from digitzoo import list_models, load_recipe, model_card, summarize
from digitzoo.models import MeasuredResult, ModelCard

FOLDER = Path(__file__).parent
DATASETS = {"mnist": "MNIST", "fashion_mnist": "Fashion-MNIST"}

# The mean test accuracy that each tuned recipe set out to reach.
GOALS = {
    "small_dense": 0.9830,
    "dense_baseline": 0.9920,
    "two_layer_cnn": 0.9930,
    "simple_cnn": 0.9945,
    "regularized_cnn": 0.9950,
    "deep_cnn": 0.9968,
    "fashion_cnn": 0.9340,
}

# What a reader is to compare: a lesson, then label, model, data set and recipe of each line.
LESSONS: dict[str, list[tuple[str, str, str, str]]] = {
    "Scale the pixels": [
        (f"{model}, {label}", model, "mnist", recipe)
        for model in ("small_dense", "two_layer_cnn", "regularized_cnn")
        for label, recipe in (("0 to 1", "reference"), ("0 to 255", "unscaled"))
    ],
    "Depth": [
        ("no convolution", "dense_baseline", "mnist", "plain"),
        ("one", "simple_cnn", "mnist", "plain"),
        ("two", "fashion_cnn", "mnist", "plain"),
        ("four", "deep_cnn", "mnist", "plain"),
    ],
    "Dropout": [
        ("with, 10 epochs", "regularized_cnn", "mnist", "plain"),
        ("without", "regularized_cnn", "mnist", "no_dropout"),
        ("with, 30 epochs", "fashion_cnn", "fashion_mnist", "long"),
        ("without", "fashion_cnn", "fashion_mnist", "no_dropout"),
    ],
    "L2": [
        ("with", "regularized_cnn", "mnist", "plain"),
        ("without", "regularized_cnn", "mnist", "no_l2"),
    ],
    "The optimizer": [
        ("Adam", "simple_cnn", "mnist", "plain"),
        ("RMSprop", "simple_cnn", "mnist", "rmsprop"),
        ("SGD", "simple_cnn", "mnist", "sgd"),
    ],
    "Early stopping": [
        ("with", "fashion_cnn", "fashion_mnist", "early_stopping"),
        ("without, 30 epochs", "fashion_cnn", "fashion_mnist", "long"),
    ],
    "Augmentation": [
        ("with", "simple_cnn", "mnist", "augmented"),
        ("without", "simple_cnn", "mnist", "plain"),
    ],
}


def pages() -> dict[str, str]:
    """Give the pages as Markdown, by file name."""
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER), trim_blocks=True, undefined=jinja2.StrictUndefined
    )
    values = {
        "cards": sorted(map(model_card, list_models()), key=lambda card: card.parameters),
        "datasets": DATASETS,
        "goals": GOALS,
        "lessons": LESSONS,
        "model_card": model_card,
        "load_recipe": load_recipe,
        "macs": lambda card: summarize(card.name).totals.macs,
        "find": _find,
        "mean": _mean,
        "against": _against,
        "four": "{:.4f}".format,
    }
    return {
        name: templates.get_template(f"{name}.jinja").render(values).rstrip("\n") + "\n"
        for name in ("index.md", "lessons.md", "rows.md")
    }


def _find(card: ModelCard, dataset: str, recipe: str) -> MeasuredResult | None:
    rows = {(row.dataset, row.recipe): row for row in card.measured}
    return rows.get((dataset, recipe))


def _mean(row: MeasuredResult | None) -> str:
    """Give mean, standard deviation and, in brackets, the number of seeds."""
    if row is None:
        return ""
    spread = row.accuracy.standard_deviation
    plus_minus = "" if spread is None else f" ± {spread:.4f}"
    return f"{row.accuracy.mean:.4f}{plus_minus} ({len(row.seeds)})"


def _against(row: MeasuredResult | None, published: float) -> str:
    if row is None:
        return ""
    if row.accuracy.low > published:
        return ", above"
    return ", below" if row.accuracy.high < published else ", level"


if __name__ == "__main__":
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
