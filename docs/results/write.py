"""Write the pages of results from the recorded rows: `python docs/results/write.py`.

It writes `index.md`, `lessons.md` and `rows.md`. No number in these pages is typed by hand;
tests/docs holds them to the rows.
"""

from pathlib import Path

from digitzoo import list_models, load_recipe, model_card, summarize
from digitzoo.models import MeasuredResult, ModelCard, PublishedResult

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

HEAD = """# Results

Every number here was written by `digitzoo reproduce MODEL --record`, and this page by
`python docs/results/write.py`. To measure one again:

```
digitzoo reproduce small_dense --seeds 1
```

[Lessons](lessons.md) says what each lesson of the write-ups is worth, [Tuning](tuning.md) what was
tried, and [Every row](rows.md) has each seed with its errors, loss, time and machine.
"""

COMPARISON_HEAD = """## Beside the write-ups

Each network comes from a text that reports how good it is. The *reference* recipe trains it as that
text did, on scaled pixels and with a validation part that comes out of the training images. The
*tuned* recipe keeps the network and its parameters; everything else is free. Both are measured on
the 10,000 test images. A recipe is *above* or *below* the published number if the whole 95 %
interval of its accuracy is, and *level* with it otherwise. The *goal* is what the tuned recipe set
out to reach. In brackets stands the number of seeds.
"""

ODDITIES_HEAD = """Not all published numbers are of the test images, and some saw them in training:
"""

PLOTS = """## Accuracy and size

Seen over the parameters, and over the multiply-accumulates (MACs) that one image costs. Bars are
95 % intervals; the axis of accuracies is stretched towards 100 %, where the same distance is the
same factor of errors.

```python exec="true" session="results" html="true"
from pagetools import picture
from results.plots import plot_accuracy

picture(
    "Accuracy over parameters for MNIST and Fashion-MNIST: the published number, the reference "
    "and the tuned recipe of each model; the tables above hold the numbers",
    plot_accuracy("parameters"),
)
```

```python exec="true" session="results" html="true"
picture(
    "Accuracy over multiply-accumulates for MNIST and Fashion-MNIST; the dense networks cost "
    "the least, deep_cnn the most",
    plot_accuracy("macs"),
)
```
"""

MEASURED = """## How it was measured

The test images were looked at once for each seed, when its training was over. Tuned recipes were
chosen on a tenth of the training images, then run on all of them, and the last epoch counts; never
the epoch that is best on the test images. [Tuning](tuning.md) names the exceptions.

The number behind ± is the standard deviation over seeds, and the one in brackets is how many seeds
there are. The interval is that of the mean over
seeds (Student's t, 95 %); of a single seed, that over test images (Wilson).

The labels of 15 test images of MNIST are disputed by people who have looked at them. The column
*undisputed labels* leaves those out.

Each seed ran in a process of one thread, so its bits do not depend on the number of cores. They
do depend on the kind of processor and on the versions, which stand with [every row](rows.md).
"""

ROWS_HEAD = """# Every row

One section for each model, data set and recipe, one line for each seed.
[All results](index.md) sums them up and says how they were measured. Times are of one thread. This
page is written by `python docs/results/write.py`.
"""

LESSONS_HEAD = """# What each lesson is worth

The write-ups behind these models teach these lessons. Here they are measured: the same network and
the same training, with it and without it. Test accuracy, mean and standard deviation over seeds,
and in brackets how many seeds; [every row](rows.md) has them one by one.
`digitzoo reproduce MODEL --recipe NAME --dataset DATA` measures a line again. Two lines differ for
certain only where they lie further apart than their standard deviations explain. This page is
written by `python docs/results/write.py`.
"""

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
    return {"index.md": results_page(), "lessons.md": lessons_page(), "rows.md": rows_page()}


def lessons_page() -> str:
    """Give a table with a line for each side of each lesson, measured or not."""
    heads = ["lesson", "", "model", "data set", "recipe", "test accuracy"]
    lines = [_line(heads), _line(["---"] * 5 + ["---:"])]
    for lesson, sides in LESSONS.items():
        named = lesson
        for label, model, dataset, recipe in sides:
            row = _find(model_card(model), dataset, recipe)
            mean = "not measured yet" if row is None else _mean(row)
            cells = [named, label, f"`{model}`", DATASETS[dataset], f"`{recipe}`", mean]
            lines.append(_line(cells))
            named = ""
    return "\n".join([LESSONS_HEAD, *lines]) + "\n"


def rows_page() -> str:
    """Give every row with all its seeds."""
    return "\n".join([ROWS_HEAD, *(_row(row) for card in _cards() for row in card.measured)])


def results_page() -> str:
    """Give what the rows come to for each model."""
    parts = [HEAD, COMPARISON_HEAD, "\n".join(_comparison()) + "\n", ODDITIES_HEAD]
    parts += ["\n".join(_oddities()) + "\n"]
    for dataset, title in DATASETS.items():
        parts += [f"## {title}\n", "\n".join(_accuracies(dataset)) + "\n"]
    return "\n".join([*parts, PLOTS, MEASURED])


def _cards() -> list[ModelCard]:
    return sorted((model_card(name) for name in list_models()), key=lambda card: card.parameters)


def _comparison() -> list[str]:
    """Give a table of published numbers, with what was measured beside them."""
    heads = ["model", "data set", "published", "reference", "tuned", "goal"]
    lines = [_line(heads), _line(["---"] * 2 + ["---:"] * 4)]
    for card in _cards():
        published = _published(card)
        tuned, reference = (_find(card, card.dataset, name) for name in ("tuned", "reference"))
        goal = GOALS[card.name]
        missing = goal - tuned.accuracy.mean if tuned else None
        outcome = "" if missing is None else ", met" if missing <= 0 else f", {missing:.4f} short"
        cells = [
            f"`{card.name}`",
            DATASETS[card.dataset],
            f"{published.value:.4f} {published.split}",
            _mean(reference) + _against(reference, published.value),
            _mean(tuned) + _against(tuned, published.value),
            f"{goal:.4f}{outcome}",
        ]
        lines.append(_line(cells))
    return lines


def _against(row: MeasuredResult | None, published: float) -> str:
    if row is None:
        return ""
    if row.accuracy.low > published:
        return ", above"
    return ", below" if row.accuracy.high < published else ", level"


def _oddities() -> list[str]:
    return [f"- `{card.name}`: {' '.join(card.oddities)}" for card in _cards() if card.oddities]


def _published(card: ModelCard) -> PublishedResult:
    return next(row for row in card.published if row.metric == "accuracy")


def _accuracies(dataset: str) -> list[str]:
    """Give a table of what the tuned recipes come to."""
    mnist = dataset == "mnist"
    heads = ["model", "parameters", "MACs", "tuned", "interval"]
    heads += ["undisputed labels"] if mnist else []
    lines = [_line(heads), _line(["---"] + ["---:"] * (len(heads) - 1))]
    for card in _cards():
        tuned = _find(card, dataset, "tuned")
        if tuned is None:
            continue
        cells = [
            f"`{card.name}`",
            f"{card.parameters:,}",
            f"{summarize(card.name).totals.macs:,}",
            _mean(tuned),
            f"{tuned.accuracy.low:.4f} to {tuned.accuracy.high:.4f}",
        ]
        if mnist:
            undisputed = tuned.accuracy_undisputed
            cells.append(f"{undisputed.mean:.4f}" if undisputed else "")
        lines.append(_line(cells))
    return lines


def _row(row: MeasuredResult) -> str:
    recipe = load_recipe(row.model, row.recipe, dataset=row.dataset)
    interval = f"{row.accuracy.low:.4f} to {row.accuracy.high:.4f}"
    lines = [
        f"## {row.model}, {DATASETS[row.dataset]}, {row.recipe}\n",
        f"{recipe.summary}. Mean {_mean(row)}, {interval}.\n",
        _line(["seed", "wrong", "accuracy", "without disputed labels", "loss", "CPU minutes"]),
        _line(["---:"] * 6),
    ]
    for seed in row.seeds:
        images = row.accuracy.images
        undisputed = ""
        if row.accuracy_undisputed is not None and seed.errors_undisputed is not None:
            left = row.accuracy_undisputed.images
            undisputed = f"{(left - seed.errors_undisputed) / left:.4f}"
        minutes = "" if seed.cpu_seconds is None else f"{seed.cpu_seconds / 60:.1f}"
        lines.append(
            _line(
                [
                    str(seed.seed),
                    str(seed.errors),
                    f"{(images - seed.errors) / images:.4f}",
                    undisputed,
                    f"{seed.loss:.4f}",
                    minutes,
                ]
            )
        )
    backend = row.versions["backend"]
    instructions = ", ".join(row.machine["instructions"])
    where = (
        f"Keras {row.versions['keras']} on {backend} {row.versions[backend]}, "
        f"{row.machine['processor']} ({instructions}), "
        f"{', '.join(row.machine['device'])}, threads: {row.machine['threads']}."
    )
    lines += ["", where, ""]
    return "\n".join(lines)


def _find(card: ModelCard, dataset: str, recipe: str) -> MeasuredResult | None:
    return next(
        (row for row in card.measured if (row.dataset, row.recipe) == (dataset, recipe)), None
    )


def _mean(row: MeasuredResult | None) -> str:
    """Give mean, standard deviation and, in brackets, the number of seeds."""
    if row is None:
        return ""
    spread = row.accuracy.standard_deviation
    plus_minus = "" if spread is None else f" ± {spread:.4f}"
    return f"{row.accuracy.mean:.4f}{plus_minus} ({len(row.seeds)})"


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
