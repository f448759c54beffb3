"""How far a measured accuracy can be trusted: standard errors, intervals, comparisons in pairs."""

from math import isqrt
from typing import NamedTuple

from digitzoo.classroom.draw import Draw, Topic
from digitzoo.classroom.problem import Answer, Problem
from digitzoo.formulas import Explanation
from digitzoo.formulas.explanations.explanation import Step


class _Measured(NamedTuple):
    """An accuracy in percent over so many images; twice its standard error is whole percent."""

    accuracy: int
    images: int

    @property
    def correct(self) -> int:
        return self.accuracy * self.images // 100

    @property
    def two_errors(self) -> int:
        """Twice the standard error, in percent; whole by choice of the two."""
        return 2 * isqrt(self.accuracy * (100 - self.accuracy)) // isqrt(self.images)


_ROOTED = (20, 50, 80, 90)  # p (100 - p) is a square
_MEASURED = tuple(
    _Measured(accuracy, root * root)
    for accuracy in _ROOTED
    for root in range(4, 101)
    if accuracy * root * root % 100 == 0
    and 2 * isqrt(accuracy * (100 - accuracy)) % root == 0
    and accuracy + 2 * isqrt(accuracy * (100 - accuracy)) // root <= 100
    and accuracy - 2 * isqrt(accuracy * (100 - accuracy)) // root >= 0
)


def _step(draw: Draw, key: str, numbers: str) -> Step:
    return Step(draw.word("step", key), draw.word("step", f"{key} is"), numbers)


def _working(draw: Draw, one: _Measured, *last: Step) -> Explanation:
    p, n = one.accuracy, one.images
    error = one.two_errors / 2
    return draw.steps(
        "interval",
        Step(
            draw.word("step", "standard error"),
            "sqrt(p x q / n)",
            f"sqrt({p} x {100 - p} / {n:,}) = {error:g} %",
        ),
        *last,
        legend=draw.word("step", "p and q"),
    )


def _ends(draw: Draw, asked: str) -> Problem:
    one = draw.one(*_MEASURED)
    accuracy, images = one
    reach = one.two_errors
    results = {"lower": accuracy - reach, "upper": accuracy + reach, "width": 2 * reach}
    half = reach // 2 if reach % 2 == 0 else None
    one_error = {"lower": accuracy, "upper": accuracy, "width": 0}[asked]
    sign = {"lower": -1, "upper": 1, "width": 2}[asked]
    root = isqrt(accuracy * (100 - accuracy))
    # Without the images: 2 sqrt(p (100 - p)).
    bare = one_error + 2 * sign * root
    wrong: dict[str, Answer | None] = {
        "one error": None if half is None else one_error + sign * half,
        "other end": {"lower": results["upper"], "upper": results["lower"]}.get(asked),
        "half width": reach if asked == "width" else None,
        "images forgotten": bare if 0 <= bare <= 100 else None,
        "accuracy alone": accuracy,
    }
    shown = {
        "lower": f"{accuracy} - 2 x {reach / 2:g} = {results['lower']} %",
        "upper": f"{accuracy} + 2 x {reach / 2:g} = {results['upper']} %",
        "width": f"2 x 2 x {reach / 2:g} = {results['width']} %",
    }
    return draw.problem(
        asked,
        answer=results[asked],
        wrong=wrong,
        unit="%",
        working=_working(draw, one, _step(draw, asked, shown[asked])),
        correct=f"{one.correct:,}",
        images=f"{images:,}",
        accuracy=accuracy,
    )


def lower(draw: Draw) -> Problem:
    """Ask for the lower end of the interval."""
    return _ends(draw, "lower")


def upper(draw: Draw) -> Problem:
    """Ask for the upper end of the interval."""
    return _ends(draw, "upper")


def width(draw: Draw) -> Problem:
    """Ask how wide the interval is."""
    return _ends(draw, "width")


def given_error(draw: Draw) -> Problem:
    """Ask for an end, with the standard error told."""
    error, accuracy = draw.between(1, 5), draw.between(60, 88)
    name = draw.one("lower", "upper")
    sign = "-" if name == "lower" else "+"
    low, high = accuracy - 2 * error, accuracy + 2 * error
    ends = (low, high) if name == "lower" else (high, low)
    near = (accuracy - error, accuracy + error)[name == "upper"]
    step = _step(draw, name, f"{accuracy} {sign} 2 x {error} = {ends[0]} %")
    return draw.problem(
        f"given {name}",
        answer=ends[0],
        wrong={"one error": near, "other end": ends[1], "width for end": 4 * error},
        unit="%",
        working=draw.steps("interval", step),
        accuracy=accuracy,
        error=error,
    )


def narrower(draw: Draw) -> Problem:
    """Ask how many images make the interval so many times narrower."""
    images, times = (
        draw.between(2, 10) * 50,
        draw.one(2, 3, *((4, 5) if draw.level == "hard" else ())),
    )
    product = f"{images:,} x {times} x {times} = {images * times * times:,}"
    return draw.problem(
        "narrower",
        answer=images * times * times,
        wrong={"not squared": images * times, "added": images * (times * times - 1)},
        working=draw.steps("interval", _step(draw, "root", product)),
        images=f"{images:,}",
        times=times,
    )


def plus_four(draw: Draw) -> Problem:
    """Ask for the interval's middle after two right and two wrong ones are added."""
    accuracy, total = draw.one(60, 70, 80, 90), draw.one(20, 50, 100)
    correct, images = accuracy * total // 100 - 2, total - 4
    said = f"({correct} + 2) / ({images} + 4) = {accuracy} %"
    return draw.problem(
        "plus four",
        answer=accuracy,
        wrong={
            "four right": 100 * (correct + 4) // total,
            "none wrong": 100 * correct // total,
            "all wrong": 100 - accuracy,
        },
        unit="%",
        working=draw.steps("interval", _step(draw, "plus four", said)),
        correct=correct,
        images=images,
    )


def paired(draw: Draw) -> Problem:
    """Ask for McNemar's statistic, which comes out whole."""
    # b - c = k s and b + c = k k s give (b - c)^2 / (b + c) = s.
    statistic, k = draw.between(2, 12), draw.one(2, 3, 4, 5)
    difference, both = k * statistic, k * k * statistic
    first, second = (both + difference) // 2, (both - difference) // 2
    shared, images = draw.between(2, 15) * 10, draw.one(1_000, 2_000, 10_000)
    said = f"({first} - {second}) x ({first} - {second}) / ({first} + {second}) = {statistic}"
    wrong_ones = first + shared, second + shared
    ratio = difference**2 // sum(wrong_ones) if difference**2 % sum(wrong_ones) == 0 else None
    return draw.problem(
        "paired",
        answer=statistic,
        wrong={
            "not squared difference": difference,
            "shared counted": ratio,
            "sum of both": both,
        },
        working=draw.steps("paired", _step(draw, "mcnemar", said)),
        first=first + shared,
        second=second + shared,
        shared=shared,
        images=f"{images:,}",
    )


KINDS: Topic = {
    "easy": (given_error, narrower),
    "medium": (lower, upper, width),
    "hard": (paired, plus_four, narrower),
}
