import matplotlib.pyplot as plt
import numpy as np
import pytest

from digitzoo import (
    animate_convolution,
    build_model,
    plot_feature_maps,
    plot_kernels,
    plot_misclassified,
    plot_predictions,
    plot_receptive_field,
    plot_samples,
    plot_weight_histogram,
)
from digitzoo.data import Dataset, Split
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, ShapeError
from digitzoo.visualization.inputs import as_image, as_pixels
from digitzoo.visualization.samples import choose_indices

EDGES = [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]


def shown(figure):
    return np.asarray(figure.axes[0].images[0].get_array())


PICTURES = {
    "maps": lambda image: plot_feature_maps(build_model("simple_cnn"), image),
    "field": lambda image: plot_receptive_field("simple_cnn", image),
    "convolution": lambda image: animate_convolution(image, EDGES, max_frames=1).draw(0),
}


@pytest.mark.parametrize("draw", PICTURES.values(), ids=PICTURES)
def test_one_image_comes_in_any_form(digits, draw):
    expected = shown(draw(digits.images[0]))
    for image in (digits[:1], digits[0], (digits.images[0], None), digits.images[:1]):
        np.testing.assert_array_equal(shown(draw(image)), expected)
        plt.close("all")


@pytest.mark.parametrize("draw", PICTURES.values(), ids=PICTURES)
def test_several_are_not_one(digits, draw):
    with pytest.raises(ShapeError, match=r"one image. Received a Split of 2. .*\.images\[0\]"):
        draw(digits[:2])
    with pytest.raises(ShapeError, match="Received a Split of 0"):
        draw(digits[:0])
    with pytest.raises(ArgumentTypeError, match="a whole Dataset. Give one of its parts"):
        draw(Dataset(digits))
    with pytest.raises(ShapeError, match="Received unlike ones. Of a pair"):
        draw((digits.images[:2], digits.labels[:2]))
    with pytest.raises(ShapeError, match=r"one image.*Received .*shape \(2, 28, 28, 1\)"):
        draw(digits.images[:2])


def test_one_image_is_brought_to_its_full_form():
    flat = np.arange(12).reshape(3, 4)
    assert as_pixels(Split(flat[np.newaxis, ..., np.newaxis])).shape == (3, 4, 1)
    assert as_pixels(((0, 51), (255, 7))).tolist() == [[0, 51], [255, 7]]  # rows, and no label
    for image in (flat, flat[..., np.newaxis], flat[np.newaxis, ..., np.newaxis], flat.tolist()):
        np.testing.assert_array_equal(as_image(image)[..., 0], flat)


@pytest.mark.parametrize(
    ("count", "seed", "message"),
    [
        (2.5, 0, "count must be a whole number of 0 or above. Received 2.5"),
        ("3", 0, "count must be a whole number of 0 or above. Received '3'"),
        (True, 0, "count must be a whole number of 0 or above. Received True"),
        (3, None, "seed must be a whole number of 0 or above. Received None"),
        (3, 1.5, "seed must be a whole number of 0 or above. Received 1.5"),
    ],
)
def test_counts_and_seeds_are_whole_numbers(digits, count, seed, message):
    with pytest.raises(ArgumentTypeError, match=message):
        choose_indices(10, count, None, seed)
    with pytest.raises(ArgumentTypeError, match=message):
        plot_samples(digits, count, seed=seed)


def test_counts_and_seeds_that_cannot_be(digits):
    with pytest.raises(
        InvalidArgumentError, match="seed must be a whole number of 0 or above. Rec.* -1"
    ):
        choose_indices(10, 3, None, -1)
    with pytest.raises(
        InvalidArgumentError, match="count must be a whole number of 0 or above. .* -3"
    ):
        choose_indices(10, -3, None, 0)
    assert len(choose_indices(10, np.int64(3), None, np.uint8(1))) == 3
    with pytest.raises(ArgumentTypeError, match="count must be a whole number"):
        plot_predictions(build_model("small_dense"), digits, 2.5)


@pytest.mark.parametrize(
    ("indices", "kind"),
    [
        (2.5, ArgumentTypeError),
        ([True], ArgumentTypeError),
        ([[0, 1]], InvalidArgumentError),
        ([[1], [2, 3]], InvalidArgumentError),
        ("3", ArgumentTypeError),
        ({}, ArgumentTypeError),
        ((n for n in range(3)), ArgumentTypeError),
    ],
)
def test_indices_are_whole_numbers(indices, kind):
    with pytest.raises(kind, match="indices must be whole numbers. Received"):
        choose_indices(10, None, indices, 0)


def test_the_count_of_mistakes_that_came_is_said(made_up):
    result, part = made_up
    with pytest.raises(
        InvalidArgumentError, match="count must be a whole number of 0 or above. .* -3"
    ):
        plot_misclassified(result, part, -3)
    for shuffle in (False, True):
        with pytest.raises(
            ArgumentTypeError, match="count must be a whole number of 0 or above. Rec.* 2.5"
        ):
            plot_misclassified(result, part, 2.5, shuffle=shuffle)


@pytest.mark.parametrize("draw", [plot_weight_histogram, plot_kernels])
def test_a_name_is_no_model(draw):
    with pytest.raises(ArgumentTypeError, match=r"Received str. .*build_model\('simple_cnn'\)"):
        draw("simple_cnn")
    with pytest.raises(ArgumentTypeError, match=r"Received str. .*build_model\('simple_cnn'\)"):
        draw(["simple_cnn", "small_dense"])
