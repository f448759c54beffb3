"""The kernels of a convolution."""

import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest
from keras import layers
from matplotlib.colors import CenteredNorm

from digitzoo import fashion_cnn, plot_kernels, small_dense, softmax_regression
from digitzoo.errors import InvalidArgumentError
from digitzoo.inspection.layers import layer_kernels
from digitzoo.visualization.images import mosaic_columns


def test_kernels_share_one_scale_around_zero(fashion_model):
    larger = keras.models.clone_model(fashion_model)
    larger.set_weights([2 * values for values in fashion_model.get_weights()])
    figure = plot_kernels({"trained": larger, "untrained": fashion_model})
    weights = larger.get_layer("conv1").get_weights()[0]
    limit = np.abs(weights).max()
    first, second = figure.axes[:2]
    for ax in (first, second):
        np.testing.assert_allclose(ax.images[0].get_clim(), (-limit, limit))
        assert ax.images[0].cmap.name == "RdBu_r"
    assert first.get_title() == "trained, conv1: 32 kernels of 3 x 3"
    sheet = first.images[0].get_array()
    assert sheet.shape == (2 * 4 - 1, 16 * 4 - 1)
    np.testing.assert_allclose(sheet[:3, 4:7], weights[..., 0, 1])
    np.testing.assert_allclose(sheet[4:7, :3], weights[..., 0, 16])
    assert sheet.mask[3].all()
    assert [label.get_text() for label in first.get_yticklabels()] == ["0", "16"]


def test_a_few_large_weights_do_not_make_the_others_pale(fashion_model):
    kernels, *others = fashion_model.get_weights()
    usual = float(np.quantile(np.abs(kernels), 0.95))
    kernels = kernels.copy()
    kernels[0, 0, 0, :2] = [4, -4]
    model = fashion_cnn()
    model.set_weights([kernels, *others])
    figure = plot_kernels({"trained": model, "untrained": fashion_model})
    *panels, bar = figure.axes
    limit = panels[0].images[0].get_clim()[1]
    assert usual <= limit < 1.1 * usual
    assert {panel.images[0].get_clim() for panel in panels} == {(-limit, limit)}
    both = np.concatenate([kernels.ravel(), fashion_model.get_weights()[0].ravel()])
    share = (np.abs(both) > limit).mean()
    assert bar.get_ylabel() == f"weight\n({100 * share:.1f} % beyond)"
    assert panels[-1].images[0].colorbar.extend == "both"
    assert panels[0].images[0].get_array().max() == 4  # and the numbers are as they were


def test_limits_and_norms_of_the_user_are_taken(fashion_model):
    figure = plot_kernels(fashion_model, vmin=-0.01, vmax=5)
    assert figure.axes[0].images[0].get_clim() == (-0.01, 5)
    assert "% beyond" in figure.axes[-1].get_ylabel()
    assert figure.axes[0].images[0].colorbar.extend == "min"
    figure = plot_kernels(fashion_model, norm=CenteredNorm())
    assert figure.axes[-1].get_ylabel() == "weight"


def test_deeper_kernels_have_a_row_for_each_channel(fashion_model, texts_inside):
    figure = plot_kernels(fashion_model, layer="conv2")
    ax = figure.axes[0]
    weights = fashion_model.get_layer("conv2").get_weights()[0]
    sheet = ax.images[0].get_array()
    assert sheet.shape == (32 * 4 - 1, 64 * 4 - 1)
    np.testing.assert_allclose(sheet[4 * 5 : 4 * 5 + 3, 4 * 7 : 4 * 7 + 3], weights[..., 5, 7])
    assert ax.get_title() == "fashion_cnn, conv2: 64 kernels of 3 x 3 x 32 channels"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("filter", "input channel")
    assert [label.get_text() for label in ax.get_yticklabels()][:3] == ["0", "2", "4"]
    texts_inside(figure)


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (layers.DepthwiseConv2D(3, depth_multiplier=2), (3, 3, 1, 8)),
        (layers.SeparableConv2D(5, (3, 2)), (3, 2, 1, 4)),
        (layers.Conv2DTranspose(5, 3), (3, 3, 4, 5)),
    ],
)
def test_kernels_of_every_kind_of_convolution(layer, shape):
    model = keras.Sequential([keras.Input((8, 8, 4)), layer])
    name, kernels = layer_kernels(model)
    assert (name, kernels.shape) == (layer.name, shape)
    assert len(plot_kernels(model).axes[0].images) == 1


def test_turned_kernels_are_those_keras_uses():
    model = keras.Sequential([keras.Input((1, 1, 2)), layers.Conv2DTranspose(3, 2)])
    answer = model.predict_on_batch(np.array([[[[0, 1]]]], np.float32))
    np.testing.assert_allclose(answer[0], layer_kernels(model)[1][:, :, 1], atol=1e-6)


def test_a_series_has_kernels_of_one_row():
    model = keras.Sequential([keras.Input((20, 1)), layers.Conv1D(4, 5)])
    assert layer_kernels(model)[1].shape == (1, 5, 1, 4)


def test_dark_styles_show_through_between_the_tiles(fashion_model):
    with plt.style.context("dark_background"):
        figure = plot_kernels(fashion_model)
    figure.canvas.draw()
    assert figure.axes[0].get_facecolor()[:3] == (0, 0, 0)


def test_the_first_picture_is_as_the_second(fashion_model):
    with plt.style.context("ggplot"):
        figure = plot_kernels(fashion_model)
        places = []
        for _ in range(2):
            figure.draw_without_rendering()
            box = figure.get_tightbbox()
            places.append([ax.get_position().bounds for ax in figure.axes])
            assert 0 <= box.x0 < box.x1 <= figure.get_figwidth()
    np.testing.assert_allclose(places[0], places[1], atol=0.002)


def test_a_title_of_kernels_fits_a_small_figure(fashion_model):
    figure = plot_kernels(fashion_model, layer="conv2", figure=plt.figure(figsize=(5, 3.5)))
    figure.draw_without_rendering()
    title, bar = figure.axes[0].title.get_window_extent(), figure.axes[1].get_window_extent()
    assert 0 <= title.x0 < title.x1 <= bar.x0


def test_too_many_kernels_say_what_to_do():
    model = keras.Sequential([keras.Input((8, 8, 129)), layers.Conv2D(128, 1, name="wide")])
    with pytest.raises(InvalidArgumentError, match="Choose a layer with fewer channels"):
        plot_kernels(model)


def test_a_dense_layer_on_the_pixels_is_drawn_as_images(texts_inside):
    model = softmax_regression(input_shape=(5, 4, 1))
    kernel = model.get_layer("output").get_weights()[0]
    figure = plot_kernels(model)
    ax = figure.axes[0]
    assert ax.get_title() == "softmax_regression, output: 10 units of 5 x 4 weights"
    sheet = ax.images[0].get_array()
    across = mosaic_columns(10)
    for unit in (0, 3, 9):
        top, left = 6 * (unit // across), 5 * (unit % across)
        drawn = sheet[top : top + 5, left : left + 4]
        np.testing.assert_array_equal(drawn, kernel[:, unit].reshape(5, 4))
    texts_inside(figure)
    assert plot_kernels(small_dense(), layer="dense1").axes[0].get_title().startswith("small_dense")


def test_what_a_dense_layer_says_of_an_image_is_the_sum_of_its_picture():
    model = softmax_regression(input_shape=(6, 6, 3), num_classes=4)
    image = np.random.default_rng(0).random((1, 6, 6, 3), np.float32)
    _, kernels = layer_kernels(model, dense=True)
    logits = (image[0, ..., np.newaxis] * kernels).sum(axis=(0, 1, 2))
    powers = np.exp(logits)
    np.testing.assert_allclose(model.predict_on_batch(image)[0], powers / powers.sum(), atol=1e-5)


@pytest.mark.parametrize(
    "before",
    [
        [layers.Dense(16, name="first"), layers.Flatten()],
        [layers.Permute((2, 1, 3)), layers.Flatten()],
        [layers.GlobalAveragePooling2D()],
    ],
)
def test_a_dense_layer_that_sees_no_pixels_in_their_order_has_no_picture(before):
    model = keras.Sequential([keras.Input((4, 4, 1)), *before, layers.Dense(3)])
    with pytest.raises(InvalidArgumentError, match="or of a dense layer that takes the pixels"):
        plot_kernels(model)


def test_a_dense_layer_further_in_names_those_with_pictures():
    with pytest.raises(InvalidArgumentError, match="These layers have some: dense1"):
        plot_kernels(small_dense(), layer="dense2")


def test_images_without_a_channel_axis_have_units_too():
    lesson = [keras.Input((5, 4)), layers.Flatten(), layers.Dropout(0.2), layers.Dense(3)]
    _, kernels = layer_kernels(keras.Sequential(lesson), dense=True)
    assert kernels.shape == (5, 4, 1, 3)


def test_in_a_wide_figure_kernels_fill_it_and_models_stand_beside_each_other(fashion_model):
    models = {"trained": fashion_model, "untrained": fashion_model}
    figure = plt.figure(figsize=(12, 2.5))
    plot_kernels(models, figure=figure)
    figure.draw_without_rendering()
    first, second, bar = figure.axes
    left, right, scale = (ax.get_window_extent() for ax in (first, second, bar))
    assert left.x1 <= right.x0
    assert left.width + right.width > 0.7 * figure.bbox.width
    assert scale.x0 - right.x1 < 0.06 * figure.bbox.width
