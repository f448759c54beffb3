"""Wrong answers are what comes out with the mistake that their sentence names.

Each is worked out anew from what the pupil has: the question, its table, and the formula printed.
"""

import itertools
import math
import re

import pytest

from digitzoo import worksheet
from digitzoo.classroom.draw import LEVELS
from digitzoo.formulas import layer_info


def products(problem, title="Parameters"):
    """Read a formula and its numbers: terms of factors, each a letter and a number."""
    (step,) = (
        step
        for part in problem.working.sections
        for step in part.steps
        if step.title.startswith(title)
    )
    sides = step.formula, step.numbers.partition(" = ")[0]
    letters, values = (
        [re.split(r" x (?![^(]*\))", term) for term in side.split(" + ")] for side in sides
    )
    return [
        [*zip(names, (int(one.replace(",", "")) for one in found), strict=False)]
        for names, found in zip(letters, values, strict=True)
    ]


def total(terms):
    return sum(math.prod(value for _, value in term) for term in terms)


def forgotten(letter, terms):
    """Work the printed formula out without a letter."""
    return total([[(name, value) for name, value in term if name != letter] for term in terms])


def layer(problem, read):
    return read.asked_layers(problem)[-1]


def params(problem, read):
    """Give what each mistake with a formula of parameters makes of it."""
    terms, shape = products(problem), read.asked_shape(problem)
    name, _, told = layer(problem, read)
    letters = {letter for term in terms for letter, _ in term}
    depth = next((one for one in ("(D / G)", "D", "N") if one in letters), "")
    bare = total(terms[:-1]) if len(terms) > 1 else total(terms)
    filters, kernel = told.get("filters", 1), told.get("kernel_size", 1)
    gates = {"SimpleRNN": 1, "GRU": 3, "LSTM": 4}.get(name, 1)
    plain = kernel * kernel * shape[-1]  # of each filter of a Conv2D
    return {
        "no bias": bare,
        "one bias": bare + 1,
        "bias of input": bare + shape[-1],
        "bias of channels": bare + shape[-1],
        "bias too": bare + told.get("filters", told.get("output_dim", 0)),
        "channels": forgotten(depth, terms),
        "channels of group": forgotten(depth, terms),
        "kernel side": bare // kernel + filters,
        "one filter": plain + told.get("use_bias", True),
        "kernel squared": kernel * bare + filters,
        "groups": plain * filters + filters,
        "depthwise as plain": (plain + 1) * shape[-1],
        "separable as plain": (plain + 1) * filters,
        "two biases": total(terms) + shape[-1],
        "pointwise": total(terms[:1]),
        "steps": total(terms) * shape[0],
        "rows of steps": shape[0] * told.get("output_dim", 0),
        "gates": total(terms) // gates,
        "state": total(terms) - total(terms[1:2]),
        "one bias of two": total(terms) - total(terms[2:]) // 2,
        "trained only": 2 * shape[-1],
        "as batch": 4 * shape[-1],
        "each position": math.prod(shape[:-1]) * total(terms),
        "each position of gamma": math.prod(shape[:-1]) * total(terms),
        "one for all": len(terms),
    }


def parameters(problem, read):
    if "together" not in problem.question:
        return params(problem, read)
    height, width, channels = read.asked_shape(problem)
    units = layer(problem, read)[2]["units"]
    values = height * width * channels // 4
    made = {"pooling forgotten": 4 * values, "dropout": values // 2}
    made |= {"flatten channels": values // channels}
    return {"no bias": values * units} | {key: (n + 1) * units for key, n in made.items()}


def network(problem, read):
    shape, layers = read.table_layers(problem)

    def count(layers, *, values=1.0, every=True):
        now, counts = shape, []
        for name, arguments in layers:
            if name == "Dense":
                now = (round(now[0] * values),)
            row = layer_info(name, now, **arguments)
            now = row.output_shape
            counts.append(row.params if every else row.trainable_params)
        return counts

    def but(*names, **changes):
        return [(name, {**told, **(changes if name in names else {})}) for name, told in layers]

    rate = sum(told.get("rate", 0) for _, told in layers)
    return {
        "dropout": sum(count(layers, values=1 - rate)),
        "trained only": sum(count(layers, every=False)),
        "no bias": sum(count(but("Conv2D", "Dense", use_bias=False))),
        "pooling forgotten": sum(count([one for one in layers if "Max" not in one[0]])),
        "same for valid": sum(count(but("Conv2D", padding="same"))),
        "valid for same": sum(count(but("Conv2D", padding="valid"))),
        "last layer": count(layers)[-1],
    }


def receptive_field(problem, read):
    layers = []
    for row in problem.table.rows:
        window, stride, *dilation = (int(cell.split(" x ")[0]) for cell in row[1:])
        layers.append((window, stride, (dilation or [1])[0]))

    def field(own_strides=(), *, moves=True, holes=True):
        seen, jump = 1, 1
        for place, (window, stride, dilation) in enumerate(layers):
            now = jump * stride if place in own_strides else jump
            seen += (window - 1) * (dilation if holes else 1) * now
            jump *= stride if moves else 1
        return seen

    return {
        "stride of field": field(moves=False),
        "dilation of field": field(holes=False),
        "sum of kernels": sum(window for window, _, _ in layers),
        "no start": field() - 1,
        "last kernel": layers[-1][0],
        "first stride": field([0]),
    }


def output_size(problem, read):
    if "`" not in problem.question:
        kernel, _, size, _, strides, zeros, *_ = read.numbers(problem.question)
        room = size - kernel
        return {
            "padding once": (room + zeros) // strides + 1,
            "padding forgotten": room // strides + 1,
            "no plus one": (room + 2 * zeros) // strides,
            "stride": room + 2 * zeros + 1,
        }
    (row,), (name, _, told) = read.through(problem), layer(problem, read)
    *sizes, channels = read.asked_shape(problem)
    size, window = sizes[0], told.get("kernel_size", told.get("pool_size", 1))
    strides, filters = told.get("strides", 1), told.get("filters", channels)
    if "Transpose" in name:
        (title,) = (s for s in problem.working.sections[0].steps if s.title.startswith("Output"))
        cut = int(title.numbers.split(" = ")[0].split(" - ")[-1])
        same = told["padding"] == "same"
        return {
            "no minus one": size * strides + window - cut,
            "not transposed": -(-size // strides) if same else (size - window) // strides + 1,
            "same for valid": size * strides,
            "valid for same": (size - 1) * strides + window,
        }
    if "Pooling" in name:
        return {
            "pool stride": size - window + 1,
            "subtracted": size - window,
            "pooled both": size // window // window,
        }
    reach = told.get("dilation_rate", 1) * (window - 1) + 1

    def slid(window, strides, *, padding="valid"):
        if padding == "same":
            return tuple(-(-one // strides) for one in sizes)
        return tuple((one - window) // strides + 1 for one in sizes)

    padding = told.get("padding", "valid")
    if "shape" not in problem.question:
        return {
            "no plus one": size - window,
            "same for valid": size,
            "filters for size": filters,
        }
    ceil = tuple(-(-(one - reach) // strides) + 1 for one in sizes)
    return {
        "rounded up": (*ceil, filters),
        "dilation": (*slid(window, strides, padding=padding), filters),
        "stride": (*slid(reach, 1, padding=padding), filters),
        "same for valid": (*slid(reach, strides, padding="same"), filters),
        "valid for same": (*slid(reach, strides), filters),
        "channels stay": (*row.output_shape[:-1], channels),
    }


def macs(problem, read):
    rows = read.through(problem)
    first, last = rows[0], rows[-1]
    weights = [row.macs // math.prod(row.output_shape[:-1]) for row in rows if row.macs]
    values, made = math.prod(first.input_shape), math.prod(first.output_shape)
    if len(rows) > 1:
        return {
            "positions": sum(weights),
            "pooling forgotten": first.macs + made * last.output_shape[-1],
            "last layer": last.macs,
            "first layer": first.macs,
        }
    channels = first.input_shape[-1]
    return {
        "bias counted": first.macs + made,
        "flops": 2 * first.macs,
        "values added": values + made,
        "positions": weights[0],
        "input positions": weights[0] * values // channels,
        "channels": first.macs // channels,
        "flops without bias": 2 * first.macs,
        "macs": first.macs,
        "flops once": first.macs + made,
        "flops twice": 2 * (first.macs + made),
    }


TOPICS = (parameters, network, receptive_field, output_size, macs)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("worked_out", TOPICS, ids=lambda one: one.__name__)
def test_a_wrong_answer_is_what_its_sentence_says(worked_out, level, check_mistakes):
    check_mistakes(worked_out, level)


def test_what_a_sentence_says_of_layers_is_true_of_the_layer_asked_about(read):
    for seed, level in itertools.product(range(40), LEVELS):
        for problem in worksheet("parameters", count=8, seed=seed, level=level).problems:
            name, _, told = layer(problem, read)
            whys = " ".join(mistake.why for mistake in problem.mistakes)
            assert not ("all of them" in whys and "groups" in told)
            assert name == "BatchNormalization" or "moving mean and moving" not in whys
