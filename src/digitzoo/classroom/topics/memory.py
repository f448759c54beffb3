"""Bytes: of what comes out of a layer, of weights, of a batch."""

from digitzoo.classroom.call import Call, stack
from digitzoo.classroom.draw import Draw, Topic
from digitzoo.classroom.problem import Problem
from digitzoo.classroom.working import MEMORY, PARAMS, SIZE, working
from digitzoo.formulas.explanations.explanation import Step, times
from digitzoo.formulas.networks.info import BYTES_PER_VALUE

_BITS = {name: 8 * size for name, size in BYTES_PER_VALUE.items()}


def activations(draw: Draw) -> Problem:
    """Ask for the bytes that come out of a layer, as float32."""
    kernel, side, filters = draw.one(2, 3), draw.between(2, 5), draw.one(2, 3, 4, 6, 8)
    size = side + kernel - 1
    shape = (size, size, draw.one(1, 3))
    call = Call.of("Conv2D", filters=filters, kernel_size=kernel)
    info = call.info(shape)
    values = info.activation_values or 0
    return draw.problem(
        "activations",
        answer=values * BYTES_PER_VALUE["float32"],
        wrong={
            "values for bytes": values,
            "bits": values * _BITS["float32"],
            "filters forgotten": side * side * BYTES_PER_VALUE["float32"],
        },
        unit="B",
        working=working([info], draw.language, SIZE, MEMORY),
        call=call,
        shape=draw.shape(shape),
    )


def weights(draw: Draw) -> Problem:
    """Ask for the bytes of a layer's weights, in one of several types."""
    dtype = draw.one("float32", "float16", "float64", "int8")
    if draw.one(True, False):
        call = Call.of("Dense", units=draw.one(8, 10, 16, 20))
        shape: tuple[int, ...] = (draw.one(20, 32, 50, 64),)
    else:
        sizes = {"filters": draw.one(4, 8, 16), "kernel_size": draw.one(3, 5)}
        call, shape = Call.of("Conv2D", **sizes), (28, 28, draw.one(1, 3, 4))
    size = BYTES_PER_VALUE[dtype]
    count = stack([call], shape, dtype=dtype).totals.weight_bytes // size
    product = f"{count:,} x {size} B = {count * size:,} B"
    return draw.problem(
        "weights",
        answer=count * size,
        wrong={
            "no bias": call.info(shape, use_bias=False).params * size,
            "values for bytes": count,
            "as float32": count * BYTES_PER_VALUE["float32"],
            "bits": count * _BITS[dtype],
        },
        unit="B",
        working=working([call.info(shape)], draw.language, PARAMS, last=[Step("", "", product)]),
        call=call,
        shape=draw.shape(shape),
        dtype=dtype,
    )


def batch(draw: Draw) -> Problem:
    """Ask for the KiB of a batch's activations behind a layer; they come out whole."""
    kernel, filters, images = draw.one(3, 5), draw.one(8, 16, 32), draw.one(16, 32, 64)
    side, dtype = draw.one(4, 8, 12, 16), draw.one("float32", "float16")
    shape = (side + kernel - 1,) * 2 + (draw.one(1, 3),)
    call = Call.of("Conv2D", filters=filters, kernel_size=kernel)
    info = call.info(shape)
    size = BYTES_PER_VALUE[dtype]
    total = (info.activation_values or 0) * size * images
    other = "float16" if dtype == "float32" else "float32"
    product = (*info.output_shape, size, images, "/ 1,024")
    working_out = f"{times(product[:-1])} {product[-1]} = {total // 1024:,} KiB"
    return draw.problem(
        "batch",
        answer=total // 1024,
        wrong={
            "batch": total // images // 1024 if total % (1024 * images) == 0 else None,
            "other type": total // size * BYTES_PER_VALUE[other] // 1024,
            "bits": total * 8 // 1024,
            "bytes": total,
        },
        unit="KiB",
        working=working([info], draw.language, SIZE, last=[Step("", "", working_out)]),
        call=call,
        shape=draw.shape(shape),
        images=images,
        dtype=dtype,
    )


KINDS: Topic = {"easy": (activations,), "medium": (weights,), "hard": (batch,)}
