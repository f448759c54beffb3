"""`digitzoo summary`: a model's layers."""

from typing import Annotated

import typer

from digitzoo.cli.output import (
    JsonOption,
    make_table,
    print_json,
    print_line,
    print_table,
    start_keras,
)
from digitzoo.errors import InvalidArgumentError, unknown_name
from digitzoo.models import build_model, list_models, model_card


def _known_model(name: str) -> str:
    if name not in list_models():
        raise InvalidArgumentError(unknown_name("model", name, list_models(), "`digitzoo models`"))
    return name


ModelArgument = Annotated[
    str,
    typer.Argument(metavar="MODEL", help="One of `digitzoo models`.", callback=_known_model),
]


def summary(model: ModelArgument, *, as_json: JsonOption = False) -> None:
    """Show a model's layers, output shapes and parameters, and what its source says."""
    card = model_card(model)
    start_keras()
    built = build_model(model)
    rows = [
        {
            "name": layer.name,
            "layer": type(layer).__name__,
            "output_shape": list(layer.output.shape[1:]),
            "parameters": layer.count_params(),
        }
        for layer in built.layers
    ]
    if as_json:
        print_json({"name": model, "layers": rows, "parameters": built.count_params()})
        return
    table = make_table("name", "layer", "output shape", "parameters", right=("parameters",))
    for row in rows:
        shape = " x ".join(str(size) for size in row["output_shape"])
        table.add_row(row["name"], row["layer"], shape, f"{row['parameters']:,}")
    table.add_section()
    table.add_row("total", "", "", f"{built.count_params():,}")
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
