"""`digitzoo models`: what there is."""

from dataclasses import asdict

from digitzoo.cli.options import JsonOption
from digitzoo.cli.output import Table, print_json, print_line, print_table
from digitzoo.formulas import summarize
from digitzoo.models import MeasuredResult, ModelCard, list_models, model_card

_DATASETS = {"mnist": "MNIST", "fashion_mnist": "Fashion-MNIST"}


def models(*, as_json: JsonOption = False) -> None:
    """List the models: size, work for an image, and how good the tuned recipe makes them."""
    cards = sorted((model_card(name) for name in list_models()), key=lambda card: card.parameters)
    macs = {card.name: summarize(card.name).totals.macs for card in cards}
    if as_json:
        print_json([asdict(card) | {"macs": macs[card.name]} for card in cards])
        return
    print_table(_table(cards, macs, " ({})"), _table(cards, macs, "\n{}"))
    print_line(
        "MACs: multiply-accumulates for one image. Accuracy: test images, tuned recipe, mean"
    )
    print_line("over seeds with its 95 % interval; one seed with the interval over images.")
    print_line("Next: digitzoo summary simple_cnn, or digitzoo train simple_cnn")


def _table(cards: list[ModelCard], macs: dict[str, int | None], interval: str) -> Table:
    numbers = ("parameters", "MACs", "weights\nkB", *_DATASETS.values())
    table = Table(("model", *numbers), right=numbers)
    for card in cards:
        rows = {name: _tuned(card, name) for name in _DATASETS}
        table.add_row(
            card.name,
            f"{card.parameters:,}",
            f"{macs[card.name]:,}",
            next((_size(row) for row in rows.values() if row and row.weights), ""),
            *(_accuracy(row, interval) for row in rows.values()),
        )
    return table


def _tuned(card: ModelCard, dataset: str) -> MeasuredResult | None:
    return next(
        (row for row in card.measured if (row.recipe, row.dataset) == ("tuned", dataset)), None
    )


def _size(row: MeasuredResult) -> str:
    return f"{row.weights.size / 1000:,.0f}" if row.weights else ""


def _accuracy(row: MeasuredResult | None, interval: str) -> str:
    if row is None:
        return ""
    accuracy = row.accuracy
    mean, low, high = (
        f"{100 * value:.2f}" for value in (accuracy.mean, accuracy.low, accuracy.high)
    )
    return f"{mean} %" + interval.format(f"{low} to {high}")
