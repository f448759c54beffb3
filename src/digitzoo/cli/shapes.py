"""`digitzoo shapes` and `digitzoo explain`: the formulas, without loading Keras."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from digitzoo.cli.output import (
    JsonOption,
    print_json,
    print_line,
    print_note,
    quiet_backend,
    start_keras,
)
from digitzoo.errors import DataFileError, InvalidArgumentError, UnknownLayerError, unknown_name

if TYPE_CHECKING:
    from digitzoo.formulas import Summary

# `--kernel-size 3x5` and any other argument of Keras's pass through as they are.
PASS_THROUGH = {"allow_extra_args": True, "ignore_unknown_options": True}

_FORMATS = ("text", "markdown", "latex", "html")
_WORDS = {"true": True, "false": False, "none": None}


def shapes(
    context: typer.Context,
    layer: Annotated[str, typer.Argument(help="A layer of Keras's, such as conv2d.")],
    input_shape: Annotated[
        str, typer.Argument(help="What comes in, such as 28x28x1; several with commas.")
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

    read = [_read_shape(one) for one in input_shape.split(",")]
    shape: Any = read[0] if len(read) == 1 else read
    info = layer_info(layer, shape, strict=strict, **_read_arguments(context.args))
    if as_json:
        print_json(info.to_dict())
    else:
        print_line(str(info))


def explain(
    model: Annotated[
        str, typer.Argument(metavar="MODEL", help="One of `digitzoo models`, or a .keras file.")
    ],
    *,
    language: Annotated[str, typer.Option(help="en or ko.")] = "en",
    style: Annotated[str, typer.Option("--format", help="text, markdown, latex or html.")] = "text",
    table: Annotated[bool, typer.Option("--table", help="Only the table of numbers.")] = False,
    batch_size: Annotated[int, typer.Option(help="Examples held at once.")] = 1,
    dtype: Annotated[str, typer.Option(help="The type of weights and values.")] = "float32",
    as_json: JsonOption = False,
) -> None:
    """Explain a model: every shape, parameter count, MAC count and receptive field, worked out."""
    from digitzoo.formulas import explain as explain_network
    from digitzoo.formulas import summarize

    if style not in _FORMATS:
        raise InvalidArgumentError(unknown_name("format", style, _FORMATS))

    def summary_of(network: object) -> "Summary":
        return summarize(network, batch_size=batch_size, dtype=dtype)

    try:
        summary = summary_of(model)
    except UnknownLayerError as error:
        summary = summary_of(_load(model, error))
    if summary.totals.uncounted:
        try:
            summary = summary_of(_load(model))
        except DataFileError as error:
            print_note(f"{error} The totals are without {', '.join(summary.totals.uncounted)}.")
    if table and style == "latex":
        raise InvalidArgumentError("A table has no LaTeX form. Use --format markdown or html.")
    shown: Any = summary if table else explain_network(summary, language=language)
    if as_json:
        print_json(shown.to_dict())
    elif style == "markdown":
        print_line(shown.to_markdown())
    elif style == "html":
        print_line(shown.to_html())
    else:
        print_line(str(shown) if style == "text" else shown.to_latex())


def _load(path: str, cause: Exception | None = None) -> object:
    """Load a file that holds layers which only Keras knows; its safe mode runs no foreign code.

    Raises:
        DataFileError: Keras cannot load it either.
    """
    start_keras()
    import keras

    try:
        with quiet_backend():
            return keras.saving.load_model(path, compile=False, safe_mode=True)
    except Exception as problem:  # noqa: BLE001 - whatever a file makes Keras raise
        raise DataFileError(
            f"{f'{cause} ' if cause else ''}Keras in safe mode cannot load {path} "
            f"({type(problem).__name__}): it holds code of its own."
        ) from None


def _read_shape(text: str) -> tuple[int | None, ...]:
    try:
        return tuple(None if one in {"?", "None"} else int(one) for one in text.split("x"))
    except ValueError:
        raise InvalidArgumentError(
            f"{text!r} is no shape. Expected sizes with an x between them, without the batch "
            "axis, such as 28x28x1."
        ) from None


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
        else:
            # A flag: --keepdims, --no-use-bias.
            arguments[name.removeprefix("no_")] = not name.startswith("no_")
    return arguments


def _read_value(text: str) -> Any:  # noqa: ANN401 - what Keras's arguments are
    if "," in text:
        return tuple(_read_value(one) for one in text.split(","))
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    sizes = text.split("x")
    if len(sizes) > 1 and all(one.lstrip("-").isdigit() for one in sizes):
        return tuple(int(one) for one in sizes)
    return text
