"""`digitzoo explore`: a network as one page to touch."""

from pathlib import Path
from typing import Annotated, Any

import typer

from digitzoo.cli.network import ModelArgument, find_network
from digitzoo.cli.options import BestOption, language_choice, path
from digitzoo.cli.output import check_output
from digitzoo.cli.source import Source, reads_images


@reads_images
def explore(
    model: ModelArgument,
    *,
    source: Source,
    output: Annotated[Path | None, path("By default MODEL.html.")] = None,
    language: Annotated[
        str, language_choice("The page's first language: en, the default, or ko.")
    ] = "en",
    best: BestOption = False,
) -> None:
    """Write a network as one page to draw on, watch, ask and break, in any browser."""
    network = find_network(model, best=best, dataset=source.dataset)
    target = check_output(output or Path(f"{network.title}.html"))
    classifier, dataset = network.classifier(), source.dataset or network.bundled
    own = source.given.keys() - {"dataset"}
    options: dict[str, Any] = {
        "images": source.read_test(network)[0] if own else None,
        "dataset": dataset,
        "class_names": None if dataset else classifier.class_names,
        "language": language,
    }
    from digitzoo.explorer import explore as explore_network

    explore_network(network.model, **options).save(target)
    typer.echo(f"Written to {target}")
    typer.echo(f"Open it by a double click, or as {target.absolute().as_uri()}")
