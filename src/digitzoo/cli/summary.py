"""`digitzoo summary`: a model's layers."""

import typer

from digitzoo.cli.network import ModelArgument, find_network
from digitzoo.cli.options import BestOption, JsonOption
from digitzoo.cli.output import counted, print_json, print_table
from digitzoo.models import model_card
from digitzoo.tables import Table


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
    typer.echo(f"Source: {card.source}.")
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
