"""Write `index.md` from the recorded rows: `python docs/results/write.py`.

Nothing in that page is typed by hand; tests/docs holds it to the rows.
"""

from pathlib import Path

from digitzoo import MeasuredResult, ModelCard, list_models, load_recipe, model_card

PAGE = Path(__file__).with_name("index.md")
DATASETS = {"mnist": "MNIST", "fashion_mnist": "Fashion-MNIST"}

HEAD = """# Results

Every number here was written by `digitzoo reproduce MODEL --record`, and this page by
`python docs/results/write.py`. To measure one again:

```
digitzoo reproduce small_dense --seeds 1
```

The test images were looked at once for each seed, when its training was over. Tuned recipes were
chosen on a tenth of the training images, then run on all of them, and the last epoch counts.
[tuning.md](tuning.md) says what was tried. The interval is that of the mean over seeds (Student's
t, 95 %); of a single seed, that over test images (Wilson).

Each seed ran in a process of one thread, so its bits do not depend on the number of cores. They
do depend on the kind of processor and on the versions, which stand below.
"""

SCALING = """## What scaling the pixels is worth

The tutorial of these networks feeds pixels as 0 to 255. The same recipe with pixels in 0 to 1:
"""


def page() -> str:
    """Give the page as Markdown."""
    cards = sorted((model_card(name) for name in list_models()), key=lambda card: card.parameters)
    parts = [HEAD]
    for dataset, title in DATASETS.items():
        table = _accuracies(cards, dataset)
        if len(table) > 2:  # noqa: PLR2004 - more than a heading
            parts += [f"## {title}\n", "\n".join(table) + "\n"]
    scaled = _unscaled(cards)
    if len(scaled) > 2:  # noqa: PLR2004 - more than a heading
        parts += [
            SCALING,
            "\n".join(scaled) + "\n",
        ]
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


def _unscaled(cards: list[ModelCard]) -> list[str]:
    lines = [_line(["model", "0 to 1", "0 to 255"]), _line(["---", "---:", "---:"])]
    for card in cards:
        unscaled = _find(card, card.dataset, "unscaled")
        if unscaled is not None:
            reference = _find(card, card.dataset, "reference")
            lines.append(_line([f"`{card.name}`", _mean(reference), _mean(unscaled)]))
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
    PAGE.write_text(page(), encoding="utf-8")
