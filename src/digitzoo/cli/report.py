"""`digitzoo report`: a run as one HTML page."""

from pathlib import Path
from typing import Annotated

from digitzoo.cli.network import ModelArgument, find_network
from digitzoo.cli.options import BestOption, path
from digitzoo.cli.output import check_output, print_line, without_windows, writing
from digitzoo.cli.source import Source, reads_images


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
    split = source.read_test(network)[0] if network.bundled or source.options else None
    run = network.run
    without_windows()
    from digitzoo.visualization.report import make_report

    page = make_report(run, split)
    with writing(target):
        target.write_text(page, encoding="utf-8")
    print_line(f"Written to {target}")
    if split is None:
        print_line(
            "The run's data has no test images: results are left out. Give some: --csv FILE,"
        )
        print_line("--images FOLDER, --npz FILE or --idx IMAGES LABELS.")
