from types import SimpleNamespace

import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest
from keras import layers as keras_layers
from matplotlib.patches import Rectangle

from digitzoo import deep_cnn, load_data, plot_receptive_field, regularized_cnn, summarize
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, ShapeError
from digitzoo.formulas.layers import Conv1D, Conv2D, Dense, Flatten, GlobalAveragePooling2D, Reshape
from digitzoo.inspection.gradients import gradient


@pytest.fixture(scope="module")
def image():
    return load_data("mnist", validation=0).test.images[0]


def titles(figure):
    return [ax.get_title() for ax in figure.axes]


def frame(ax):
    """First and last row, first and last column inside the frame."""
    (box,) = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    left, top = round(box.get_x() + 0.5), round(box.get_y() + 0.5)
    bottom, right = top + round(box.get_height()) - 1, left + round(box.get_width()) - 1
    return (top, bottom), (left, right)


def clear(ax):
    """The pixels that no veil covers."""
    return np.asarray(ax.images[1].get_array())[..., 3] == 0


def test_each_layer_that_sees_more_has_a_panel(image, texts_inside):
    figure = plot_receptive_field("deep_cnn", image)
    assert titles(figure) == [
        "conv1\nsees 3 × 3",
        "conv2\nsees 5 × 5",
        "pool1\nsees 6 × 6",
        "conv3\nsees 10 × 10",
        "conv4\nsees 14 × 14",
        "pool2\nsees 16 × 16",
        "dense1\nsees all",
    ]
    texts_inside(figure)
    for ax in figure.axes:
        np.testing.assert_array_equal(np.asarray(ax.images[0].get_array()), image[..., 0])
    assert frame(figure.axes[0]) == ((13, 15), (13, 15))
    assert frame(figure.axes[-1]) == ((0, 27), (0, 27))


@pytest.mark.parametrize("pixel", [(14, 14), (0, 0), (3, 22)])
@pytest.mark.parametrize("name", ["conv1", "conv2", "conv3", "conv4", "pool2"])
def test_the_frame_is_what_changes_a_unit(image, name, pixel):
    """Measured: which pixels have a slope, in some of many random images."""
    keras.utils.set_random_seed(0)
    model = deep_cnn()
    figure = plot_receptive_field(model, image, layers=name, pixel=pixel)
    (top, bottom), (left, right) = frame(figure.axes[0])
    part = keras.Model(model.inputs, model.get_layer(name).output)
    height, width = part.output_shape[1:3]
    stride = 28 // height
    # Each unit looks at the middle of its frame, and the next one a stride further.
    (first,) = {row.receptive_field_center for row in summarize(model).layers if row.name == name}
    row, column = (
        int(np.argmin(np.abs(start + stride * np.arange(size) - at)))
        for start, size, at in zip(first, (height, width), pixel, strict=True)
    )
    pixels = np.random.default_rng(0).random((30, 28, 28, 1)).astype(np.float32)
    slopes = gradient(lambda x: part(x, training=False)[:, row, column], pixels)
    seen = np.abs(slopes).max(axis=(0, 3)) > 0
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    assert (rows[0], rows[-1]) == (max(top, 0), min(bottom, 27))
    assert (columns[0], columns[-1]) == (max(left, 0), min(right, 27))
    assert not seen[~clear(figure.axes[0])].any()


def test_the_arms_of_a_block_are_left_out_where_they_see_no_more(image):
    shown = [title.split("\n")[0] for title in titles(plot_receptive_field("small_resnet", image))]
    assert "block2_conv2" in shown
    assert not [name for name in shown if "shortcut" in name or "bn" in name]
    assert shown[-2:] == ["average", "output"]
    pixels = keras.Input((28, 28, 1))
    tall = keras_layers.Conv2D(2, (5, 1), padding="same", name="tall")(pixels)
    wide = keras_layers.Conv2D(2, (1, 5), padding="same", name="wide")(pixels)
    figure = plot_receptive_field(keras.Model(pixels, keras_layers.Add()([tall, wide])), image)
    assert [title.split("\n")[1] for title in titles(figure)] == [
        *("sees 5 × 1", "sees 1 × 5", "sees 5 × 5")
    ]


def test_a_frame_far_beyond_the_image_is_cut_and_the_image_is_seen(image):
    stack = [Conv2D(1, 9, padding="same", dilation_rate=9)] * 2
    first, second = plot_receptive_field(stack, image).axes
    assert first.get_title() == "conv2d\nsees 73 × 73\n(frame cut)"
    assert second.get_title() == "conv2d_1\nsees 145 × 145\n(frame cut)"
    assert frame(first) == frame(second) == ((-14, 41), (-14, 41))
    assert second.get_xlim()[1] < 45


def test_a_frame_that_reaches_beyond_the_image_is_whole(image, texts_inside):
    figure = plot_receptive_field(regularized_cnn(), image, pixel=(4, 20))
    (last,) = [ax for ax in figure.axes if ax.get_title().startswith("pool4")]
    (top, bottom), (left, right) = frame(last)
    assert (bottom - top, right - left) == (30, 30)
    assert last.get_xlim()[1] > right
    assert last.get_ylim()[0] > bottom
    assert len({(ax.get_xlim(), ax.get_ylim()) for ax in figure.axes}) == 1
    texts_inside(figure)


def test_layers_are_chosen_by_name(image):
    figure = plot_receptive_field("deep_cnn", image, layers=["pool2", "conv1"])
    assert titles(figure) == ["pool2\nsees 16 × 16", "conv1\nsees 3 × 3"]
    with pytest.raises(InvalidArgumentError, match="Did you mean 'conv1'"):
        plot_receptive_field("deep_cnn", image, layers="konv1")
    for model in ("deep_cnn", deep_cnn()):
        assert titles(plot_receptive_field(model, image, layers=0)) == ["conv1\nsees 3 × 3"]
    assert titles(plot_receptive_field([Conv2D(4, 3)], image, layers=-1)) == ["conv2d\nsees 3 × 3"]
    with pytest.raises(
        InvalidArgumentError, match="A layer.s place must be .* at most 0. Received 1"
    ):
        plot_receptive_field([Conv2D(4, 3)], image, layers=1)
    with pytest.raises(InvalidArgumentError, match="no layers to draw"):
        plot_receptive_field("deep_cnn", image, layers=[])


def test_networks_of_every_make(image):
    pooled = [Conv2D(4, 3, strides=2), GlobalAveragePooling2D(name="mean"), Dense(3)]
    assert titles(plot_receptive_field(pooled, image)) == [
        "conv2d\nsees 3 × 3",
        "mean\nsees 27 × 27",
        "dense\nsees all",
    ]
    assert titles(plot_receptive_field([Flatten(), Dense(3)], image)) == ["dense\nsees all"]
    photo = np.zeros((20, 30, 3), np.uint8)
    (ax,) = plot_receptive_field([Conv2D(4, (3, 5))], photo).axes
    assert ax.get_title() == "conv2d\nsees 3 × 5"
    assert frame(ax) == ((9, 11), (13, 17))

    @keras.saving.register_keras_serializable("receptive")
    class Mirror(keras_layers.Layer):
        def call(self, images):
            return images[:, ::-1]

    model = keras.Sequential(
        [keras.Input((28, 28, 1)), keras_layers.Conv2D(2, 3, name="conv"), Mirror(name="mirror")]
    )
    figure = plot_receptive_field(model, image)
    assert titles(figure) == ["conv\nsees 3 × 3", "mirror\nunknown: no formula"]
    assert not figure.axes[1].patches
    longer = keras.Sequential([*model.layers, keras_layers.Conv2D(2, 3, name="after")])
    figure = plot_receptive_field(longer, image)
    assert titles(figure)[-1].replace("\n", " ") == "mirror unknown: no formula, up to after"
    rows = [Reshape((28, 28)), Conv1D(4, 3)]
    assert titles(plot_receptive_field(rows, image)) == ["conv1d\nsees at most all"]


def test_more_layers_than_fit_are_chosen_by_name(image):
    deep = [Conv2D(1, 3, padding="same", name=f"conv{number}") for number in range(41)]
    with pytest.raises(InvalidArgumentError) as refused:
        plot_receptive_field(deep, image)
    assert str(refused.value) == (
        "41 layers are too many for one figure: at most 36 are drawn. Name some of them, such as "
        "layers=['conv0', 'conv1']."
    )
    assert len(plot_receptive_field(deep, image, layers=["conv0", "conv1"]).axes) == 2


def test_on_a_given_figure_in_a_dark_style(image, texts_inside):
    with plt.style.context("dark_background"):
        figure = plt.figure(figsize=(4, 2))
        assert plot_receptive_field("simple_cnn", image, figure=figure) is figure
        texts_inside(figure)


def test_what_cannot_be_drawn(image):
    with pytest.raises(
        InvalidArgumentError, match="pixel.s row must be .* at most 27. Received 28"
    ):
        plot_receptive_field("simple_cnn", image, pixel=(28, 0))
    with pytest.raises(InvalidArgumentError, match="a row and a column"):
        plot_receptive_field("simple_cnn", image, pixel=(1, 2, 3))
    with pytest.raises(ArgumentTypeError, match=r"Received SimpleNamespace. Pass its .model."):
        plot_receptive_field(SimpleNamespace(model=deep_cnn()), image)
    with pytest.raises(ShapeError, match="Expected one image"):
        plot_receptive_field("simple_cnn", np.zeros((2, 28, 28)))
    with pytest.raises(InvalidArgumentError, match="was built for"):
        plot_receptive_field(deep_cnn(), np.zeros((20, 20)))
    with pytest.raises(ArgumentTypeError, match="is not made of layers"):
        plot_receptive_field(3, image)
    with pytest.raises(InvalidArgumentError):
        plot_receptive_field([Conv1D(3, 3)], image)
