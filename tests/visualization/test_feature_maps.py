"""What each filter answers to one image."""

import keras
import matplotlib as mpl
import numpy as np
import pytest
from keras import layers

from digitzoo import (
    feature_maps,
    plot_feature_maps,
    plot_weight_histogram,
)
from digitzoo.errors import InvalidArgumentError


def test_maps_are_those_that_feature_maps_gives(fashion_model, clothes, texts_inside):
    figure = plot_feature_maps(fashion_model, clothes.images[0])
    image, first, second = figure.axes[:3]
    np.testing.assert_array_equal(image.images[0].get_array(), clothes.images[0, ..., 0])
    assert second.get_title() == "conv2: 64 maps of 14 x 14"
    maps = feature_maps(fashion_model, clothes.images[0])
    gap = 3  # a tenth of 28, at least one
    sheet = first.images[0].get_array()
    assert sheet.shape == (2 * 28 + gap, 16 * 28 + 15 * gap)
    np.testing.assert_allclose(sheet[-28:, :28], maps["conv1"][0, ..., 16])
    assert first.images[0].get_clim() == pytest.approx((maps["conv1"].min(), maps["conv1"].max()))
    texts_inside(figure)


def test_zero_is_seen_in_maps_with_and_without_a_relu(clothes):
    shape = (28, 28, 1)
    signed = layers.Conv2D(1, 1, kernel_initializer=keras.initializers.Constant(-2), name="signed")
    empty = layers.Conv2D(1, 1, activation="relu", name="empty")
    model = keras.Sequential([keras.Input(shape), signed, empty, layers.Flatten()])
    empty.set_weights([np.ones((1, 1, 1, 1)), np.zeros(1)])
    image = clothes.images[0]
    first, second = plot_feature_maps(model, image).axes[1:3]
    assert first.images[0].cmap.name == "RdBu_r"
    low, high = first.images[0].get_clim()
    assert -low == high == pytest.approx(2 * float(image.max()) / 255)
    assert second.images[0].cmap.name == "viridis"
    assert second.images[0].get_clim() == (0, 1)  # all answers are zero: all is dark
    own = plot_feature_maps(model, image, layers="signed", norm=mpl.colors.CenteredNorm())
    assert isinstance(own.axes[1].images[0].norm, mpl.colors.CenteredNorm)
    signed.set_weights([np.full((1, 1, 1, 1), np.nan), np.zeros(1)])
    with pytest.raises(InvalidArgumentError, match="'signed' gives numbers that are not finite"):
        plot_feature_maps(model, image)


def test_a_layer_by_name_and_the_users_options(fashion_model, clothes):
    figure = plot_feature_maps(
        fashion_model, clothes.images[0], layers="pool2", columns=8, cmap="magma"
    )
    ax = figure.axes[1]
    assert ax.get_title() == "pool2: 64 maps of 7 x 7"
    assert ax.images[0].cmap.name == "magma"
    assert [label.get_text() for label in ax.get_xticklabels()] == list("01234567")


def test_maps_have_a_limit_and_columns_are_one_or_more(fashion_model, clothes):
    wide = [layers.Conv2D(500, 1, name=name) for name in ("one", "two")]
    model = keras.Sequential([keras.Input((28, 28, 1)), *wide, layers.Conv2D(1200, 1, name="six")])
    some = "2,200 maps .* at most 1,024 .* Name some of the 3 layers, such as layers='one'"
    with pytest.raises(InvalidArgumentError, match=some):
        plot_feature_maps(model, clothes.images[0])
    with pytest.raises(InvalidArgumentError, match="1,200 maps .* Name another layer"):
        plot_feature_maps(model, clothes.images[0], layers="six")
    deep = [keras.Input((2,)), *(layers.Dense(2, name=f"d{n}") for n in range(37))]
    with pytest.raises(InvalidArgumentError, match=r"37 layers .* Name some, such as .*\['d0'\]"):
        plot_weight_histogram(keras.Sequential(deep))
    with pytest.raises(InvalidArgumentError, match="columns must be .* of 1 or above. Received -1"):
        plot_feature_maps(fashion_model, clothes.images[0], columns=-1)
    with pytest.raises(InvalidArgumentError, match="No layer is named"):
        plot_feature_maps(fashion_model, clothes.images[0], layers=[])


def test_each_map_on_its_own_scale_is_seen(fashion_model, clothes):
    image = clothes.images[0]
    maps = feature_maps(fashion_model, image, layers="conv1")["conv1"][0]
    figure = plot_feature_maps(fashion_model, image, layers="conv1", scale="each")
    sheet = figure.axes[1].images[0].get_array()
    assert figure.axes[1].images[0].get_clim() == (0, 1)
    assert figure.axes[2].get_ylabel().replace("\n", " ") == "part of each map's largest"
    tile = np.asarray(sheet[:28, :28])
    np.testing.assert_allclose(tile, maps[..., 0] / maps[..., 0].max(), rtol=1e-5)
