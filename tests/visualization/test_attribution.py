import warnings

import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest
from keras import layers
from matplotlib.contour import QuadContourSet

from digitzoo import (
    grad_cam,
    load_data,
    occlusion,
    plot_attribution,
    saliency,
    simple_cnn,
    small_dense,
)
from digitzoo.data import Split
from digitzoo.errors import InvalidArgumentError


@pytest.fixture(scope="module")
def images():
    return load_data("mnist", validation=0).test[:3]


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(0)
    return simple_cnn()


def drawn(ax):
    return [np.asarray(image.get_array()) for image in ax.images]


def test_each_image_has_a_row_and_each_method_a_panel(model, images, texts_inside):
    figure = plot_attribution(model, images, label=[7, 2, 3])
    assert len(figure.axes) == 3 * 4
    titles = [ax.get_title() for ax in figure.axes]
    assert titles[0] == "true 7\nevidence for 7"
    assert titles[8] == "true 1\nevidence for 3"
    assert titles[1] == "Grad-CAM, conv1"
    assert [title.split("\n")[0] for title in titles[2:4]] == ["saliency", "occlusion"]
    texts_inside(figure)


def test_what_is_drawn_is_what_was_worked_out(model, images):
    figure = plot_attribution(model, images, label=5)
    for number, (picture, cam, slope, cover) in enumerate(
        zip(*[iter(figure.axes)] * 4, strict=True)
    ):
        np.testing.assert_array_equal(drawn(picture)[0], images.images[number, ..., 0])
        np.testing.assert_array_equal(drawn(cam)[0], images.images[number, ..., 0])
        expected = [
            method(model, images.images, label=5)[number]
            for method in (grad_cam, saliency, occlusion)
        ]
        for ax, values in zip((cam, slope, cover), expected, strict=True):
            np.testing.assert_allclose(drawn(ax)[-1], values, atol=1e-6)
        low, high = cover.images[0].get_clim()
        assert -low == high == pytest.approx(np.abs(expected[2]).max())
        assert slope.images[0].get_clim() == pytest.approx((0, expected[1].max()))
        assert f"up to {expected[1].max():.2g}" in slope.get_title()
        assert f"{expected[2].min():.2g} to {expected[2].max():.2g}" in cover.get_title()
        # The more evidence, the less of the image shines through.
        alpha = cam.images[1].get_alpha()
        assert alpha[expected[0] == 0].max(initial=0) == 0
        assert alpha.max() == pytest.approx(0.8)


def test_no_positive_evidence_is_said_and_not_a_blank(images):
    head = np.zeros((2, 3))
    head[:, 0] = -1
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(2, 3, activation="relu", name="conv"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(3, activation="softmax"),
        ]
    )
    model.set_weights([np.ones((3, 3, 1, 2)), np.zeros(2), head, np.zeros(3)])
    figure = plot_attribution(model, images[:1], label=0)
    titles = [ax.get_title() for ax in figure.axes]
    assert titles[1] == "Grad-CAM, conv\nno positive evidence"
    assert titles[2].startswith("saliency\nup to")
    assert titles[3] == "occlusion\nno positive evidence"
    figure = plot_attribution(model, images[:1], label=1)  # nothing counts for this class
    assert [ax.get_title().split("\n")[1] for ax in figure.axes[1:]] == [
        "no positive evidence",
        "no pixel counts",
        "no positive evidence",
    ]


def test_a_network_without_convolutions_has_the_other_two(images):
    figure = plot_attribution(small_dense(), images[:1])
    assert [ax.get_title().split("\n")[0] for ax in figure.axes[1:]] == ["saliency", "occlusion"]
    with pytest.raises(InvalidArgumentError, match="has no convolution"):
        plot_attribution(small_dense(), images[:1], methods="grad_cam")


def test_methods_and_layers_are_chosen(images):
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(2, 3, name="one"),
            layers.Conv2D(2, 3, name="two"),
            layers.Flatten(),
            layers.Dense(3),
        ]
    )
    figure = plot_attribution(model, images.images[0], methods="grad_cam", layer="one", label=0)
    assert [ax.get_title().split("\n")[0] for ax in figure.axes] == [
        "evidence for 0",
        "Grad-CAM, one",
    ]
    with pytest.raises(InvalidArgumentError, match="Did you mean 'saliency'"):
        plot_attribution(model, images, methods=["salience"])
    with pytest.raises(InvalidArgumentError, match="no methods"):
        plot_attribution(model, images, methods=[])
    alike = plot_attribution(model, images.images[0], methods=["saliency"] * 4)
    assert len(alike.axes) == 2


def test_an_outline_for_gray_images_and_none_for_photos(model, images):
    def outlines(figure):
        return [
            sum(isinstance(child, QuadContourSet) for child in ax.get_children())
            for ax in figure.axes
        ]

    assert outlines(plot_attribution(model, images[:1])) == [0, 0, 1, 1]
    assert outlines(plot_attribution(model, np.zeros((1, 28, 28)))) == [0, 0, 0, 0]
    photos = np.random.default_rng(0).random((2, 12, 12, 3))
    keras.utils.set_random_seed(0)
    colours = keras.Sequential(
        [keras.Input((12, 12, 3)), layers.Conv2D(2, 3), layers.Flatten(), layers.Dense(3)]
    )
    figure = plot_attribution(colours, photos)
    assert outlines(figure) == [0] * 8
    np.testing.assert_allclose(drawn(figure.axes[4])[0], photos[1])


def test_class_names_and_their_limits(model, images, texts_inside):
    names = tuple(f"a class with a long name {number}" for number in range(10))
    named = Split(images.images, images.labels, names)
    figure = plot_attribution(model, named, methods="saliency")
    assert (
        figure.axes[0].get_title().replace("\n", " ").startswith("true a class with a long name 7")
    )
    texts_inside(figure)
    with pytest.raises(InvalidArgumentError, match="21 images are too many.*at most 20"):
        plot_attribution(model, np.zeros((21, 28, 28, 1), np.uint8))
    with pytest.raises(InvalidArgumentError, match="There are no images"):
        plot_attribution(model, images[:0])


def test_on_a_given_figure_and_in_a_dark_style(model, images, texts_inside):
    with plt.style.context("dark_background"):
        figure = plt.figure(figsize=(5, 2))
        assert plot_attribution(model, images[:1], figure=figure) is figure
        texts_inside(figure)
        assert tuple(figure.get_size_inches()) == (5, 2)


def test_titles_have_a_font_for_the_names_of_layers(images, korean):
    convolution = layers.Conv2D(2, 3, name=korean[1])
    model = keras.Sequential(
        [keras.Input((28, 28, 1)), convolution, layers.Flatten(), layers.Dense(10)]
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # matplotlib warns of a missing letter
        figure = plot_attribution(model, images, methods="grad_cam")
        figure.draw_without_rendering()
    assert korean[1] in figure.axes[1].get_title()
