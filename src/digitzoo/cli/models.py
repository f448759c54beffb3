"""`digitzoo models`: what there is."""

from dataclasses import asdict

from digitzoo.cli.options import JsonOption
from digitzoo.cli.output import print_json, print_line, print_table
from digitzoo.formulas import summarize
from digitzoo.models import MeasuredResult, ModelCard, list_models, model_card
from digitzoo.tables import Table

_DATASETS = {"mnist": "MNIST", "fashion_mnist": "Fashion-MNIST"}


def models(*, as_json: JsonOption = False) -> None:
    """List the models: size, work for an image, and how good the tuned recipe makes them."""
    cards = sorted((model_card(name) for name in list_models()), key=lambda card: card.parameters)
    macs = {card.name: summarize(card.name).totals.macs for card in cards}
    if as_json:
        print_json([asdict(card) | {"macs": macs[card.name]} for card in cards])
        return
    print_table(*(_table(cards, macs, narrow=narrow) for narrow in (False, True)))
    print_line("MACs: multiply-accumulates for one image; kB: of the trained weights. Accuracy:")
    print_line("test images, tuned recipe, mean over seeds with its 95 % interval; one seed with")
    print_line("the interval over images.")
    print_line("Next: digitzoo summary simple_cnn, or digitzoo train simple_cnn")


def _table(cards: list[ModelCard], macs: dict[str, int | None], *, narrow: bool) -> Table:
    """Give each model a line, or two with the intervals below the means."""
    rows: list[tuple[str, ...]] = []
    for card in cards:
        tuned = [_tuned(card, name) for name in _DATASETS]
        sizes = [f"{row.weights.size / 1000:,.0f}" for row in tuned if row and row.weights]
        first = (card.name, f"{card.parameters:,}", f"{macs[card.name]:,}", *(sizes[:1] or [""]))
        means = [f"{100 * row.accuracy.mean:.2f} %" if row else "" for row in tuned]
        intervals = [
            f"{100 * row.accuracy.low:.2f} to {100 * row.accuracy.high:.2f}" if row else ""
            for row in tuned
        ]
        if narrow:
            rows += [(*first, *means), ("", "", "", "", *intervals)]
        else:
            both = zip(means, intervals, strict=True)
            rows.append((*first, *(f"{mean} ({ends})" if mean else "" for mean, ends in both)))
    numbers = ("parameters", "MACs", "kB", *_DATASETS.values())
    return Table(("model", *numbers), tuple(rows), numbers=numbers)


def _tuned(card: ModelCard, dataset: str) -> MeasuredResult | None:
    return next(
        (row for row in card.measured if (row.recipe, row.dataset) == ("tuned", dataset)), None
    )
