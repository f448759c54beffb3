"""What cannot work is refused, with the layer, the axis, the numbers and what would work."""

from typing import Any

import pytest

from digitzoo.errors import ArgumentTypeError, DigitzooError, InvalidArgumentError, ShapeError
from digitzoo.formulas import (
    conv2d_macs,
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


# Each case: the layer, its input, its arguments, words of the message, and every piece of advice
# with the change that follows it (`shape` is the input's).
REFUSED: list[tuple[str, Any, dict[str, Any], list[str], dict[str, dict[str, Any]]]] = [
    # A kernel larger than its input.
    (
        "Conv2D",
        (4, 9, 1),
        {"kernel_size": 5},
        ["Conv2D, height", "4 + 0", "5"],
        {
            "at most 4": {"kernel_size": 4},
            "an input of at least 5": {"shape": (5, 9, 1)},
            "padding='same'": {"padding": "same"},
        },
    ),
    (
        "Conv2D",
        (9, 4, 1),
        {"kernel_size": 5},
        ["Conv2D, width"],
        {"at most 4": {"kernel_size": (5, 4)}, "at least 5": {"shape": (9, 5, 1)}},
    ),
    (
        "Conv2D",
        (4, 4, 1),
        {"dilation_rate": 2},
        ["dilation_rate=2 stretches it to 5"],
        {
            "at most 2": {"kernel_size": 2},
            "at least 5": {"shape": (5, 5, 1)},
            "padding='same'": {"padding": "same"},
        },
    ),
    (
        "Conv2D",
        (2, 2, 1),
        {"kernel_size": 5, "padding": 1},
        ["2 + 2"],
        {
            "at most 4": {"kernel_size": 4},
            "at least 3": {"shape": (3, 3, 1)},
            "padding=2": {"padding": 2},
        },
    ),
    (
        "torch.nn.Conv1d",
        (1, 2),
        {"in_channels": 1, "out_channels": 1, "kernel_size": 3, "padding": 0, "stride": 2},
        ["Conv1D, steps"],
        {"at least 3": {"shape": (1, 3)}, "padding=1": {"padding": 1}},
    ),
    (
        "MaxPooling2D",
        (2, 2, 8),
        {"pool_size": 3},
        ["MaxPooling2D, height"],
        {
            "at most 2": {"pool_size": 2},
            "at least 3": {"shape": (3, 3, 8)},
            "padding='same'": {"padding": "same"},
        },
    ),
    (
        "torch.nn.MaxPool2d",
        (1, 1, 1),
        {"kernel_size": 4},
        ["1 + 0"],
        {"at most 1": {"kernel_size": 1}, "padding=2": {"padding": 2}},
    ),
    ("Conv3D", (3, 2, 3, 1), {}, ["Conv3D, height", "2 + 0"], {"3": {"shape": (3, 3, 3, 1)}}),
    # Zero or negative anything.
    ("Conv2D", IMAGE, {"filters": 0}, ["at least 1", "filters=0"], {"is 1": {"filters": 1}}),
    ("Conv2D", IMAGE, {"kernel_size": 0}, ["kernel_size=0"], {"is 1": {"kernel_size": 1}}),
    (
        "Conv2D",
        IMAGE,
        {"kernel_size": (3, -1)},
        ["Conv2D, width", "kernel_size=-1"],
        {"is 1": {"kernel_size": (3, 1)}},
    ),
    ("Conv2D", IMAGE, {"strides": 0}, ["strides=0"], {"is 1": {"strides": 1}}),
    ("Conv2D", IMAGE, {"dilation_rate": -2}, ["rate=-2"], {"is 1": {"dilation_rate": 1}}),
    ("Conv2D", IMAGE, {"padding": -1}, ["padding=-1", "least 0"], {"is 0": {"padding": 0}}),
    ("Conv2D", IMAGE, {"groups": 0}, ["groups=0"], {"is 1": {"groups": 1}}),
    ("Conv2D", (0, 28, 1), {"kernel_size": 1}, ["axis 0 of the"], {"is 1": {"shape": (1, 28, 1)}}),
    ("Dense", (10,), {"units": -3}, ["Dense", "units=-3"], {"is 1": {"units": 1}}),
    ("MaxPooling2D", IMAGE, {"strides": 0}, ["strides=0"], {"is 1": {"strides": 1}}),
    (
        "DepthwiseConv2D",
        IMAGE,
        {"kernel_size": 3, "depth_multiplier": 0},
        ["multiplier=0"],
        {"is 1": {"depth_multiplier": 1}},
    ),
    ("UpSampling2D", IMAGE, {"size": 0}, ["size=0"], {"is 1": {"size": 1}}),
    ("Embedding", (5,), {"input_dim": 0, "output_dim": 2}, ["dim=0"], {"is 1": {"input_dim": 1}}),
    ("RepeatVector", (5,), {"n": 0}, ["n=0"], {"is 1": {"n": 1}}),
    ("Dropout", (5,), {"rate": 1.5}, ["rate=1.5"], {"that works is 1": {"rate": 1}}),
    ("Dropout", (5,), {"rate": -0.5}, ["rate=-0.5"], {"that works is 0": {"rate": 0}}),
    ("GroupNormalization", (8, 6), {"groups": 0}, ["groups=0"], {"is 1": {"groups": 1}}),
    # Groups that do not divide: what is advised suits the filters and the channels.
    (
        "Conv2D",
        (8, 8, 8),
        {"filters": 6, "groups": 4},
        ["groups=4 for 6 filters"],
        {"groups=2": {"groups": 2}, "or 8 filters.": {"filters": 8}},
    ),
    (
        "Conv2D",
        (8, 8, 6),
        {"groups": 4},
        ["groups=4 for 6 input channels"],
        {"groups=2": {"groups": 2}, "or 8 input channels.": {"shape": (8, 8, 8)}},
    ),
    (
        "Conv2D",
        IMAGE,
        {"filters": 32, "kernel_size": 5, "groups": 3},
        ["groups=3 for 32 filters"],
        {
            "groups=1": {"groups": 1},
            "or 33 filters and 3 input channels.": {"filters": 33, "shape": (28, 28, 3)},
        },
    ),
    (
        "torch.nn.ConvTranspose2d",
        (6, 8, 8),
        {"in_channels": 6, "out_channels": 8, "kernel_size": 3, "groups": 4},
        ["groups=4 for 6 input channels"],
        {
            "groups=2": {"groups": 2},
            "or 8 input channels.": {"shape": (8, 8, 8), "in_channels": 8},
        },
    ),
    (
        "GroupNormalization",
        (8, 8, 6),
        {"groups": 4},
        ["groups=4 for 6"],
        {"groups=3": {"groups": 3}, "or 8 channels": {"shape": (8, 8, 8)}},
    ),
    # A stride with a dilation, where Keras refuses.
    *(
        (
            layer,
            shape,
            {"strides": 2, "dilation_rate": 2},
            ["Keras refuses", f"strides={pair}", f"dilation_rate={pair}"],
            {"strides=1": {"strides": 1}, "dilation_rate=1": {"dilation_rate": 1}},
        )
        for layer, shape, pair in [
            ("Conv1D", (28, 1), (2,)),
            ("Conv2D", IMAGE, (2, 2)),
            ("Conv2DTranspose", IMAGE, (2, 2)),
        ]
    ),
    # A wrong rank.
    (
        "Conv2D",
        (28, 28),
        {},
        ["must have 3 axes", "(28, 28)"],
        {"(28, 28, 1)": {"shape": (28, 28, 1)}},
    ),
    (
        "Conv2D",
        (None, 28, 28, 1),
        {},
        ["4 axes"],
        {"Leave the batch axis out": {"shape": IMAGE}, "one more dimension": {"layer": "Conv3D"}},
    ),
    ("Conv1D", (5,), {}, ["(steps, channels)"], {"(5, 1)": {"shape": (5, 1)}}),
    ("Dense", (), {"units": 3}, ["at least 1 axis"], {"Reshape((1,))": {"shape": (1,)}}),
    ("RepeatVector", (5, 2), {"n": 2}, ["must be a vector"], {"Flatten": {"shape": (10,)}}),
    (
        "Conv2D",
        IMAGE,
        {"kernel_size": (3, 3, 3)},
        ["one number or 2"],
        {"kernel_size=3": {"kernel_size": 3}},
    ),
    # An unknown padding or word.
    ("Conv2D", IMAGE, {"padding": "smae"}, [], {"Did you mean 'same'": {"padding": "same"}}),
    ("Conv2D", IMAGE, {"padding": "causal"}, ["Conv1D alone"], {"'same'": {"padding": "same"}}),
    ("Conv2D", IMAGE, {"padding": (1, 2, 3)}, ["2 pairs"], {"padding=1": {"padding": 1}}),
    (
        "MaxPooling2D",
        IMAGE,
        {"padding": "full"},
        ["Unknown padding 'full'"],
        {"same": {"padding": "same"}, "valid": {"padding": "valid"}, "A number": {"padding": 1}},
    ),
    ("MaxPooling2D", IMAGE, {"padding": 2}, ["at most half"], {"padding=1": {"padding": 1}}),
    (
        "MaxPooling2D",
        IMAGE,
        {"padding": "same", "ceil_mode": True},
        ["ceil_mode"],
        {"ceil_mode=False": {"ceil_mode": False}, "a number": {"padding": 1}},
    ),
    (
        "Conv2D",
        (28, 28, 28),
        {"data_format": "channels_lost"},
        ["Unknown data_format"],
        {
            "mean 'channels_last'": {"data_format": "channels_last"},
            "channels_first": {"data_format": "channels_first"},
        },
    ),
    (
        "UpSampling2D",
        IMAGE,
        {"interpolation": "biliner"},
        ["Unknown interpolation"],
        {
            name: {"interpolation": name}
            for name in ("bicubic", "bilinear", "lanczos3", "lanczos5", "nearest")
        },
    ),
    ("Conv2D", IMAGE, {"kernel": 3}, ["Unknown argument of Conv2D 'kernel'", "'kernel_size'"], {}),
    ("Conv2DD", IMAGE, {}, [], {"Did you mean 'Conv2D'": {"layer": "Conv2D", **CONV}}),
    (
        "torch.nn.Conv2d",
        (1, 8, 8),
        {"in_channels": 1, "out_channels": 8, "kernel_size": 3, "padding": "same", "stride": 2},
        ["refused by PyTorch", "stride=(2, 2)"],
        {"stride=1": {"stride": 1}},
    ),
    (
        "torch.nn.Conv4d",
        (1, 8, 8, 8),
        {"in_channels": 1, "out_channels": 2, "kernel_size": 3},
        ["layer of torch.nn 'Conv4d'"],
        {"'Conv3d'": {"layer": "torch.nn.Conv3d"}},
    ),
    # Transposed convolutions.
    (
        "Conv2DTranspose",
        (14, 14, 8),
        {"strides": 2, "padding": "same", "output_padding": 2},
        ["below strides"],
        {"output_padding=1": {"output_padding": 1}, "strides=3": {"strides": 3}},
    ),
    (
        "Conv2DTranspose",
        (2, 2, 1),
        {"padding": 3},
        ["nothing is left"],
        {"at least 5": {"shape": (5, 5, 1)}, "padding=1": {"padding": 1}},
    ),
    (
        "torch.nn.ConvTranspose1d",
        (1, 1),
        {"in_channels": 1, "out_channels": 1, "kernel_size": 2, "padding": 2, "stride": 3},
        ["nothing is left"],
        {"at least 2": {"shape": (1, 2)}, "padding=0": {"padding": 0}},
    ),
    (
        "Conv1DTranspose",
        (1, 1),
        {"kernel_size": 2, "padding": "same", "strides": 2, "output_padding": 0},
        ["nothing is left"],
        {"at least 2": {"shape": (2, 1)}, "output_padding=1": {"output_padding": 1}},
    ),
    ("Conv2DTranspose", IMAGE, {"padding": "causal"}, ["causal"], {"'same'": {"padding": "same"}}),
    (
        "Conv2DTranspose",
        (8, 8, 8),
        {"groups": 2},
        ["have no groups"],
        {"groups=1": {"groups": 1}, "a number for padding": {"padding": 0}},
    ),
    # Shapes that do not go together.
    (
        "Cropping2D",
        (4, 4, 1),
        {"cropping": 2},
        ["Cropping2D, height"],
        {
            "at most 3 in all": {"cropping": ((2, 1), (1, 2))},
            "at least 5": {"shape": (5, 5, 1)},
        },
    ),
    (
        "Reshape",
        (10,),
        {"target_shape": (3, 4)},
        ["10 values", "12"],
        {"(-1,)": {"target_shape": (-1,)}, "an input of 12 values": {"shape": (12,)}},
    ),
    (
        "Reshape",
        (10,),
        {"target_shape": (-1, 3)},
        ["a multiple of 3"],
        {"(-1,)": {"target_shape": (-1,)}, "an input of 9 values": {"shape": (9,)}},
    ),
    (
        "Reshape",
        (10,),
        {"target_shape": (-1, -1)},
        ["one -1"],
        {"all but": {"target_shape": (-1,)}},
    ),
    ("Permute", (4, 4), {"dims": (1, 3)}, ["each of 1 to 2"], {"dims=(1, 2)": {"dims": (1, 2)}}),
    ("Permute", (4, 4), {"dims": (2, 1, 3)}, ["3 axes"], {"Name 2 axes": {"dims": (2, 1)}}),
    ("BatchNormalization", IMAGE, {"axis": 4}, ["axis=4", "1 to 3"], {"axis=-1": {"axis": -1}}),
    (
        "Add",
        [(4, 3), (4, 5)],
        {},
        ["axis 2: 3 and 5"],
        {
            "Make both 3": {"shape": [(4, 3), (4, 3)]},
            "or 5": {"shape": [(4, 5), (4, 5)]},
            "Concatenate": {"layer": "Concatenate"},
        },
    ),
    (
        "Concatenate",
        [(4, 3), (5, 3)],
        {},
        ["all axes but axis 2"],
        {"Crop or pad": {"shape": [(4, 3), (4, 3)]}, "another axis": {"axis": 1}},
    ),
    ("Dense", (None,), {"units": 2}, ["must be known"], {"every size": {"shape": (4,)}}),
]


def _arguments(layer: str, arguments: dict[str, Any]) -> dict[str, Any]:
    bare = layer.startswith(("Conv1", "Conv2", "Conv3")) and layer != "Conv2DD"
    return {**(CONV if bare else {}), **arguments}


@pytest.mark.parametrize(("layer", "shape", "arguments", "words", "advice"), REFUSED)
def test_refused(
    layer: str,
    shape: Any,
    arguments: dict[str, Any],
    words: list[str],
    advice: dict[str, dict[str, Any]],
) -> None:
    given = _arguments(layer, arguments)
    with pytest.raises(ValueError, match=".") as refused:
        layer_info(layer, shape, **given)
    assert isinstance(refused.value, DigitzooError)
    for word in [*words, *advice]:
        assert word in str(refused.value)


@pytest.mark.parametrize(
    ("layer", "shape", "arguments", "text", "change"),
    [
        (layer, shape, arguments, text, change)
        for layer, shape, arguments, _, advice in REFUSED
        for text, change in advice.items()
    ],
)
def test_advice_works_when_it_is_followed(
    layer: str, shape: Any, arguments: dict[str, Any], text: str, change: dict[str, Any]
) -> None:
    given = {"layer": layer, "shape": shape, **_arguments(layer, arguments), **change}
    info = layer_info(given.pop("layer"), given.pop("shape"), **given)
    assert all(size is None or size > 0 for size in info.output_shape), text


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
        in_channels=16,
        out_channels=33,
        kernel_size=(3, 5),
        stride=(2, 1),
        padding=(4, 2),
        dilation=(3, 1),
    )
    assert info.output_shape == (33, 26, 100)
    assert info.padding == ((4, 4), (2, 2))
    grouped = layer_info(
        "torch.nn.ConvTranspose2d",
        (16, 12, 12),
        in_channels=16,
        out_channels=32,
        kernel_size=3,
        groups=4,
    )
    assert grouped.params == 16 * 8 * 9 + 32
    pooled = layer_info("torch.nn.MaxPool2d", (1, 4, 4), kernel_size=1, stride=2, ceil_mode=True)
    # The third window would start behind the input, so PyTorch drops it.
    assert pooled.output_shape == (1, 2, 2)


def test_groups_are_checked_where_filters_and_channels_are_known() -> None:
    layer = layers.Conv2D(6, 3, groups=4)
    with pytest.raises(ShapeError, match=r"groups=4 for 6 filters\. Use groups=2, or 8 filters"):
        summarize([layer], (8, 8, 8))
    with pytest.raises(ShapeError, match="Use groups=1"):
        conv2d_params(1, 32, 5, groups=3)


@pytest.mark.parametrize(
    ("layer", "arguments", "error", "words"),
    [
        ("Reshape", {"target_shape": 4}, ArgumentTypeError, r"Use target_shape=\(4,\)"),
        ("Permute", {"dims": 1}, ArgumentTypeError, "dims must be a tuple"),
        ("Dropout", {"rate": "half"}, ArgumentTypeError, "Use rate=0.5"),
        ("BatchNormalization", {"axis": "last"}, ArgumentTypeError, "axis must be a whole number"),
        ("GroupNormalization", {"groups": 2.0}, ArgumentTypeError, "groups must be a whole number"),
    ],
)
def test_a_wrong_type_is_our_own_error(
    layer: str, arguments: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        layer_info(layer, (2, 2), **arguments)


def test_work_at_an_unknown_size_is_not_nothing() -> None:
    with pytest.raises(ShapeError, match=r"conv2d_macs: every size must be known.*\(None, 28, 1\)"):
        conv2d_macs((None, 28, 1), 32, 5)  # type: ignore[arg-type] # that is the question
