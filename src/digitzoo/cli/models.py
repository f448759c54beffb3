"""`digitzoo models`: what there is."""

from dataclasses import asdict

import typer

from digitzoo.cli.options import JsonOption
from digitzoo.cli.output import percent, print_json, print_table
from digitzoo.formulas import summarize
from digitzoo.models import list_models, model_card
from digitzoo.tables import Table

_DATASETS = {"mnist": "MNIST", "fashion_mnist": "Fashion-MNIST"}


def models(*, as_json: JsonOption = False) -> None:
    """List the models: size, work for an image, and how good the tuned recipe makes them."""
    cards = sorted((model_card(name) for name in list_models()), key=lambda card: card.parameters)
    macs = {card.name: summarize(card.name).totals.macs for card in cards}
    if as_json:
        print_json([asdict(card) | {"macs": macs[card.name]} for card in cards])
        return
    wide: list[tuple[str, ...]] = []
    narrow: list[tuple[str, ...]] = []  # two lines each, with the intervals below the means
    for card in cards:
        tuned = {row.dataset: row for row in card.measured if row.recipe == "tuned"}
        found = [tuned.get(name) for name in _DATASETS]
        sizes = [f"{row.weights.size / 1000:,.0f}" for row in found if row and row.weights]
        first = (card.name, f"{card.parameters:,}", f"{macs[card.name]:,}", *(sizes[:1] or [""]))
        means = [percent(row.accuracy.mean) if row else "" for row in found]
        ends = [
            f"{100 * row.accuracy.low:.2f} to {100 * row.accuracy.high:.2f}" if row else ""
            for row in found
        ]
        both = zip(means, ends, strict=True)
        wide.append((*first, *(f"{mean} ({end})" if mean else "" for mean, end in both)))
        narrow += [(*first, *means), ("", "", "", "", *ends)]
    numbers = ("parameters", "MACs", "kB", *_DATASETS.values())
    columns = ("model", *numbers)
    print_table(*(Table(columns, tuple(rows), numbers=numbers) for rows in (wide, narrow)))
    typer.echo(
        "MACs: multiply-accumulates for one image; kB: of the trained weights. Accuracy:\n"
        "test images, tuned recipe, mean over seeds with its 95 % interval; one seed with\n"
        "the interval over images.\n"
        "Next: digitzoo summary simple_cnn, or digitzoo train simple_cnn"
    )
