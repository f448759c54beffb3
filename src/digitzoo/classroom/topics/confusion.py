"""Confusion matrices: accuracy, precision, recall; every percentage comes out whole."""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from digitzoo.classroom.draw import Draw, Topic
from digitzoo.classroom.problem import Problem
from digitzoo.formulas.explanations.explanation import Step
from digitzoo.tables import Table


def _percent(part: int, whole: int) -> int | None:
    """Give a share as whole percent; None where it is not whole."""
    return 100 * part // whole if whole and 100 * part % whole == 0 else None


class _Counts(NamedTuple):
    """Two classes: the rows are what is there, the columns what was said."""

    tp: int
    fn: int
    fp: int
    tn: int

    @property
    def total(self) -> int:
        return sum(self)


@cache
def _whole_tables() -> tuple[_Counts, ...]:
    """List tables whose accuracy, precision and recall are whole, and differ."""
    found = []
    for total in (20, 40, 50, 100, 200):
        for there in range(total // 10, total // 2, total // 20):
            for tp in range(1, there + 1):
                if _percent(tp, there) is None:
                    continue
                for fp in range(1, min(total - there, 30)):
                    one = _Counts(tp, there - tp, fp, total - there - fp)
                    shares = (
                        _percent(one.tp, tp + fp),
                        _percent(one.tp, there),
                        _percent(one.tp + one.tn, total),
                    )
                    if None not in shares and len(set(shares)) == len(shares) and one.fn:
                        found.append(one)
    return tuple(found)


def _table(draw: Draw, rows: Sequence[Sequence[int]], names: Sequence[str]) -> Table:
    says = tuple(draw.word("confusion", "says", name=name) for name in names)
    cells = [
        (draw.word("confusion", "is", name=name), *map(str, row))
        for name, row in zip(names, rows, strict=False)
    ]
    return Table(("", *says), tuple(cells), numbers=says)


def _step(draw: Draw, key: str, part: Sequence[int], whole: Sequence[int]) -> Step:
    over, under = " + ".join(map(str, part)), " + ".join(map(str, whole))
    result = 100 * sum(part) // sum(whole)
    top = over if len(part) == 1 else f"({over})"
    formula = draw.word("step", f"{key} is")
    return Step(draw.word("step", key), formula, f"{top} / ({under}) = {result} %")


def _two(draw: Draw, asked: str) -> Problem:
    counts, names = draw.one(*_whole_tables()), draw.one(*draw.words("confusion", "pairs"))
    tp, fn, fp, tn = counts
    accuracy = [tp, tn], [*counts]
    shares = {"precision": ([tp], [tp, fp]), "recall": ([tp], [tp, fn]), "accuracy": accuracy}
    part, whole = shares[asked]
    wrong = {
        "precision for recall": _percent(tp, tp + fp),
        "recall for precision": _percent(tp, tp + fn),
        "accuracy instead": _percent(tp + tn, counts.total),
        "one class" if asked == "accuracy" else "of all": _percent(tp, counts.total),
        "errors": _percent(fn + fp, counts.total),
    }
    return draw.problem(
        asked,
        answer=100 * sum(part) // sum(whole),
        wrong=wrong,
        unit="%",
        working=draw.steps(asked, _step(draw, asked, part, whole)),
        table=_table(draw, ((tp, fn), (fp, tn)), names),
        name=names[0],
    )


def accuracy(draw: Draw) -> Problem:
    """Ask for the accuracy over two classes."""
    return _two(draw, "accuracy")


def precision(draw: Draw) -> Problem:
    """Ask for the precision of one of two classes."""
    return _two(draw, "precision")


def recall(draw: Draw) -> Problem:
    """Ask for the recall of one of two classes."""
    return _two(draw, "recall")


@cache
def _whole_sums() -> tuple[tuple[int, int, int], ...]:
    """List right ones, images there and images said of a class, with both shares whole."""
    sums = (20, 25, 40, 50)
    return tuple(
        (right, there, said)
        for there in sums
        for said in sums
        for right in range(there // 2, min(there, said))
        if said - right <= there and _percent(right, there) and _percent(right, said)
    )


def _three(draw: Draw) -> tuple[list[list[int]], list[str]]:
    """Draw a table of three classes with as many images each; the second one's shares are whole."""
    right, there, said = draw.one(*_whole_sums())
    missed, false = draw.between(0, there - right), draw.between(0, said - right)
    rows = [[missed, right, there - right - missed]]
    for wrong in (false, said - right - false):
        other = draw.between(0, min(4, there - wrong))
        rows.append([there - wrong - other, wrong, other])
    middle, first, last = rows
    return [first, middle, last[::-1]], draw.one(*draw.words("confusion", "triples"))


def _second_of_three(draw: Draw, asked: str) -> Problem:
    rows, names = _three(draw)
    right, row, column = rows[1][1], rows[1], [line[1] for line in rows]
    diagonal, total = [rows[n][n] for n in range(3)], [sum(line) for line in rows]
    part, whole = ([right], column) if asked == "precision" else ([right], row)
    wrong = {
        "recall for precision": _percent(right, sum(row)),
        "precision for recall": _percent(right, sum(column)),
        "accuracy instead": _percent(sum(diagonal), sum(total)),
        "errors of class": _percent(sum(whole) - right, sum(whole)),
        "of right ones": _percent(right, sum(diagonal)),
        "of all": _percent(right, sum(total)),
    }
    return draw.problem(
        asked,
        answer=100 * right // sum(whole),
        wrong=wrong,
        unit="%",
        working=draw.steps(asked, _step(draw, asked, part, whole)),
        table=_table(draw, rows, names),
        name=names[1],
    )


def precision_of_three(draw: Draw) -> Problem:
    """Ask for the precision of one of three classes."""
    return _second_of_three(draw, "precision")


def recall_of_three(draw: Draw) -> Problem:
    """Ask for the recall of one of three classes."""
    return _second_of_three(draw, "recall")


def f1(draw: Draw) -> Problem:
    """Ask for the F1 of one of two classes, where it comes out whole."""
    whole = [one for one in _whole_tables() if _f1(one) is not None]
    counts, names = draw.one(*whole), draw.one(*draw.words("confusion", "pairs"))
    tp, fn, fp, tn = counts
    first, second = 100 * tp // (tp + fp), 100 * tp // (tp + fn)
    return draw.problem(
        "f1",
        answer=_f1(counts) or 0,
        wrong={
            "mean": (first + second) // 2 if (first + second) % 2 == 0 else None,
            "accuracy instead": _percent(tp + tn, counts.total),
            "precision for f1": first,
            "recall for f1": second,
        },
        unit="%",
        working=draw.steps(
            "f1",
            _step(draw, "precision", [tp], [tp, fp]),
            _step(draw, "recall", [tp], [tp, fn]),
            Step(
                draw.word("step", "f1"),
                draw.word("step", "f1 is"),
                f"2 x {first} x {second} / ({first} + {second}) = {_f1(counts)} %",
            ),
        ),
        table=_table(draw, ((tp, fn), (fp, tn)), names),
        name=names[0],
    )


def _f1(counts: _Counts) -> int | None:
    return _percent(2 * counts.tp, 2 * counts.tp + counts.fp + counts.fn)


def always(draw: Draw) -> Problem:
    """Ask how good it is to say the most frequent class always."""
    counts, names = draw.one(*_whole_tables()), draw.one(*draw.words("confusion", "pairs"))
    tp, fn, fp, tn = counts
    return draw.problem(
        "always",
        answer=100 * (fp + tn) // counts.total,
        wrong={
            "accuracy of table": _percent(tp + tn, counts.total),
            "half": 50,
            "rare class": _percent(tp + fn, counts.total),
            "true negatives": _percent(tn, counts.total),
        },
        unit="%",
        working=draw.steps("always", _step(draw, "always", [fp, tn], [*counts])),
        table=_table(draw, ((tp, fn), (fp, tn)), names),
        name=names[1],
    )


KINDS: Topic = {
    "easy": (accuracy, precision, recall),
    "medium": (precision_of_three, recall_of_three),
    "hard": (f1, always),
}
