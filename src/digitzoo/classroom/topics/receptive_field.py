"""Receptive fields of stacks of windows."""

from digitzoo.classroom.call import Call, stack
from digitzoo.classroom.draw import Draw, Topic
from digitzoo.classroom.problem import Problem
from digitzoo.classroom.working import SIGHT, working
from digitzoo.formulas.explanations.explanation import times
from digitzoo.tables import Table

_SIZE = 224  # larger than any field


def _field(calls: list[Call]) -> int:
    field = stack(calls, (_SIZE, _SIZE, 1)).totals.receptive_field
    return field[0] if field else 0


def _window(call: Call) -> int:
    kernel: int = call.arguments.get("kernel_size") or call.arguments["pool_size"]
    return kernel


def _problem(draw: Draw, calls: list[Call]) -> Problem:
    """Ask how many rows and columns one position of the last output sees."""
    # Pooling moves by its size, unless told otherwise.
    together = [call.but(strides=1) for call in calls]
    close = [call.but(dilation_rate=1) for call in calls]
    own_stride = (_window(calls[0]) - 1) * (calls[0].arguments.get("strides", 1) - 1)
    return draw.problem(
        "stack",
        answer=_field(calls),
        wrong={
            "stride of field": _field(together),
            "dilation of field": _field(close),
            "sum of kernels": sum(map(_window, calls)),
            "no start": _field(calls) - 1,
            "last kernel": _window(calls[-1]),
            "first stride": _field(calls) + own_stride,
        },
        working=working(
            stack(calls, (_SIZE, _SIZE, 1)).layers,
            draw.language,
            SIGHT,
            titles=[f"{number}. {call.name}" for number, call in enumerate(calls, 1)],
        ),
        table=_table(draw, calls),
    )


def _table(draw: Draw, calls: list[Call]) -> Table:
    """Write what matters of the layers; dilation where there is any."""
    keys = ["layer", "window", "stride", "dilation"]
    rows: list[tuple[str, ...]] = [
        (
            f"{number}. {call.name}",
            times((_window(call),) * 2),
            str(call.arguments.get("strides", call.arguments.get("pool_size", 1))),
            str(call.arguments.get("dilation_rate", 1)),
        )
        for number, call in enumerate(calls, 1)
    ]
    if all(row[-1] == "1" for row in rows):
        keys, rows = keys[:-1], [row[:-1] for row in rows]
    columns = tuple(draw.word("receptive_field", key) for key in keys)
    return Table(columns, tuple(rows), numbers=columns[1:])


def _convolution(draw: Draw, *kernels: int, **moves: int) -> Call:
    return Call.of("Conv2D", filters=8, kernel_size=draw.one(*kernels), **moves)


def plain(draw: Draw) -> Problem:
    """Two or three convolutions, a step apart."""
    return _problem(draw, [_convolution(draw, 2, 3, 4, 5, 7) for _ in range(draw.one(2, 2, 3))])


def pooled(draw: Draw) -> Problem:
    """A pooling between convolutions."""
    first, last = _convolution(draw, 3, 5, 7), _convolution(draw, 2, 3, 4, 5)
    pool = Call.of(draw.one("MaxPooling2D", "AveragePooling2D"), pool_size=draw.one(2, 3, 4))
    more = [Call.of("MaxPooling2D", pool_size=2)] if draw.one(True, False) else []
    return _problem(draw, [first, pool, last, *more])


def strided(draw: Draw) -> Problem:
    """Strides in several layers."""
    first = _convolution(draw, 3, 5, 7, strides=2)
    second = _convolution(draw, 3, 5, strides=draw.one(2, 3))
    pool = Call.of("MaxPooling2D", pool_size=draw.one(2, 3))
    return _problem(draw, [first, second, pool, _convolution(draw, 3, 5)])


def dilated(draw: Draw) -> Problem:
    """Dilations that grow."""
    rates = draw.one((1, 2, 4), (1, 2, 3), (2, 4), (1, 3, 9), (2, 3), (3, 6), (1, 4), (2, 2))
    moves = [{"dilation_rate": rate} if rate > 1 else {} for rate in rates]
    return _problem(draw, [_convolution(draw, 3, 5, **move) for move in moves])


KINDS: Topic = {"easy": (plain,), "medium": (pooled,), "hard": (strided, dilated)}
