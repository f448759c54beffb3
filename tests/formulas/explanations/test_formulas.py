"""Formulas of explanations that say what they mean: one letter for one number, names as names."""

import re
from typing import Any

import keras
import numpy as np
import pytest

from digitzoo.errors import ArgumentTypeError, InvalidArgumentError
from digitzoo.formulas import explain, layer_info, layers, summarize
from digitzoo.formulas.layers.catalogue import ALIASES, LAYERS


def test_a_batch_normalization_is_no_product_of_sizes() -> None:
    explained = explain("BatchNormalization", (7, 7, 64))
    assert "Each value: gamma x (v - mean) / sqrt(variance + epsilon) + beta" in explained
    assert "64 + 64 + 64 + 64 = 256" in explained
    assert "v: value that comes in" in explained
    latex = explained.to_latex()
    assert r"\gamma + \beta + \text{moving mean} + \text{moving variance}" in latex
    assert "gamma x" not in explain("BatchNormalization", (7, 7, 64), scale=False)
    assert "+ beta" not in explain("BatchNormalization", (7, 7, 64), center=False)


def test_what_the_formula_of_a_normalization_says_is_what_keras_computes() -> None:
    values = np.random.default_rng(0).normal(2, 3, (4, 6)).astype("float32")
    mean, variance = values.mean(-1, keepdims=True), values.var(-1, keepdims=True)
    assert "gamma x (v - mean) / sqrt(variance + epsilon)" in explain("LayerNormalization", (6,))
    made = keras.layers.LayerNormalization(epsilon=1e-3)(values)
    np.testing.assert_allclose(made, (values - mean) / np.sqrt(variance + 1e-3), rtol=1e-4)
    assert "scale x v / sqrt(mean of v^2 + epsilon)" in explain("RMSNormalization", (6,))
    squares = (values**2).mean(-1, keepdims=True)
    made = keras.layers.RMSNormalization(epsilon=1e-3)(values)
    np.testing.assert_allclose(made, values / np.sqrt(squares + 1e-3), rtol=1e-4)
    assert "Each value: (v - mean) / sqrt(variance)" in explain("Normalization", (6,))
    assert "v x sqrt(variance) + mean" in explain("Normalization", (6,), invert=True)


@pytest.mark.parametrize(
    ("layer", "shape", "arguments", "formulas"),
    [
        (
            "Conv2D",
            (28, 28, 1),
            {"filters": 8, "kernel_size": (3, 4)},
            ["F_h x F_w x D x K + K", "O_h x O_w x F_h x F_w x D x K", "_h: height; _w: width"],
        ),
        (
            "Conv2D",
            (28, 9, 1),
            {"filters": 8, "kernel_size": 3},
            ["Parameters: F x F x D x K + K", "O_h x O_w x F x F x D x K"],
        ),
        (
            "Conv2DTranspose",
            (7, 8, 4),
            {"filters": 3, "kernel_size": 2},
            ["MACs: W_h x W_w x F x F x K x D"],
        ),
        (
            "Conv3D",
            (9, 9, 9, 1),
            {"filters": 2, "kernel_size": (1, 2, 3)},
            ["F_d x F_h x F_w x D x K + K", "_d: depth; _h: height; _w: width"],
        ),
        ("Conv2D", (28, 28, 1), {"filters": 8, "kernel_size": 3}, ["O x O x F x F x D x K"]),
    ],
)
def test_a_letter_stands_for_one_number(
    layer: str, shape: Any, arguments: dict[str, Any], formulas: list[str]
) -> None:
    text = " ".join(str(explain(layer, shape, **arguments)).split())
    for formula in formulas:
        assert formula in text
    if "F_h" not in text and "_w" not in text:
        assert "_h: height" not in text


@pytest.mark.parametrize(
    ("interpolation", "taps"), [("nearest", 1), ("bilinear", 2), ("bicubic", 4), ("lanczos3", 6)]
)
def test_the_field_of_an_enlargement_has_a_formula(interpolation: str, taps: int) -> None:
    network = [layers.Conv2D(1, 5), layers.UpSampling2D(3, interpolation=interpolation)]
    summary = summarize(network, (9, 9, 1))
    field = summary.totals.receptive_field
    assert field is not None
    explained = explain(summary)
    assert "r + (T - 1) x j" in explained
    assert f"5 + ({taps} - 1) x 1 = {field[0]}" in explained
    assert "1 / 3 = 1/3" in explained
    assert "W x E" in explained
    assert "E: factor of the enlargement" in explained
    # After another enlargement no short formula holds: the numbers are stated.
    twice = explain([*network, network[-1]], (9, 9, 1))
    assert not twice.sections[2].steps[2].formula


def test_the_field_behind_a_border_has_a_formula() -> None:
    network = [
        layers.MaxPooling2D(2),
        layers.ZeroPadding2D(((2, 1), (2, 1))),
        layers.Cropping2D(((1, 0), (1, 0))),
    ]
    explained = explain(network, (12, 12, 1))
    assert "0.5 - 2 x 2 = -3.5" in explained
    assert "-3.5 + 1 x 2 = -1.5" in explained
    assert "L: positions left out before" in " ".join(str(explained).split())


def test_groups_of_a_transposed_convolution_see_input_channels() -> None:
    text = str(
        explain(
            "Conv2DTranspose", (8, 8, 12), filters=6, kernel_size=3, strides=2, padding=1, groups=3
        )
    )
    assert "3 groups: each filter sees 4 of the channels." in text


@pytest.mark.parametrize("sign", list("&%$#_{}\\^~<>"))
def test_names_are_escaped_for_latex(sign: str) -> None:
    latex = explain([layers.Dense(3, name=f"a{sign}b")], (4,)).to_latex()
    names = {"\\": "backslash", "^": "asciicircum", "~": "asciitilde", "<": "less", ">": "greater"}
    written = rf"\text{names[sign]}{{}}" if sign in names else f"\\{sign}"
    assert f"1. a{written}b (Dense): 4 $\\to$ 3" in latex


def test_notes_are_worded_in_the_language_that_is_shown() -> None:
    model = keras.Sequential([keras.Input((6, 5)), keras.layers.Lambda(lambda x: x, name="mine")])
    korean = str(explain(model, language="ko"))
    assert "has no formula" not in korean
    assert "mine: Lambda 층의 공식은" in korean
    info = layer_info(
        "Conv2DTranspose",
        (7, 7, 8),
        filters=1,
        kernel_size=4,
        strides=2,
        padding="same",
        output_padding=0,
    )
    (note,) = info.notes
    assert note.key == "does not run"
    assert "TensorFlow fails" in note
    assert note.values == {"output": 12, "back": 6, "size": 7}


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (("simple_cnn", "ko"), ArgumentTypeError, "Received 'ko'. Use language='ko'."),
        (("simple_cnn", "en"), ArgumentTypeError, "Use language='en'."),
        (("simple_cnn", "28x28"), ArgumentTypeError, "input_shape must be a tuple of sizes"),
        (("simple_cnn", 28), ArgumentTypeError, "explain: the input shape must be a tuple"),
        (("Cov2D", (9, 9, 1)), InvalidArgumentError, "explain: Unknown layer 'Cov2D'. Did you"),
        (("Conv2D", (9, 9, 1)), InvalidArgumentError, "Conv2D: filters and kernel_size must be"),
        (("simple_cn",), InvalidArgumentError, "Did you mean 'simple_cnn'?"),
        (("conv2",), InvalidArgumentError, "Did you mean 'Conv2D'?"),
        (("maxpool2d",), InvalidArgumentError, "a layer needs an input_shape"),
    ],
)
def test_what_is_wrong_is_said(arguments: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error) as refused:
        explain(*arguments)
    assert words in str(refused.value)


def test_every_name_that_keras_has_for_a_layer() -> None:
    theirs = {
        name: kind.__name__
        for name in dir(keras.layers)
        if isinstance(kind := getattr(keras.layers, name), type) and kind.__name__ in LAYERS
    }
    assert {name: kind for name, kind in theirs.items() if name != kind} == dict(ALIASES)
    arguments: dict[str, Any] = {"filters": 2, "kernel_size": 2, "pool_size": 2}
    for name, kind in ALIASES.items():
        shape = (*(4,) * int(kind.removesuffix("Transpose")[-2]), 3)
        given = {k: v for k, v in arguments.items() if k in LAYERS[kind].argument_names()}
        for spelling in (name, name.lower(), name.upper()):
            assert layer_info(spelling, shape, **given) == layer_info(kind, shape, **given)
        assert getattr(layers, name) is LAYERS[kind]
    assert layer_info("max_pooling2d", (4, 4, 3)).layer == "MaxPooling2D"


@pytest.mark.parametrize(
    ("layer", "shape", "arguments"),
    [
        ("Conv1D", (20, 2), {"padding": "causal"}),
        ("Conv2D", (28, 28, 1), {}),
        ("Conv2D", (28, 28, 1), {"padding": "same"}),
        ("DepthwiseConv2D", (28, 28, 3), {}),
        ("Conv2DTranspose", (9, 9, 2), {}),
        ("Conv2DTranspose", (9, 9, 2), {"padding": "same"}),
    ],
)
@pytest.mark.parametrize("dilation", [1, 2, 3])
def test_the_reach_of_a_dilated_kernel_has_a_letter_of_its_own(
    layer: str, shape: Any, arguments: dict[str, Any], dilation: int
) -> None:
    sizes = {"kernel_size": 3} if layer.startswith("Depth") else {"kernel_size": 3, "filters": 4}
    told = explain(layer, shape, **sizes, **arguments, dilation_rate=dilation)
    meant: dict[str, set[str]] = {"F": set(), "R": set()}
    for step in told.sections[0].steps:
        letters, numbers = (
            re.sub(r"floor|ceil|[()]", "", text).split()
            for text in (step.formula, step.numbers.partition(" = ")[0])
        )
        if len(letters) == len(numbers):
            for letter, number in zip(letters, numbers, strict=True):
                meant.get(letter, set()).add(number)
    reach = {str(2 * dilation + 1)} if dilation > 1 else set()
    assert meant == {"F": {"3"}, "R": reach}
    assert ("R: reach of the dilated kernel" in told.legend.replace("\n", " ")) is bool(reach)
