"""`digitzoo predict`: what a trained model says of images or of a CSV file."""

import csv
import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from digitzoo.cli.evaluate import BestOption
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
from digitzoo.errors import DataFileError, InvalidArgumentError, unknown_name

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from digitzoo.evaluation import Classifier, Prediction

_LIGHT = 127


def predict(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="A model's name, or a run folder.")],
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
    dataset: Annotated[
        str | None,
        typer.Option(help="What the named model was trained on; by default what its card names."),
    ] = None,
    invert: Annotated[
        bool, typer.Option("--invert", help="Swap dark and light, for ink on paper.")
    ] = False,
    best: BestOption = False,
    as_json: JsonOption = False,
) -> None:
    """Say what images show.

    A model's name takes its bundled weights, and photos or drawings of any size, light on dark or
    dark on light. For a run folder images are only resized; digits must be light on dark.
    """
    if as_json and output is not None:
        raise InvalidArgumentError("--output writes CSV, and --json prints JSON. Give one.")
    _keep_inputs(files, output)
    run = _find_run(model)
    is_csv = _is_csv(files)
    for wrong, message in (
        (run and dataset, "--dataset goes with the name of a model; a run has its own."),
        (best and not run, "--best goes with a run folder."),
        (
            invert and not run and not is_csv,
            "--invert goes with a run folder. With a model's name, dark and light are found out.",
        ),
    ):
        if wrong:
            raise InvalidArgumentError(message)
    if is_csv:
        index_name, index, images = _read_table(files[0], _columns(run, ignore))
        images = 255 - images if invert else images
    start_keras()
    from digitzoo.evaluation import Classifier
    from digitzoo.evaluation import predict as ask

    classifier = _load_run(run, best=best) if run else Classifier(model, dataset=dataset)
    if not is_csv:
        index_name, index = "image", [str(file) for file in files]
        images = _prepare(files, classifier, invert=invert)
    prediction = ask(classifier.model, images)

    if output is not None:
        _write_file(output, index_name, index, prediction)
        labels = "label" if len(prediction) == 1 else "labels"
        print_note(f"{len(prediction):,} {labels} written to {output}")
    elif as_json:
        _print_json(index_name, index, prediction, classifier.class_names)
    elif is_csv:
        _write_csv(sys.stdout, index_name, index, prediction)
    else:
        _print_table(index, prediction, classifier.class_names)


def _keep_inputs(files: list[Path], output: Path | None) -> None:
    if output is None or not output.exists():
        return
    if any(file.exists() and file.samefile(output) for file in files):
        raise InvalidArgumentError(
            f"--output {output} is one of the files to read, which it would replace. Name another."
        )


def _is_csv(files: list[Path]) -> bool:
    is_csv = [file.suffix.lower() == ".csv" for file in files]
    if any(is_csv) and len(files) > 1:
        raise InvalidArgumentError("Give image files, or one CSV file; not both.")
    return is_csv[0]


def _columns(run: Path | None, ignore: list[str] | None) -> CsvColumns:
    columns = (read_csv_columns(run) if run else None) or CsvColumns("label")
    return CsvColumns(columns.label, tuple(ignore), columns.pixels) if ignore else columns


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

    numbers = ("confidence",)
    table = make_table(
        "image", "label", "confidence", "second", "confidence", right=numbers, folds=("image",)
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


def _find_run(model: str) -> Path | None:
    """Tell a run folder from the name of a model; a folder that is a run goes first."""
    from digitzoo.models import list_models
    from digitzoo.training.run_folder import RunFolder

    path = Path(model)
    if not RunFolder(path).settings.is_file():
        if model in list_models():
            return None
        if not path.exists():
            unknown = unknown_name("model", model, list_models(), "`digitzoo models`")
            raise InvalidArgumentError(f"{model} is not a run folder. {unknown}")
    return RunFolder.open(path).path


def _load_run(run: Path, *, best: bool) -> "Classifier":
    from digitzoo.evaluation import Classifier
    from digitzoo.training import TrainingRun
    from digitzoo.training.run_folder import RunFolder

    loaded = TrainingRun.load(run, which="best" if best else "final")
    return Classifier(loaded.model, class_names=RunFolder(run).read_settings()["class_names"])


def _prepare(files: list[Path], classifier: "Classifier", *, invert: bool) -> "NDArray[np.uint8]":
    import numpy as np

    images = np.stack([classifier.prepare(file) for file in files])
    if classifier.dataset is not None:
        return images
    if invert:
        return 255 - images
    for file, image in zip(files, images, strict=True):
        border = np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])
        if border.mean() > _LIGHT:
            print_note(f"{file}: light border. If it is dark ink on light paper, add --invert.")
    return images


def _write_file(path: Path, index_name: str, index: list[str], prediction: "Prediction") -> None:
    """Write a CSV file whole, or leave what is in its place."""
    from digitzoo.training.atomic import replacing

    text = io.StringIO(newline="")
    _write_csv(text, index_name, index, prediction)
    content = text.getvalue().encode(errors="surrogateescape")  # a file's name need not be text
    try:
        where = path.resolve()  # what a link points to
        if where.exists() and not where.is_file():  # such as /dev/stdout
            where.write_bytes(content)
        else:
            with replacing(where) as beside:
                beside.write_bytes(content)
    except OSError as error:
        raise DataFileError(f"{path}: cannot be written ({error.strerror}).") from error


def _write_csv(stream: TextIO, index_name: str, index: list[str], prediction: "Prediction") -> None:
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([index_name, "label"])
    writer.writerows(zip(index, prediction.label.tolist(), strict=True))
