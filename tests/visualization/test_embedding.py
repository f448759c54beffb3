import itertools
import re
import warnings

import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.offsetbox import AnnotationBbox

from digitzoo import load_data, plot_attribution, plot_embedding, predict, simple_cnn
from digitzoo.data import Split
from digitzoo.data.classes import number_names
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError
from digitzoo.inspection import embed
from digitzoo.visualization.colours import class_colour


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
    *classes, crosses = ax.collections
    assert len(classes) == 10
    wrong = images.labels != predict(model, images).label
    for label, dots in enumerate(classes):
        right = found.points[(images.labels == label) & ~wrong]
        np.testing.assert_allclose(dots.get_offsets(), right)
    np.testing.assert_allclose(crosses.get_offsets(), found.points[wrong])
    colours = [to_hex(classes[label].get_facecolor()[0]) for label in images.labels[wrong]]
    assert [to_hex(colour) for colour in crosses.get_edgecolor()] == colours
    assert entries(ax) == [*"0123456789", f"wrong: {wrong.sum()}"]
    assert len({to_hex(dots.get_facecolor()[0]) for dots in classes}) == 10
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
    found = embed(model, images, method="tsne", seed=3).points
    drawn = np.concatenate([dots.get_offsets() for dots in ax.collections])
    np.testing.assert_allclose(np.sort(drawn, axis=0), np.sort(found, axis=0))


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


def test_many_classes_have_no_legend(images):
    keras.utils.set_random_seed(0)
    ax = plot_embedding(
        simple_cnn(num_classes=100), Split(images.images, np.arange(70), number_names(100))
    )
    assert [entry.split(":")[0] for entry in entries(ax)] == ["wrong"]
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


def test_names_stand_where_most_of_a_class_is_and_none_over_another(model, images):
    ax = plot_embedding(model, images)
    found = embed(model, images)
    ax.figure.draw_without_rendering()
    assert ax.texts
    for text in ax.texts:
        middle = np.median(found.points[images.labels == int(text.get_text())], axis=0)
        np.testing.assert_allclose(text.get_position(), middle)
    boxes = [text.get_window_extent() for text in ax.texts]
    assert not any(one.overlaps(other) for one, other in itertools.combinations(boxes, 2))


def test_an_untrained_network_makes_no_heap_of_rings(model, images):
    *classes, crosses = plot_embedding(model, images).collections
    paper = plt.rcParams["text.color"]
    assert paper not in {to_hex(colour) for colour in crosses.get_edgecolor()}
    assert all(dots.get_linewidth() == [0] for dots in classes)


@pytest.mark.parametrize("channels", [1, 3])
def test_thumbnails_are_images_in_the_colour_of_their_class(images, channels):
    pictures = np.repeat(images.images, channels, axis=-1)
    flat = [keras.Input((28, 28, channels)), keras.layers.Flatten(), keras.layers.Dense(10)]
    coloured = keras.Sequential([*flat[:2], keras.layers.Dense(5, name="hidden"), flat[2]])
    ax = plot_embedding(coloured, Split(pictures, images.labels), thumbnails=True)
    boxes = [child for child in ax.get_children() if isinstance(child, AnnotationBbox)]
    assert 5 < len(boxes) <= 70
    found = embed(coloured, pictures).points
    ax.figure.canvas.draw()
    for box in boxes:
        index = int(np.abs(found - box.xy).sum(axis=1).argmin())
        pixels = box.offsetbox.get_data()
        if channels == 1:
            np.testing.assert_allclose(pixels[..., 3], images.images[index, ..., 0] / 255)
            assert to_hex(pixels[0, 0, :3]) == class_colour(images.labels[index])
    extents = [box.get_window_extent() for box in boxes]
    middles = np.array([(box.x0 + box.x1, box.y0 + box.y1) for box in extents]) / 2
    apart = np.abs(middles[:, None] - middles).max(axis=-1)[np.triu_indices(len(boxes), 1)]
    assert apart.min() > 0.7 * extents[0].width
