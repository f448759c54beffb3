"""Numbers worked out by hand from the sources named, beside the known answers."""

from typing import Any

import pytest

from digitzoo.formulas import describe, layer_info, summarize

Row = tuple[str, tuple[int, ...], dict[str, Any], tuple[int, ...], int, int, tuple[int, ...] | None]

# Layer, input, arguments; output, parameters, MACs, receptive field.
ROWS: list[Row] = [
    # CS231n: VGG's first layers and AlexNet's second and first pool.
    (
        "Conv2D",
        (224, 224, 3),
        {"filters": 64, "kernel_size": 3, "padding": "same", "use_bias": False},
        (224, 224, 64),
        1_728,
        224 * 224 * 1_728,
        (3, 3),
    ),
    ("MaxPooling2D", (55, 55, 96), {"pool_size": 3, "strides": 2}, (27, 27, 96), 0, 0, (3, 3)),
    (
        "Conv2D",
        (27, 27, 96),
        {"filters": 256, "kernel_size": 5, "padding": 2, "groups": 2},
        (27, 27, 256),
        307_456,
        223_948_800,
        (5, 5),
    ),
    # Dumoulin and Visin: same padding, odd kernel; stride; full; dilated.
    *(
        (
            "torch.nn.Conv2d",
            (1, size, size),
            {"in_channels": 1, "out_channels": 1, "kernel_size": kernel_size, **options},
            (1, output, output),
            kernel_size**2 + 1,
            (output * kernel_size) ** 2,
            (reach, reach),
        )
        for size, kernel_size, options, output, reach in [
            (5, 4, {"padding": 2}, 6, 4),
            (5, 3, {"padding": 1}, 5, 3),
            (5, 3, {"stride": 2}, 2, 3),
            (6, 3, {"stride": 2, "padding": 1}, 3, 3),
            (7, 3, {"dilation": 2}, 3, 5),
        ]
    ),
    *(
        (
            "torch.nn.ConvTranspose2d",
            (1, size, size),
            {"in_channels": 1, "out_channels": 1, "kernel_size": 3, **options},
            (1, output, output),
            10,
            (size * 3) ** 2,
            (seen, seen),
        )
        for size, options, output, seen in [
            (2, {}, 4, 3),
            (5, {"padding": 1}, 5, 3),
            (2, {"stride": 2}, 5, 2),
            (3, {"stride": 2, "padding": 1, "output_padding": 1}, 6, 2),
        ]
    ),
    # PyTorch's own pages.
    (
        "torch.nn.ConvTranspose2d",
        (16, 50, 100),
        {
            "in_channels": 16,
            "out_channels": 33,
            "kernel_size": (3, 5),
            "stride": (2, 1),
            "padding": (4, 2),
        },
        (33, 93, 100),
        16 * 33 * 15 + 33,
        50 * 100 * 16 * 33 * 15,
        (2, 5),
    ),
    (
        "torch.nn.Conv3d",
        (16, 10, 50, 100),
        {
            "in_channels": 16,
            "out_channels": 33,
            "kernel_size": (3, 5, 2),
            "stride": (2, 1, 1),
            "padding": (4, 2, 0),
        },
        (33, 8, 50, 99),
        16 * 30 * 33 + 33,
        8 * 50 * 99 * 16 * 30 * 33,
        (3, 5, 2),
    ),
    # Keras: causal and dilated; separable; the rest of the shapes.
    (
        "Conv1D",
        (16, 2),
        {"filters": 4, "kernel_size": 2, "padding": "causal", "dilation_rate": 8},
        (16, 4),
        20,
        256,
        (9,),
    ),
    (
        "SeparableConv2D",
        (32, 32, 3),
        {"filters": 8, "kernel_size": 3, "padding": "same", "depth_multiplier": 2},
        (32, 32, 8),
        54 + 48 + 8,
        32 * 32 * (54 + 48),
        (3, 3),
    ),
    (
        "Conv1DTranspose",
        (10, 3),
        {"filters": 2, "kernel_size": 2, "strides": 4},
        (40, 2),
        14,
        120,
        (1,),
    ),
    ("GlobalMaxPooling2D", (7, 5, 64), {}, (64,), 0, 0, (7, 5)),
    ("UpSampling2D", (7, 7, 64), {"size": (2, 3)}, (14, 21, 64), 0, 0, (1, 1)),
    ("Cropping2D", (28, 28, 1), {"cropping": ((1, 2), (3, 4))}, (25, 21, 1), 0, 0, (1, 1)),
    ("Embedding", (20,), {"input_dim": 1000, "output_dim": 16}, (20, 16), 16_000, 0, (1,)),
    ("LayerNormalization", (10, 64), {}, (10, 64), 128, 0, (1,)),
    ("BatchNormalization", (7, 7, 64), {"scale": False}, (7, 7, 64), 192, 0, (1, 1)),
    ("GroupNormalization", (7, 7, 64), {"groups": 8}, (7, 7, 64), 128, 0, (1, 1)),
    ("Dense", (10, 64), {"units": 32}, (10, 32), 2_080, 20_480, (1,)),
    ("Reshape", (784,), {"target_shape": (28, -1, 1)}, (28, 28, 1), 0, 0, None),
]


@pytest.mark.parametrize(("layer", "shape", "arguments", "output", "params", "macs", "field"), ROWS)
def test_one_layer(
    layer: str,
    shape: Any,
    arguments: dict[str, Any],
    output: Any,
    params: int,
    macs: int,
    field: Any,
) -> None:
    info = layer_info(layer, shape, **arguments)
    assert (info.output_shape, info.params, info.macs) == (output, params, macs)
    assert info.receptive_field == field


def test_wavenet_of_ten_dilations_sees_1024() -> None:
    stack = [
        describe("Conv1D", filters=1, kernel_size=2, padding="causal", dilation_rate=2**n)
        for n in range(10)
    ]
    totals = summarize(stack, (16_000, 1)).totals
    assert totals.receptive_field == (1024,)
    assert totals.output_shape == (16_000, 1)
    assert totals.params == 30


def test_lenet_5_of_1998_on_32() -> None:
    network = [
        describe("Conv2D", filters=6, kernel_size=5),
        describe("AveragePooling2D", pool_size=2),
        describe("Conv2D", filters=16, kernel_size=5),
        describe("AveragePooling2D", pool_size=2),
        describe("Conv2D", filters=120, kernel_size=5),
        describe("Flatten"),
        describe("Dense", units=84),
        describe("Dense", units=10),
    ]
    totals = summarize(network, (32, 32, 1)).totals
    assert totals.params == 61_706
    assert totals.receptive_field == (32, 32)
    assert totals.macs == 117_600 + 240_000 + 48_000 + 10_080 + 840


def test_vgg_16_of_cs231n() -> None:
    blocks = [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)]
    network = []
    for filters, count in blocks:
        convolution = describe("Conv2D", filters=filters, kernel_size=3, padding="same")
        network += [*[convolution] * count, describe("MaxPooling2D", pool_size=2)]
    dense = [describe("Dense", units=units) for units in (4096, 4096, 1000)]
    totals = summarize([*network, describe("Flatten"), *dense], (224, 224, 3)).totals
    assert totals.params == 138_357_544
    assert totals.receptive_field == (212, 212)
    # cs231n.github.io#88: the page's memory adds up to this, with the input and without Flatten.
    assert totals.activation_values == 15_237_608 + 7 * 7 * 512
