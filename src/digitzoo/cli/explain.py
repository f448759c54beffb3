"""`digitzoo explain` and `shapes`: numbers worked out; Keras is not loaded where formulas do."""

import ast
import re
from typing import Annotated, Any

import typer

from digitzoo.cli.network import ModelArgument, find_network
from digitzoo.cli.options import BestOption, JsonOption, choice, language_choice, number, read_sizes
from digitzoo.cli.output import print_json
from digitzoo.errors import InvalidArgumentError

_FORMATS = ("text", "markdown", "latex", "html")


def explain(
    model: ModelArgument,
    *,
    language: Annotated[str | None, language_choice()] = None,
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

    for wrong, message in (
        (as_json and style, f"--json prints JSON, and --format {style} another form. Give one."),
        (table and style == "latex", "A table has no LaTeX form. Use --format markdown or html."),
        (table and language, "--table prints numbers alone, in no language. Leave one out."),
    ):
        if wrong:
            raise InvalidArgumentError(message)
    summary = find_network(model, best=best).summary(batch_size=batch_size, dtype=dtype)
    shown: Any = summary if table else explain_network(summary, language=language or "en")
    if as_json:
        print_json(shown.to_dict())
    elif style in (None, "text"):
        typer.echo(str(shown))
    else:
        typer.echo(getattr(shown, f"to_{style}")())


def shapes(
    context: typer.Context,
    layer: Annotated[
        str, typer.Argument(metavar="LAYER", help="A layer of Keras's, such as conv2d.")
    ],
    input_shape: Annotated[
        str,
        typer.Argument(
            metavar="SHAPE",
            help="What comes in, such as 28x28x1; for a layer that joins, several with commas.",
        ),
    ],
    *,
    strict: Annotated[
        bool, typer.Option("--strict", help="Refuse a stride that does not fit.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Work out one layer: digitzoo shapes conv2d 28x28x1 --filters 32 --kernel-size 5.

    Further options are the layer's arguments, as in Keras: --strides 2, --padding same,
    --kernel-size 3x5, --no-use-bias.
    """
    from digitzoo.formulas import layer_info

    arguments = _read_arguments(context.args)
    shape = _read_shapes(layer, input_shape, arguments)
    info = layer_info(layer, shape, strict=strict, **arguments)
    if as_json:
        print_json(info.to_dict())
    else:
        typer.echo(str(info))


def _read_shapes(layer: str, text: str, arguments: dict[str, Any]) -> Any:
    from digitzoo.formulas.layers.catalogue import describe

    parts = text.split(",")
    if len(parts) == 1:
        return read_sizes(text)
    described = describe(layer, **arguments)
    if not (described.merges or described.takes):
        sizes = (part.strip(" ()[]") for part in parts)
        raise InvalidArgumentError(
            f"{layer} takes one input, and commas stand between several. Write the sizes of "
            f"one with an x between them: {'x'.join(filter(None, sizes))}."
        )
    return [read_sizes(part) for part in parts]


def _read_arguments(words: list[str]) -> dict[str, Any]:
    """Read `--kernel-size 3x5 --no-use-bias` as Keras's arguments."""
    arguments: dict[str, Any] = {}
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if not word.startswith("--"):
            raise InvalidArgumentError(
                f"{word!r} belongs to no option. Expected --name value, such as --filters 32."
            )
        name, equals, value = word.removeprefix("--").partition("=")
        name = name.replace("-", "_")
        if equals:
            arguments[name] = _read_value(value)
        elif rest and not rest[0].startswith("--"):
            arguments[name] = _read_value(rest.pop(0))
        else:  # a flag: --keepdims, --no-use-bias
            arguments[name.removeprefix("no_")] = not name.startswith("no_")
    return arguments


def _read_value(text: str) -> Any:
    if "," in text and "->" not in text:  # the equation of EinsumDense is one text
        return tuple(_read_value(one) for one in text.split(","))
    if re.fullmatch(r"-?\d+([xX]-?\d+)+", text):
        return tuple(map(int, re.split("[xX]", text)))
    try:
        return ast.literal_eval(text.capitalize())  # true is Python's True
    except (ValueError, SyntaxError):
        return text
