"""Write `index.md` and `lessons.md` from the recorded rows: `python docs/results/write.py`.

No number in these pages is typed by hand; tests/docs holds them to the rows.
"""

from pathlib import Path

from digitzoo import MeasuredResult, ModelCard, list_models, load_recipe, model_card

FOLDER = Path(__file__).parent
DATASETS = {"mnist": "MNIST", "fashion_mnist": "Fashion-MNIST"}

HEAD = """# Results

Every number here was written by `digitzoo reproduce MODEL --record`, and this page by
`python docs/results/write.py`. To measure one again:

```
digitzoo reproduce small_dense --seeds 1
```

The test images were looked at once for each seed, when its training was over. Tuned recipes were
chosen on a tenth of the training images, then run on all of them, and the last epoch counts.
[tuning.md](tuning.md) says what was tried, and [lessons.md](lessons.md) what each lesson of the
write-ups is worth. The interval is that of the mean over seeds (Student's t, 95 %); of a single
seed, that over test images (Wilson).

Each seed ran in a process of one thread, so its bits do not depend on the number of cores. They
do depend on the kind of processor and on the versions, which stand below.
"""

LESSONS_HEAD = """# What each lesson is worth

The write-ups behind these models teach one lesson each. Here each is measured: the same network
and the same training, with it and without it. Test accuracy, mean and standard deviation over
seeds; `digitzoo reproduce MODEL --recipe NAME --dataset DATA` measures a line again. This page is
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
    return {"index.md": results_page(), "lessons.md": lessons_page()}


def lessons_page() -> str:
    """Give a table with a line for each measured side of each lesson."""
    heads = ["lesson", "", "model", "data set", "recipe", "test accuracy"]
    lines = [_line(heads), _line(["---"] * 5 + ["---:"])]
    for lesson, sides in LESSONS.items():
        for label, model, dataset, recipe in sides:
            row = _find(model_card(model), dataset, recipe)
            if row is not None:
                cells = [lesson, label, f"`{model}`", DATASETS[dataset], f"`{recipe}`", _mean(row)]
                lines.append(_line(cells))
    return "\n".join([LESSONS_HEAD, *lines]) + "\n"


def results_page() -> str:
    """Give all rows, and what they come to for each model."""
    cards = sorted((model_card(name) for name in list_models()), key=lambda card: card.parameters)
    parts = [HEAD]
    for dataset, title in DATASETS.items():
        table = _accuracies(cards, dataset)
        if len(table) > 2:  # noqa: PLR2004 - more than a heading
            parts += [f"## {title}\n", "\n".join(table) + "\n"]
    parts += ["## Every row\n", *(_row(row) for card in cards for row in card.measured)]
    return "\n".join(parts)


def _accuracies(cards: list[ModelCard], dataset: str) -> list[str]:
    mnist = dataset == "mnist"
    heads = ["model", "parameters", "published", "reference", "tuned", "interval"]
    heads += ["undisputed labels"] if mnist else []
    lines = [_line(heads), _line(["---"] + ["---:"] * (len(heads) - 1))]
    for card in cards:
        tuned, reference = (_find(card, dataset, name) for name in ("tuned", "reference"))
        if tuned is None and reference is None:
            continue
        published = next(row for row in card.published if row.metric == "accuracy")
        cells = [
            f"`{card.name}`",
            f"{card.parameters:,}",
            f"{published.value} {published.split}" if card.dataset == dataset else "",
            _mean(reference),
            _mean(tuned),
            f"{tuned.accuracy.low:.4f} to {tuned.accuracy.high:.4f}" if tuned else "",
        ]
        if mnist:
            undisputed = tuned.accuracy_undisputed if tuned else None
            cells.append(f"{undisputed.mean:.4f}" if undisputed else "")
        lines.append(_line(cells))
    return lines


def _row(row: MeasuredResult) -> str:
    recipe = load_recipe(row.model, row.recipe, dataset=row.dataset)
    lines = [
        f"### {row.model}, {DATASETS[row.dataset]}, {row.recipe}\n",
        f"{recipe.summary}.\n",
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
    if row is None:
        return ""
    spread = row.accuracy.standard_deviation
    count = len(row.seeds)
    seeds = "1 seed" if count == 1 else f"{count} seeds"
    return f"{row.accuracy.mean:.4f}" + (
        f" ({seeds})" if spread is None else f" ± {spread:.4f} ({seeds})"
    )


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
