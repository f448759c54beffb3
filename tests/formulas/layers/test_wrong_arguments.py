"""Every argument of every layer with what it cannot be: our own error, short, at once."""

import inspect
import re
import time
from contextlib import suppress
from typing import Any

import keras
import numpy as np
import pytest

from digitzoo import formulas
from digitzoo.errors import ArgumentTypeError, DigitzooError, InvalidArgumentError, ShapeError
from digitzoo.formulas import (
    batch_normalization_params,
    conv2d_params,
    conv_output_size,
    conv_transpose_output_size,
    dense_params,
    describe,
    explain,
    input_sizes_for,
    layer_info,
    layers,
    pool_output_size,
    stacks_reaching,
    summarize,
    torch_pad,
)
from digitzoo.formulas.layers.catalogue import LAYERS
from digitzoo.formulas.layers.shapes import ACTIVATIONS

# What each argument takes, for a layer to be made at all.
RIGHT: dict[str, Any] = {
    "filters": 4,
    "kernel_size": 3,
    "pool_size": 2,
    "units": 4,
    "input_dim": 5,
    "output_dim": 2,
    "rate": 0.5,
    "stddev": 0.1,
    "scale": 2.0,
    "activation": "relu",
    "n": 2,
    "dims": (1, 2),
    "target_shape": (-1,),
    "shape": (4, 4, 1),
    "output_size": 2,
    "num_heads": 2,
    "key_dim": 2,
    "head_dim": 2,
    "num_query_heads": 2,
    "num_key_value_heads": 2,
    "equation": "abc,cd->abd",
    "output_shape": (None, 2),
    "layer": layers.LSTM(2),
}
LONG = list(range(5000))
WRONG: list[Any] = [
    "x" * 5000,
    b"5",
    True,
    2.5,
    float("nan"),
    10**30,
    -7,
    [],
    (),
    LONG,
    {},
    {"a": 1},
    object(),
    np.array([5, 5, 5, 5]),
    np.array("text"),
    np.float32(1.5),
    (x for x in (1, 2)),
    ["a", "b"],
    (None, None),
]
ANYTHING = {"activation", "name"}


def _made(kind: str) -> dict[str, Any]:
    needed = inspect.signature(LAYERS[kind]).parameters.values()
    return {one.name: RIGHT[one.name] for one in needed if one.default is one.empty}


@pytest.mark.parametrize("kind", sorted(LAYERS))
def test_no_argument_ends_in_an_error_of_python(kind: str) -> None:
    for name in inspect.signature(LAYERS[kind]).parameters:
        for value in WRONG:
            started, said = time.perf_counter(), ""
            try:
                layer = LAYERS[kind](**{**_made(kind), name: value})
                repr(layer)
                assert layer == layer  # noqa: PLR0124 - comparing is what is tried
                layer_info(layer, (4, 4, 1))
            except DigitzooError as error:
                said = str(error)
            assert len(said) < 500, (name, said)
            assert time.perf_counter() - started < 1, (name, value)


@pytest.mark.parametrize("kind", sorted(LAYERS))
def test_flags_are_true_or_false(kind: str) -> None:
    flags = [
        name
        for name, one in inspect.signature(LAYERS[kind]).parameters.items()
        if isinstance(one.default, bool)
    ]
    assert "trainable" in flags
    for name in flags:
        for wrong in (2, 0, 1.0, None, "yes", "", [], np.int64(1), np.array([True])):
            with pytest.raises(ArgumentTypeError, match=f"{name} must be True or False"):
                LAYERS[kind](**{**_made(kind), name: wrong})
        for right in (True, False, np.True_, np.False_):
            if (kind, name) != ("MaxPooling2D", "ceil_mode"):
                assert getattr(LAYERS[kind](**{**_made(kind), name: right}), name) is bool(right)


@pytest.mark.parametrize("kind", sorted(set(LAYERS) - {"InputLayer"}))
def test_keras_and_we_want_the_same_arguments(kind: str) -> None:
    def needed(parameters: Any) -> list[str]:
        wanted = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
        return [one.name for one in parameters if one.kind in wanted and one.default is one.empty]

    theirs = inspect.signature(getattr(keras.layers, kind)).parameters.values()
    assert needed(inspect.signature(LAYERS[kind]).parameters.values()) == needed(theirs)
    made = _made(kind)
    if made:
        name = next(iter(made))
        with pytest.raises(InvalidArgumentError, match=f"{kind}: .*{name}.* must be given"):
            LAYERS[kind](**{key: value for key, value in made.items() if key != name})


def test_a_signature_shows_the_real_arguments() -> None:
    assert str(inspect.signature(layers.Conv2D)).startswith("(filters: int, kernel_size: ")
    assert inspect.signature(layers.Conv2D).parameters["strides"].default == 1
    with pytest.raises(TypeError):
        inspect.signature(layers.Conv2D).bind(8, 3, stride=2)
    assert inspect.signature(layers.Conv2D).bind(8, 3, strides=2).arguments["strides"] == 2


@pytest.mark.parametrize("axis", ["", (), [], "last", None, 1.5, True, (1, 1), [1, -2], {}])
@pytest.mark.parametrize(
    "kind",
    ["BatchNormalization", "LayerNormalization", "GroupNormalization", "RMSNormalization"],
)
def test_an_axis_that_is_none(kind: str, axis: Any) -> None:
    with pytest.raises(DigitzooError, match="axis"):
        layer_info(kind, (4, 6), axis=axis)


@pytest.mark.parametrize("kind", ["Softmax", "UnitNormalization", "Concatenate"])
def test_an_axis_that_the_input_does_not_have(kind: str) -> None:
    shape: Any = [(4, 6), (4, 6)] if kind == "Concatenate" else (4, 6)
    for axis in ("", (), [], None, 1.5, 3, -4):
        with pytest.raises(DigitzooError, match="axis"):
            layer_info(kind, shape, axis=axis)
    assert layer_info("Softmax", (4, 6), axis=0).output_shape == (4, 6)


def test_parameters_of_a_batch_normalization() -> None:
    assert batch_normalization_params(3, scale=np.True_, center=np.False_) == 9  # type: ignore[arg-type]
    for wrong in (2, None, "yes"):
        with pytest.raises(ArgumentTypeError, match="scale must be True or False"):
            batch_normalization_params(3, scale=wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", ["5", None, (5, 5), [5], 5.0, True, b"5", {}, object()])
@pytest.mark.parametrize("name", ["size", "window", "strides", "dilation_rate", "output_padding"])
def test_a_window_is_checked_before_it_is_worked_out(name: str, wrong: Any) -> None:
    numbers = {"size": 28, "window": 5} | {name: wrong}
    options = {k: v for k, v in numbers.items() if k not in {"size", "window"}}
    for function, takes in (
        (conv_output_size, {"strides", "dilation_rate"}),
        (pool_output_size, {"strides"}),
        (conv_transpose_output_size, {"strides", "dilation_rate", "output_padding"}),
    ):
        optional = wrong is None and (function, name) in {
            (pool_output_size, "strides"),
            (conv_transpose_output_size, "output_padding"),
        }
        if set(options) <= takes and not optional:
            with pytest.raises(
                ArgumentTypeError, match=rf"{function.__name__}: \w+ must be a whol"
            ):
                function(numbers["size"], numbers["window"], **options)


def test_an_array_of_one_axis_stands_for_a_tuple() -> None:
    info = layer_info("Conv2D", np.array([28, 28, 1]), filters=8, kernel_size=np.array([5, 3]))
    assert info.output_shape == (24, 26, 8)
    assert conv2d_params(1, 8, np.array([5, 5])) == 208
    padded = layer_info("ZeroPadding2D", (4, 4, 1), padding=np.array([[1, 0], [2, 2]]))
    assert padded.padding == ((1, 0), (2, 2))
    for wrong in (np.array([[5, 5]]), np.array([5.0, 5.0]), np.array([5, 5, 5]), np.array([])):
        with pytest.raises(DigitzooError, match="kernel_size"):
            layer_info("Conv2D", (28, 28, 1), filters=8, kernel_size=wrong)


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        ("Dense", "units", LONG),
        ("Dense", "units", np.ones((200, 200))),
        ("Conv2D", "kernel_size", LONG),
        ("Conv2D", "padding", LONG),
        ("Reshape", "target_shape", [-1, *LONG[1:], -1]),
        ("Permute", "dims", LONG),
        ("Dense", "unit", LONG),
        ("LayerNormalization", "axis", LONG),
    ],
)
def test_no_message_grows_with_what_came(kind: str, name: str, value: Any) -> None:
    with pytest.raises(DigitzooError) as refused:
        layer_info(kind, (28, 28, 1), **{**_made(kind), name: value})
    assert len(str(refused.value)) < 400
    with pytest.raises(DigitzooError) as refused:
        layer_info(kind, LONG, **_made(kind))
    assert len(str(refused.value)) < 400


@pytest.mark.parametrize(
    ("call", "meant"),
    [
        (lambda: conv_output_size(28, 5, stride=2), "strides"),
        (lambda: pool_output_size(28, poolsize=2), "pool_size"),
        (lambda: conv_transpose_output_size(28, 5, out_padding=2), "output_padding"),
        (lambda: dense_params(10, 5, bias=False), None),
        (lambda: conv2d_params(1, 5, kernel=3), "kernel_size"),
        (lambda: stacks_reaching(14, kernel_size=(3,)), "kernel_sizes"),
        (lambda: summarize("simple_cnn", batchsize=2), "batch_size"),
        (lambda: conv_output_size(28), "kernel_size must be given"),
        (lambda: conv_output_size(28, 5, 2), "takes size, kernel_size by position"),
        (lambda: torch_pad(1, 2), "Leave the others out"),
        (describe, "layer must be given"),
        (lambda: layer_info(units=3), "layer and input_shape must be given"),
        (lambda: explain("simple_cnn", lanuage="ko"), None),
    ],
)
def test_a_call_that_python_refuses(call: Any, meant: str | None) -> None:
    with pytest.raises(ArgumentTypeError) as refused:
        call()
    known = re.match(
        r"\w+: (takes |Unknown argument |\w+( and \w+)* must be given)", str(refused.value)
    )
    assert known, str(refused.value)
    assert meant is None or meant in str(refused.value)
    assert isinstance(refused.value, TypeError)


FUNCTIONS = [name for name in formulas.__all__ if inspect.isfunction(getattr(formulas, name))]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_public_function_words_a_call_that_cannot_be(name: str) -> None:
    function = getattr(formulas, name)
    count = sum(one.default is one.empty for one in inspect.signature(function).parameters.values())
    for values, named in (((), {}), ((3,) * 9, {}), ((3,) * count, {"zzz": 1})):
        with pytest.raises(DigitzooError):
            function(*values, **named)


def test_public_functions_keep_their_signatures() -> None:
    assert list(inspect.signature(conv_output_size).parameters)[:2] == ["size", "kernel_size"]
    assert conv_output_size.__module__ == "digitzoo.formulas.sizes"


def test_giants_end_at_once() -> None:
    started = time.perf_counter()
    giant = 10**18
    for kind, shape, arguments in (
        ("Conv2D", (8, 8, 8), {"filters": 8, "kernel_size": 3, "groups": giant}),
        ("Conv2D", (8, 8, giant), {"filters": giant, "kernel_size": 3, "groups": giant - 1}),
        ("MaxPooling2D", (8, 8, 8), {"pool_size": 2, "strides": giant, "strict": True}),
        ("UpSampling2D", (8, 8, 8), {"size": giant}),
        ("Conv2DTranspose", (8, 8, 8), {"filters": 1, "kernel_size": 3, "strides": giant}),
        ("Conv2DTranspose", (8, 8, 8), {"filters": 1, "kernel_size": giant, "strides": 2}),
    ):
        for factor in (1, 10**30):
            given = {k: v * factor if v == giant else v for k, v in arguments.items()}
            with suppress(InvalidArgumentError):
                layer_info(kind, shape, **given)
    with pytest.raises(InvalidArgumentError, match="an enlargement by"):
        layer_info("UpSampling2D", (8, 8, 8), size=5000)
    after = [layers.UpSampling2D(4), layers.Conv2D(1, 10**6, padding="same")]
    assert summarize(after, (4, 4, 1)).totals.receptive_field == (250_001, 250_001)
    with pytest.raises(InvalidArgumentError, match="too many to follow"):
        layer_info("AdaptiveMaxPooling1D", (8, 2), output_size=giant + 1)
    assert layer_info("AdaptiveMaxPooling1D", (giant, 2), output_size=2).receptive_field == (
        giant // 2,
    )
    with pytest.raises(InvalidArgumentError, match="strides"):
        input_sizes_for(5, 3, strides=giant)
    with pytest.raises(InvalidArgumentError, match="most_layers"):
        stacks_reaching(giant, kernel_sizes=(2,), most_layers=giant)
    with pytest.raises(InvalidArgumentError, match="1 to 100 whole numbers"):
        stacks_reaching(14, kernel_sizes=range(1, giant))
    with pytest.raises(ShapeError, match="that fit: 2 or 1000000000000000002"):
        pool_output_size(8, 2, strides=giant, strict=True)
    assert time.perf_counter() - started < 3


def test_stacks_of_one_kernel_that_is_no_sequence() -> None:
    for wrong in (3, "3", b"3", None, {3: 1}, np.int64(3)):
        with pytest.raises(ArgumentTypeError, match="kernel_sizes must be whole numbers to try"):
            stacks_reaching(14, kernel_sizes=wrong)  # type: ignore[arg-type]
    with pytest.raises(InvalidArgumentError, match="kernel_sizes"):
        stacks_reaching(14, kernel_sizes=())
    assert stacks_reaching(14, kernel_sizes=np.array([3]))[0].receptive_field >= 14  # type: ignore[arg-type]


@pytest.mark.parametrize("name", [3, b"conv", ["conv"], True])
def test_a_name_is_a_text(name: Any) -> None:
    with pytest.raises(ArgumentTypeError, match="Dense: name must be a text"):
        layers.Dense(3, name=name)


@pytest.mark.parametrize(
    ("kind", "arguments", "words"),
    [
        ("Dropout", {"rate": 1.5}, "share from 0 to 1"),
        ("GaussianNoise", {"stddev": -1}, "share from 0 to 1"),
        ("ReLU", {"max_value": -1}, "max_value must be a finite number of 0 or above"),
        ("LeakyReLU", {"negative_slope": None}, "negative_slope must be a finite number"),
        ("ELU", {"alpha": "a"}, "alpha must be a finite number"),
        ("Rescaling", {"scale": "a"}, "scale must be a finite number"),
        ("Normalization", {"mean": ["a"], "variance": 1}, "mean must be a finite number"),
        ("Normalization", {"mean": 2}, "mean and variance go together"),
        ("Dense", {"units": 3, "activation": "rleu"}, "Did you mean 'relu'"),
        ("Activation", {"activation": ""}, "Unknown activation"),
        ("Activation", {"activation": {}}, "activation must be a name"),
        ("UpSampling2D", {"interpolation": 3}, "interpolation is named by a text"),
        ("Conv2D", {"filters": 1, "kernel_size": 3, "data_format": 3}, "data_format is named"),
    ],
)
def test_values_that_keras_refuses(kind: str, arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(DigitzooError, match=f"{kind}: .*{words}"):
        describe(kind, **arguments)


def test_activations_are_those_of_keras() -> None:
    theirs = {name for name in dir(keras.activations) if name[0] != "_"}
    assert set(ACTIVATIONS) == theirs - {"deserialize", "get", "serialize"}
    with pytest.warns(UserWarning, match="lambda"):
        mine = keras.activations.serialize(lambda x: x)
    for activation in (None, max, "my_package>mine", mine):
        assert layers.Dense(3, activation=activation).units == 3


def test_numbers_of_a_normalization_may_come_as_an_array() -> None:
    layer = layers.Normalization(mean=np.ones(3), variance=[1, 2, 3])
    assert layer == layers.Normalization(mean=(1.0, 1.0, 1.0), variance=(1, 2, 3))
    assert repr(layer) == "Normalization(mean=(1.0, 1.0, 1.0), variance=(1, 2, 3))"
    assert layers.Rescaling(np.float32(0.5)) == layers.Rescaling(0.5)
