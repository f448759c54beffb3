"""`digitzoo explain`: a model, every number worked out; Keras is not loaded where formulas do."""

from typing import Annotated, Any

import typer

from digitzoo.cli.network import ModelArgument, find_network
from digitzoo.cli.options import BestOption, JsonOption, choice, number
from digitzoo.cli.output import print_json
from digitzoo.errors import InvalidArgumentError

_FORMATS = ("text", "markdown", "latex", "html")


def explain(
    model: ModelArgument,
    *,
    language: Annotated[
        str | None, choice("en, the default, or ko.", "language", ("en", "ko"))
    ] = None,
    style: Annotated[
        str | None,
        choice(f"{', '.join(_FORMATS)}; by default text.", "format", _FORMATS, "--format"),
    ] = None,
    table: Annotated[bool, typer.Option("--table", help="Only the table of numbers.")] = False,
    batch_size: Annotated[int, number("Examples held at once.", at_least=1)] = 1,
    dtype: Annotated[
        str, typer.Option(metavar="TYPE", help="The type of weights and values.")
    ] = "float32",
    best: BestOption = False,
    as_json: JsonOption = False,
) -> None:
    """Explain a model: every shape, parameter count, MAC count and receptive field, worked out."""
    from digitzoo.formulas import explain as explain_network

    if as_json and style:
        raise InvalidArgumentError(
            f"--json prints JSON, and --format {style} another form. Give one."
        )
    if table and style == "latex":
        raise InvalidArgumentError(
            "A table has no LaTeX form. Use --format markdown or --format html."
        )
    if table and language:
        raise InvalidArgumentError(
            "--table prints numbers alone, in no language. Leave --language or --table out."
        )
    summary = find_network(model, best=best).summary(batch_size=batch_size, dtype=dtype)
    shown: Any = summary if table else explain_network(summary, language=language or "en")
    if as_json:
        print_json(shown.to_dict())
    elif style in (None, "text"):
        typer.echo(str(shown))
    else:
        typer.echo(getattr(shown, f"to_{style}")())
