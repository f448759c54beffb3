"""What Keras takes as an argument is taken here: numbers of NumPy, lists, capitals, open sizes."""

from typing import Any

import keras
import numpy as np
import pytest

from digitzoo.formulas import conv_output_size, layer_info, layers, summarize

IMAGE = (28, 28, 1)


def test_numbers_of_numpy_are_numbers() -> None:
    one, three = np.int64(1), np.int32(3)
    assert conv_output_size(np.int64(28), three, strides=np.int8(2), padding=one) == 14
    info = layer_info(
        "Conv2D",
        (np.int64(28), 28, one),
        filters=np.int64(32),
        kernel_size=(three, three),
        dilation_rate=one,
        groups=one,
    )
    assert (info.output_shape, info.params) == ((26, 26, 32), 320)
    assert all(type(size) is int for size in info.output_shape)
    assert layer_info("GroupNormalization", (4, 6), groups=three, axis=np.int64(-1)).params == 12
    assert layer_info("BatchNormalization", (4, 6), axis=np.int64(1)).params == 16
    assert layer_info("PReLU", (4, 6), shared_axes=one).params == 6
    assert layer_info("PReLU", (4, 6), shared_axes=[one, 2]).params == 1
    assert layer_info("Reshape", (4, 6), target_shape=[np.int64(-1), three]).output_shape == (8, 3)
    assert summarize([layers.Dense(three)], (np.int64(4),)).totals.params == 15


def test_lists_stand_for_tuples() -> None:
    info = layer_info(
        "Conv2D",
        [28, 28, 1],
        filters=8,
        kernel_size=[3, 5],
        strides=[2, 1],
        padding=[[1, 0], [0, 1]],
    )
    assert info.output_shape == (14, 25, 8)
    assert info.padding == ((1, 0), (0, 1))
    assert layer_info("Permute", [2, 3, 4], dims=[3, 1, 2]).output_shape == (4, 2, 3)
    assert layer_info("UpSampling2D", [2, 3, 4], size=[3, 2]).output_shape == (6, 6, 4)


@pytest.mark.parametrize(
    ("layer", "shape", "arguments"),
    [
        ("MaxPooling2D", (7, 7, 3), {"pool_size": 3, "strides": None}),
        ("Conv1D", (7, 2), {"filters": 1, "kernel_size": 3, "padding": "CAUSAL"}),
        ("MaxPooling2D", (8, 8, None), {}),
        ("GlobalMaxPooling2D", (8, None, None), {"keepdims": True}),
        ("ZeroPadding2D", (None, 8, None), {}),
        ("UpSampling2D", (8, 8, None), {}),
        ("Conv2D", (None, 28, 3), {"filters": 2, "kernel_size": 3, "padding": "same"}),
        ("Conv2DTranspose", (None, None, 3), {"filters": 1, "kernel_size": 3, "strides": 2}),
        ("Flatten", (None, 3), {}),
        ("Flatten", (), {}),
        ("Flatten", (3, 4, 5), {"data_format": "channels_first"}),
        ("Reshape", (None, 4), {"target_shape": (-1, 2)}),
        ("Dense", (5, 7, 3), {"units": 4}),
        ("Dense", (2, None, 7, 3), {"units": 4}),
        ("LayerNormalization", (10, 8), {"axis": [-2, -1]}),
        ("Embedding", (10,), {"input_dim": 100, "output_dim": 8}),
        ("LeakyReLU", (10,), {"negative_slope": 0.1}),
        ("SeparableConv2D", (9, 9, 3), {"filters": 2, "kernel_size": 3, "strides": 2}),
    ],
)
def test_open_sizes_capitals_and_ranks_give_what_keras_gives(
    layer: str, shape: Any, arguments: dict[str, Any]
) -> None:
    theirs = getattr(keras.layers, layer)(**arguments)
    info = layer_info(layer, shape, **arguments)
    assert info.output_shape == tuple(theirs.compute_output_shape((None, *shape)))[1:]
    theirs.build((None, *shape))
    assert info.params == theirs.count_params()


@pytest.mark.filterwarnings("ignore:Argument `(alpha|input_length)`:UserWarning")
@pytest.mark.parametrize(
    ("layer", "shape", "arguments"),
    [
        ("LeakyReLU", (10,), {"alpha": 0.2}),
        ("Embedding", (10,), {"input_dim": 9, "output_dim": 2, "input_length": 10}),
    ],
)
def test_names_of_keras_2_that_keras_3_takes(
    layer: str, shape: Any, arguments: dict[str, Any]
) -> None:
    getattr(keras.layers, layer)(**arguments)
    assert layer_info(layer, shape, **arguments).known


def test_a_layer_that_is_not_trained() -> None:
    frozen = layer_info("BatchNormalization", (7, 7, 64), trainable=False)
    assert (frozen.trainable_params, frozen.non_trainable_params) == (0, 256)
    trained = layer_info("BatchNormalization", (7, 7, 64))
    assert (trained.trainable_params, trained.non_trainable_params) == (128, 128)
