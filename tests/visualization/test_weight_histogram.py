"""How the weights of each layer are spread."""

import keras
import matplotlib.pyplot as plt
import pytest

from digitzoo import (
    fashion_cnn,
    plot_samples,
    plot_weight_histogram,
    simple_cnn,
)
from digitzoo.errors import InvalidArgumentError


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
    figure = plot_weight_histogram([fashion_model, scaled], layers="conv1", bins=20, histtype="bar")
    first, second = figure.axes[0].containers
    assert [patch.get_x() for patch in first] == [patch.get_x() for patch in second]
    assert sum(patch.get_height() for patch in first) == 288
    assert sum(patch.get_height() for patch in second) == 288
    labels = figure.axes[0].get_legend_handles_labels()[1]
    assert [label.split("\n")[0] for label in labels] == ["fashion_cnn 1", "fashion_cnn 2"]


def test_a_third_panel_leaves_no_empty_frame(fashion_model):
    figure = plot_weight_histogram(fashion_model, columns=3)
    assert len(figure.axes) == 4


def test_histograms_choose_layers_by_place_and_themselves(fashion_model):
    by_name = plot_weight_histogram(fashion_model, layers=["conv1", "output"])
    conv1 = fashion_model.get_layer("conv1")
    chosen = plot_weight_histogram(fashion_model, layers=[conv1, -1])
    assert [ax.get_title() for ax in chosen.axes] == [ax.get_title() for ax in by_name.axes]
    place = fashion_model.layers.index(conv1)
    assert (
        plot_weight_histogram(fashion_model, layers=place).axes[0].get_title()
        == "conv1: 288 weights"
    )


@pytest.mark.parametrize("options", [{}, {"density": True, "log": True}])
def test_legends_stand_above_all_bars(fashion_model, options):
    names = [f"a rather long name of the model with number {number}" for number in range(6)]
    models = dict.fromkeys(names, fashion_model)
    figure = plot_weight_histogram(models, layers=["conv1", "output"], **options)
    figure.canvas.draw()
    for ax in figure.axes:
        highest = max(patch.get_path().vertices[:, 1].max() for patch in ax.patches)
        top = ax.transData.transform((0, highest))[1]
        legend = ax.get_legend().get_window_extent()
        assert legend.y0 > top
        assert legend.y1 < ax.title.get_window_extent().y0
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
    with pytest.raises(InvalidArgumentError, match="come from a dict.*Received label='x'"):
        plot_weight_histogram(models, layers="conv1", label="x")
    for name, value in (("lw", 3), ("linewidth", 3)):
        (patch, *_) = plot_weight_histogram(models, layers="conv1", **{name: value}).axes[0].patches
        assert patch.get_linewidth() == 3
    (patch, *_) = plot_weight_histogram(fashion_model, layers="conv1", color="red").axes[0].patches
    assert patch.get_facecolor() == (1, 0, 0, 1)


def test_legends_stand_above_the_bars_of_a_small_figure(fashion_model):
    models = {"trained": fashion_model, "untrained": fashion_model}
    figure = plot_weight_histogram(models, figure=plt.figure(figsize=(5, 3.5)))
    figure.draw_without_rendering()
    for ax in figure.axes:
        highest = max(patch.get_path().vertices[:, 1].max() for patch in ax.patches)
        top = ax.transData.transform((0, highest))[1]
        assert ax.get_legend().get_window_extent().y0 > top
