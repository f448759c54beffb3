"""Random layers, ours against Keras's own `compute_output_shape` and `count_params`.

`benchmarks/formulas_oracle.py` runs the same check 20,000 times.
"""

from math import prod
from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digitzoo.formulas import layer_info

Case = tuple[str, dict[str, Any], Any]
Shape = tuple[int, ...]


@st.composite
def spatial_input(draw: st.DrawFn, rank: int, most: int = 12) -> tuple[Shape, dict[str, Any]]:
    sizes = draw(st.tuples(*[st.integers(1, most)] * rank))
    channels = draw(st.integers(1, 6))
    data_format = draw(st.sampled_from(["channels_last", "channels_first"]))
    shape = (*sizes, channels) if data_format == "channels_last" else (channels, *sizes)
    return shape, {"data_format": data_format}


def per_axis(rank: int, low: int, high: int) -> st.SearchStrategy[Any]:
    number = st.integers(low, high)
    return number | st.tuples(*[number] * rank)


def rarely(draw: st.DrawFn, odd: int, usual: int) -> int:
    """Give the odd value once in ten times, so that refusals are compared too."""
    return odd if draw(st.integers(0, 9)) == 0 else usual


BOTH = ("strides", "dilation_rate")


@st.composite
def convolutions(draw: st.DrawFn) -> Case:
    name = draw(
        st.sampled_from(
            [
                *("Conv1D", "Conv2D", "Conv3D", "DepthwiseConv1D", "DepthwiseConv2D"),
                *("SeparableConv1D", "SeparableConv2D"),
            ]
        )
    )
    rank = int(name[-2])
    shape, arguments = draw(spatial_input(rank, 12 if rank < 3 else 7))
    words = ["valid", "same"] * 6 + ["causal", "causal", "SAME", "full"]
    arguments |= {
        "kernel_size": draw(per_axis(rank, rarely(draw, 0, 1), 5)),
        "padding": draw(st.sampled_from(words)),
        "use_bias": draw(st.booleans()),
    }
    for option in draw(st.sampled_from([(), ("strides",), ("dilation_rate",)] * 3 + [BOTH])):
        arguments[option] = draw(per_axis(rank, 1, 3))
    if not name.startswith("Depthwise"):
        arguments["filters"] = draw(st.integers(rarely(draw, 0, 1), 6))
    if name.startswith("Conv"):
        channels = shape[0] if arguments["data_format"] == "channels_first" else shape[-1]
        fitting = [n for n in range(1, 4) if channels % n == arguments["filters"] % n == 0]
        arguments["groups"] = draw(st.sampled_from([*fitting * 4, 1, 2, 3]))
    else:
        arguments["depth_multiplier"] = draw(st.integers(rarely(draw, 0, 1), 3))
    return name, arguments, shape


@st.composite
def transposed(draw: st.DrawFn) -> Case:
    rank = draw(st.integers(1, 3))
    shape, arguments = draw(spatial_input(rank, 9 if rank < 3 else 5))
    arguments |= {
        "filters": draw(st.integers(1, 4)),
        "kernel_size": draw(per_axis(rank, 1, 5)),
        "padding": draw(st.sampled_from(["valid", "same"] * 6 + ["causal"])),
        "use_bias": draw(st.booleans()),
    }
    options = draw(
        st.sampled_from([(), ("strides",), ("strides",), ("dilation_rate",)] * 3 + [BOTH])
    )
    for option in options:
        arguments[option] = draw(per_axis(rank, 1, 4))
    strides = arguments.get("strides", 1)
    least = min(strides) if isinstance(strides, tuple) else strides
    most = least - rarely(draw, 0, 1)
    arguments["output_padding"] = draw(st.none() | per_axis(rank, 0, max(most, 0)))
    return f"Conv{rank}DTranspose", arguments, shape


@st.composite
def poolings(draw: st.DrawFn) -> Case:
    kind = draw(st.sampled_from(["Max", "Average", "GlobalMax", "GlobalAverage"]))
    rank = draw(st.integers(1, 3))
    shape, arguments = draw(spatial_input(rank))
    if kind.startswith("Global"):
        arguments["keepdims"] = draw(st.booleans())
    else:
        arguments |= {
            "pool_size": draw(per_axis(rank, 1, 4)),
            "strides": draw(st.none() | per_axis(rank, 1, 4)),
            "padding": draw(st.sampled_from(["valid", "same"] * 6 + ["causal"])),
        }
    return f"{kind}Pooling{rank}D", arguments, shape


@st.composite
def resizings(draw: st.DrawFn) -> Case:
    rank = draw(st.integers(1, 3))
    shape, arguments = draw(spatial_input(rank))
    kind = draw(st.sampled_from(["ZeroPadding", "Cropping", "UpSampling"]))
    if kind == "UpSampling" and rank == 1:
        # Keras's UpSampling1D knows no data_format.
        return "UpSampling1D", {"size": draw(st.integers(1, 4))}, shape
    if kind == "Cropping" and rank == 1:
        del arguments["data_format"]
        shape = shape if draw(st.booleans()) else shape[::-1]
    if kind == "UpSampling":
        return f"{kind}{rank}D", {**arguments, "size": draw(per_axis(rank, 1, 4))}, shape
    pair = st.tuples(st.integers(0, 4), st.integers(0, 4))
    pads = st.integers(0, 4) | (pair if rank == 1 else st.tuples(*[pair] * rank))
    if rank > 1:
        pads |= st.tuples(*[st.integers(0, 4)] * rank)
    name = "padding" if kind == "ZeroPadding" else "cropping"
    return f"{kind}{rank}D", {**arguments, name: draw(pads)}, shape


@st.composite
def normalizations(draw: st.DrawFn) -> Case:
    name = draw(
        st.sampled_from(
            [
                *("BatchNormalization", "LayerNormalization", "GroupNormalization"),
                *("RMSNormalization", "UnitNormalization", "Normalization"),
            ]
        )
    )
    shape = draw(st.lists(st.integers(1, 8), min_size=1, max_size=4).map(tuple))
    axis: Any = draw(st.integers(1, len(shape)) | st.integers(-len(shape), -1))
    arguments: dict[str, Any] = {}
    if name in {"BatchNormalization", "LayerNormalization", "GroupNormalization"}:
        arguments = {"center": draw(st.booleans()), "scale": draw(st.booleans())}
    if name == "BatchNormalization":
        arguments["renorm"] = draw(st.booleans())
    if name == "GroupNormalization":
        arguments["groups"] = draw(st.integers(-1, 8))
    if name in {"LayerNormalization", "Normalization"} and draw(st.booleans()):
        axes = st.integers(1, len(shape))
        axis = draw(st.lists(axes, min_size=1, max_size=len(shape), unique=True))
    return name, {**arguments, "axis": axis}, shape


@st.composite
def others(draw: st.DrawFn) -> Case:
    shape = draw(st.lists(st.integers(1, 8), min_size=1, max_size=4).map(tuple))
    rate = draw(st.sampled_from([0.0, 0.25, 1.0, 1.5]))
    axes = st.integers(1, len(shape))
    units = draw(st.integers(0, 9))
    targets = st.permutations(shape).map(tuple) | st.just((-1,)) | st.tuples(axes, st.just(-1))
    plain: list[tuple[str, dict[str, Any]]] = [
        ("Dense", {"units": units, "use_bias": draw(st.booleans())}),
        ("Flatten", {}),
        ("Flatten", {"data_format": "channels_first"}),
        ("Reshape", {"target_shape": draw(targets)}),
        ("Permute", {"dims": draw(st.permutations(range(1, len(shape) + 1)).map(tuple))}),
        ("RepeatVector", {"n": units}),
        ("Dropout", {"rate": rate}),
        ("GaussianNoise", {"stddev": 0.5}),
        ("GaussianDropout", {"rate": 0.5}),
        ("Activation", {"activation": "relu"}),
        ("ReLU", {"max_value": 6.0}),
        ("LeakyReLU", {}),
        ("ELU", {}),
        ("Softmax", {}),
        ("PReLU", {"shared_axes": draw(st.none() | st.lists(axes, min_size=1, unique=True))}),
        ("Rescaling", {"scale": 0.5}),
        ("Embedding", {"input_dim": units, "output_dim": draw(st.integers(1, 6))}),
        ("Identity", {}),
    ]
    return (*draw(st.sampled_from(plain)), shape)


@st.composite
def merges(draw: st.DrawFn) -> Case:
    first = draw(st.lists(st.integers(1, 5), min_size=1, max_size=3).map(tuple))
    count = draw(st.integers(2, 3))
    name = draw(
        st.sampled_from(["Add", "Multiply", "Average", "Maximum", "Minimum", "Concatenate"])
    )
    changed = [
        tuple(draw(st.sampled_from([size] * 8 + [1, size + 1])) for size in first)
        for _ in range(count - 1)
    ]
    if name != "Concatenate":
        return name, {}, [first, *changed]
    axis = draw(st.integers(1, len(first)) | st.integers(-len(first), -1))
    return name, {"axis": axis}, [first, *changed]


@st.composite
def sequences(draw: st.DrawFn) -> Case:
    size = st.integers(1, 6)
    shape = draw(st.lists(size, min_size=2, max_size=2 + rarely(draw, 1, 0)).map(tuple))
    name = draw(st.sampled_from(["SimpleRNN", "GRU", "LSTM", "EinsumDense", "Adaptive"]))
    if name == "Adaptive":
        rank = draw(st.integers(1, 3))
        spatial, arguments = draw(spatial_input(rank))
        kind = draw(st.sampled_from(["AdaptiveMaxPooling", "AdaptiveAveragePooling"]))
        return f"{kind}{rank}D", {**arguments, "output_size": draw(per_axis(rank, 1, 5))}, spatial
    if name == "EinsumDense":
        # Keras 3.15 promises what two axes under `...` give in the wrong order, and gives it right.
        shape = shape[:2]
        equation, count = draw(
            st.sampled_from(
                [("abc,cd->abd", 2), ("abc,cde->abde", 3), ("...c,cd->...d", 1), ("abc,bd->adc", 2)]
            )
        )
        sizes = draw(st.tuples(*[size] * count))
        bias = draw(st.sampled_from([None, "d"]))
        return name, {"equation": equation, "output_shape": sizes, "bias_axes": bias}, shape
    arguments = {
        "units": draw(st.integers(rarely(draw, 0, 1), 6)),
        "use_bias": draw(st.booleans()),
        "return_sequences": draw(st.booleans()),
    }
    if name == "GRU":
        arguments["reset_after"] = draw(st.booleans())
    return name, arguments, shape


CASES = st.one_of(
    sequences(),
    convolutions(),
    convolutions(),
    transposed(),
    poolings(),
    resizings(),
    normalizations(),
    others(),
    merges(),
)


def keras_says(name: str, arguments: dict[str, Any], shape: Any) -> Any:
    """Give Keras's output shape, trainable and all parameters, or `None` if it refuses."""
    batched = [(None, *one) for one in shape] if isinstance(shape, list) else (None, *shape)
    try:
        layer = getattr(keras.layers, name)(**arguments)
        output = layer.compute_output_shape(batched)
        layer.build(batched)
    except (ValueError, TypeError, ZeroDivisionError, IndexError):
        return None
    trained = sum(prod(weight.shape) for weight in layer.trainable_weights)
    return tuple(output[1:]), trained, layer.count_params()


def we_say(name: str, arguments: dict[str, Any], shape: Any) -> Any:
    """Give our numbers in the same form; only our own refusals count as such."""
    try:
        info = layer_info(name, shape, **arguments)
    except ValueError:
        return None
    return info.output_shape, info.trainable_params, info.params


def keras_is_lenient(name: str, shape: Any, said: Any) -> str:
    """Name the reason why Keras takes what cannot work, or an empty string."""
    if any(size is not None and size < 1 for size in said[0]):
        return "an output of size 0"
    if name in {"SimpleRNN", "GRU", "LSTM"} and len(shape) != 2:
        return "more than steps and values, refused when called"
    if name == "RepeatVector" and len(shape) != 1:
        return "more than a vector, refused when called"
    return ""


def check(case: Case) -> str:
    """Compare one case; give `agreed`, `refused` or Keras's named leniency.

    Raises:
        AssertionError: The two differ.
    """
    name, _, shape = case
    ours, theirs = we_say(*case), keras_says(*case)
    if ours is None and theirs is not None:
        reason = keras_is_lenient(name, shape, theirs)
        assert reason, f"Keras takes {case} and says {theirs}; we refuse"
        return reason
    assert ours == theirs, f"{case}: ours {ours}, Keras's {theirs}"
    return "refused by both" if ours is None else "agreed"


@settings(
    max_examples=500,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(CASES)
def test_every_layer_against_keras(case: Case) -> None:
    check(case)


def test_keras_promises_12_and_tensorflow_fails_to_run() -> None:
    layer = keras.layers.Conv2DTranspose(1, 4, strides=2, padding="same", output_padding=0)
    assert tuple(layer.compute_output_shape((None, 7, 7, 8))) == (None, 12, 12, 1)
    if keras.backend.backend() == "tensorflow":
        with pytest.raises(Exception, match=r"Conv2DTranspose\.call"):
            layer(np.zeros((1, 7, 7, 8), "float32"))
    info = layer_info(
        "Conv2DTranspose",
        (7, 7, 8),
        filters=1,
        kernel_size=4,
        strides=2,
        padding="same",
        output_padding=0,
    )
    assert info.output_shape == (12, 12, 1)
    assert "TensorFlow fails" in info.notes[0]


def test_every_output_without_a_note_runs() -> None:
    """Where we write no warning, Keras's transposed convolution gives the promised size."""
    ran = 0
    for kernel_size in (1, 2, 3, 4):
        for strides in (1, 2, 3):
            for output_padding in (None, *range(strides)):
                for padding in ("valid", "same"):
                    arguments = {
                        "filters": 1,
                        "kernel_size": kernel_size,
                        "strides": strides,
                        "padding": padding,
                        "output_padding": output_padding,
                    }
                    info = layer_info("Conv1DTranspose", (5, 2), **arguments)
                    if info.notes:
                        continue
                    made = keras.layers.Conv1DTranspose(**arguments)(np.zeros((1, 5, 2), "float32"))
                    assert tuple(made.shape[1:]) == info.output_shape, arguments
                    ran += 1
    assert ran > 50
