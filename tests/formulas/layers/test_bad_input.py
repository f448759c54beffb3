"""What cannot work is refused, with the layer, the axis, the numbers and what would work."""

from typing import Any

import pytest

from digitzoo.errors import ArgumentTypeError, DigitzooError, InvalidArgumentError, ShapeError
from digitzoo.formulas import (
    conv2d_params,
    conv_output_size,
    conv_transpose_output_size,
    dense_params,
    describe,
    explain,
    layer_info,
    layers,
    pool_output_size,
    summarize,
)

IMAGE = (28, 28, 1)
CONV: dict[str, Any] = {"filters": 8, "kernel_size": 3}


@pytest.mark.parametrize(
    ("layer", "shape", "arguments", "words"),
    [
        # A kernel larger than its input.
        ("Conv2D", (4, 9, 1), {"kernel_size": 5}, ["Conv2D, height", "4 + 0", "at most 4", "5"]),
        ("Conv2D", (9, 4, 1), {"kernel_size": 5}, ["Conv2D, width", "1 more padding"]),
        ("Conv2D", (4, 4, 1), {"dilation_rate": 2}, ["stretches it to 5", "at most 2"]),
        ("Conv2D", (2, 2, 1), {"kernel_size": 5, "padding": 1}, ["2 + 2", "at least 3"]),
        ("MaxPooling2D", (2, 2, 8), {"pool_size": 3}, ["MaxPooling2D, height", "at least 3"]),
        ("Conv3D", (3, 2, 3, 1), {}, ["Conv3D, height", "2 + 0"]),
        # Zero or negative anything.
        ("Conv2D", IMAGE, {"filters": 0}, ["Conv2D", "filters", "at least 1", "filters=0"]),
        ("Conv2D", IMAGE, {"kernel_size": 0}, ["kernel_size=0"]),
        ("Conv2D", IMAGE, {"kernel_size": (3, -1)}, ["Conv2D, width", "kernel_size=-1"]),
        ("Conv2D", IMAGE, {"strides": 0}, ["strides=0"]),
        ("Conv2D", IMAGE, {"dilation_rate": -2}, ["dilation_rate=-2"]),
        ("Conv2D", IMAGE, {"padding": -1}, ["padding=-1", "at least 0"]),
        ("Conv2D", IMAGE, {"groups": 0}, ["groups=0"]),
        ("Conv2D", (0, 28, 1), {}, ["axis 0 of the input shape", "at least 1"]),
        ("Dense", (10,), {"units": -3}, ["Dense", "units=-3"]),
        ("MaxPooling2D", IMAGE, {"strides": 0}, ["strides=0"]),
        ("DepthwiseConv2D", IMAGE, {"kernel_size": 3, "depth_multiplier": 0}, ["multiplier=0"]),
        ("UpSampling2D", IMAGE, {"size": 0}, ["size=0"]),
        ("Embedding", (5,), {"input_dim": 0, "output_dim": 2}, ["input_dim=0"]),
        ("RepeatVector", (5,), {"n": 0}, ["n=0"]),
        ("Dropout", (5,), {"rate": 1.5}, ["rate=1.5", "works is 1"]),
        # Groups that do not divide.
        ("Conv2D", (8, 8, 8), {"filters": 6, "groups": 4}, ["groups=4 for 6 filters", "groups=3"]),
        ("Conv2D", (8, 8, 6), {"groups": 4}, ["6 input channels", "groups=2", "8 input channels"]),
        ("GroupNormalization", (8, 8, 6), {"groups": 4}, ["groups=4 for 6", "groups=3"]),
        # A stride with a dilation, where Keras refuses.
        ("Conv2D", IMAGE, {"strides": 2, "dilation_rate": 2}, ["strides=(2, 2)", "strides=1 or"]),
        ("Conv1D", (28, 1), {"strides": 2, "dilation_rate": 2}, ["Conv1D", "Keras refuses"]),
        ("Conv2DTranspose", IMAGE, {"strides": 2, "dilation_rate": 2}, ["Keras refuses"]),
        # A wrong rank.
        ("Conv2D", (28, 28), {}, ["must have 3 axes", "(28, 28)", "(28, 28, 1)"]),
        ("Conv2D", (None, 28, 28, 1), {}, ["4 axes", "Leave the batch axis out"]),
        ("Conv1D", (5,), {}, ["(steps, channels)"]),
        ("Dense", (), {"units": 3}, ["at least 1 axis"]),
        ("RepeatVector", (5, 2), {"n": 2}, ["must be a vector", "Flatten"]),
        ("Conv2D", IMAGE, {"kernel_size": (3, 3, 3)}, ["one number or 2", "kernel_size=3"]),
        # An unknown padding or word.
        ("Conv2D", IMAGE, {"padding": "smae"}, ["Did you mean 'same'"]),
        ("Conv2D", IMAGE, {"padding": "causal"}, ["Conv1D alone"]),
        ("Conv2D", IMAGE, {"padding": (1, 2, 3)}, ["2 pairs"]),
        ("MaxPooling2D", IMAGE, {"padding": "full"}, ["Unknown padding 'full'"]),
        ("MaxPooling2D", IMAGE, {"padding": 2}, ["at most half", "padding=1"]),
        ("MaxPooling2D", IMAGE, {"padding": "same", "ceil_mode": True}, ["ceil_mode"]),
        ("Conv2D", IMAGE, {"data_format": "channels_lost"}, ["'channels_last'"]),
        ("UpSampling2D", IMAGE, {"interpolation": "biliner"}, ["'bilinear'"]),
        ("Conv2D", IMAGE, {"kernel": 3}, ["Unknown argument of Conv2D 'kernel'"]),
        ("Conv2DD", IMAGE, {}, ["Did you mean 'Conv2D'"]),
        (
            "torch.nn.Conv2d",
            (1, 8, 8),
            {"filters": 8, "kernel_size": 3, "padding": "same", "strides": 2},
            ["refused by PyTorch", "strides=(2, 2)"],
        ),
        ("torch.nn.Conv4d", IMAGE, {}, ["layer of torch.nn 'Conv4d'"]),
        # Transposed convolutions.
        (
            "Conv2DTranspose",
            (14, 14, 8),
            {"strides": 2, "padding": "same", "output_padding": 2},
            ["below strides", "output_padding=1", "strides=3"],
        ),
        ("Conv2DTranspose", (2, 2, 1), {"padding": 3}, ["nothing is left", "at least 5"]),
        ("Conv2DTranspose", IMAGE, {"padding": "causal"}, ["causal"]),
        ("Conv2DTranspose", IMAGE, {"groups": 2}, ["have no groups"]),
        # Shapes that do not go together.
        ("Cropping2D", (4, 4, 1), {"cropping": 2}, ["Cropping2D, height", "at most 3"]),
        ("Reshape", (10,), {"target_shape": (3, 4)}, ["10 values", "12", "(-1,)"]),
        ("Reshape", (10,), {"target_shape": (-1, -1)}, ["one -1"]),
        ("Permute", (4, 4), {"dims": (1, 3)}, ["each of 1 to 2"]),
        ("BatchNormalization", (4, 4, 1), {"axis": 4}, ["axis=4", "1 to 3"]),
        ("Add", [(4, 3), (4, 5)], {}, ["axis 2: 3 and 5"]),
        ("Concatenate", [(4, 3), (5, 3)], {}, ["all axes but axis 2"]),
    ],
)
def test_refused(layer: str, shape: Any, arguments: dict[str, Any], words: list[str]) -> None:
    given = {**(CONV if layer.startswith(("Conv1", "Conv2", "Conv3")) else {}), **arguments}
    if layer == "Conv2DD":
        given = {}
    with pytest.raises(ValueError, match=".") as refused:
        layer_info(layer, shape, **given)
    assert isinstance(refused.value, DigitzooError)
    for word in words:
        assert word in str(refused.value)


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: conv_output_size(28, 29), ShapeError),
        (lambda: conv_output_size(28, 0), InvalidArgumentError),
        (lambda: conv_output_size(-28, 5), InvalidArgumentError),
        (lambda: conv_output_size(28, 5, strides=0), InvalidArgumentError),
        (lambda: conv_output_size(28, 5, padding="valit"), InvalidArgumentError),
        (lambda: conv_output_size(28, 5, padding=(1, 2, 3)), InvalidArgumentError),
        (lambda: conv_output_size(28, 5.0), ArgumentTypeError),
        (lambda: conv_output_size("28", 5), ArgumentTypeError),
        (lambda: conv_output_size(True, 1), ArgumentTypeError),
        (lambda: pool_output_size(1, 2), ShapeError),
        (lambda: conv_transpose_output_size(7, 3, output_padding=1), ShapeError),
        (lambda: conv2d_params(0, 32, 5), InvalidArgumentError),
        (lambda: dense_params(10, 0), InvalidArgumentError),
        (lambda: describe("Conv2D", filters=3), InvalidArgumentError),
        (lambda: describe(3), ArgumentTypeError),
        (lambda: layers.Conv2D(1, 2, 3), InvalidArgumentError),
        (lambda: layer_info(layers.Dense(3), (3,), units=4), ArgumentTypeError),
        (lambda: layer_info("Dense", 28, units=4), ArgumentTypeError),
        (lambda: layer_info("Dense", [(3,), (3,)], units=4), ArgumentTypeError),
        (lambda: explain("Dense", (3,), units=4, language="de"), InvalidArgumentError),
        (lambda: explain("Dense", units=4), InvalidArgumentError),
    ],
)
def test_refused_call(call: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        call()


def test_strict_names_the_nearest_sizes_that_fit() -> None:
    assert conv_output_size(5, 3, padding=1, strides=3) == 2
    with pytest.raises(ShapeError, match=r"= 2\.33 .* that fit: 4 or 7\."):
        conv_output_size(5, 3, padding=1, strides=3, strict=True)
    assert conv_output_size(4, 3, padding=1, strides=3, strict=True) == 2
    assert conv_output_size(7, 3, padding=1, strides=3, strict=True) == 3
    with pytest.raises(ShapeError, match="that fit: 6 or 8"):
        pool_output_size(7, 2, strict=True)
    with pytest.raises(ShapeError, match=r"MaxPooling2D, height.* that fit: 24 or 26"):
        layer_info("MaxPooling2D", (25, 24, 1), pool_size=2, strict=True)
    with pytest.raises(ShapeError, match="MaxPooling2D 'max_pooling2d'"):
        summarize([layers.Conv2D(8, 4), layers.MaxPooling2D(2)], IMAGE, strict=True)


def test_words_for_padding_may_be_in_capitals_as_in_keras() -> None:
    assert conv_output_size(28, 3, strides=2, padding="SAME") == 14
    assert conv_output_size(28, 5, padding="Valid") == 24
    assert layer_info("Conv2D", IMAGE, filters=1, kernel_size=3, padding="SAME").exact


def test_an_error_in_a_network_names_the_layer() -> None:
    network = [layers.Conv2D(8, 5), layers.MaxPooling2D(2), layers.Conv2D(8, 5, name="last")]
    with pytest.raises(ShapeError, match="Conv2D 'last', height: a window of 5"):
        summarize(network, (12, 12, 1))


def test_descriptions_are_frozen_and_comparable() -> None:
    layer = layers.Conv2D(32, 5, kernel_initializer="he_normal")
    assert repr(layer) == "Conv2D(filters=32, kernel_size=(5, 5))"
    assert layer == layers.Conv2D(filters=32, kernel_size=(5, 5))
    assert layer != layers.Conv2D(32, 3)
    assert hash(layer) == hash(layers.Conv2D(32, 5))
    with pytest.raises(AttributeError, match="Conv2D is frozen"):
        layer.filters = 3  # type: ignore[misc]
    with pytest.raises(AttributeError, match="cannot be deleted"):
        del layer.filters


def test_pytorch_allows_what_keras_refuses() -> None:
    """The example of PyTorch's own page of Conv2d: stride, padding and dilation at once."""
    info = layer_info(
        "torch.nn.Conv2d",
        (16, 50, 100),
        filters=33,
        kernel_size=(3, 5),
        strides=(2, 1),
        padding=(4, 2),
        dilation_rate=(3, 1),
    )
    assert info.output_shape == (33, 26, 100)
    assert info.padding == ((4, 4), (2, 2))
    grouped = layer_info(
        "torch.nn.ConvTranspose2d", (16, 12, 12), filters=32, kernel_size=3, groups=4
    )
    assert grouped.params == 16 * 8 * 9 + 32
    pooled = layer_info("torch.nn.MaxPool2d", (1, 4, 4), pool_size=1, strides=2, ceil_mode=True)
    # The third window would start behind the input, so PyTorch drops it.
    assert pooled.output_shape == (1, 2, 2)
