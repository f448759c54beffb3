"""What an explanation says of normalizations after training, of sums, of global pools."""

from typing import Any

import keras
import numpy as np
import pytest

from digitzoo import batchnorm_cnn, small_resnet
from digitzoo.formulas import explain, layers, summarize


def section(explained: Any, name: str) -> str:
    """The text of one layer, on one line."""
    parts = [part for part in str(explained).split("\n\n") if f" {name}" in part.split("\n")[0]]
    return " ".join(parts[0].split())


def folded(model: Any, conv: Any, norm: Any) -> tuple[Any, Any]:
    """What the explanation says of a normalization, computed."""
    a = norm.gamma.numpy() / np.sqrt(norm.moving_variance.numpy() + norm.epsilon)
    b = norm.beta.numpy() - a * norm.moving_mean.numpy()
    bias = conv.bias.numpy() if conv.use_bias else 0.0
    return conv.kernel.numpy() * a, a * bias + b


@pytest.mark.parametrize("use_bias", [False, True])
def test_a_convolution_takes_in_the_normalization_behind_it(*, use_bias: bool) -> None:
    rng = np.random.default_rng(0)
    conv = keras.layers.Conv2D(4, 3, use_bias=use_bias, name="conv")
    norm = keras.layers.BatchNormalization(name="norm")
    model = keras.Sequential([keras.Input((8, 8, 2)), conv, norm])
    model.set_weights([rng.uniform(0.5, 2, one.shape) for one in model.get_weights()])
    text = section(explain(model), "norm")
    assert "After training: a x v + b" in text
    assert "a = gamma / sqrt(variance + epsilon) and b = beta - a x mean" in text
    its_bias = "its bias times a plus b" if use_bias else "b as its bias"
    assert f"conv can take them in, its weights times a and {its_bias}" in text
    kernel, bias = folded(model, conv, norm)
    alone = keras.layers.Conv2D(4, 3)
    alone.build((None, 8, 8, 2))
    alone.set_weights([kernel, bias])
    images = rng.normal(size=(3, 8, 8, 2)).astype("float32")
    np.testing.assert_allclose(alone(images), model(images, training=False), rtol=1e-4, atol=1e-4)


def test_what_cannot_take_a_normalization_in_is_not_said_to() -> None:
    explained = explain(batchnorm_cnn())
    assert "can take them in" not in section(explained, "bn1")  # a pool lies between
    assert "conv2 can take them in" in section(explained, "bn2")
    image = keras.Input((8, 8, 2))
    conv = keras.layers.Conv2D(4, 3, name="conv")(image)
    norm = keras.layers.BatchNormalization(name="norm")(conv)
    both = keras.Model(image, keras.layers.Add(name="sum")([conv, norm]))
    assert "can take them in" not in section(explain(both), "norm")  # the sum needs it as it is
    for before in (layers.Conv2D(4, 3, activation="relu", name="conv"), layers.ReLU(name="conv")):
        network = [before, layers.BatchNormalization(name="norm")]
        text = section(explain(network, (8, 8, 2)), "norm")
        assert "a x v + b" in text
        assert "take them in" not in text


def test_parts_that_a_normalization_lacks_are_left_out() -> None:
    text = str(explain("BatchNormalization", (7, 7, 3), scale=False, center=False))
    assert "a = 1 / sqrt(variance + epsilon) and b = -a x mean" in text


def test_a_sum_says_what_it_takes_and_why() -> None:
    explained = explain("small_resnet")
    text = section(explained, "block2_add")
    assert "Takes block2_shortcut_bn, block2_bn2 Each value The sum" in text
    assert "Their shapes must agree" in text
    assert "the gradient of the sum as it is" in text
    assert "Takes block1_relu2" in section(explained, "block2_shortcut (")
    assert "Takes" not in section(explained, "block1_conv2")
    assert "지름길" in str(explain("small_resnet", language="ko"))
    assert str(explain(small_resnet())) == str(explained)


def test_the_sources_of_a_network_are_those_of_keras() -> None:
    model = small_resnet()
    rows = {row.name: row.sources for row in summarize(model).layers}
    made = {id(operation.output): operation.name for operation in model.operations}
    for operation in model.operations:
        taken = operation.input if isinstance(operation.input, list) else [operation.input]
        if not isinstance(operation, keras.layers.InputLayer):
            assert rows[operation.name] == tuple(made[id(tensor)] for tensor in taken)
    assert rows["images"] == ("input",)
    chain = summarize([layers.Flatten(), layers.Dense(3)], (4, 4)).layers
    assert [row.sources for row in chain] == [("input",), ("flatten",)]


@pytest.mark.parametrize("kind", ["Subtract", "Multiply", "Average", "Maximum", "Minimum"])
def test_the_other_joins_say_what_they_make(kind: str) -> None:
    text = str(explain(kind, [(7, 7, 3), (1, 1, 3)]))
    assert "in the same place" in text
    assert "gradient" not in text


def test_what_is_put_behind_each_other_is_added_up() -> None:
    text = section(explain("Concatenate", [(7, 7, 3), (7, 7, 5)]), "7 x 7")
    assert "Joined axis 3 + 5 = 8" in text
    assert "2 + 7 = 9" in str(explain("Concatenate", [(2, 5), (7, 5)], axis=1))


@pytest.mark.parametrize(("kind", "made"), [("Average", "mean"), ("Max", "max")])
def test_a_global_pool_says_over_what(kind: str, made: str) -> None:
    text = " ".join(str(explain(f"Global{kind}Pooling2D", (7, 7, 112))).split())
    assert f"Each value: {made} of v Over the 7 x 7 = 49 positions of each channel" in text
    assert "112 channels make 112 values" in text
    assert "Over the 9 positions" in str(explain(f"Global{kind}Pooling1D", (9, 2)))


def test_a_plain_rectifier_has_its_formula() -> None:
    assert "Each value: max(0, v)" in str(explain("ReLU", (4,)))
    assert "max(0, v)" in str(explain("Activation", (4,), activation="relu"))
    assert "max(0, v)" not in str(explain("ReLU", (4,), max_value=6))


def test_one_layer_is_one_layer() -> None:
    assert explain([layers.Dense(3)], (4,)).title == "network: 1 layer, input 4"
    assert repr(summarize([layers.Dense(3)], (4,))) == "Summary(network: 1 layer, 15 parameters)"


def test_no_line_of_an_explanation_is_wider_than_a_terminal() -> None:
    text = str(explain("small_resnet"))
    assert max(map(len, text.splitlines())) <= 80
    assert "448 + 1,130 = 338,506" in text
