"""Receptive fields, ours against gradients that flow back through real Keras models."""

import random
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from digitzoo.formulas import layer_info, layers, summarize

SIZE = 160


def _positive(model: keras.Model) -> None:
    """Make every weight positive, so that no gradient cancels out."""
    rng = np.random.default_rng(0)
    model.set_weights([rng.uniform(0.5, 1.5, w.shape) for w in model.get_weights()])


def _spans(model: keras.Model, size: int) -> list[tuple[int, int] | None]:
    """Measure, for the outputs in the middle, the first and last input with a gradient."""
    image = tf.random.stateless_uniform((1, size, 1), seed=(1, 2)) + 1.0
    with tf.GradientTape() as tape:
        tape.watch(image)
        output = model(image)
        total = tf.reduce_sum(output, axis=(0, 2))
    middle = int(output.shape[1]) // 2
    slopes = tape.jacobian(total, image)[:, 0, :, 0].numpy()
    spans: list[tuple[int, int] | None] = []
    for position in range(max(0, middle - 12), min(len(slopes), middle + 12)):
        seen = np.flatnonzero(slopes[position])
        spans.append((int(seen[0]), int(seen[-1])) if len(seen) else None)
    return spans


def _random_stack(seed: int) -> list[tuple[str, dict[str, Any]]]:
    rng = random.Random(seed)
    stack: list[tuple[str, dict[str, Any]]] = []
    for _ in range(rng.randint(2, 5)):
        kind = rng.choice(
            ["Conv1D", "Conv1D", "Conv1D", "AveragePooling1D", "Conv1DTranspose", "UpSampling1D"]
            if seed % 2
            else ["Conv1D", "Conv1D", "AveragePooling1D", "SeparableConv1D", "ZeroPadding1D"]
        )
        kernel, stride, dilation = rng.randint(1, 5), rng.choice([1, 1, 2, 3]), rng.randint(1, 3)
        padding = rng.choice(["valid", "same"])
        if kind in {"Conv1D", "SeparableConv1D"}:
            options = {"strides": stride} if rng.random() < 0.5 else {"dilation_rate": dilation}
            stack.append(
                (kind, {"filters": 2, "kernel_size": kernel, "padding": padding} | options)
            )
        elif kind == "Conv1DTranspose":
            # A kernel shorter than its stride leaves outputs that see nothing.
            arguments = {"filters": 2, "kernel_size": kernel, "strides": rng.choice([1, 2])}
            stack.append((kind, arguments | {"padding": padding}))
        elif kind == "AveragePooling1D":
            stack.append((kind, {"pool_size": rng.randint(2, 3), "padding": padding}))
        elif kind == "UpSampling1D":
            stack.append((kind, {"size": 2}))
        else:
            stack.append((kind, {"padding": (rng.randint(0, 3), rng.randint(0, 3))}))
    return stack


@pytest.mark.parametrize("seed", range(64))
def test_random_stack(seed: int) -> None:
    stack = _random_stack(seed)
    model = keras.Sequential(
        [keras.Input((SIZE, 1)), *(getattr(keras.layers, name)(**args) for name, args in stack)]
    )
    _positive(model)
    ours = summarize([getattr(layers, name)(**args) for name, args in stack], (SIZE, 1))
    field = ours.layers[-1].fields[0]
    measured = _spans(model, SIZE)
    middle = ours.totals.output_shape[0] // 2
    first = max(0, middle - 12)
    sizes = []
    for position, span in enumerate(measured, start=first):
        expected = field.at(position)
        if expected and (expected[0] < 0 or expected[1] >= SIZE):
            continue  # The border cuts it off.
        assert span == expected, (stack, position)
        sizes.append(span[1] - span[0] + 1 if span else 0)
    assert sizes, stack
    assert max(sizes) <= ours.totals.receptive_field[0]
    if len(sizes) >= len(field.spans):
        # A whole period was measured, so the largest span is among them.
        assert max(sizes) == ours.totals.receptive_field[0]


@pytest.mark.parametrize("interpolation", ["nearest", "bilinear"])
@pytest.mark.parametrize("factor", [1, 2, 3, 4])
def test_upsampling_reads_as_many_positions_as_it_should(interpolation: str, factor: int) -> None:
    model = keras.Sequential(
        [
            keras.Input((20, 20, 1)),
            keras.layers.UpSampling2D((factor, 1), interpolation=interpolation),
        ]
    )
    image = tf.ones((1, 20, 20, 1))
    with tf.GradientTape() as tape:
        tape.watch(image)
        column = model(image)[0, :, 10, 0]
    slopes = tape.jacobian(column, image)[:, 0, :, :, 0].numpy()
    info = layer_info("UpSampling2D", (20, 20, 1), size=(factor, 1), interpolation=interpolation)
    middle = range(8 * factor, 12 * factor)
    widest = max(len(np.flatnonzero(np.abs(slopes[n, :, 10]) > 1e-6)) for n in middle)
    assert info.receptive_field == (widest, 1)
    assert info.effective_stride[0] * factor == 1


def test_branches_see_what_the_larger_one_sees() -> None:
    image = keras.Input((40, 1))
    wide = keras.layers.Conv1D(2, 7, padding="same")(image)
    narrow = keras.layers.Conv1D(2, 3, padding="same")(image)
    joined = keras.layers.Add()([wide, narrow])
    joined = keras.layers.Concatenate()([joined, narrow])
    model = keras.Model(image, keras.layers.Conv1D(1, 3, strides=2)(joined))
    _positive(model)
    ours = summarize(model).totals
    assert ours.receptive_field == (9,)
    assert ours.effective_stride == (2,)
    measured = [span for span in _spans(model, 40) if span and span[0] > 0 and span[1] < 39]
    assert {span[1] - span[0] + 1 for span in measured} == {9}


def test_the_field_of_a_padded_stride_lies_off_centre() -> None:
    info = layer_info("Conv2D", (28, 28, 1), filters=1, kernel_size=3, strides=2, padding="same")
    # Keras pads bottom and right alone, so the first output looks at rows 0 to 2.
    assert info.receptive_field_center == (1.0, 1.0)
    three = summarize([layers.Conv1D(1, 3, dilation_rate=d) for d in (1, 2, 3)], (100, 1))
    assert three.totals.receptive_field == (13,)
    assert three.totals.receptive_field_center == (6.0,)


def test_a_kernel_shorter_than_its_stride_leaves_outputs_that_see_nothing() -> None:
    info = layer_info("Conv1DTranspose", (5, 1), filters=1, kernel_size=1, strides=2)
    assert [info.fields[0].at(n) for n in range(4)] == [(0, 0), None, (1, 1), None]
    assert info.receptive_field == (1,)
    assert float(info.effective_stride[0]) == 0.5
