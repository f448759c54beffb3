"""`digitzoo report`: a run as one HTML page."""

from pathlib import Path
from typing import Annotated

from digitzoo.cli.network import ModelArgument, find_network
from digitzoo.cli.options import BestOption, path
from digitzoo.cli.output import check_output, print_line
from digitzoo.cli.source import Source, reads_images
from digitzoo.errors import DataFileError


@reads_images
def report(
    model: ModelArgument,
    *,
    source: Source,
    output: Annotated[Path | None, path("By default RUN.html.")] = None,
    best: BestOption = False,
) -> None:
    """Write a run as one HTML page: settings, curves, results, mistakes, kernels, layers."""
    from digitzoo.data import list_datasets

    network = find_network(model, best=best)
    network.need_run()
    path = check_output(output or Path(f"{network.title}.html"))
    own = not network.has_own_data and network.trained_on in list_datasets()
    split = source.read_test(network)[0] if own or source.options else None
    run = network.run
    import matplotlib as mpl

    mpl.use("agg")  # a command has no window to show
    from digitzoo.visualization.report import make_report

    text = make_report(run, split)
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise DataFileError(f"{path}: cannot be written ({error.strerror}).") from error
    print_line(f"Written to {path}")
    if split is None:
        print_line("The run's data has no test images: results are left out. Give --csv FILE.")
