"""Output sizes: convolution and pooling, with stride, padding and dilation, and transposed."""

from collections.abc import Sequence

from digitzoo.classroom.call import Call
from digitzoo.classroom.draw import Draw, Topic
from digitzoo.classroom.drawing import Drawing, Panel, Window
from digitzoo.classroom.problem import Problem
from digitzoo.classroom.working import SIDE, SIZE, working
from digitzoo.formulas import conv_output_size, conv_transpose_output_size
from digitzoo.formulas.explanations.explanation import times

_WIDEST = 13  # cells of a drawing


def _drawn(
    draw: Draw, shape: Sequence[int], kernel: int, strides: int, *, padding: int = 0, taps: int = 1
) -> Drawing | None:
    """Draw the first place of the window, and the second with a dashed edge, where it is small."""
    if max(shape) + 2 * padding > _WIDEST:
        return None
    side = taps * (kernel - 1) + 1
    windows = Window(0, 0, side, taps), Window(0, strides, side, later=True)
    rows = (("",) * (shape[1] + 2 * padding),) * (shape[0] + 2 * padding)
    title = times(shape) + (f" + 2 x {padding}" if padding else "")
    panel = Panel(title, rows, windows, padding)
    return Drawing((panel,), draw.word("output_size", "drawing"))


def convolution(draw: Draw) -> Problem:
    """Ask for the rows and columns that a plain convolution leaves."""
    kernel, output = draw.one(2, 3, 4, 5), draw.between(2, 9)
    size, channels = output + kernel - 1, draw.one(1, 3)
    call = Call.of("Conv2D", filters=draw.one(4, 6, 8), kernel_size=kernel)
    info = call.info((size, size, channels))
    return draw.problem(
        "side",
        answer=output,
        wrong={
            "no plus one": size - kernel,
            "same for valid": conv_output_size(size, kernel, padding="same"),
            "filters for size": info.output_shape[-1],
        },
        working=working([info], draw.language, SIDE),
        drawing=_drawn(draw, (size, size), kernel, 1),
        call=call,
        shape=times(info.input_shape),
    )


def pooling(draw: Draw) -> Problem:
    """Ask for the rows and columns that a pooling leaves."""
    pool = draw.one(2, 3, 4)
    size, channels = pool * draw.between(2, 24 // pool), draw.one(3, 4, 8)
    call = Call.of(draw.one("MaxPooling2D", "AveragePooling2D"), pool_size=pool)
    info = call.info((size, size, channels))
    return draw.problem(
        "side",
        answer=call.output(info.input_shape)[0],
        wrong={
            "pool stride": call.output(info.input_shape, strides=1)[0],
            "subtracted": size - pool,
            "pooled both": size // pool**2 if size % pool**2 == 0 else None,
        },
        working=working([info], draw.language, SIDE),
        drawing=_drawn(draw, (size, size), pool, pool),
        call=call,
        shape=times(info.input_shape),
    )


def _shape_problem(draw: Draw, call: Call, shape: tuple[int, ...]) -> Problem:
    """Ask for the whole shape that comes out of a convolution."""
    info, output = call.info(shape), call.output(shape)
    uneven = tuple(size + (left > 0) for size, left in zip(output, info.unused, strict=False))
    told = call.arguments
    valid = "padding" not in told
    sizes = told["kernel_size"], told.get("strides", 1)
    drawing = _drawn(draw, shape[:2], *sizes, taps=told.get("dilation_rate", 1))
    other = "same" if valid else "valid"
    return draw.problem(
        "shape",
        answer=output,
        wrong={
            "rounded up": (*uneven, output[-1]),
            "dilation": call.output(shape, dilation_rate=1),
            "stride": call.output(shape, strides=1),
            "same for valid" if valid else "valid for same": call.output(shape, padding=other),
            "channels stay": (*output[:-1], shape[-1]),
        },
        working=working([info], draw.language, SIZE),
        drawing=drawing if valid else None,
        call=call,
        shape=times(shape),
    )


def strided(draw: Draw) -> Problem:
    """Ask for the shape behind a stride that fits."""
    kernel, strides, channels = draw.one(2, 3, 5), draw.one(2, 3, 4), draw.one(1, 3)
    size = (draw.between(3, 12) - 1) * strides + kernel
    filters = draw.one(6, 8, 16, 32)
    call = Call.of("Conv2D", filters=filters, kernel_size=kernel, strides=strides)
    return _shape_problem(draw, call, (size, size, channels))


def same(draw: Draw) -> Problem:
    """Ask for the shape behind `same`."""
    kernel, strides = draw.one(3, 5, 7), draw.one(1, 2, 2, 3)
    size, channels = draw.between(kernel + 2, 32), draw.one(1, 3, 4)
    moved = {"strides": strides} if strides > 1 else {}
    filters = draw.one(8, 16, 32)
    call = Call.of("Conv2D", filters=filters, kernel_size=kernel, **moved, padding="same")
    return _shape_problem(draw, call, (size, size, channels))


def padded(draw: Draw) -> Problem:
    """Ask for the rows and columns with so many zeros on each side."""
    padding, strides = draw.one(1, 2, 3), draw.one(1, 2, 3)
    kernel = draw.between(padding + 1, 2 * padding + 2)
    output = draw.between(2 * padding // strides + 2, 10)  # the kernel fits without zeros too
    size = (output - 1) * strides + kernel - 2 * padding
    found = Call.of("Conv2D", filters=1, kernel_size=kernel, strides=strides, padding=padding)
    info = found.info((size, size, 1))
    return draw.problem(
        "padded",
        answer=output,
        wrong={
            "padding once": conv_output_size(size, kernel, strides=strides, padding=(padding, 0)),
            "padding forgotten": found.output(info.input_shape, padding="valid")[0],
            "no plus one": output - 1,
            "stride": found.output(info.input_shape, strides=1)[0],
        },
        working=working([info], draw.language, SIDE),
        drawing=_drawn(draw, (size, size), kernel, strides, padding=padding),
        shape=times((size, size)),
        kernel=kernel,
        strides=strides,
        padding=padding,
    )


def rounded(draw: Draw) -> Problem:
    """Ask for the shape behind a stride that does not fit, of an image that is no square."""
    kernel, strides = draw.one(3, 4, 5), draw.one(2, 3, 4)
    sizes = [
        (draw.between(3, 9) - 1) * strides + kernel + left
        for left in (draw.between(1, strides - 1), 0)
    ]
    draw.dice.shuffle(sizes)
    call = Call.of("Conv2D", filters=draw.one(6, 12, 24), kernel_size=kernel, strides=strides)
    return _shape_problem(draw, call, (*sizes, draw.one(1, 3)))


def dilated(draw: Draw) -> Problem:
    """Ask for the shape behind a dilated kernel."""
    kernel, rate = draw.one(3, 5), draw.one(2, 3, 4)
    sizes = [draw.between(3, 20) + rate * (kernel - 1) for _ in range(2)]
    filters = draw.one(6, 12, 24)
    call = Call.of("Conv2D", filters=filters, kernel_size=kernel, dilation_rate=rate)
    return _shape_problem(draw, call, (*sizes, draw.one(1, 3)))


def transposed(draw: Draw) -> Problem:
    """Ask for the rows and columns that a transposed convolution makes."""
    kernel, strides, size = draw.between(3, 6), draw.one(2, 3), draw.between(7, 14)
    padding = draw.one("valid", "same")
    sizes = {"filters": draw.one(4, 8), "kernel_size": kernel, "strides": strides}
    call = Call.of("Conv2DTranspose", **sizes, padding=padding)
    info = call.info((size, size, draw.one(3, 8, 16)))
    other = "same" if padding == "valid" else "valid"
    return draw.problem(
        "side",
        answer=call.output(info.input_shape)[0],
        wrong={
            "not transposed": conv_output_size(size, kernel, strides=strides, padding=padding),
            "same for valid" if padding == "valid" else "valid for same": (
                conv_transpose_output_size(size, kernel, strides=strides, padding=other)
            ),
            "no minus one": call.output(info.input_shape)[0] + strides,
        },
        working=working([info], draw.language, SIDE),
        call=call,
        shape=times(info.input_shape),
    )


KINDS: Topic = {
    "easy": (convolution, pooling),
    "medium": (strided, same, padded),
    "hard": (rounded, dilated, transposed),
}
