"""Pictures of models that are not of the zoo's make: what they take is what is drawn."""

import keras
import numpy as np
import pytest
from keras import layers

from digitzoo import (
    plot_attribution,
    plot_calibration,
    plot_class_accuracy,
    plot_confusion_matrix,
    plot_embedding,
    plot_feature_maps,
    plot_layers,
    plot_misclassified,
    plot_predictions,
    plot_receptive_field,
    plot_samples,
)
from digitzoo.data import Split
from digitzoo.errors import InvalidArgumentError, ShapeError
from digitzoo.evaluation import Evaluation, evaluate
from digitzoo.visualization.inputs import channels_come_first


def network(*first, shape=(15, 20, 1), data_format="channels_last", head=None):
    keras.utils.set_random_seed(0)
    head = head or layers.Dense(3, activation="softmax", name="output")
    return keras.Sequential(
        [
            keras.Input(shape),
            *first,
            layers.Conv2D(4, 3, activation="relu", name="conv", data_format=data_format),
            layers.MaxPooling2D(2, name="pool", data_format=data_format),
            layers.Flatten(data_format=data_format),
            layers.Dense(6, name="hidden"),
            head,
        ]
    )


@pytest.fixture(scope="module")
def split(digits):
    return Split(digits.images[:6, 6:21, 4:24], digits.labels[:6] % 3, ("a", "b", "c"))


DRAW = {
    "predictions": lambda model, split: plot_predictions(model, split, indices=[0, 1]),
    "mistakes": lambda model, split: plot_misclassified(model, split, 1),
    "maps": lambda model, split: plot_feature_maps(model, split.images[0]),
    "attribution": lambda model, split: plot_attribution(model, split[:2]),
    "embedding": plot_embedding,
    "field": lambda model, split: plot_receptive_field(model, split.images[0]),
}


def content(drawn):
    """Every image, bar, point and title."""
    figure = drawn.figure
    found = [np.ma.filled(i.get_array(), 0) for ax in figure.axes for i in ax.images]
    found += [np.array([p.get_bbox().bounds for p in ax.patches]) for ax in figure.axes]
    found += [np.asarray(c.get_offsets()) for ax in figure.axes for c in ax.collections]
    titles = [ax.get_title().replace(m, "") for ax in figure.axes for m in ("sequential",)]
    return found, [title.split(",")[0].rstrip("_0123456789 of") for title in titles]


def assert_same(first, second):
    for one, other in zip(content(first)[0], content(second)[0], strict=True):
        np.testing.assert_allclose(np.abs(one), np.abs(other), rtol=1e-3, atol=1e-4)
    assert [len(titles) for titles in content(first)] == [len(titles) for titles in content(second)]


@pytest.mark.parametrize("draw", DRAW.values(), ids=DRAW)
@pytest.mark.parametrize("come", ["first", "last"])
def test_channels_that_come_first_are_drawn_right(draw, come, split):
    plain = network()
    model = network(shape=(1, 15, 20), data_format="channels_first")
    model.set_weights(plain.get_weights())
    images = np.moveaxis(split.images, -1, 1) if come == "first" else split.images
    assert_same(draw(plain, split), draw(model, Split(images, split.labels, split.class_names)))


def test_where_the_channels_are_is_told_by_the_model():
    assert not channels_come_first(network())
    assert channels_come_first(network(shape=(3, 15, 20), data_format="channels_first"))
    open_sizes = [keras.Input((1, None, None)), layers.Conv2D(2, 3, data_format="channels_first")]
    assert channels_come_first(keras.Sequential(open_sizes))
    assert channels_come_first(open_sizes[1:])
    assert not channels_come_first("simple_cnn")
    with pytest.raises(ShapeError, match=r"pass np.moveaxis\(images, 1, -1\)"):
        plot_samples(np.zeros((2, 1, 15, 20), np.uint8))
    with pytest.raises(ShapeError, match=r"pass np.moveaxis\(images, 1, -1\)"):
        plot_predictions(network(), np.zeros((2, 1, 15, 20), np.uint8))


def test_boxes_of_channels_that_come_first_are_as_wide_as_others():
    sizes = [
        [
            patch.get_xy().tolist()
            for patch in plot_layers(model).patches
            if hasattr(patch, "get_xy")
        ]
        for model in (network(), network(shape=(1, 15, 20), data_format="channels_first"))
    ]
    first, last = (np.array([np.ptp(face, axis=0) for face in faces]) for faces in sizes)
    np.testing.assert_allclose(first, last)


@pytest.mark.parametrize("draw", DRAW.values(), ids=DRAW)
def test_a_model_that_rescales_inside_is_drawn_as_one_that_does_not(draw, split):
    plain, inside = network(), network(layers.Rescaling(1 / 255))
    inside.set_weights(plain.get_weights())
    assert_same(draw(plain, split), draw(inside, split))


@pytest.mark.parametrize("draw", DRAW.values(), ids=DRAW)
def test_one_sigmoid_is_two_classes(draw, split):
    one = network(head=layers.Dense(1, activation="sigmoid"))
    kernel, bias = one.layers[-1].get_weights()
    two = network(head=layers.Dense(2, activation="softmax"))
    two.set_weights(
        [*one.get_weights()[:-2], np.hstack([0 * kernel, kernel]), np.hstack([0 * bias, bias])]
    )
    pair = Split(split.images, split.labels % 2, ("cat", "dog"))
    if draw is not DRAW["attribution"]:  # evidence for the other class is counted another way
        assert_same(draw(one, pair), draw(two, pair))
    titles = " ".join(ax.get_title() for ax in draw(one, pair).figure.axes)
    assert "cat" in titles or "dog" in titles or draw not in list(DRAW.values())[:2]
    assert evaluate(one, pair).probabilities.shape == (6, 2)


def test_labels_that_the_model_does_not_know_have_their_numbers(split):
    figure = plot_predictions(network(), (split.images[:2], np.array([50, 60])))
    assert [ax.get_title().split("\n")[1] for ax in figure.axes[::2]] == ["true 50", "true 60"]


@pytest.mark.parametrize("shape", [(3, 0, 0, 1), (3, 5, 0, 1), (2, 0, 4)])
def test_images_without_a_pixel_are_refused(shape):
    with pytest.raises(ShapeError, match="a pixel or more"):
        plot_samples(np.zeros(shape))


@pytest.mark.parametrize("plot", [plot_confusion_matrix, plot_class_accuracy, plot_calibration])
def test_an_evaluation_of_no_images_is_refused(plot):
    empty = Evaluation(np.zeros((0, 2)), np.zeros(0, int), ("a", "b"))
    with pytest.raises(InvalidArgumentError, match="of no images"):
        plot(empty)
