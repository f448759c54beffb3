"""`digitzoo report`: a run as one HTML page."""

from pathlib import Path
from typing import Annotated

import typer

from digitzoo.cli.network import ModelArgument, find_network
from digitzoo.cli.options import BestOption, path
from digitzoo.cli.output import check_output
from digitzoo.cli.source import FILES, Source, reads_images
from digitzoo.visualization.saving import writing


@reads_images
def report(
    model: ModelArgument,
    *,
    source: Source,
    output: Annotated[Path | None, path("By default RUN.html.")] = None,
    best: BestOption = False,
) -> None:
    """Write a run as one HTML page: settings, curves, results, mistakes, kernels, layers."""
    network = find_network(model, best=best)
    network.need_run()
    target = check_output(output or Path(f"{network.title}.html"))
    split = source.read_test(network)[0] if network.bundled or source.given else None
    run = network.run
    from digitzoo.visualization.report import make_report

    page = make_report(run, split)
    with writing(target):
        target.write_text(page, encoding="utf-8")
    typer.echo(f"Written to {target}")
    if split is None:
        typer.echo(
            "The run's data has no test images: results are left out. "
            f"Give a file with labels:\n{FILES}."
        )
