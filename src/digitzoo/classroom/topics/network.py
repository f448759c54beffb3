"""A whole network's table with holes."""

from collections.abc import Sequence

from digitzoo.classroom.call import Call, stack
from digitzoo.classroom.draw import Draw, Topic
from digitzoo.classroom.problem import Problem
from digitzoo.classroom.working import PARAMS, working
from digitzoo.formulas import LayerInfo
from digitzoo.formulas.explanations.explanation import Step, times
from digitzoo.tables import Table

_HOLE = "____"
_FLATTEN = Call.of("Flatten")


def _table(draw: Draw, calls: Sequence[Call], rows: Sequence[LayerInfo]) -> Table:
    """Write the table, with a hole for each shape and count that has to be worked out."""
    columns = tuple(draw.word("network", key) for key in ("layer", "shape", "params"))
    cells = [("Input", times(rows[0].input_shape), "0")]
    given = draw.between(0, len(rows) - 2)  # one shape is told, to check the way there
    for place, (call, row) in enumerate(zip(calls, rows, strict=True)):
        shape = times(row.output_shape) if place == given else _HOLE
        cells.append((call.short, shape, _HOLE))
    total = (draw.word("network", "sum"), "", "?")
    return Table(columns, tuple(cells), total, numbers=(columns[-1],))


def _problem(draw: Draw, calls: list[Call], shape: tuple[int, ...]) -> Problem:
    """Ask for the total; every wrong one is that of the network as someone misread it."""
    rows = stack(calls, shape).layers
    counts = [row.params for row in rows]

    def total(changed: Sequence[Call]) -> int:
        return stack(list(changed), shape).totals.params

    def without(name: str) -> list[Call]:
        return [call for call in calls if name not in call.name]

    padded = any(call.arguments.get("padding") == "same" for call in calls)
    other = "valid" if padded else "same"
    *most, last = calls
    flattened = stack(most, shape).totals.output_shape
    halved = _after_dropout(calls, flattened[-1] or 0, last)
    sums = " + ".join(f"{count:,}" for count in counts if count)
    wrong = {
        "dropout": halved and sum(counts) - counts[-1] + halved,
        "trained only": stack(calls, shape).totals.trainable_params,
        "no bias": total([call.but(use_bias=False) for call in calls]),
        "pooling forgotten": total(without("Max")) if _FLATTEN in calls else None,
        "same for valid" if other == "same" else "valid for same": total(
            [call.but(padding=other) if call.name == "Conv2D" else call for call in calls]
        ),
        "last layer": counts[-1],
    }
    return draw.problem(
        "total",
        answer=sum(counts),
        wrong=wrong,
        working=working(
            rows, draw.language, PARAMS, last=[Step("", "", f"{sums} = {sum(counts):,}")]
        ),
        table=_table(draw, calls, rows),
    )


def _after_dropout(calls: Sequence[Call], values: int, last: Call) -> int | None:
    """Count the last layer as who takes Dropout to leave values out for good."""
    dropout = next((call for call in calls if call.name == "Dropout"), None)
    if dropout is None:
        return None
    return last.info((round(values * (1 - dropout.arguments["rate"])),)).params


def small(draw: Draw) -> Problem:
    """A convolution, a pooling and a Dense layer."""
    kernel, pooled = draw.one(2, 3), draw.one(2, 3)
    size = 2 * pooled + kernel - 1
    calls = [
        Call.of("Conv2D", filters=draw.one(2, 3, 4), kernel_size=kernel),
        Call.of("MaxPooling2D", pool_size=2),
        _FLATTEN,
        Call.of("Dense", units=draw.one(2, 3, 5, 10)),
    ]
    return _problem(draw, calls, (size, size, draw.one(1, 2, 3)))


def with_dropout(draw: Draw) -> Problem:
    """Padding or none, and Dropout before the last layer."""
    padding, pooled = draw.one("same", "valid"), draw.one(4, 5, 6)
    size = 2 * pooled + (2 if padding == "valid" else 0)
    moves = {"padding": "same"} if padding == "same" else {}
    calls = [
        Call.of("Conv2D", filters=draw.one(4, 8, 12), kernel_size=3, **moves),
        Call.of("MaxPooling2D", pool_size=2),
        _FLATTEN,
        Call.of("Dropout", rate=draw.one(0.25, 0.5)),
        Call.of("Dense", units=draw.one(4, 5, 10)),
    ]
    return _problem(draw, calls, (size, size, draw.one(1, 3)))


def deep(draw: Draw) -> Problem:
    """Two convolutions, a batch normalization between them, and two Dense layers or pooling."""
    pooled, first = draw.one(2, 3, 4), draw.one(4, 8)
    size = 2 * (pooled + 2) * draw.one(1, 2)
    strides = {"strides": 2} if size > 2 * (pooled + 2) else {}
    end = draw.one([_FLATTEN], [Call.of("GlobalAveragePooling2D")])
    calls = [
        Call.of("Conv2D", filters=first, kernel_size=3, **strides, padding="same"),
        Call.of("BatchNormalization"),
        Call.of("MaxPooling2D", pool_size=2),
        Call.of("Conv2D", filters=draw.one(8, 16), kernel_size=3),
        *end,
        Call.of("Dense", units=draw.one(5, 10)),
    ]
    return _problem(draw, calls, (size, size, draw.one(1, 3)))


KINDS: Topic = {"easy": (small,), "medium": (with_dropout,), "hard": (deep,)}
