"""`digitzoo export`: a network as a file for other programs."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from digitzoo.cli.network import ModelArgument, find_network, start_keras
from digitzoo.cli.options import BestOption, JsonOption, choice, number, read_path
from digitzoo.cli.output import print_json
from digitzoo.cli.source import Source, reads_images

_KINDS = ("float16", "dynamic", "int8")
_PROVED_ON = 0.5  # of a user's own images; "int8" is calibrated on the others


@reads_images
def export(
    model: ModelArgument,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="Its suffix says the format: .tflite, .onnx, .h; a folder without one is a "
            "SavedModel.",
            parser=read_path,
        ),
    ],
    *,
    source: Source,
    quantize: Annotated[
        str | None, choice("float16, dynamic or int8; by default none.", "quantization", _KINDS)
    ] = None,
    pixels: Annotated[
        str,
        choice(
            "What the file takes: float32, or uint8, which it scales itself.",
            "pixels",
            ("float32", "uint8"),
        ),
    ] = "float32",
    batch_size: Annotated[
        int | None, number("Images at once; by default 1 for .tflite and .h, else any.", at_least=1)
    ] = None,
    verify: Annotated[
        bool, typer.Option("--verify/--no-verify", help="Whether to run the file on images.")
    ] = True,
    best: BestOption = False,
    as_json: JsonOption = False,
) -> None:
    """Write a network as a file that needs no Python, and prove that it answers alike."""
    network = find_network(model, best=best, dataset=source.dataset)
    dataset = source.dataset or network.bundled
    options: dict[str, Any] = {"dataset": dataset, "quantize": quantize, "pixels": pixels}
    if dataset is None:
        options["class_names"] = network.classifier().class_names
    needs_calibration = quantize == "int8" or file.suffix.lower() == ".h"
    if source.is_own or (dataset is None and (verify or needs_calibration)):
        split = source.read_test(network)[0]
        options["images"] = split
        if needs_calibration:
            options["calibration"], options["images"] = split.divide(_PROVED_ON)
    start_keras()
    from digitzoo.export import export_model

    exported = export_model(
        model if network.kind == "name" else network.model,
        file,
        batch_size=batch_size,
        verify=verify,
        **options,
    )
    if as_json:
        print_json(asdict(exported) | {"path": str(exported.path)})
    else:
        typer.echo(str(exported))
