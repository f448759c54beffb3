"""Parameters of each kind of layer."""

from collections.abc import Mapping
from typing import Any

from digitzoo.classroom.call import Call
from digitzoo.classroom.draw import Draw, Topic
from digitzoo.classroom.problem import Problem
from digitzoo.classroom.working import PARAMS, working
from digitzoo.formulas.explanations.explanation import times
from digitzoo.formulas.layers.shapes import Shape


def _problem(draw: Draw, call: Call, shape: Shape, wrong: Mapping[str, int | None]) -> Problem:
    info = call.info(shape)
    return draw.problem(
        "layer",
        answer=info.params,
        wrong=wrong,
        working=working([info], draw.language, PARAMS),
        call=call,
        shape=draw.shape(shape),
    )


def _without_bias(call: Call, shape: Shape) -> int:
    return call.info(shape, use_bias=False).params


def dense(draw: Draw) -> Problem:
    """Ask for those of a Dense layer."""
    large = draw.level == "medium"
    values = draw.one(50, 64, 100, 120, 128, 200) if large else draw.between(4, 25)
    units = draw.one(10, 12, 20, 32, 50) if large else draw.between(2, 10)
    call, shape = Call.of("Dense", units=units), (values,)
    bare = _without_bias(call, shape)
    wrong = {"no bias": bare, "one bias": bare + 1, "bias of input": bare + values}
    return _problem(draw, call, shape, wrong)


def convolution(draw: Draw) -> Problem:
    """Ask for those of a Conv2D: of few channels, or of many."""
    large = draw.level == "medium"
    kernel = draw.one(3, 5) if large else draw.one(2, 3)
    channels = draw.one(4, 8, 16, 32) if large else draw.one(1, 2, 3, 4)
    filters = draw.one(8, 16, 32) if large else draw.one(2, 3, 4, 5, 6, 8, 10)
    size = draw.one(8, 10, 12, 16, 28, 32)
    call, shape = Call.of("Conv2D", filters=filters, kernel_size=kernel), (size, size, channels)
    bare = _without_bias(call, shape)
    wrong = {
        "no bias": bare,
        "channels": call.info((size, size, 1)).params,
        "kernel side": bare // kernel + filters,
        "one filter": bare // filters + 1,
    }
    return _problem(draw, call, shape, wrong)


def convolution_without_bias(draw: Draw) -> Problem:
    """Ask for those of a Conv2D without biases."""
    kernel, channels, filters = draw.one(1, 3, 5), draw.one(3, 8, 16), draw.one(8, 16, 32)
    size = draw.one(14, 28, 32)
    call = Call.of("Conv2D", filters=filters, kernel_size=kernel, use_bias=False)
    shape = (size, size, channels)
    wrong = {
        "bias too": call.info(shape, use_bias=True).params,
        "channels": call.info((size, size, 1)).params,
        "one filter": call.info(shape).params // filters,
    }
    return _problem(draw, call, shape, wrong)


def sequence(draw: Draw) -> Problem:
    """Ask for those of a Conv1D."""
    kernel, channels, filters = draw.one(3, 5, 7), draw.one(2, 4, 8), draw.one(4, 8, 16)
    steps = draw.one(20, 50, 100)
    call, shape = Call.of("Conv1D", filters=filters, kernel_size=kernel), (steps, channels)
    bare = _without_bias(call, shape)
    wrong = {
        "no bias": bare,
        "kernel squared": bare * kernel + filters,
        "channels": call.info((steps, 1)).params,
    }
    return _problem(draw, call, shape, wrong)


def weightless(draw: Draw) -> Problem:
    """Ask for those of a network's part whose last layer alone has any."""
    side, channels, units = draw.one(2, 3, 4, 5), draw.one(2, 4, 8), draw.one(5, 10)
    pool, rate = 2, 0.5
    size = side * pool
    dense_layer = Call.of("Dense", units=units)
    info = dense_layer.info((side * side * channels,))
    pooling, dropout = Call.of("MaxPooling2D", pool_size=pool), Call.of("Dropout", rate=rate)
    calls = (pooling, Call.of("Flatten"), dropout, dense_layer)
    return draw.problem(
        "part",
        answer=info.params,
        wrong={
            "no bias": _without_bias(dense_layer, info.input_shape),
            "pooling forgotten": dense_layer.info((size * size * channels,)).params,
            "dropout": dense_layer.info((int(side * side * channels * rate),)).params,
            "flatten channels": dense_layer.info((side * side,)).params,
        },
        working=working([info], draw.language, PARAMS),
        calls=", ".join(f"`{call}`" for call in calls),
        shape=times((size, size, channels)),
    )


def embedding(draw: Draw) -> Problem:
    """Ask for those of an Embedding."""
    rows, width = draw.one(50, 100, 200, 500), draw.one(4, 8, 10, 16)
    steps = draw.one(10, 12, 20)
    call, shape = Call.of("Embedding", input_dim=rows, output_dim=width), (steps,)
    wrong = {
        "bias too": rows * width + width,
        "steps": rows * width * steps,
        "rows of steps": Call.of("Embedding", input_dim=steps, output_dim=width).info(shape).params,
    }
    return _problem(draw, call, shape, wrong)


def depthwise(draw: Draw) -> Problem:
    """Ask for those of a depthwise or a separable convolution."""
    kernel, channels, filters = draw.one(3, 5), draw.one(4, 8, 16, 32), draw.one(8, 16, 32, 64)
    size = draw.one(14, 28, 32)
    shape, plain = (size, size, channels), Call.of("Conv2D", filters=filters, kernel_size=kernel)
    deep = Call.of("DepthwiseConv2D", kernel_size=kernel)
    bare = _without_bias(deep, shape)
    if draw.one(True, False):
        wide = Call.of("Conv2D", filters=channels, kernel_size=kernel)
        wrong = {
            "no bias": bare,
            "depthwise as plain": wide.info(shape).params,
            "one bias": bare + 1,
        }
        return _problem(draw, deep, shape, wrong)
    call = plain._replace(name="SeparableConv2D")
    wrong = {
        "separable as plain": plain.info(shape).params,
        "two biases": deep.info(shape).params + plain.info(shape, kernel_size=1).params,
        "no bias": _without_bias(call, shape),
        "pointwise": bare,
    }
    return _problem(draw, call, shape, wrong)


def normalization(draw: Draw) -> Problem:
    """Ask for those of a normalization."""
    channels, size = draw.one(4, 8, 12, 16, 24, 32, 64), draw.one(7, 8, 14, 16, 28)
    call = Call.of(draw.one("BatchNormalization", "LayerNormalization"))
    each = "each position" if call.name == "BatchNormalization" else "each position of gamma"
    shape = (size, size, channels)
    info = call.info(shape)
    wrong = {
        "trained only": info.trainable_params,
        "as batch": Call.of("BatchNormalization").info(shape).params,
        each: size * size * info.params,
        "one for all": info.params // channels,
    }
    return _problem(draw, call, shape, wrong)


_GATES = {"SimpleRNN": 1, "GRU": 3, "LSTM": 4}  # each with weights and biases of its own


def recurrent(draw: Draw) -> Problem:
    """Ask for those of a recurrent layer."""
    values, units, steps = draw.one(3, 5, 8, 10), draw.one(4, 8, 10, 16, 20), draw.one(7, 28, 30)
    name = draw.one(*_GATES)
    call, shape = Call.of(name, units=units), (steps, values)
    params = call.info(shape).params
    wrong = {
        "gates": params // _GATES[name],
        "state": params - units * _GATES[name] * units,
        "one bias of two": call.info(shape, reset_after=False).params if name == "GRU" else None,
        "no bias": _without_bias(call, shape),
        "steps": steps * params,
    }
    return _problem(draw, call, shape, wrong)


def grouped(draw: Draw) -> Problem:
    """Ask for those of a convolution in groups, or of a transposed one."""
    kernel, channels, filters = draw.one(2, 3, 5), draw.one(8, 16, 32), draw.one(4, 12, 24)
    size = draw.one(8, 14, 16)
    shape, sizes = (size, size, channels), {"filters": filters, "kernel_size": kernel}
    more: dict[str, Any] = draw.one({"groups": draw.one(2, 4)}, {"strides": 2})
    call = Call.of("Conv2D" if "groups" in more else "Conv2DTranspose", **sizes, **more)
    bare = _without_bias(call, shape)
    wrong = {
        "groups": Call.of("Conv2D", **sizes).info(shape).params,
        "no bias": bare,
        "bias of channels": bare + channels,
        "channels of group" if "groups" in more else "channels": (
            bare * more.get("groups", 1) // channels + filters
        ),
    }
    return _problem(draw, call, shape, wrong)


KINDS: Topic = {
    "easy": (dense, convolution),
    "medium": (dense, convolution, convolution_without_bias, sequence, weightless, embedding),
    "hard": (depthwise, normalization, recurrent, grouped),
}
