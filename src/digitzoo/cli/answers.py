"""What `digitzoo predict` says of pictures: as a table, as JSON or as CSV."""

import csv
import io
from typing import TYPE_CHECKING, Any

from digitzoo.cli.output import percent, print_json, print_table
from digitzoo.tables import Table

if TYPE_CHECKING:
    from digitzoo.evaluation import Classifier, Prediction

Answers = list[list[Any]]
"""Of each picture the predictions of its digits, from left to right."""

_DIGITS = tuple("0123456789")


def split(prediction: "Prediction", classifier: "Classifier") -> Answers:
    """Give an answer for each image, and none where it is less sure than was asked for."""
    from digitzoo.evaluation import Prediction

    limit = classifier.reject if isinstance(classifier.reject, float) else 0
    answer = Prediction(
        prediction.probabilities, classifier.class_names, prediction.confidence < limit
    )
    return [[one] for one in answer]


def print_json_answers(index_name: str, index: list[str], answers: Answers) -> None:
    """Print an object for each picture; of several digits it has a text, and one for each."""
    rows: list[dict[str, object]] = []
    for name, digits in zip(index, answers, strict=True):
        each = [
            {
                "label": None if _is_rejected(digit) else int(digit.label[0]),
                "class_name": digit.class_name[0],
                "confidence": float(digit.confidence[0]),
            }
            for digit in digits
        ]
        row: dict[str, object] = {index_name: name}
        if len(each) == 1:
            rows.append(row | each[0])
        else:
            rows.append(row | {"text": _text(digits), "digits": each})
    print_json(rows)


def print_table_answers(index: list[str], answers: Answers, class_names: tuple[str, ...]) -> None:
    """Print a row for each picture; of several digits, how sure the least sure one is."""
    import numpy as np

    rows = []
    for name, digits in zip(index, answers, strict=True):
        row = digits[0].probabilities[0]
        first, second = np.argsort(-row)[:2]
        if len(digits) > 1:
            lowest = min(float(digit.confidence[0]) for digit in digits)
            rows.append((name, _text(digits), percent(lowest), "", ""))
        elif _is_rejected(digits[0]):
            rows.append((name, "no digit" if class_names == _DIGITS else "none", "", "", ""))
        else:
            said = class_names[first], percent(row[first]), class_names[second]
            rows.append((name, *said, percent(row[second])))
    columns = ("image", "label", "confidence", "second", "confidence")
    print_table(Table(columns, tuple(rows), numbers=("confidence",)))


def _is_rejected(digit: "Prediction") -> bool:
    return digit.rejected is not None and bool(digit.rejected[0])


def _text(digits: "list[Prediction]") -> str:
    return "".join(digit.class_name[0] for digit in digits)


def as_csv(index_name: str, index: list[str], answers: Answers) -> str:
    """Write labels as numbers, those of several digits beside each other; none for what is none."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([index_name, "label"])
    for name, digits in zip(index, answers, strict=True):
        labels = ["?" if _is_rejected(digit) else str(digit.label[0]) for digit in digits]
        writer.writerow([name, "" if labels == ["?"] else "".join(labels)])
    return text.getvalue()
