"""Recurrent layers, attention, wrappers and adaptive pooling, ours against Keras's own numbers.

Keras gives output shape and parameters; multiplications are counted by hand from the definition,
and one attention is run step by step in NumPy with a counter.
"""

import re
from math import prod
from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from keras import layers as k

from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, ShapeError
from digitzoo.formulas import describe, explain, layer_info, layers
from digitzoo.formulas.layers.pooling import cuts

FEW = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
SMALL = st.integers(1, 5)


def compare(layer: Any, shapes: Any, ours: Any) -> None:
    """Build Keras's layer and compare what it says with our row."""
    several = isinstance(shapes, list)
    tensors = [keras.KerasTensor((2, *shape)) for shape in (shapes if several else [shapes])]
    made = layer(tensors) if several else layer(tensors[0])
    made = made[0] if isinstance(made, (list, tuple)) else made
    assert ours.output_shape == tuple(made.shape[1:])
    assert ours.params == layer.count_params()
    assert ours.trainable_params == sum(prod(w.shape) for w in layer.trainable_weights)
    assert sorted(w.shape for w in ours.weights) == sorted(tuple(w.shape) for w in layer.weights)


@FEW
@given(
    st.sampled_from(["SimpleRNN", "GRU", "LSTM"]),
    *(SMALL,) * 3,
    st.tuples(*(st.booleans(),) * 4),
)
def test_recurrent_layers(
    name: str, steps: int, values: int, units: int, flags: tuple[bool, ...]
) -> None:
    use_bias, return_sequences, return_state, other = flags
    arguments: dict[str, Any] = {
        "units": units,
        "use_bias": use_bias,
        "return_sequences": return_sequences,
        "return_state": return_state,
    }
    if name == "GRU":
        arguments["reset_after"] = other
    ours = layer_info(name, (steps, values), **arguments)
    compare(getattr(k, name)(**arguments), (steps, values), ours)
    gates = {"SimpleRNN": 1, "GRU": 3, "LSTM": 4}[name]
    assert ours.macs == steps * gates * units * (values + units)
    biases = [w for w in ours.weights if w.name == "bias"]
    assert ours.bias_adds == steps * sum(prod(w.shape) for w in biases)


@FEW
@given(
    st.sampled_from(["SimpleRNN", "GRU", "LSTM"]),
    *(SMALL,) * 3,
    st.tuples(st.sampled_from(["concat", "sum", "mul", "ave", None]), st.booleans()),
)
def test_both_directions(name: str, steps: int, values: int, units: int, options: Any) -> None:
    merge_mode, sequences = options
    theirs = getattr(k, name)(units, return_sequences=sequences)
    layer = k.Bidirectional(theirs, merge_mode=merge_mode)
    described = describe(name, units=units, return_sequences=sequences)
    ours = layer_info(layers.Bidirectional(described, merge_mode), (steps, values))
    compare(layer, (steps, values), ours)
    assert layer_info(layer, (steps, values)).to_dict() | {"name": ""} == ours.to_dict() | {
        "name": ""
    }
    assert ours.macs == 2 * (layer_info(described, (steps, values)).macs or 0)


@FEW
@given(
    *(SMALL,) * 4,
    st.tuples(st.none() | SMALL, st.booleans(), st.booleans(), st.integers(1, 3)),
)
def test_multi_head_attention(steps: int, other: int, heads: int, size: int, options: Any) -> None:
    value_dim, use_bias, use_gate, inputs = options
    arguments = {
        "num_heads": heads,
        "key_dim": size,
        "value_dim": value_dim,
        "use_bias": use_bias,
        "use_gate": use_gate,
    }
    shapes = [(steps, 3), (other, 4), (other, 6)][:inputs]
    shapes = shapes if inputs > 1 else [shapes[0], shapes[0]]
    layer = k.MultiHeadAttention(**arguments)
    made = layer(*(keras.KerasTensor((2, *shape)) for shape in shapes))
    ours = layer_info("MultiHeadAttention", shapes, **arguments)
    assert ours.output_shape == tuple(made.shape[1:])
    assert ours.params == layer.count_params()
    assert sorted(w.shape for w in ours.weights) == sorted(tuple(w.shape) for w in layer.weights)
    if inputs == 1:
        alone = layer_info("MultiHeadAttention", shapes[0], **arguments)
        assert (alone.params, alone.macs) == (ours.params, ours.macs)
    query, value, key = shapes[0], shapes[1], shapes[-1]
    of_values = value_dim or size
    assert ours.macs == heads * (
        query[0] * query[1] * (size + of_values * use_gate)
        + value[0] * (key[1] * size + value[1] * of_values)
        + query[0] * value[0] * (size + of_values)
        + query[0] * of_values * query[1]
    )


@pytest.mark.parametrize(
    ("arguments", "shape"),
    [
        ({"num_heads": 2, "key_dim": 3, "output_shape": 5}, (4, 6)),
        ({"num_heads": 2, "key_dim": 3, "output_shape": (5, 2)}, (4, 6)),
        ({"num_heads": 2, "key_dim": 3}, (4, 5, 6)),
        ({"num_heads": 2, "key_dim": 3, "attention_axes": 2}, (4, 5, 6)),
        ({"num_heads": 2, "key_dim": 3, "attention_axes": (1,)}, (4, 5, 6)),
    ],
)
def test_attention_over_other_axes(arguments: dict[str, Any], shape: tuple[int, ...]) -> None:
    layer = k.MultiHeadAttention(**arguments)
    made = layer(keras.KerasTensor((2, *shape)), keras.KerasTensor((2, *shape)))
    ours = layer_info("MultiHeadAttention", shape, **arguments)
    assert ours.output_shape == tuple(made.shape[1:])
    assert ours.params == layer.count_params()
    axes = arguments.get("attention_axes", range(1, len(shape)))
    axes = (axes,) if isinstance(axes, int) else axes
    seen = prod(shape[axis - 1] for axis in axes)
    places, out = prod(shape[:-1]), prod(ours.output_shape[len(shape) - 1 :])
    assert ours.macs == 2 * 3 * places * (3 * 6 + 2 * seen + out)


def test_macs_of_attention_counted_one_by_one() -> None:
    """Attend in plain loops, as the definition says, and count every multiplication."""
    layer = k.MultiHeadAttention(2, 3, value_dim=4)
    rng = np.random.default_rng(0)
    query, value = rng.normal(size=(5, 6)), rng.normal(size=(7, 8))
    expected = np.asarray(layer(query[None].astype("float32"), value[None].astype("float32")))[0]
    weights = [np.asarray(weight) for weight in layer.get_weights()]
    (q, qb), (key, kb), (v, vb), (out, ob) = zip(weights[::2], weights[1::2], strict=True)
    counted = 0

    def weigh(one: Any, other: Any) -> float:
        nonlocal counted
        counted += len(one)
        return float(sum(a * b for a, b in zip(one, other, strict=True)))

    made = np.zeros((5, 6)) + ob

    def project(rows: Any, kernel: Any, bias: Any) -> Any:
        return bias + [[weigh(row, column) for column in kernel.T] for row in rows]

    for head in range(2):
        queries = project(query, q[:, head], qb[head])
        keys, values = project(value, key[:, head], kb[head]), project(value, v[:, head], vb[head])
        scores = np.array([[weigh(a, b) for b in keys] for a in queries]) / np.sqrt(3)
        shares = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
        seen = np.array([[weigh(row, column) for column in values.T] for row in shares])
        made += np.array([[weigh(row, column) for column in out[head].T] for row in seen])
    np.testing.assert_allclose(made, expected, atol=1e-4)
    ours = layer_info("MultiHeadAttention", [(5, 6), (7, 8)], num_heads=2, key_dim=3, value_dim=4)
    assert ours.macs == counted


def test_grouped_and_plain_attention() -> None:
    pair = [keras.KerasTensor((2, 5, 6)), keras.KerasTensor((2, 7, 6))]
    for arguments in (
        {"head_dim": 3, "num_query_heads": 4, "num_key_value_heads": 2},
        {"head_dim": 3, "num_query_heads": 4, "num_key_value_heads": 1, "use_gate": True},
    ):
        grouped = k.GroupQueryAttention(**arguments)
        made = grouped(*pair)
        ours = layer_info("GroupQueryAttention", [(5, 6), (7, 6)], **arguments)
        assert (ours.output_shape, ours.params) == (tuple(made.shape[1:]), grouped.count_params())
        shared = arguments["num_key_value_heads"]
        gate = bool(arguments.get("use_gate"))
        assert ours.macs == 3 * (
            5 * 6 * 4 * (1 + gate) + 2 * 7 * 6 * shared + 2 * 5 * 7 * 4 + 5 * 4 * 6
        )
    for name in ("Attention", "AdditiveAttention"):
        for use_scale in (True, False):
            layer = getattr(k, name)(use_scale=use_scale)
            made = layer(pair)
            ours = layer_info(name, [(5, 6), (7, 6)], use_scale=use_scale)
            assert (ours.output_shape, ours.params) == (tuple(made.shape[1:]), layer.count_params())
            assert ours.macs == 2 * 5 * 7 * 6
    with pytest.raises(InvalidArgumentError, match="num_key_value_heads=1"):
        describe("GroupQueryAttention", head_dim=3, num_query_heads=4, num_key_value_heads=3)


@pytest.mark.parametrize(
    ("equation", "output_shape", "bias_axes", "shape", "macs"),
    [
        ("ab,bc->ac", 7, "c", (5,), 35),
        ("abc,cd->abd", (None, 7), "d", (4, 5), 140),
        ("abc,cd->abd", (4, 7), None, (4, 5), 140),
        ("abc,cde->abde", (None, 2, 3), "de", (4, 5), 120),
        ("abde,dec->abc", (None, 7), "c", (4, 2, 3), 168),
        ("...x,xy->...y", 7, "y", (4, 5), 140),
        ("...x,xy->...y", 7, "y", (3, 4, 5), 420),
        ("abc,bd->adc", (7, 5), "dc", (4, 5), 140),
        ("abc,bd->adc", (7, 5), "d", (4, 5), 140),
        ("ab...,bc->ac...", 7, "c", (5, 3), 105),
        ("abc,abd->acd", (5, 7), None, (4, 5), None),
    ],
)
def test_einsum_dense(
    equation: str,
    output_shape: Any,
    bias_axes: str | None,
    shape: tuple[int, ...],
    macs: int | None,
) -> None:
    layer = k.EinsumDense(equation, output_shape, bias_axes=bias_axes)
    if macs is None:  # the batch in the kernel
        with pytest.raises(ValueError, match="must be known|known"):
            layer_info("EinsumDense", shape, equation=equation, output_shape=output_shape)
        return
    made = np.asarray(layer(np.zeros((2, *shape), "float32")))
    ours = layer_info(
        "EinsumDense", shape, equation=equation, output_shape=output_shape, bias_axes=bias_axes
    )
    assert ours.output_shape == made.shape[1:]
    assert ours.params == layer.count_params()
    assert [w.shape for w in ours.weights] == [tuple(w.shape) for w in layer.weights]
    assert ours.macs == macs


@pytest.mark.parametrize(
    ("inner", "shape", "macs", "field"),
    [
        (k.Dense(10), (7, 5), 350, (1,)),
        (k.Conv2D(4, 3), (3, 8, 8, 2), 3 * 36 * 4 * 18, (1, 3, 3)),
        (k.MaxPooling2D(2), (3, 8, 8, 2), 0, (1, 2, 2)),
        (k.Flatten(), (3, 4, 4, 2), 0, (1,)),
        (k.BatchNormalization(), (3, 4), 0, (1,)),
        (k.LSTM(4), (3, 6, 2), 3 * 6 * 16 * 6, (1,)),
    ],
)
def test_time_distributed(
    inner: Any, shape: tuple[int, ...], macs: int, field: tuple[int, ...]
) -> None:
    layer = k.TimeDistributed(inner)
    ours = layer_info(layer, shape)
    compare(layer, shape, ours)
    assert (ours.macs, ours.receptive_field) == (macs, field)


@FEW
@given(
    st.sampled_from(["AdaptiveAveragePooling", "AdaptiveMaxPooling"]),
    st.integers(1, 2),
    st.data(),
)
def test_adaptive_pooling(name: str, rank: int, data: st.DataObject) -> None:
    spatial = data.draw(st.tuples(*[st.integers(1, 9)] * rank))
    wanted = data.draw(st.tuples(*[st.integers(1, 4)] * rank))
    first = data.draw(st.booleans())
    arguments = {
        "output_size": wanted,
        "data_format": "channels_first" if first else "channels_last",
    }
    shape = (3, *spatial) if first else (*spatial, 3)
    layer = getattr(k, f"{name}{rank}D")(**arguments)
    ours = layer_info(f"{name}{rank}D", shape, **arguments)
    assert ours.output_shape == tuple(layer.compute_output_shape((2, *shape))[1:])
    assert ours.fields is not None
    for size, output_size, field in zip(spatial, wanted, ours.fields, strict=True):
        # What each output sees, by lighting one position after the other.
        for position, (first_seen, after) in enumerate(cuts(size, output_size)):
            assert field.at(position) == (first_seen, after - 1)


def test_adaptive_pooling_sees_what_keras_shows() -> None:
    lit = np.eye(7, dtype="float32")[..., None]  # one position alight in each
    seen = np.asarray(k.AdaptiveMaxPooling1D(3)(lit))[..., 0] > 0
    for output, (first, after) in enumerate(cuts(7, 3)):
        assert list(np.flatnonzero(seen[:, output])) == list(range(first, after))
    info = layer_info("AdaptiveAveragePooling1D", (7, 1), output_size=3)
    assert (info.receptive_field, str(info.effective_stride[0])) == ((3,), "7/3")


@pytest.mark.parametrize("language", ["en", "ko"])
def test_each_is_explained_with_its_numbers(language: str) -> None:
    def text(*subject: Any, **arguments: Any) -> str:
        return str(explain(*subject, language=language, **arguments))

    lstm = text("LSTM", (10, 8), units=16)
    assert "N x 4U + U x 4U + 4U" in lstm
    assert "8 x 64 + 16 x 64 + 64 = 1,600" in lstm
    assert "n x N x 4U + n x U x 4U" in lstm
    assert "10 x 8 x 64 + 10 x 16 x 64 = 15,360" in lstm
    assert "2 x 48" in text("GRU", (10, 8), units=16)
    assert "    640" in lstm  # bias additions, at every step
    attention = text("MultiHeadAttention", (10, 8), num_heads=2, key_dim=4)
    assert "Nq x H x Eq + H x Eq + Nk x H x Eq" in attention
    assert "Tq x Tk x H x Eq + Tq x Tk x H x Ev" in attention
    assert "= 288" in attention
    # Every equation holds, whatever the layer.
    subjects = (
        lstm,
        attention,
        text(k.Bidirectional(k.LSTM(16)), (10, 8)),
        text(k.TimeDistributed(k.LSTM(4)), (3, 6, 2)),
        text("GroupQueryAttention", (5, 6), head_dim=3, num_query_heads=4, num_key_value_heads=2),
        text("EinsumDense", (4, 5), equation="abc,cd->abd", output_shape=(None, 7), bias_axes="d"),
    )
    for shown in subjects:
        whole = re.sub(r"\n    (?=[+x=] )", " ", shown)  # what was broken at the line's end
        for line in re.sub(r"(?<= [+x])\n    ", " ", whole).splitlines():
            left, equals, right = line.strip().partition(" = ")
            if equals and not right.endswith("B"):
                assert eval(left.replace(",", "").replace("x", "*")) == int(right.replace(",", ""))
    assert "350" in text(k.TimeDistributed(k.Dense(10)), (7, 5))
    each = text(k.TimeDistributed(k.Conv2D(4, 3)), (5, 28, 28, 1))
    assert "O x O x O x F x F x D x K" in each
    both = text(k.Bidirectional(k.LSTM(16)), (10, 8))
    assert "= 3,200" in both
    einsum = text("EinsumDense", (4, 5), equation="abc,cd->abd", output_shape=(None, 7))
    assert "|c| x |d|" in einsum
    assert "|b| x |c| x |d|" in einsum
    assert "dilation" not in einsum
    pooled = text("AdaptiveAveragePooling1D", (7, 1), output_size=3)
    assert "7/3" in pooled


def test_a_wrapper_is_named_like_any_layer() -> None:
    inner = layers.Dense(3)
    assert layer_info("TimeDistributed", (5, 4), layer=inner).params == 15
    assert describe("TimeDistributed", layer=inner) == layers.TimeDistributed(inner)
    assert "60" in str(explain("TimeDistributed", (5, 4), layer=inner))


def test_what_cannot_be_is_refused_with_advice() -> None:
    with pytest.raises(ShapeError, match=r"\(steps, values\).*Reshape"):
        layer_info("LSTM", (28, 28, 1), units=3)
    with pytest.raises(ShapeError, match="without TimeDistributed"):
        layer_info(layers.TimeDistributed(layers.Dense(3)), (5,))
    with pytest.raises(ArgumentTypeError, match=r"layer=Dense\(10\)"):
        layers.TimeDistributed("Dense")  # type: ignore[arg-type]
    with pytest.raises(ArgumentTypeError, match=r"layer=LSTM\(10\)"):
        layers.Bidirectional(layers.Dense(3))
    with pytest.raises(InvalidArgumentError, match="merge_mode.*Did you mean 'sum'"):
        layers.Bidirectional(layers.LSTM(3), "sume")
    with pytest.raises(InvalidArgumentError, match="'abc,cd->abd'"):
        describe("EinsumDense", equation="abc", output_shape=3)
    with pytest.raises(ShapeError, match="needs an input of 2 axes"):
        layer_info("EinsumDense", (4,), equation="abc,cd->abd", output_shape=(None, 7))
    with pytest.raises(ShapeError, match="as many steps"):
        layer_info("MultiHeadAttention", [(3, 4), (5, 4), (6, 4)], num_heads=1, key_dim=2)
    with pytest.raises(ArgumentTypeError, match="up to 3 inputs"):
        layer_info("MultiHeadAttention", [(3, 4)] * 4, num_heads=1, key_dim=2)
