"""`digitzoo predict`: what a trained model says of images or of a CSV file."""

import csv
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from digitzoo.checks import check_number
from digitzoo.cli.network import ModelArgument, Network, find_network
from digitzoo.cli.options import BestOption, DatasetOption, JsonOption, path, read_path
from digitzoo.cli.output import (
    check_output,
    counted,
    percent,
    print_error,
    print_json,
    print_note,
    print_table,
    write_whole,
)
from digitzoo.cli.run_command import for_sister, read_command
from digitzoo.errors import DataFileError, DigitzooError, InvalidArgumentError, shown
from digitzoo.tables import Table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from digitzoo.evaluation import Classifier, Prediction

    Answers = list[tuple[str, Prediction]]  # of each picture, or row, all its digits

_CSV = re.compile(r"\.(?:csv|tsv)(?:\.gz|\.zip)?$", re.IGNORECASE)
_LIGHT = 127
_SOME_UNREADABLE = 1


def predict(
    model: ModelArgument,
    files: Annotated[
        list[Path],
        typer.Argument(metavar="IMAGE", help="Picture files, or one CSV file.", parser=read_path),
    ],
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
    is_csv = any(_CSV.search(file.name) for file in files)
    if output is not None:
        _check_output(output, files, as_json=as_json)
    network = find_network(model, best=best, dataset=dataset)
    dataset = dataset or network.bundled
    for wrong, message in (
        (is_csv and len(files) > 1, "Give image files, or one CSV file; not both."),
        (ignore and not is_csv, "--ignore names a column of a CSV file: it goes with one."),
        (
            invert and dataset and not is_csv,
            f"Leave --invert out: of pictures made like {dataset}'s dark and light are found out.",
        ),
    ):
        if wrong:
            raise InvalidArgumentError(message)
    rule = _read_rule(reject)
    if is_csv:
        title, names, images = _read_table(files[0], network, ignore)
    classifier = network.classifier(dataset=dataset, reject=rule)
    if is_csv:
        answers = _answer_rows(names, 255 - images if invert else images, classifier)
    else:
        title, answers = "image", _answer_pictures(files, classifier, invert=invert)

    if output is not None:
        write_whole(output, _as_csv(title, answers))
        print_note(f"{counted(len(answers), 'label')} written to {output}")
    elif as_json:
        print_json([{title: name, **_as_json(said)} for name, said in answers])
    elif is_csv:
        typer.echo(_as_csv(title, answers).rstrip("\n"))
    else:
        rows = tuple((name, *_as_cells(said)) for name, said in answers)
        columns = ("image", "label", "confidence", "second", "confidence")
        print_table(Table(columns, rows, numbers=("confidence",)))
    if not is_csv and len(answers) < len(files):
        raise typer.Exit(_SOME_UNREADABLE)


def _check_output(output: Path, files: list[Path], *, as_json: bool) -> None:
    if as_json:
        raise InvalidArgumentError("--output writes CSV, and --json prints JSON. Give one.")
    check_output(output)
    if output.exists() and any(file.exists() and file.samefile(output) for file in files):
        raise InvalidArgumentError(
            f"--output {output} is one of the files to read, which it would replace. Name another."
        )


def _read_rule(reject: str) -> "float | Literal['auto'] | None":
    if reject in ("auto", "none"):
        return "auto" if reject == "auto" else None
    try:
        return check_number("--reject", float(reject), at_least=0, at_most=1)
    except ValueError as error:
        raise InvalidArgumentError(
            f"--reject is auto, none, or a confidence in 0..1. Received {shown(reject)}."
        ) from error


def _read_table(
    path: Path, network: Network, ignore: list[str] | None
) -> "tuple[str, list[str], NDArray[np.generic]]":
    """Read a CSV file's images as a run's own file was read, and the column that names its rows."""
    from digitzoo.data import read_csv, read_csv_column

    known = read_command(network.path)["csv"] if network.kind == "run" else None
    reading = for_sister(known or {}, path, needs_label=False, ignore=ignore)
    images = read_csv(path, **reading).images
    if not reading["ignore"]:
        return "index", [str(number) for number in range(len(images))], images
    index = reading["ignore"][0]
    title = index if isinstance(index, str) else "index"
    return title, read_csv_column(path, index, separator=reading.get("separator")), images


def _answer_rows(
    names: list[str], images: "NDArray[np.generic]", classifier: "Classifier"
) -> "Answers":
    """Give a row no answer where it is less sure than was asked for."""
    from digitzoo.evaluation import Prediction, predict

    said = predict(classifier.model, images)
    limit = classifier.reject if isinstance(classifier.reject, float) else 0
    kept = Prediction(said.probabilities, classifier.class_names, said.confidence < limit)
    return list(zip(names, kept, strict=True))


def _answer_pictures(files: list[Path], classifier: "Classifier", *, invert: bool) -> "Answers":
    """Answer each picture and name those that cannot be read; of none, raise the last error."""
    answers: Answers = []
    for file in files:
        try:
            if file.is_dir():
                raise DataFileError(f"{file} is a folder. Name its pictures: {file / '*'}")
            answers.append((str(file), _answer(file, classifier, invert=invert)))
        except DigitzooError as error:
            if file is files[-1] and not answers:
                raise
            print_error(str(error))
    return answers


def _answer(file: Path, classifier: "Classifier", *, invert: bool) -> "Prediction":
    import numpy as np

    from digitzoo.data import read_image

    if classifier.dataset == "mnist":
        return classifier.read(file).predictions
    if classifier.dataset is not None:
        return classifier.predict(file)
    picture = read_image(file, color_mode="rgb")
    border = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
    if not invert and border.mean() > _LIGHT:
        print_note(
            f"{file}: light border. If it is dark ink on light paper, add --invert; for photos "
            f"of digits, --dataset mnist."
        )
    return classifier.predict(255 - picture if invert else picture)


def _labels(said: "Prediction") -> list[int | None]:
    """Give the label of each digit; None for what is none."""
    labels: list[int | None] = said.label.tolist()
    rejected = [False] * len(said) if said.rejected is None else said.rejected
    return [None if none else label for label, none in zip(labels, rejected, strict=True)]


def _as_json(said: "Prediction") -> dict[str, object]:
    each: list[dict[str, object]] = [
        {"label": label, "class_name": name, "confidence": float(confidence)}
        for label, name, confidence in zip(
            _labels(said), said.class_name, said.confidence, strict=True
        )
    ]
    return each[0] if len(each) == 1 else {"text": "".join(said.class_name), "digits": each}


def _as_cells(said: "Prediction") -> tuple[str, ...]:
    """Give the two likeliest classes; of several digits, how sure the least sure one is."""
    import numpy as np

    if len(said) > 1:
        return "".join(said.class_name), percent(min(said.confidence)), "", ""
    names, row = said.class_names, said.probabilities[0]
    if _labels(said) == [None]:
        return "no digit" if names == tuple("0123456789") else "none", "", "", ""
    first, second = np.argsort(-row)[:2]
    return names[first], percent(row[first]), names[second], percent(row[second])


def _as_csv(title: str, answers: "Answers") -> str:
    """Write labels as numbers, those of several digits beside each other; none for what is none."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([title, "label"])
    for name, said in answers:
        labels = ["?" if label is None else str(label) for label in _labels(said)]
        writer.writerow([name, "" if labels == ["?"] else "".join(labels)])
    return text.getvalue()
