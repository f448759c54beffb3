"""`digitzoo models`: what there is."""

from dataclasses import asdict

from digitzoo.cli.output import JsonOption, make_table, print_json, print_line, print_table
from digitzoo.models import list_models, model_card


def models(*, as_json: JsonOption = False) -> None:
    """List the models, with the numbers that their sources print."""
    cards = sorted((model_card(name) for name in list_models()), key=lambda card: card.parameters)
    if as_json:
        print_json([asdict(card) for card in cards])
        return
    table = make_table(
        "model", "parameters", "data set", "published", "what it is", right=("parameters",)
    )
    for card in cards:
        accuracy = next(row for row in card.published if row.metric == "accuracy")
        table.add_row(
            card.name,
            f"{card.parameters:,}",
            card.dataset,
            f"{accuracy.value} {accuracy.split}",
            card.summary,
        )
    print_table(table)
    print_line("Next: digitzoo summary simple_cnn, or digitzoo train simple_cnn")
