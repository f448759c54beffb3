"""Pictures of what is inside: weights, kernels, feature maps."""

import warnings

import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest
from keras import layers

from digitzoo import (
    dense_baseline,
    plot_feature_maps,
    plot_kernels,
    plot_weight_histogram,
    simple_cnn,
)
from digitzoo.errors import DigitzooError, InvalidArgumentError, ShapeError
from digitzoo.inspection.layers import layer_kernels, layer_weights


def test_what_cannot_be_drawn_says_what_can(fashion_model, clothes):
    with pytest.raises(InvalidArgumentError, match=r"'dense1' has none.*: conv1, conv2"):
        plot_kernels(fashion_model, layer="dense1")
    with pytest.raises(InvalidArgumentError, match="'dense_baseline' has no kernels"):
        plot_kernels(dense_baseline(input_shape=(784,)))  # of what height is not known
    unbuilt = keras.Sequential([layers.Conv2D(2, 3)], name="unbuilt")
    with pytest.raises(InvalidArgumentError, match=r"model.build\(\(None, 28, 28, 1\)\)"):
        plot_kernels(unbuilt)
    with pytest.raises(InvalidArgumentError, match="'unbuilt' has no weights. It is not built"):
        plot_weight_histogram(unbuilt)
    with pytest.raises(InvalidArgumentError, match="Did you mean 'conv1'"):
        plot_weight_histogram(fashion_model, layers="conv11")
    with pytest.raises(InvalidArgumentError, match="7 models .* at most 6"):
        plot_kernels([fashion_model] * 7)
    with pytest.raises(InvalidArgumentError, match="no models"):
        plot_kernels([])
    with pytest.raises(ShapeError, match="Expected one image. Received 2"):
        plot_feature_maps(fashion_model, clothes.images[:2])
    with pytest.raises(InvalidArgumentError, match="These do: conv1"):
        plot_feature_maps(fashion_model, clothes.images[0], layers="output")
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


def test_a_built_model_is_not_told_to_be_built():
    with pytest.raises(InvalidArgumentError) as refused:
        plot_kernels(dense_baseline(input_shape=(784,)))
    assert "built" not in str(refused.value)
    empty = keras.Sequential([keras.Input((28, 28)), layers.Flatten()], name="empty")
    with pytest.raises(InvalidArgumentError, match=r"'empty' has no weights\.$"):
        plot_weight_histogram(empty)


def test_weights_are_read_without_a_warning(fashion_model):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        layer_weights(fashion_model)
        layer_kernels(fashion_model)


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


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("draw", [plot_weight_histogram, plot_kernels])
def test_names_of_layers_have_a_font_or_question_marks(draw):
    model = keras.Sequential([keras.Input((8, 8, 1)), layers.Conv2D(2, 3, name="\ue000층")])
    with pytest.warns(UserWarning, match="No font of this system has"):
        figure = draw(model)
    figure.draw_without_rendering()
    assert "?" in figure.axes[0].get_title()
