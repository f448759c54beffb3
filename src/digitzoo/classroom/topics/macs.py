"""Multiply-accumulates, and FLOPs."""

from typing import Any

from digitzoo.classroom.call import Call, stack
from digitzoo.classroom.draw import Draw, Topic
from digitzoo.classroom.problem import Problem
from digitzoo.classroom.working import FLOPS, MACS, SIZE, working
from digitzoo.formulas.explanations.explanation import Step
from digitzoo.formulas.layers.shapes import Shape


def _macs(call: Call, shape: Shape) -> int:
    return call.info(shape).macs or 0


def dense(draw: Draw) -> Problem:
    """Ask for those of a Dense layer."""
    values, units = draw.between(5, 30), draw.between(3, 12)
    call = Call.of("Dense", units=units)
    info = call.info((values,))
    return draw.problem(
        "layer",
        answer=_macs(call, (values,)),
        wrong={
            "bias counted": info.params,
            "flops": 2 * values * units,
            "values added": values + units,
        },
        working=working([info], draw.language, MACS),
        call=call,
        shape=draw.shape((values,)),
    )


def convolution(draw: Draw) -> Problem:
    """Ask for those of a Conv2D: small at first, then with padding or a stride."""
    filters, channels, kernel = draw.one(2, 3, 4), draw.one(1, 2), draw.one(2, 3)
    size, moves = draw.between(2, 5) + kernel - 1, dict[str, Any]()
    if draw.level == "medium":
        filters, channels, kernel = draw.one(4, 5, 8), draw.one(1, 2, 3, 4), 3
        size, moves = draw.one(4, 6, 8, 10), {"padding": "same"}
    elif draw.level == "hard":
        filters, channels, kernel = draw.one(4, 8, 10), draw.one(2, 3, 4), draw.one(2, 3, 5)
        strides = draw.one(2, 3)
        size, moves = (draw.between(3, 6) - 1) * strides + kernel, {"strides": strides}
    call = Call.of("Conv2D", filters=filters, kernel_size=kernel, **moves)
    shape = (size, size, channels)
    info = call.info(shape)
    macs = _macs(call, shape)
    return draw.problem(
        "layer",
        answer=macs,
        wrong={
            "positions": call.info(shape, use_bias=False).params,
            "input positions": size * size * call.info(shape, use_bias=False).params,
            "channels": _macs(call, (size, size, 1)),
            "flops": 2 * macs,
        },
        working=working([info], draw.language, SIZE, MACS),
        call=call,
        shape=draw.shape(shape),
    )


def flops(draw: Draw) -> Problem:
    """Ask for the FLOPs of a Dense or a Conv2D."""
    if draw.one(True, False):
        values, units = draw.one(16, 20, 32, 50, 64, 100), draw.one(8, 10, 12, 20)
        call = Call.of("Dense", units=units)
        shape: Shape = (values,)
    else:
        kernel, size = draw.one(2, 3), draw.between(6, 10)
        call = Call.of("Conv2D", filters=draw.one(4, 5, 8), kernel_size=kernel)
        shape = (size, size, draw.one(1, 2, 3))
    info = call.info(shape)
    macs, adds = info.macs or 0, info.bias_adds or 0
    return draw.problem(
        "flops",
        answer=info.flops or 0,
        wrong={
            "flops without bias": 2 * macs,
            "macs": macs,
            "flops once": macs + adds,
            "flops twice": 2 * (macs + adds),
        },
        working=working([info], draw.language, FLOPS),
        call=call,
        shape=draw.shape(shape),
    )


def network(draw: Draw) -> Problem:
    """Ask for those of a convolution, a pooling and a Dense layer together."""
    kernel, channels, filters = draw.one(3, 5), draw.one(1, 3), draw.one(4, 6, 8)
    pooled = draw.one(3, 4, 5)
    shape = (2 * pooled + kernel - 1,) * 2 + (channels,)
    first = Call.of("Conv2D", filters=filters, kernel_size=kernel)
    pool, last = Call.of("MaxPooling2D", pool_size=2), Call.of("Dense", units=draw.one(5, 10))
    rows = stack([first, pool, Call.of("Flatten"), last], shape).layers
    conv_macs, dense_macs = _macs(first, shape), rows[-1].macs or 0
    unpooled = stack([first, Call.of("Flatten"), last], shape).totals.macs
    worked = [rows[0], rows[-1]]
    total = Step("", "", f"{conv_macs:,} + {dense_macs:,} = {conv_macs + dense_macs:,}")
    return draw.problem(
        "network",
        answer=conv_macs + dense_macs,
        wrong={
            "positions": first.info(shape, use_bias=False).params + dense_macs,
            "pooling forgotten": unpooled,
            "last layer": dense_macs,
            "first layer": conv_macs,
        },
        working=working(worked, draw.language, MACS, last=[total]),
        calls=", ".join(f"`{call}`" for call in (first, pool, Call.of("Flatten"), last)),
        shape=draw.shape(shape),
    )


KINDS: Topic = {
    "easy": (dense, convolution),
    "medium": (convolution, flops),
    "hard": (convolution, network),
}
