"""`digitzoo summary`: a model's layers."""

from digitzoo.cli.network import ModelArgument, find_network
from digitzoo.cli.options import BestOption, JsonOption
from digitzoo.cli.output import print_json, print_line, print_table
from digitzoo.models import model_card
from digitzoo.tables import Table


def summary(model: ModelArgument, *, best: BestOption = False, as_json: JsonOption = False) -> None:
    """Show a model's layers, output shapes and parameters, and what its source says."""
    network = find_network(model, best=best)
    worked_out = network.summary()
    total = worked_out.totals.params
    rows = [
        {
            "name": layer.name,
            "layer": layer.layer,
            "output_shape": list(layer.output_shape),
            "parameters": layer.params,
        }
        for layer in worked_out.layers
    ]
    if as_json:
        print_json({"name": worked_out.name, "layers": rows, "parameters": total})
        return
    cells = tuple(
        (
            row.name,
            row.layer,
            " x ".join("?" if size is None else str(size) for size in row.output_shape),
            "?" if row.params is None else f"{row.params:,}",
        )
        for row in worked_out.layers
    )
    columns = ("name", "layer", "output shape", "parameters")
    known = "" if worked_out.totals.params_complete else "at least "
    last = ("total", "", "", f"{known}{total:,}")
    table = Table(columns, cells, last, numbers=("parameters",))
    if network.kind != "name":
        print_line(f"{worked_out.name}: {model}")
        print_table(table)
        return
    card = model_card(model)
    print_line(f"{model}: {card.summary}")
    print_table(table)
    print_line(f"Source: {card.source}.")
    for result in card.published:
        note = f" ({result.note})" if result.note else ""
        print_line(f"Published: {result.split} {result.metric} {result.value}{note}.")
    for measured in card.measured:
        accuracy, seeds = measured.accuracy, len(measured.seeds)
        print_line(
            f"Measured: {measured.dataset} test accuracy {accuracy.mean:.4f} "
            f"({accuracy.low:.4f} to {accuracy.high:.4f}; {measured.recipe}, "
            f"{seeds} {'seed' if seeds == 1 else 'seeds'})."
        )
    for oddity in card.oddities:
        print_line(f"Note: {oddity}")
