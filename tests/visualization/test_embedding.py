import re
import warnings

import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex

from digitzoo import load_data, plot_attribution, plot_embedding, predict, simple_cnn
from digitzoo.data import Split
from digitzoo.data.classes import number_names
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError
from digitzoo.inspection import embed


@pytest.fixture(scope="module")
def images():
    return load_data("mnist", validation=0).test[:70]


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(0)
    return simple_cnn()


def entries(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def test_every_image_stands_where_its_class_says(model, images, texts_inside):
    ax = plot_embedding(model, images)
    found = embed(model, images)
    *classes, rings = ax.collections
    assert len(classes) == 10
    for label, signs in enumerate(classes):
        np.testing.assert_allclose(signs.get_offsets(), found.points[images.labels == label])
    wrong = images.labels != predict(model, images).label
    np.testing.assert_allclose(rings.get_offsets(), found.points[wrong])
    assert entries(ax) == [*"0123456789", f"wrong: {wrong.sum()}"]
    assert len({to_hex(signs.get_facecolor()[0]) for signs in classes}) == 10
    texts_inside(ax.figure)


def test_the_axes_say_how_much_they_show(model, images):
    ax = plot_embedding(model, images, layer="dense1")
    first, second = embed(model, images, layer="dense1").explained_variance_ratio
    assert ax.get_xlabel() == f"first direction, {100 * first:.1f} % of the variance"
    assert ax.get_ylabel() == f"second direction, {100 * second:.1f} % of the variance"
    assert ax.get_title() == "dense1 of simple_cnn, 70 images"


def test_t_sne_has_axes_that_mean_nothing(model, images):
    ax = plot_embedding(model, images, method="tsne", seed=3)
    assert ax.get_xlabel().startswith("t-SNE: what is near is alike")
    assert ax.get_ylabel() == ""
    found = embed(model, images, method="tsne", seed=3).points[images.labels == 7]
    np.testing.assert_allclose(ax.collections[7].get_offsets(), found)


def test_without_labels_signs_are_what_the_model_says(model, images):
    ax = plot_embedding(model, images.images)
    said = predict(model, images).label
    assert entries(ax) == [str(label) for label in np.unique(said)]
    assert ax.get_legend().get_title().get_text() == "said"
    assert [len(signs.get_offsets()) for signs in ax.collections] == list(
        np.bincount(said)[np.unique(said)]
    )


def test_class_names_stand_in_the_legend(model, images, texts_inside):
    names = tuple(f"the class of {number}" for number in range(10))
    ax = plot_embedding(model, Split(images.images, images.labels, names))
    assert entries(ax)[:10] == list(names)
    texts_inside(ax.figure)
    box = ax.get_legend().get_window_extent()
    assert box.x1 <= ax.figure.bbox.x1
    assert box.x0 >= ax.get_window_extent().x1  # beside, and over no point


def test_on_given_axes_with_scatters_options_in_a_dark_style(model, images):
    with plt.style.context("dark_background"):
        _, ax = plt.subplots()
        assert plot_embedding(model, images, ax=ax, s=7, alpha=0.5) is ax
        assert ax.collections[0].get_sizes().tolist() == [7]
        assert ax.collections[0].get_alpha() == 0.5
        assert to_hex(ax.collections[-1].get_edgecolor()[0]) == "#ffffff"
        on_dark = [sum(signs.get_facecolor()[0][:3]) for signs in ax.collections[:-1]]
        assert min(on_dark) > 1.5  # dark red and purple are lost on black
    *classes, _ = plot_embedding(model, images).collections
    assert min(sum(signs.get_facecolor()[0][:3]) for signs in classes) < 1


@pytest.mark.parametrize("plot", [plot_embedding, plot_attribution])
def test_one_unit_without_a_sigmoid_is_refused_as_predict_refuses_it(images, plot):
    heads = [keras.layers.Dense(4), keras.layers.Dense(1, activation="relu")]
    model = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten(), *heads])
    with pytest.raises(InvalidArgumentError) as refused:
        predict(model, images)
    with pytest.raises(InvalidArgumentError, match=re.escape(str(refused.value))):
        plot(model, images[:9])
    assert not plt.get_fignums()


def test_a_lost_model_is_told(images):
    lost = simple_cnn()
    lost.set_weights([values * np.nan for values in lost.get_weights()])
    with pytest.raises(InvalidArgumentError, match="not finite: its training was lost"):
        plot_embedding(lost, images)


def test_how_many(model, images):
    many = np.zeros((10_001, 28, 28, 1), np.uint8)
    with pytest.raises(InvalidArgumentError, match="10,001 images are too many.*at most 10,000"):
        plot_embedding(model, many)
    with pytest.raises(InvalidArgumentError, match="There are no images"):
        plot_embedding(model, images[:0])
    with pytest.raises(ArgumentTypeError, match="ax must be"):
        plot_embedding(model, images, ax=3)


def test_in_a_grid_the_legend_stays_off_the_neighbour(model, images):
    figure, axes = plt.subplots(2, 2, figsize=(9, 6), layout="constrained")
    ax = plot_embedding(model, images, ax=axes[0, 0])
    figure.draw_without_rendering()
    legend = ax.get_legend().get_window_extent()
    for other in axes.ravel()[1:]:
        assert not legend.overlaps(other.get_tightbbox())


def test_of_many_classes_the_signs_tell(images):
    keras.utils.set_random_seed(0)
    ax = plot_embedding(
        simple_cnn(num_classes=100), Split(images.images, np.arange(70), number_names(100))
    )
    assert [entry.split(":")[0] for entry in entries(ax)] == ["wrong"]
    assert ax.get_legend().get_title().get_text() == "sign: class"
    assert ax.get_window_extent().width > 0.6 * ax.figure.bbox.width


def test_scatters_options_under_any_of_their_names(model, images):
    for options in ({"c": "red", "lw": 2}, {"color": "red", "linewidths": 2}):
        first = plot_embedding(model, images, **options).collections[0]
        assert to_hex(first.get_facecolor()[0]) == "#ff0000"
        assert first.get_linewidth() == [2]


def test_signs_grow_with_the_type(model, images):
    sizes = []
    for size in (10, 20):
        with plt.rc_context({"font.size": size}):
            ax = plot_embedding(model, images)
        handle = ax.get_legend().legend_handles[0]
        sizes.append((ax.collections[0].get_sizes()[0] ** 0.5, handle.get_markersize()))
    assert sizes[1] == pytest.approx((2 * sizes[0][0], 2 * sizes[0][1]))


def test_a_title_has_a_font_for_its_name(images, korean):
    flat = [keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(10)]
    model = keras.Sequential(flat, name=korean[1])
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # matplotlib warns of a missing letter
        ax = plot_embedding(model, images)
        ax.figure.draw_without_rendering()
    assert korean[1] in ax.get_title()


def test_a_title_with_dollars_is_no_formula(images):
    layers = [keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(10)]
    model = keras.Sequential(layers)
    model.name = "a$_$c"
    ax = plot_embedding(model, images)
    ax.figure.draw_without_rendering()
    assert not ax.title.get_parse_math()


class EndsInOps(keras.Model):
    """Ends in an operation that is no layer, so that its logits are not to be had."""

    def __init__(self):
        super().__init__()
        self.flat, self.hidden = keras.layers.Flatten(), keras.layers.Dense(8, name="hidden")
        self.out = keras.layers.Dense(10)

    def call(self, inputs):
        return keras.ops.softmax(self.out(self.hidden(self.flat(inputs))))


def test_what_the_model_says_needs_no_logits(images):
    model = EndsInOps()
    said = np.argmax(model(images.images.astype("float32") / 255), axis=1)
    ax = plot_embedding(model, images, layer="hidden")
    assert f"wrong: {np.count_nonzero(said != images.labels):,}" in entries(ax)
