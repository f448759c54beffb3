import json

import keras
import numpy as np
import pytest

from digitzoo import build_model, load_data
from digitzoo.explorer.network import pack_network

SUM = """(() => { const { kind, terms, bias, sum, result } = ask(taken, %d, %d);
  return { kind, count: terms.length, bias, sum, result,
    values: terms.map((t) => t.value), weights: terms.map((t) => t.weight) }; })()"""


@pytest.fixture
def asked(bench):
    with bench.Engine("network.js", "asking.js") as engine:
        yield engine


def test_the_sum_of_a_pixel_is_that_of_numpy(asked):
    model = build_model("simple_cnn", weights="mnist")
    image = load_data("mnist").test.images[0]
    asked.load(model)
    asked.run(image)
    kernel, bias = (one.numpy() for one in model.layers[0].weights)
    row, column, channel = 7, 9, 4
    told = asked.eval(SUM % (0, (row * 24 + column) * 32 + channel))
    patch = image[row : row + 5, column : column + 5, 0] / 255
    assert told["count"] == 25
    assert np.allclose(told["values"], patch.reshape(-1), atol=1e-6)
    assert np.allclose(told["weights"], kernel[..., 0, channel].reshape(-1))
    assert told["bias"] == pytest.approx(bias[channel])
    assert told["sum"] == pytest.approx(
        (patch * kernel[..., 0, channel]).sum() + bias[channel], abs=1e-5
    )
    assert told["result"] == pytest.approx(max(told["sum"], 0), abs=1e-5)


def test_every_number_of_random_models_is_the_sum_that_is_told(bench, asked):
    generator = np.random.default_rng(1)
    for seed in range(40):
        model = bench.random_model(seed)
        nodes = pack_network(model).description["nodes"]
        asked.load(model)
        outputs = asked.run(generator.integers(0, 256, model.input_shape[1:], dtype=np.uint8))
        for number, (node, values) in enumerate(zip(nodes, outputs, strict=True)):
            if node["activation"]["name"] != "linear" or node["operation"] == "copy":
                continue
            index = int(generator.integers(values.size))
            told = asked.eval(SUM % (number, index))
            if told["kind"] == "row":  # these do hand on what comes in
                assert node["operation"] in {"concatenate", "pad"}
                continue
            scale = max(np.abs(values).max(), 1)
            assert told["sum"] == pytest.approx(values[index], abs=1e-4 * scale), (
                seed,
                node["name"],
            )


def test_what_is_seen_lies_within_images_that_were_joined_row_by_row(asked):
    inputs = keras.Input((4, 4, 1))
    joined = keras.layers.Concatenate(axis=1)([inputs, inputs])
    outputs = keras.layers.Dense(2)(keras.layers.Flatten()(joined))
    asked.load(keras.Model(inputs, outputs))
    assert asked.eval("seen(taken, 1, [6, 2, 6, 2]).get(0)") == [0, 0, 3, 3]


def test_what_a_pixel_sees_is_what_changes_it(asked, bench):
    """Rows and columns are changed: those that move the number lie in the box, which is tight."""
    for name, number in (("deep_cnn", 4), ("simple_cnn", 1), ("regularized_cnn", 4)):
        model = build_model(name, weights="mnist")
        image = np.full((28, 28, 1), 128, dtype=np.uint8)
        nodes = pack_network(model).description["nodes"]
        node = nodes[number]
        height, width, channels = node["shape"]
        row, column = height // 2, width // 3
        asked.load(model)
        asked.run(image)
        box = asked.eval(
            f"seen(taken, {node['output']}, [{row}, {column}, {row}, {column}]).get(0)"
        )
        at = (row * width + column) * channels
        values = f"Array.from(taken.values[{node['output']}].data.subarray({at}, {at + channels}))"
        before = asked.eval(values)

        def moves(*where, image=image, values=values, before=before):
            other = image.copy()
            other[where] = 255
            asked.context.eval(f"taken.run({json.dumps(other.reshape(-1).tolist())}); 0")
            return asked.eval(values) != before

        rows = [one for one in range(28) if moves(one)]
        columns = [one for one in range(28) if moves(slice(None), one)]
        assert box[0] <= rows[0]
        assert box[1] <= columns[0]
        assert box[2] >= rows[-1]
        assert box[3] >= columns[-1]
        assert (box[2] - box[0] + 1) * (box[3] - box[1] + 1) <= 1.6 * (np.ptp(rows) + 1) * (
            np.ptp(columns) + 1
        )
