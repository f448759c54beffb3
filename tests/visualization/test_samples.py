import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure

from digitzoo import Split, load_data, plot_samples
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, ShapeError


def test_each_image_stands_below_its_index_and_label(clothes, texts_inside):
    figure = plot_samples(clothes, indices=[0, -1, 2])
    titles = ["index 0\nAnkle boot", "index 9999\nSandal", "index 2\nTrouser"]
    assert [ax.get_title() for ax in figure.axes] == titles
    for ax, index in zip(figure.axes, [0, 9999, 2], strict=True):
        (drawn,) = ax.images
        np.testing.assert_array_equal(drawn.get_array(), clothes.images[index, ..., 0])
        assert drawn.get_clim() == (0, 255)
        assert not ax.axison
    texts_inside(figure)


def test_samples_are_drawn_by_seed(digits):
    titles = [[ax.get_title() for ax in plot_samples(digits, seed=seed).axes] for seed in (0, 0, 1)]
    assert titles[0] == titles[1] != titles[2]
    assert len(set(titles[0])) == 25
    assert titles[0][0].split("\n")[1].startswith("label ")


@pytest.mark.parametrize("count", [1, 17])
def test_any_number_of_images(digits, count, texts_inside):
    figure = plot_samples(digits[:count])
    assert [ax.get_title().split("\n")[0] for ax in figure.axes] == [
        f"index {index}" for index in range(count)
    ]
    assert len(figure.axes) == count  # no cell is left over
    texts_inside(figure)


def test_none_and_too_many_are_errors(digits):
    with pytest.raises(InvalidArgumentError, match="no images to draw"):
        plot_samples(digits[:0])
    with pytest.raises(InvalidArgumentError, match="10,000 images .* at most 100"):
        plot_samples(digits, 10_000)
    with pytest.raises(InvalidArgumentError, match=r"There are 5 images. Received count=6"):
        plot_samples(digits[:5], 6)
    with pytest.raises(InvalidArgumentError, match=r"0 to 9999. Received index 10000"):
        plot_samples(digits, indices=[0, 10_000])
    with pytest.raises(InvalidArgumentError, match="Give one"):
        plot_samples(digits, 5, indices=[1])
    with pytest.raises(ArgumentTypeError, match="must be whole numbers"):
        plot_samples(digits, indices=[0.5])
    with pytest.raises(ArgumentTypeError, match=r"such as .test"):
        plot_samples(load_data("mnist"))
    assert not plt.get_fignums()  # errors come before a figure


def test_a_list_is_no_pair_and_axes_are_no_figure(digits):
    with pytest.raises(ShapeError, match=r"as a tuple: \(images, labels\)"):
        plot_samples([digits.images[:3], digits.labels[:3]])
    _, ax = plt.subplots()
    with pytest.raises(ArgumentTypeError, match="figure must be .* Received Axes"):
        plot_samples(digits[:3], figure=ax)


def test_plain_arrays_pairs_and_colours_will_do(digits):
    figure = plot_samples(digits.images[:3, ..., 0] / 255)
    assert [ax.get_title() for ax in figure.axes] == ["index 0", "index 1", "index 2"]
    assert figure.axes[0].images[0].get_clim() == (0, 1)
    labels = np.eye(10)[digits.labels[:2]]
    figure = plot_samples((digits.images[:2], labels), cmap="gray_r")
    assert [ax.get_title() for ax in figure.axes] == ["index 0\nlabel 7", "index 1\nlabel 2"]
    assert figure.axes[0].images[0].cmap.name == "gray_r"
    red = np.zeros((2, 8, 8, 3), np.uint8)
    red[..., 0] = 200
    figure = plot_samples(red)
    np.testing.assert_array_equal(figure.axes[1].images[0].get_array(), red[1])


def test_names_may_be_long_or_korean(clothes, korean, texts_inside):
    long = ["a rather long class name of six or more words", *"bcdefghij"]
    texts_inside(plot_samples(clothes[:17], class_names=long))
    figure = plot_samples(Split(clothes.images[:10], clothes.labels[:10], korean))
    assert figure.axes[0].get_title() == "index 0\n앵클 부츠"
    texts_inside(figure)


def test_the_users_figure_and_style_are_followed(clothes):
    own = Figure((6, 4))
    assert plot_samples(clothes[:6], figure=own, columns=2) is own
    tops = sorted({round(ax.get_position().y0, 3) for ax in own.axes})
    assert len(tops) == 3
    with plt.style.context("dark_background"):
        figure = plot_samples(clothes[:1])
    assert figure.get_facecolor()[:3] == (0, 0, 0)
    assert figure.axes[0].title.get_color() == "white"


def test_each_class_has_a_name_or_it_is_an_error(digits):
    with pytest.raises(ArgumentTypeError, match="must be a sequence of names.*'abcdefghij'"):
        plot_samples(digits, 4, class_names="abcdefghij")
    with pytest.raises(InvalidArgumentError, match=r"highest is 9. Received 1: \['a'\]"):
        plot_samples(digits, 4, class_names=["a"])
    assert not plt.get_fignums()


def test_pixels_that_cannot_be_leave_no_figure():
    with pytest.raises(InvalidArgumentError):
        plot_samples(np.full((3, 8, 8), 2.0))
    assert not plt.get_fignums()


def test_what_imshow_takes(digits):
    norm = plt.Normalize(0, 1000)
    (image,) = plot_samples(digits, 1, norm=norm).axes[0].images
    assert image.norm is norm
    (image,) = plot_samples(digits, 1, vmax=100).axes[0].images
    assert image.get_clim() == (0, 100)
    with pytest.raises(InvalidArgumentError, match="figure=.*Received ax=1"):
        plot_samples(digits, 4, ax=1)


@pytest.mark.parametrize("columns", ["a", 2.5, True])
def test_columns_are_counted(digits, columns):
    with pytest.raises(ArgumentTypeError, match="columns must be a whole number"):
        plot_samples(digits, 4, columns=columns)
