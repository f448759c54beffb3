"""`digitzoo predict`: what a trained model says of images or of a CSV file."""

import re
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

import typer

from digitzoo.checks import check_number
from digitzoo.cli.answers import (
    Answers,
    as_csv,
    print_json_answers,
    print_table_answers,
    split,
)
from digitzoo.cli.backend import start_keras
from digitzoo.cli.network import ModelArgument, Network, find_network
from digitzoo.cli.options import BestOption, DatasetOption, JsonOption, path, path_argument
from digitzoo.cli.output import (
    check_output,
    print_error,
    print_line,
    print_note,
    writing,
)
from digitzoo.cli.run_command import CsvReading, read_csv_reading
from digitzoo.errors import DataFileError, DigitzooError, InvalidArgumentError, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from digitzoo.evaluation import Classifier

_CSV = re.compile(r"\.(?:csv|tsv)(?:\.gz|\.zip)?$", re.IGNORECASE)
_LIGHT = 127
_SOME_UNREADABLE = 1
T = TypeVar("T")


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
    reject: Annotated[
        str,
        typer.Option(
            metavar="RULE",
            help="What gets no answer: `auto`, what is no digit; a number, all of less "
            "confidence; `none`, nothing.",
        ),
    ] = "auto",
    as_json: JsonOption = False,
) -> None:
    """Say what images show.

    A model's name takes its bundled weights, and photos or drawings of any size, light on dark or
    dark on light; of digits, all in a picture are read from left to right. So do a run folder on
    MNIST or Fashion-MNIST and, with --dataset, any other. Without, images are only resized, and
    digits must be light on dark. Pictures that cannot be read are named, the others answered, and
    the exit code is 1.
    """
    is_csv = _is_csv(files)
    if output is not None:
        _check_output(output, files, as_json=as_json)
    network = find_network(model, best=best, dataset=dataset)
    dataset = dataset or network.bundled
    for wrong, message in (
        (ignore and not is_csv, "--ignore names a column of a CSV file: it goes with one."),
        (
            invert and dataset and not is_csv,
            f"Leave --invert out: of pictures made like {dataset}'s dark and light are found out.",
        ),
    ):
        if wrong:
            raise InvalidArgumentError(message)
    if is_csv:
        index_name, index, images = _read_table(files[0], network, ignore)
        images = 255 - images if invert else images
    rule = _rule(reject)
    start_keras()
    from digitzoo.evaluation import Classifier
    from digitzoo.evaluation import predict as ask

    known = network.classifier
    classifier = Classifier(
        known.model,
        dataset=dataset,
        class_names=known.class_names if network.kind == "run" else None,
        reject=rule,
    )
    if is_csv:
        answers = split(ask(classifier.model, images), classifier)
    else:
        index_name, (index, answers) = "image", _answer(files, classifier, invert=invert)

    if output is not None:
        _write_file(output, as_csv(index_name, index, answers))
        labels = "label" if len(answers) == 1 else "labels"
        print_note(f"{len(answers):,} {labels} written to {output}")
    elif as_json:
        print_json_answers(index_name, index, answers)
    elif is_csv:
        print_line(as_csv(index_name, index, answers).rstrip("\n"))
    else:
        print_table_answers(index, answers, classifier.class_names)
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
    reading = (known or CsvReading()).for_sister(path, needs_label=False, ignore=ignore)
    images = read_csv(path, **asdict(reading)).images
    if reading.ignore:
        index = reading.ignore[0]
        title = index if isinstance(index, str) else "index"
        return title, read_csv_column(path, index, separator=reading.separator), images
    return "index", [str(number) for number in range(len(images))], images


def _rule(reject: str) -> "float | Literal['auto'] | None":
    if reject in ("auto", "none"):
        return "auto" if reject == "auto" else None
    try:
        return check_number("--reject", float(reject), at_least=0, at_most=1)
    except ValueError as error:
        raise InvalidArgumentError(
            f"--reject is auto, none, or a confidence in 0..1. Received {shown(reject)}."
        ) from error


def _for_each(files: list[Path], read: "Callable[[Path], T]") -> tuple[list[str], list[T]]:
    """Read the pictures; name those that cannot be read, and leave them out.

    Raises:
        DataFileError: If none can be read.
    """
    names: list[str] = []
    found: list[T] = []
    for number, file in enumerate(files):
        try:
            if file.is_dir():
                raise DataFileError(f"{file} is a folder. Name its pictures: {file / '*'}")
            found.append(read(file))
            names.append(str(file))
        except DigitzooError as error:
            if number == len(files) - 1 and not found:
                raise
            print_error(str(error))
    return names, found


def _answer(
    files: list[Path], classifier: "Classifier", *, invert: bool
) -> tuple[list[str], Answers]:
    """Read the digits of each picture, or say what class it is of."""
    from digitzoo.evaluation import predict

    if classifier.dataset == "mnist":
        names, readings = _for_each(files, classifier.read)
        return names, [list(reading.predictions) for reading in readings]
    names, images = _prepare(files, classifier, invert=invert)
    return names, split(predict(classifier.model, images), classifier)


def _prepare(
    files: list[Path], classifier: "Classifier", *, invert: bool
) -> "tuple[list[str], NDArray[np.uint8]]":
    """Make the images of pictures that are only resized, or of clothes."""
    import numpy as np

    def make(file: Path) -> "NDArray[np.uint8]":
        image = classifier.prepare(file)
        border = np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])
        if classifier.dataset is None and not invert and border.mean() > _LIGHT:
            print_note(
                f"{file}: light border. If it is dark ink on light paper, add --invert; for photos "
                f"of digits, --dataset mnist."
            )
        return 255 - image if invert else image

    names, images = _for_each(files, make)
    return names, np.stack(images)


def _write_file(target: Path, text: str) -> None:
    """Write a CSV file whole, or leave what is in its place."""
    from digitzoo.training.atomic import replacing

    # A file's name need not be text.
    content = text.encode(errors="surrogateescape")
    with writing(target):
        where = target.resolve()  # what a link points to
        if where.exists() and not where.is_file():  # such as /dev/stdout
            where.write_bytes(content)
        else:
            with replacing(where) as beside:
                beside.write_bytes(content)
