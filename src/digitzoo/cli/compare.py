"""`digitzoo compare`: which of two networks is the better one, on the same images."""

import textwrap
from typing import Annotated

import typer

from digitzoo.cli.network import ModelArgument, find_network, start_keras
from digitzoo.cli.options import BestOption, JsonOption, known_models
from digitzoo.cli.output import counted, percent, print_json, print_table
from digitzoo.cli.source import Source, reads_images
from digitzoo.errors import InvalidArgumentError
from digitzoo.tables import Table

_WIDTH = 76  # letters of a line

OtherArgument = Annotated[
    str,
    typer.Argument(
        metavar="OTHER", help="What it is compared with: the same.", autocompletion=known_models
    ),
]


@reads_images
def compare(
    model: ModelArgument,
    other: OtherArgument,
    *,
    source: Source,
    best: BestOption = False,
    as_json: JsonOption = False,
) -> None:
    """Compare two trained models in pairs, on test images or on your own with labels."""
    networks = [find_network(typed, best=best, dataset=source.dataset) for typed in (model, other)]
    if model == other:
        raise InvalidArgumentError(f"{model} is compared with itself. Name two networks.")
    split, images = source.read_test(networks[0])
    bundled = [network.bundled for network in networks]
    if not source.given and None not in bundled and bundled[0] != bundled[1]:
        raise InvalidArgumentError(
            f"{model} was trained on {bundled[0]!r} and {other} on {bundled[1]!r}. "
            "--dataset or a file says which images both are to be asked."
        )
    titles = [network.title for network in networks]
    first, second = titles if titles[0] != titles[1] else (model, other)

    start_keras()
    from digitzoo.evaluation import compare as in_pairs
    from digitzoo.evaluation import evaluate

    a, b = (evaluate(network.model, split) for network in networks)
    result = in_pairs(a, b, names=(first, second))
    if as_json:
        print_json({"data": images, **result.to_dict()})
        return
    typer.echo(
        f"{first} and {second} on {images}: {counted(result.total, 'image')}\n"
        f"Accuracy {percent(a.accuracy)} and {percent(b.accuracy)}"
    )
    rows = (
        (f"{second} right", f"{result.both_right:,}", f"{result.only_b:,}"),
        (f"{second} wrong", f"{result.only_a:,}", f"{result.both_wrong:,}"),
    )
    columns = (f"{first} right", f"{first} wrong")
    print_table(Table(("images", *columns), rows, numbers=columns))
    typer.echo(textwrap.fill(result.verdict, _WIDTH))
