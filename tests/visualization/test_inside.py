"""Pictures of what is inside: weights, kernels, feature maps."""

import warnings

import keras
import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from keras import layers
from matplotlib.colors import CenteredNorm

from digitzoo import (
    dense_baseline,
    fashion_cnn,
    feature_maps,
    plot_feature_maps,
    plot_kernels,
    plot_samples,
    plot_weight_histogram,
    simple_cnn,
)
from digitzoo.errors import DigitzooError, InvalidArgumentError, ShapeError
from digitzoo.inspection.weights import layer_kernels, layer_weights
from digitzoo.visualization.mosaic import mosaic_columns, tile


def test_each_layer_has_a_histogram_of_all_its_weights(fashion_model, texts_inside):
    figure = plot_weight_histogram({"trained": fashion_model, "untrained": fashion_cnn()})
    titles = ["conv1: 288 weights", "conv2: 18,432 weights"]
    titles += ["dense1: 313,600 weights", "output: 1,000 weights"]
    assert [ax.get_title() for ax in figure.axes] == titles
    texts_inside(figure)
    weights = fashion_model.get_layer("conv1").get_weights()[0]
    legend = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert legend[0] == f"trained\nmean {weights.mean():z.3f}, sd {weights.std():.3f}"
    assert legend[1].startswith("untrained")


def test_bins_are_shared_and_counts_add_up(fashion_model):
    scaled = keras.models.clone_model(fashion_model)
    scaled.set_weights([3 * values for values in fashion_model.get_weights()])
    figure = plot_weight_histogram([fashion_model, scaled], "conv1", bins=20, histtype="bar")
    first, second = figure.axes[0].containers
    assert [patch.get_x() for patch in first] == [patch.get_x() for patch in second]
    assert sum(patch.get_height() for patch in first) == 288
    assert sum(patch.get_height() for patch in second) == 288
    labels = figure.axes[0].get_legend_handles_labels()[1]
    assert [label.split("\n")[0] for label in labels] == ["fashion_cnn 1", "fashion_cnn 2"]


def test_a_third_panel_leaves_no_empty_frame(fashion_model):
    figure = plot_weight_histogram(fashion_model, columns=3)
    assert [ax.axison for ax in figure.axes] == [True] * 4 + [False] * 2


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
    figure = plot_kernels(fashion_model, "conv2")
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
    own = plot_feature_maps(model, image, "signed", norm=mpl.colors.CenteredNorm())
    assert isinstance(own.axes[1].images[0].norm, mpl.colors.CenteredNorm)
    signed.set_weights([np.full((1, 1, 1, 1), np.nan), np.zeros(1)])
    with pytest.raises(InvalidArgumentError, match="'signed' gives numbers that are not finite"):
        plot_feature_maps(model, image)


def test_a_layer_by_name_and_the_users_options(fashion_model, clothes):
    figure = plot_feature_maps(fashion_model, clothes.images[0], "pool2", columns=8, cmap="magma")
    ax = figure.axes[1]
    assert ax.get_title() == "pool2: 64 maps of 7 x 7"
    assert ax.images[0].cmap.name == "magma"
    assert [label.get_text() for label in ax.get_xticklabels()] == list("01234567")


def test_what_cannot_be_drawn_says_what_can(fashion_model, clothes):
    with pytest.raises(InvalidArgumentError, match=r"'dense1' has none.*: conv1, conv2"):
        plot_kernels(fashion_model, "dense1")
    with pytest.raises(InvalidArgumentError, match="'dense_baseline' has no kernels"):
        plot_kernels(dense_baseline())
    unbuilt = keras.Sequential([layers.Conv2D(2, 3)], name="unbuilt")
    with pytest.raises(InvalidArgumentError, match=r"model.build\(\(None, 28, 28, 1\)\)"):
        plot_kernels(unbuilt)
    with pytest.raises(InvalidArgumentError, match="'unbuilt' has no weights. It is not built"):
        plot_weight_histogram(unbuilt)
    with pytest.raises(InvalidArgumentError, match="Did you mean 'conv1'"):
        plot_weight_histogram(fashion_model, "conv11")
    with pytest.raises(InvalidArgumentError, match="7 models .* at most 6"):
        plot_kernels([fashion_model] * 7)
    with pytest.raises(InvalidArgumentError, match="no models"):
        plot_kernels([])
    with pytest.raises(ShapeError, match="Expected one image. Received 2"):
        plot_feature_maps(fashion_model, clothes.images[:2])
    with pytest.raises(InvalidArgumentError, match="These do: conv1"):
        plot_feature_maps(fashion_model, clothes.images[0], "output")
    lost = simple_cnn()
    lost.set_weights([values * np.nan for values in lost.get_weights()])
    for plot in (plot_kernels, plot_weight_histogram):
        with pytest.raises(InvalidArgumentError, match="training was lost"):
            plot(lost)
    assert not plt.get_fignums()


@pytest.mark.parametrize(
    ("plot", "options", "words"),
    [
        (plot_kernels, {"columns": 0}, "columns must be a whole number of 1 or above"),
        (plot_weight_histogram, {"columns": -1}, "columns must be a whole number of 1 or above"),
        (plot_weight_histogram, {"bins": 0}, "bins must be a whole number of 1 or above"),
        (plot_weight_histogram, {"bins": 2.5}, "bins must be a whole number"),
        (plot_weight_histogram, {"layers": 9}, "has 8 layers, 0 to 7"),
        (plot_weight_histogram, {"layers": "pool1"}, "layer with weights"),
    ],
)
def test_numbers_that_cannot_be(fashion_model, plot, options, words):
    with pytest.raises(DigitzooError, match=words):
        plot(fashion_model, **options)
    assert not plt.get_fignums()


def test_maps_have_a_limit_and_columns_are_one_or_more(fashion_model, clothes):
    wide = [layers.Conv2D(300, 1, name=name) for name in ("one", "two")]
    model = keras.Sequential([keras.Input((28, 28, 1)), *wide, layers.Conv2D(600, 1, name="six")])
    some = "1,200 maps .* at most 512 .* Name some of the 3 layers, such as layers='one'"
    with pytest.raises(InvalidArgumentError, match=some):
        plot_feature_maps(model, clothes.images[0])
    with pytest.raises(InvalidArgumentError, match="600 maps .* Name another layer"):
        plot_feature_maps(model, clothes.images[0], "six")
    deep = [keras.Input((2,)), *(layers.Dense(2, name=f"d{n}") for n in range(37))]
    with pytest.raises(InvalidArgumentError, match=r"37 layers .* Name some, such as .*\['d0'\]"):
        plot_weight_histogram(keras.Sequential(deep))
    with pytest.raises(InvalidArgumentError, match="columns must be .* of 1 or above. Received -1"):
        plot_feature_maps(fashion_model, clothes.images[0], columns=-1)
    with pytest.raises(InvalidArgumentError, match="No layer is named"):
        plot_feature_maps(fashion_model, clothes.images[0], [])


def test_histograms_choose_layers_by_place_and_themselves(fashion_model):
    by_name = plot_weight_histogram(fashion_model, ["conv1", "output"])
    conv1 = fashion_model.get_layer("conv1")
    chosen = plot_weight_histogram(fashion_model, [conv1, -1])
    assert [ax.get_title() for ax in chosen.axes] == [ax.get_title() for ax in by_name.axes]
    place = fashion_model.layers.index(conv1)
    assert plot_weight_histogram(fashion_model, place).axes[0].get_title() == "conv1: 288 weights"


def test_a_built_model_is_not_told_to_be_built():
    with pytest.raises(InvalidArgumentError) as refused:
        plot_kernels(dense_baseline())
    assert "built" not in str(refused.value)
    empty = keras.Sequential([keras.Input((28, 28)), layers.Flatten()], name="empty")
    with pytest.raises(InvalidArgumentError, match=r"'empty' has no weights\.$"):
        plot_weight_histogram(empty)


def test_weights_are_read_without_a_warning(fashion_model):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        layer_weights(fashion_model)
        layer_kernels(fashion_model)


def test_tiles_hold_every_array_once():
    arrays = np.arange(17 * 2 * 3, dtype=float).reshape(17, 2, 3)
    sheet = tile(arrays, mosaic_columns(17))
    assert np.sort(sheet[np.isfinite(sheet)]).tolist() == list(range(17 * 6))


def test_dark_styles_show_through_between_the_tiles(fashion_model):
    with plt.style.context("dark_background"):
        figure = plot_kernels(fashion_model)
    figure.canvas.draw()
    assert figure.axes[0].get_facecolor()[:3] == (0, 0, 0)


@pytest.mark.parametrize("channels", [1, 3])
def test_one_filter_and_long_names_have_room(channels, texts_inside):
    shape = (28, 28, channels)
    conv = layers.Conv2D(1, 3, name="only")
    model = keras.Sequential([keras.Input(shape), conv, layers.Flatten(), layers.Dense(2)])
    names = ["a very long name for one of the models that is compared", "b"]
    figure = plot_kernels(dict.fromkeys(names, model))
    assert figure.axes[0].get_title().replace("\n", " ").startswith(names[0])
    texts_inside(figure)
    texts_inside(plot_feature_maps(model, np.zeros(shape)))
    figure = plot_weight_histogram(dict.fromkeys(names, model))
    legend = figure.axes[0].get_legend().get_texts()[0].get_text()
    assert legend.replace("\n", " ").startswith(names[0])
    texts_inside(figure)


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


@pytest.mark.parametrize("options", [{}, {"density": True, "log": True}])
def test_legends_stand_above_all_bars(fashion_model, options):
    names = [f"a rather long name of the model with number {number}" for number in range(6)]
    models = dict.fromkeys(names, fashion_model)
    figure = plot_weight_histogram(models, ["conv1", "output"], **options)
    figure.canvas.draw()
    for ax in figure.axes:
        highest = max(patch.get_path().vertices[:, 1].max() for patch in ax.patches)
        top = ax.transData.transform((0, highest))[1]
        legend = ax.get_legend().get_window_extent()
        assert legend.y0 > top
        assert legend.y1 < ax.get_window_extent().y1
        assert top - ax.get_window_extent().y0 > 1.2 * figure.dpi


@pytest.mark.filterwarnings("error")
def test_a_grid_and_histograms_share_a_figure(digits, texts_inside):
    whole = plt.figure(figsize=(11, 4.5))
    left, right = whole.subfigures(1, 2)
    plot_samples(digits[:4], figure=left)
    models = {"trained": simple_cnn(), "untrained": simple_cnn()}
    plot_weight_histogram(models, figure=right)
    texts_inside(whole)
    assert right.axes[1].get_title() == "dense1:\n589,824 weights"
    for ax in right.axes:
        legend, panel = ax.get_legend().get_window_extent(), ax.get_window_extent()
        assert panel.x0 <= legend.x0 < legend.x1 <= panel.x1
        assert panel.width > 100


def test_histograms_keep_their_names_and_take_short_ones(fashion_model):
    models = {"a": fashion_model, "b": fashion_model}
    with pytest.raises(InvalidArgumentError, match="its model's name.*Received label='x'"):
        plot_weight_histogram(models, "conv1", label="x")
    for name, value in (("lw", 3), ("linewidth", 3)):
        (patch, *_) = plot_weight_histogram(models, "conv1", **{name: value}).axes[0].patches
        assert patch.get_linewidth() == 3
    (patch, *_) = plot_weight_histogram(fashion_model, "conv1", color="red").axes[0].patches
    assert patch.get_facecolor() == (1, 0, 0, 1)


def test_legends_stand_above_the_bars_of_a_small_figure(fashion_model):
    models = {"trained": fashion_model, "untrained": fashion_model}
    figure = plot_weight_histogram(models, figure=plt.figure(figsize=(5, 3.5)))
    figure.draw_without_rendering()
    for ax in figure.axes:
        highest = max(patch.get_path().vertices[:, 1].max() for patch in ax.patches)
        top = ax.transData.transform((0, highest))[1]
        assert ax.get_legend().get_window_extent().y0 > top


def test_a_title_of_kernels_fits_a_small_figure(fashion_model):
    figure = plot_kernels(fashion_model, "conv2", figure=plt.figure(figsize=(5, 3.5)))
    figure.draw_without_rendering()
    title, bar = figure.axes[0].title.get_window_extent(), figure.axes[1].get_window_extent()
    assert 0 <= title.x0 < title.x1 <= bar.x0


def test_too_many_kernels_say_what_to_do():
    model = keras.Sequential([keras.Input((8, 8, 129)), layers.Conv2D(128, 1, name="wide")])
    with pytest.raises(InvalidArgumentError, match="Choose a layer with fewer channels"):
        plot_kernels(model)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("draw", [plot_weight_histogram, plot_kernels])
def test_names_of_layers_have_a_font_or_question_marks(draw):
    model = keras.Sequential([keras.Input((8, 8, 1)), layers.Conv2D(2, 3, name="\ue000층")])
    with pytest.warns(UserWarning, match="No font of this system has"):
        figure = draw(model)
    figure.draw_without_rendering()
    assert "?" in figure.axes[0].get_title()
