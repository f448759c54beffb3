"""`digitzoo models`, `summary` and `data info`: what there is."""

import hashlib
from dataclasses import asdict
from typing import Annotated, Any

import typer

from digitzoo.cli.network import ModelArgument, find_network
from digitzoo.cli.options import BestOption, JsonOption, choice, number
from digitzoo.cli.output import counted, print_json, print_table
from digitzoo.formulas import summarize
from digitzoo.models import AccuracySummary, list_models, model_card
from digitzoo.models.catalogue import SORT_KEYS
from digitzoo.tables import Table

_DATASETS = {"mnist": "MNIST", "fashion_mnist": "Fashion-MNIST"}


def models(
    pattern: Annotated[
        str, typer.Argument(metavar="PATTERN", help="Names to keep, such as 'small_*'.")
    ] = "*",
    *,
    max_parameters: Annotated[
        int | None, number("Keep the models with at most so many parameters.", at_least=1)
    ] = None,
    dataset: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Keep the models with trained weights for it: mnist or fashion_mnist.",
            autocompletion=lambda: list(_DATASETS),
        ),
    ] = None,
    sort_by: Annotated[
        str, choice(f"One of {', '.join(SORT_KEYS)}.", "key", SORT_KEYS)
    ] = "parameters",
    as_json: JsonOption = False,
) -> None:
    """List the models: size, work for an image, and how good the tuned recipe makes them."""
    names = list_models(pattern, max_parameters=max_parameters, dataset=dataset, sort_by=sort_by)
    cards = [model_card(name) for name in names]
    macs = {card.name: summarize(card.name).totals.macs for card in cards}
    if as_json:
        print_json([asdict(card) | {"macs": macs[card.name]} for card in cards])
        return
    if not cards:
        typer.echo("No model is like that. `digitzoo models` lists all.")
        return
    rows = []
    for card in cards:
        tuned = {row.dataset: row for row in card.measured if row.recipe == "tuned"}
        found = [tuned.get(name) for name in _DATASETS]
        sizes = [f"{row.weights.size / 1000:,.0f}" for row in found if row and row.weights]
        means = [_with_margin(row.accuracy) if row else "" for row in found]
        first = (card.name, f"{card.parameters:,}", *means)
        rows.append((*first, f"{macs[card.name]:,}", sizes[0] if sizes else ""))
    numbers = ("parameters", *_DATASETS.values(), "MACs", "kB")
    table = Table(("model", *numbers), tuple(rows), numbers=numbers)
    without = table._replace(columns=table.columns[:-2], rows=tuple(row[:-2] for row in rows))
    if print_table(table, without) is table:
        typer.echo("MACs: multiply-accumulates for one image; kB: of the trained weights.")
    else:
        typer.echo("A wider terminal has room for MACs and file sizes.")
    typer.echo(
        "Accuracy: % of the test images, tuned recipe, mean over seeds and how far its\n"
        "95 % interval reaches; that of a single seed is over images.\n"
        "Next: digitzoo summary simple_cnn, or digitzoo train simple_cnn"
    )


def _with_margin(accuracy: AccuracySummary) -> str:
    margin = max(accuracy.high - accuracy.mean, accuracy.mean - accuracy.low)
    return f"{100 * accuracy.mean:.2f} ± {100 * margin:.2f}"


def summary(model: ModelArgument, *, best: BestOption = False, as_json: JsonOption = False) -> None:
    """Show a model's layers, output shapes and parameters, and what its source says."""
    network = find_network(model, best=best)
    found = network.summary()
    total = found.totals.params
    if as_json:
        layers = [
            {
                "name": row.name,
                "layer": row.layer,
                "output_shape": list(row.output_shape),
                "parameters": row.params,
            }
            for row in found.layers
        ]
        print_json({"name": found.name, "layers": layers, "parameters": total})
        return
    card = model_card(model) if network.kind == "name" else None
    typer.echo(f"{model}: {card.summary}" if card else f"{found.name}: {model}")
    rows = tuple(
        (
            row.name,
            row.layer,
            " x ".join("?" if size is None else str(size) for size in row.output_shape),
            "?" if row.params is None else f"{row.params:,}",
        )
        for row in found.layers
    )
    known = "" if found.totals.params_complete else "at least "
    columns = ("name", "layer", "output shape", "parameters")
    last = ("total", "", "", f"{known}{total:,}")
    print_table(Table(columns, rows, last, numbers=("parameters",)))
    if card is None:
        return
    typer.echo(f"Source: {card.source}." + (f" {card.link}" if card.link else ""))
    for result in card.published:
        note = f" ({result.note})" if result.note else ""
        typer.echo(f"Published: {result.split} {result.metric} {result.value}{note}.")
    for measured in card.measured:
        accuracy = measured.accuracy
        typer.echo(
            f"Measured: {measured.dataset} test accuracy {accuracy.mean:.4f} "
            f"({accuracy.low:.4f} to {accuracy.high:.4f}; {measured.recipe}, "
            f"{counted(len(measured.seeds), 'seed')})."
        )
    for oddity in card.oddities:
        typer.echo(f"Note: {oddity}")


def data_info(*, as_json: JsonOption = False) -> None:
    """Show what is in the bundled data sets, counted from their files."""
    from digitzoo.data import list_datasets

    facts = [_describe(name) for name in list_datasets()]
    if as_json:
        print_json(facts)
        return
    for fact in facts:
        height, width = fact["image_shape"]
        typer.echo(
            f"{fact['name']}: {height} x {width} uint8 pixels, {fact['licence']} licence\n"
            f"  {fact['source']}\n"
            f"  {fact['path']} ({fact['bytes']:,} bytes)\n"
            f"  train pixels / 255: mean {fact['pixel_mean']:.4f}, "
            f"standard deviation {fact['pixel_std']:.4f}"
        )
        rows = tuple(
            (str(row["label"]), row["name"], f"{row['train']:,}", f"{row['test']:,}")
            for row in fact["classes"]
        )
        total = ("", "total", f"{fact['train']:,}", f"{fact['test']:,}")
        columns = ("class", "name", "train", "test")
        print_table(Table(columns, rows, total, numbers=("class", "train", "test")))


def _describe(name: str) -> dict[str, Any]:
    import numpy as np

    from digitzoo.data import dataset_path, load_arrays
    from digitzoo.data.bundled import bundled_dataset

    known, path = bundled_dataset(name), dataset_path(name)
    (x_train, y_train), (x_test, y_test) = load_arrays(name)
    # NumPy's own std makes floats of all pixels first, 0.4 GB of them.
    parts = np.array_split(x_train, 60)
    of_each = sum(np.bincount(part.ravel(), minlength=256) for part in parts) / x_train.size
    mean = float(of_each @ np.arange(256) / 255)
    arrays = {"x_train": x_train, "y_train": y_train, "x_test": x_test, "y_test": y_test}
    return {
        "name": name,
        "source": known.source,
        "licence": known.licence,
        "path": str(path),
        "bytes": path.stat().st_size,
        "image_shape": list(x_train.shape[1:]),
        "train": len(x_train),
        "test": len(x_test),
        "pixel_mean": mean,
        "pixel_std": float(np.sqrt(of_each @ (np.arange(256) / 255 - mean) ** 2)),
        "classes": [
            {
                "label": label,
                "name": class_name,
                "train": int(np.sum(y_train == label)),
                "test": int(np.sum(y_test == label)),
            }
            for label, class_name in enumerate(known.class_names)
        ],
        "sha256": {
            key: hashlib.sha256(array.tobytes()).hexdigest() for key, array in arrays.items()
        },
    }
