"""The page's formulas give what the Python formulas give."""

import json
import random
from pathlib import Path

import pytest

from digitzoo.errors import DigitzooError
from digitzoo.formulas import describe, summarize

CASES = json.loads(
    (Path(__file__).parents[1] / "formulas" / "known_answers.json").read_text(encoding="utf-8")
)["cases"]
COUNT = 3000


@pytest.fixture(scope="module")
def formulas(bench):
    with bench.Engine("formulas.js") as engine:
        engine.context.eval("""function answer(layers, shape) {
          try { return summarize(layers, shape); }
          catch (error) { return { error: error.message }; }
        }""")
        yield engine


def of_python(layers, shape):
    """Work layers out in Python, in the page's terms."""
    try:
        summary = summarize([describe(kind, **arguments) for kind, arguments in layers], shape)
    except DigitzooError:
        return None
    return [
        (list(row.output_shape), row.params, row.macs, row.receptive_field, row.effective_stride)
        for row in summary.layers
    ]


def of_page(answer):
    if "error" in answer:
        return None
    return [
        (
            row["output"],
            row["params"],
            row["macs"],
            row["fields"] and tuple(field["size"] for field in row["fields"]),
            row["fields"] and tuple(field["stride"] for field in row["fields"]),
        )
        for row in answer["rows"]
    ]


def test_thousands_of_random_stacks(formulas, random_layer, as_typed):
    draw = random.Random(0)
    stacks = []
    for _ in range(COUNT):
        shape = [draw.randint(3, 20), draw.randint(3, 20), draw.randint(1, 4)]
        stacks.append(([random_layer(draw) for _ in range(draw.randint(1, 6))], shape))
    typed = [[[as_typed(*one) for one in layers], shape] for layers, shape in stacks]
    answers = formulas.eval(f"{json.dumps(typed)}.map(([layers, shape]) => answer(layers, shape))")
    expected = [of_python(layers, tuple(shape)) for layers, shape in stacks]
    for stack, theirs, ours in zip(stacks, expected, answers, strict=True):
        assert of_page(ours) == theirs, stack
    assert sum(one is None for one in expected) > COUNT / 20
    assert sum(one is not None for one in expected) > COUNT / 3


def test_known_answers(formulas, as_typed):
    known = formulas.eval("Object.keys(ARGUMENTS)")
    checked = 0
    for case in CASES:
        sequential = case["layer"] == "Sequential"
        parts = case["args"]["layers"] if sequential else [case]
        layers = [(part["layer"], part["args"]) for part in parts]
        others = {"data_format", "axis", "keepdims"}
        if any(kind not in known or others & set(named) for kind, named in layers):
            continue
        typed = [as_typed(*one) for one in layers]
        if any(not isinstance(one.get("padding", "valid"), str) for one in typed):
            continue
        shape = case["input_shape"][1:]
        if None in shape or case["expect"] == "error":
            continue
        answer = formulas.eval(f"answer({json.dumps(typed)}, {json.dumps(shape)})")
        assert answer["rows"][-1]["output"] == case["output_shape"][1:], case["id"]
        assert answer["params"] == case["params"], case["id"]
        assert answer["macs"] == case["macs"], case["id"]
        checked += 1
    assert checked > 20
