"""The calculator writes Python's formulas and numbers, keeps what is typed, has words for all."""

import json
import random
import re

import pytest

from digitzoo import simple_cnn
from digitzoo.errors import DigitzooError
from digitzoo.explorer.bundle import read_web_file
from digitzoo.formulas import describe, explain

COUNT = 600
LEFT_OUT = {
    "en": (
        "Bias additions",
        "FLOPs",
        "Centre of",
        "Each value",
        "After training",
        "Activation memory",
    ),
    "ko": ("편향 덧셈", "부동소수점", "첫 출력의", "값 하나하나", "훈련한 뒤", "활성값 메모리"),
}
PRESET = "28x28x1;Conv2D:kernel_size=5;MaxPooling2D;Flatten;Dense:units=128;Dense"


@pytest.fixture(scope="module")
def calculator(bench):
    with bench.Engine("typed.js", "working.js", "windows.js", "sentences.js") as engine:
        engine.context.eval("""
          function explained(layers, shape, language) {
            const say = sayIn(language), sections = [];
            let fields;
            for (const layer of layers) {
              const row = workOut(layer, shape, fields);
              const steps = explain(layer, row, say);
              sections.push({ steps, legend: legend(steps, say) });
              [shape, fields] = [row.output, row.fields];
            }
            return sections;
          }
          const { workOut } = formulas;
          function answered(text) {
            const { results, params, macs, error, failed } = calculate(read(text));
            const outputs = results.map(({ worked }) => worked ? worked.row.output : null);
            const { field, key, values } = error ?? {};
            return { outputs, params, macs, failed, field, key, values };
          }
          const kept = (text) => read(text) && write(read(text));
        """)
        yield engine


@pytest.mark.parametrize("language", ["en", "ko"])
def test_thousands_of_formulas_are_written_as_python_writes_them(
    calculator, random_layer, as_typed, language
):
    draw = random.Random(1)
    checked = 0
    for _ in range(COUNT):
        shape = [draw.randint(3, 40), draw.randint(3, 40), draw.choice((1, 2, 4))]
        layers = [random_layer(draw) for _ in range(draw.randint(1, 5))]
        try:
            described = [describe(kind, **arguments) for kind, arguments in layers]
            told = explain(described, tuple(shape), language=language)
        except DigitzooError:
            continue
        typed = [as_typed(*one) for one in layers]
        call = f"explained({json.dumps(typed)}, {json.dumps(shape)}, {language!r})"
        for ours, theirs in zip(calculator.eval(call), told.sections, strict=False):
            expected = [
                step._asdict()
                for step in theirs.steps
                if not step.title.startswith(LEFT_OUT[language])
            ]
            assert [{**step, "about": 0} for step in ours["steps"]] == [
                {**step, "about": 0} for step in expected
            ], (layers, shape)
            letters = ours["legend"].split("; ") if ours["legend"] else []
            assert set(letters) <= set(told.legend.split("; "))
            checked += len(expected)
    assert checked > COUNT


def test_large_numbers_are_written_with_separators(calculator):
    assert calculator.eval("[0, 999, 1000, 1234567].map(number)") == [
        "0",
        "999",
        "1,000",
        "1,234,567",
    ]


def test_the_first_stack_is_simple_cnn(calculator):
    assert PRESET in read_web_file("calculator.js")
    answer = calculator.eval(f"answered({PRESET!r})")
    assert answer["params"] == simple_cnn().count_params()
    assert answer["outputs"] == [[24, 24, 32], [12, 12, 32], [4608], [128], [10]]


@pytest.mark.parametrize(
    "text",
    [
        PRESET,
        "8x9x3;Conv2D:filters=4,kernel_size=3x5,strides=2,padding=same,use_bias=False",
        "8x9x3;ZeroPadding2D:edges=1/0/2/1;MaxPooling2D:strides=1",
        "8x9x3",
        "x8x-1;Conv2D:filters=,kernel_size=abc%3B%2C%3D",
    ],
)
def test_a_link_keeps_what_is_typed(calculator, text):
    kept = calculator.eval(f"kept({text!r})")
    assert kept == text.replace("%2C", "/")
    assert calculator.eval(f"kept('#' + {kept!r})") == kept


@pytest.mark.parametrize("text", ["", "#how-to", "8x8", "8x8x1;Unknown", "8x8x1;toString", "%E0%"])
def test_other_ends_of_an_address_are_passed_over(calculator, text):
    assert calculator.eval(f"read({text!r})") is None


@pytest.mark.parametrize(
    ("text", "failed", "field", "key"),
    [
        ("0x8x1", -1, "height", "whole"),
        ("8x8x1.5", -1, "channels", "whole"),
        ("8x8x1;Flatten;Conv2D", 1, "kind", "no image"),
        ("8x8x1;Conv2D:filters=", 0, "filters", "whole"),
        ("8x8x1;Conv2D:filters=1e9", 0, "filters", "whole"),
        ("8x8x1;Conv2D:kernel_size=3x0", 0, "kernel_size", "pair"),
        ("8x8x1;Conv2D:kernel_size=3x3x3", 0, "kernel_size", "pair"),
        ("8x8x1;Conv2D:kernel_size=9", 0, "kernel_size", "too large"),
        ("8x8x1;MaxPooling2D:pool_size=9", 0, "pool_size", "too large"),
        ("8x8x3;Conv2D:filters=8,groups=2", 0, "groups", "groups"),
        ("8x8x3;Conv2D:strides=2,dilation_rate=2", 0, "dilation_rate", "both"),
        ("8x8x3;Cropping2D:edges=4", 0, "edges", "cropped away"),
        ("8x8x3;Cropping2D:edges=1/2/3", 0, "edges", "edges"),
        ("1000000x1000000x1000000;Flatten", 0, "kind", "too many"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(calculator, text, failed, field, key):
    answer = calculator.eval(f"answered({text!r})")
    assert (answer["failed"], answer["field"], answer["key"]) == (failed, field, key)
    for language in ("en", "ko"):
        values = json.dumps(answer["values"])
        said = calculator.eval(f"sayIn('{language}')('error {key}', {values})")
        assert "undefined" not in said
        assert "{" not in said


def test_divisors_that_would_work_are_named(calculator):
    answer = calculator.eval("answered('8x8x12;Conv2D:filters=8,groups=3')")
    assert answer["values"]["divisors"] == "1, 2, 4"


def test_a_window_is_drawn_whole_or_with_its_ends(calculator):
    line = "formulas.slide(7, 3, 2, 'same', 1)"
    assert calculator.eval(f"plan({line}, 20)") == {
        "columns": list(range(-1, 8)),
        "places": [0, 1, 2, 3],
    }
    line = "formulas.slide(224, 3, 1, 'valid', 1)"
    assert calculator.eval(f"plan({line}, 9)") == {
        "columns": [0, 1, 2, 3, None, 220, 221, 222, 223],
        "places": [0, 1, None, 221],
    }
    assert calculator.eval("[100, 390, 5000].map(roomFor)") == [9, 13, 40]


def test_every_sentence_is_there_in_both_languages_and_used(calculator):
    sentences = calculator.eval("SENTENCES")
    names = ("calculator.js", "stack.js", "working.js", "typed.js", "formulas.js", "windows.js")
    sources = "".join(read_web_file(name) for name in names)
    fields = calculator.eval("[...new Set(Object.values(formulas.ARGUMENTS).flat()), ...SIZES]")
    for key, texts in sentences.items():
        used = key.removeprefix("error ").removeprefix("symbol ").removeprefix("input ")
        used = used.removeprefix("column ")
        assert f'"{used}"' in sources or used in fields, key
        assert set(texts) == {"en", "ko"}
        holes = [sorted(set(re.findall(r"\{(\w+)\}", text))) for text in texts.values()]
        assert holes[0] == holes[1], key
    said = set(re.findall(r"""say\(\s*"([^"]+)\"""", sources))
    errors = re.findall(
        r'(?:LayerError\(\s*|TypedError\(\w+, |TypedError\("\w+", )"([^"]+)"', sources
    )
    assert said | {f"error {key}" for key in errors} | set(fields) - {
        *("height", "width", "channels")
    } <= set(sentences)
    assert len(errors) > 8
