"""`digitzoo predict`: what a trained model says of images or of a CSV file."""

import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from digitzoo.cli.evaluate import BestOption, RunArgument
from digitzoo.cli.output import (
    JsonOption,
    make_table,
    percent,
    print_json,
    print_note,
    print_table,
    start_keras,
)
from digitzoo.cli.run_data import CsvColumns, present, read_csv_columns
from digitzoo.errors import DataFileError, InvalidArgumentError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from digitzoo.evaluation import Prediction

_LIGHT = 127


def predict(
    run: RunArgument,
    files: Annotated[
        list[Path], typer.Argument(metavar="IMAGE...", help="Image files, or one CSV file.")
    ],
    *,
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a CSV file of labels.")
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option(help="A CSV column that is no pixel; by default as in training."),
    ] = None,
    invert: Annotated[
        bool, typer.Option("--invert", help="Swap dark and light, for ink on paper.")
    ] = False,
    best: BestOption = False,
    as_json: JsonOption = False,
) -> None:
    """Say what images show. They are resized for the model; digits must be light on dark."""
    from digitzoo.training.files import RunFolder

    if as_json and output is not None:
        raise InvalidArgumentError("--output writes CSV, and --json prints JSON. Give one.")
    class_names = RunFolder.open(run).read_settings()["class_names"]
    is_csv = [file.suffix.lower() == ".csv" for file in files]
    if any(is_csv) and len(files) > 1:
        raise InvalidArgumentError("Give image files, or one CSV file; not both.")
    if is_csv[0]:
        columns = read_csv_columns(run) or CsvColumns("label")
        if ignore:
            columns = CsvColumns(columns.label, tuple(ignore), columns.pixels)
        index_name, index, images = _read_table(files[0], columns)
    start_keras()
    from digitzoo.evaluation import predict as ask
    from digitzoo.training import TrainingRun

    model = TrainingRun.load(run, which="best" if best else "final").model
    if not is_csv[0]:
        index_name, index = "image", [str(file) for file in files]
        images = _read_images(files, model.input_shape[1:], invert=invert)
    elif invert:
        images = 255 - images
    prediction = ask(model, images)

    if output is not None:
        with _open_new(output) as stream:
            _write_csv(stream, index_name, index, prediction)
        print_note(f"{len(prediction):,} labels written to {output}")
    elif as_json:
        _print_json(index_name, index, prediction, class_names)
    elif is_csv[0]:
        _write_csv(sys.stdout, index_name, index, prediction)
    else:
        _print_table(index, prediction, class_names)


def _print_json(
    index_name: str, index: list[str], prediction: "Prediction", class_names: list[str]
) -> None:
    rows = zip(index, prediction.label, prediction.confidence, strict=True)
    print_json(
        [
            {
                index_name: name,
                "label": int(label),
                "class_name": class_names[label],
                "confidence": float(confidence),
            }
            for name, label, confidence in rows
        ]
    )


def _print_table(index: list[str], prediction: "Prediction", class_names: list[str]) -> None:
    import numpy as np

    table = make_table(
        "image", "label", "confidence", "second", "confidence", right=("confidence",)
    )
    for name, row in zip(index, prediction.probabilities, strict=True):
        first, second = np.argsort(-row)[:2]
        table.add_row(
            name,
            class_names[first],
            percent(row[first]),
            class_names[second],
            percent(row[second]),
        )
    print_table(table)


def _read_table(path: Path, columns: CsvColumns) -> "tuple[str, list[str], NDArray[np.generic]]":
    """Read a CSV file's images, and the column that names its rows."""
    from digitzoo.data import read_csv, read_csv_column, read_csv_header

    ignored = present(columns.ignore, path)
    named = isinstance(columns.label, str) and columns.label in read_csv_header(path)
    label = columns.label if named else None
    images = read_csv(path, label=label, ignore=ignored, pixels=columns.pixels).images
    if ignored:
        return ignored[0], read_csv_column(path, ignored[0]), images
    return "index", [str(number) for number in range(len(images))], images


def _read_images(
    files: list[Path], input_shape: tuple[int, ...], *, invert: bool
) -> "NDArray[np.uint8]":
    import numpy as np

    from digitzoo.data import read_image

    if len(input_shape) == 1:
        side = round(input_shape[0] ** 0.5)
        input_shape = (side, side, 1)
    height, width, channels = input_shape
    images = np.stack(
        [
            read_image(
                file,
                image_size=(height, width),
                color_mode="rgb" if channels == 3 else "grayscale",  # noqa: PLR2004 - red, green, blue
            )
            for file in files
        ]
    )
    if invert:
        return 255 - images
    for file, image in zip(files, images, strict=True):
        border = np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])
        if border.mean() > _LIGHT:
            print_note(f"{file}: light border. If it is dark ink on light paper, add --invert.")
    return images


def _open_new(path: Path) -> TextIO:
    try:
        return path.open("w", newline="", encoding="utf-8")
    except OSError as error:
        raise DataFileError(f"{path}: cannot be written ({error.strerror}).") from error


def _write_csv(stream: TextIO, index_name: str, index: list[str], prediction: "Prediction") -> None:
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([index_name, "label"])
    writer.writerows(zip(index, prediction.label.tolist(), strict=True))
