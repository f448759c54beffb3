"""`digitzoo predict`: what a trained model says of images or of a CSV file."""

import csv
import io
import re
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from digitzoo.cli.backend import start_keras
from digitzoo.cli.network import ModelArgument, Network, find_network
from digitzoo.cli.options import BestOption, DatasetOption, JsonOption, path, path_argument
from digitzoo.cli.output import (
    check_output,
    percent,
    print_error,
    print_json,
    print_line,
    print_note,
    print_table,
    writing,
)
from digitzoo.cli.run_command import CsvReading, read_csv_reading
from digitzoo.errors import DataFileError, DigitzooError, InvalidArgumentError
from digitzoo.tables import Table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from digitzoo.evaluation import Classifier, Prediction

_CSV = re.compile(r"\.(?:csv|tsv)(?:\.gz|\.zip)?$", re.IGNORECASE)
_LIGHT = 127
_SOME_UNREADABLE = 1


def predict(
    model: ModelArgument,
    files: Annotated[list[Path], path_argument("Picture files, or one CSV file.", "IMAGE")],
    *,
    output: Annotated[Path | None, path("Write a CSV file of labels.")] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option(
            metavar="COLUMN", help="A CSV column that is no pixel; by default as in training."
        ),
    ] = None,
    dataset: DatasetOption = None,
    invert: Annotated[
        bool, typer.Option("--invert", help="Swap dark and light, for ink on paper.")
    ] = False,
    best: BestOption = False,
    as_json: JsonOption = False,
) -> None:
    """Say what images show.

    A model's name takes its bundled weights, and photos or drawings of any size, light on dark or
    dark on light. For a run folder or a .keras file images are only resized; digits must be light
    on dark. Pictures that cannot be read are named, the others answered, and the exit code is 1.
    """
    is_csv = _is_csv(files)
    if output is not None:
        _check_output(output, files, as_json=as_json)
    network = find_network(model, best=best, dataset=dataset)
    named = network.kind == "name"
    for wrong, message in (
        (dataset and not named, "--dataset goes with the name of a model; a run has its own."),
        (ignore and not is_csv, "--ignore names a column of a CSV file: it goes with one."),
        (
            invert and named and not is_csv,
            "--invert goes with a run folder. With a model's name, dark and light are found out.",
        ),
    ):
        if wrong:
            raise InvalidArgumentError(message)
    if is_csv:
        index_name, index, images = _read_table(files[0], network, ignore)
        images = 255 - images if invert else images
    start_keras()
    from digitzoo.evaluation import predict as ask

    classifier = network.classifier
    if not is_csv:
        index_name, (index, images) = "image", _prepare(files, classifier, invert=invert)
    prediction = ask(classifier.model, images)

    if output is not None:
        _write_file(output, index_name, index, prediction)
        labels = "label" if len(prediction) == 1 else "labels"
        print_note(f"{len(prediction):,} {labels} written to {output}")
    elif as_json:
        _print_json(index_name, index, prediction, classifier.class_names)
    elif is_csv:
        print_line(_as_csv(index_name, index, prediction).rstrip("\n"))
    else:
        _print_table(index, prediction, classifier.class_names)
    if len(index) < len(files):
        raise typer.Exit(_SOME_UNREADABLE)


def _check_output(output: Path, files: list[Path], *, as_json: bool) -> None:
    if as_json:
        raise InvalidArgumentError("--output writes CSV, and --json prints JSON. Give one.")
    check_output(output)
    if output.exists() and any(file.exists() and file.samefile(output) for file in files):
        raise InvalidArgumentError(
            f"--output {output} is one of the files to read, which it would replace. Name another."
        )


def _is_csv(files: list[Path]) -> bool:
    is_csv = [bool(_CSV.search(file.name)) for file in files]
    if any(is_csv) and len(files) > 1:
        raise InvalidArgumentError("Give image files, or one CSV file; not both.")
    return is_csv[0]


def _read_table(
    path: Path, network: Network, ignore: list[str] | None
) -> "tuple[str, list[str], NDArray[np.generic]]":
    """Read a CSV file's images as a run's own file was read, and the column that names its rows."""
    from digitzoo.data import read_csv, read_csv_column

    known = read_csv_reading(network.path) if network.kind == "run" else None
    reading = (known or CsvReading()).for_sister(path, needs_label=False)
    if ignore:
        reading = replace(reading, ignore=tuple(ignore))
    images = read_csv(path, **asdict(reading)).images
    if reading.ignore:
        index = reading.ignore[0]
        return index, read_csv_column(path, index, separator=reading.separator), images
    return "index", [str(number) for number in range(len(images))], images


def _prepare(
    files: list[Path], classifier: "Classifier", *, invert: bool
) -> "tuple[list[str], NDArray[np.uint8]]":
    """Read the pictures; name those that cannot be read, and leave them out.

    Raises:
        DataFileError: If none can be read.
    """
    import numpy as np

    names: list[str] = []
    images: list[NDArray[np.uint8]] = []
    for number, file in enumerate(files):
        try:
            if file.is_dir():
                raise DataFileError(f"{file} is a folder. Name its pictures: {file / '*'}")
            image = classifier.prepare(file)
        except DigitzooError as error:
            if number == len(files) - 1 and not images:
                raise
            print_error(str(error))
            continue
        names.append(str(file))
        images.append(255 - image if invert else image)
        border = np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])
        if classifier.dataset is None and not invert and border.mean() > _LIGHT:
            print_note(f"{file}: light border. If it is dark ink on light paper, add --invert.")
    return names, np.stack(images)


def _print_json(
    index_name: str, index: list[str], prediction: "Prediction", class_names: tuple[str, ...]
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


def _print_table(index: list[str], prediction: "Prediction", class_names: tuple[str, ...]) -> None:
    import numpy as np

    rows = []
    for name, row in zip(index, prediction.probabilities, strict=True):
        first, second = np.argsort(-row)[:2]
        said = (class_names[first], percent(row[first]), class_names[second], percent(row[second]))
        rows.append((name, *said))
    columns = ("image", "label", "confidence", "second", "confidence")
    print_table(Table(columns, tuple(rows), numbers=("confidence",)))


def _write_file(target: Path, index_name: str, index: list[str], prediction: "Prediction") -> None:
    """Write a CSV file whole, or leave what is in its place."""
    from digitzoo.training.atomic import replacing

    # A file's name need not be text.
    content = _as_csv(index_name, index, prediction).encode(errors="surrogateescape")
    with writing(target):
        where = target.resolve()  # what a link points to
        if where.exists() and not where.is_file():  # such as /dev/stdout
            where.write_bytes(content)
        else:
            with replacing(where) as beside:
                beside.write_bytes(content)


def _as_csv(index_name: str, index: list[str], prediction: "Prediction") -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([index_name, "label"])
    writer.writerows(zip(index, prediction.label.tolist(), strict=True))
    return text.getvalue()
