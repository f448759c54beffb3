import base64
import io
import json
import re

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex
from PIL import Image

from digitzoo import animate_convolution, load_data
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, ShapeError
from digitzoo.inspection.slide_kernel import slide_kernel

EDGES = [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]


@pytest.fixture(scope="module")
def image():
    return load_data("mnist", validation=0).test.images[0, ::4, ::4, 0]


def words(ax):
    return [text.get_text() for text in ax.texts]


def values(ax):
    return np.asarray(ax.images[0].get_array())


def corners(boxes):
    return [tuple(round(side + 0.5) for side in box.get_xy()[::-1]) for box in boxes]


def test_four_panels_say_what_they_are(image, texts_inside):
    figure = animate_convolution(image, EDGES, bias=0.5, padding="same").draw(0)
    assert [ax.get_title() for ax in figure.axes] == [
        "image 7 × 7, padded",
        "kernel 3 × 3",
        "pixel × weight",
        "output 7 × 7",
    ]
    assert words(figure.axes[1]) == [
        "-1.00",
        "0.00",
        "1.00",
        "-2.00",
        "0.00",
        "2.00",
        "-1.00",
        "0.00",
        "1.00",
    ]
    texts_inside(figure)


@pytest.mark.parametrize(
    "options",
    [{}, {"strides": 2}, {"padding": "same"}, {"dilation_rate": 2}, {"strides": (1, 3)}],
)
def test_each_position_shows_its_products_sum_and_outputs(image, options):
    steps = slide_kernel(image, EDGES, **options)
    moving = animate_convolution(image, EDGES, **options)
    for position in (0, 4, len(steps) - 1):
        stage, kernel, products, output = moving.draw(position).axes
        np.testing.assert_array_equal(values(stage), steps.padded)
        np.testing.assert_array_equal(values(kernel), EDGES)
        np.testing.assert_array_equal(values(products), steps.products(position))
        assert words(products)[-1] == f"sum {steps.products(position).sum():z.2f}"
        shown = np.ma.filled(values(output).ravel(), np.nan)
        np.testing.assert_allclose(shown[: position + 1], steps.output.ravel()[: position + 1])
        assert np.isnan(shown[position + 1 :]).all()
        assert words(output) == [f"position {position + 1} of {len(steps)}"]
        rows, columns = steps.taps(position)
        taps = [box for box in stage.patches if to_hex(box.get_edgecolor()) == "#e69f00"]
        assert corners(taps) == [(row, column) for row in rows for column in columns]
        row, column = divmod(position, steps.output.shape[1])
        assert corners(output.patches[-1:]) == [(row, column)]


def test_numbers_in_the_cells(image):
    figure = animate_convolution(np.full((3, 3), 0.5), EDGES, bias=-1).draw(0)
    products = words(figure.axes[2])
    assert products[0] == "0.50\n× -1.00\n= -0.50"
    assert products[1] == "0.50\n× 0.00\n= 0.00"
    assert products[-1] == "sum 0.00 + bias -1.00 = -1.00"
    # So many numbers could not be read.
    large = animate_convolution(image, np.ones((7, 7)), padding="same").draw(0)
    assert len(words(large.axes[2])) == 49 + 1
    largest = animate_convolution(np.zeros((20, 20)), np.ones((15, 15))).draw(0)
    assert len(words(largest.axes[2])) == 1


def test_numbers_are_black_on_light_and_white_on_dark():
    texts = animate_convolution(np.ones((3, 3)), EDGES).draw(0).axes[1].texts
    assert [text.get_color() for text in texts[:2]] == ["black", "black"]
    assert {texts[3].get_color(), texts[5].get_color()} == {"white"}


def test_one_scale_for_kernel_and_one_for_all_positions(image):
    moving = animate_convolution(image, EDGES)
    figure = moving.draw(0)
    limits = [ax.images[0].get_clim() for ax in figure.axes[1:]]
    assert limits[0] == (-2, 2)
    assert limits[2] == pytest.approx((-np.abs(moving.output).max(), np.abs(moving.output).max()))
    assert [ax.images[0].get_clim() for ax in moving.draw(9).axes[1:]] == limits


def test_a_gif_has_a_frame_for_each_position(image, tmp_path):
    moving = animate_convolution(image[:4, :4], EDGES)
    assert len(moving) == 4
    with Image.open(moving.save(tmp_path / "slide.gif", fps=4, dpi=40)) as gif:
        assert (gif.format, gif.n_frames) == ("GIF", 4)
        assert gif.info["duration"] == 250


def test_many_positions_share_frames_and_the_last_is_there(image):
    moving = animate_convolution(image, EDGES, padding="same", max_frames=10)
    assert len(moving) == 10
    assert moving.positions[-1] == 48
    assert (np.diff(moving.positions) > 0).all()
    alone = animate_convolution(image, EDGES, max_frames=1)
    assert alone.positions.tolist() == [24]
    with pytest.raises(InvalidArgumentError, match="max_frames must be .* of 1 or above"):
        animate_convolution(image, EDGES, max_frames=0)


@pytest.mark.parametrize("paper", [0, 255])
def test_frames_are_where_there_is_ink(paper):
    picture = np.full((28, 28), paper, np.uint8)
    picture[10:14, 6:20] = 255 - paper
    moving = animate_convolution(picture, EDGES, max_frames=40)
    corners = [divmod(place, 26) for place in moving.positions.tolist()]
    windows = [picture[row : row + 3, column : column + 3] for row, column in corners]
    inked = [(window != paper).any() for window in windows]
    assert len(moving) == 40
    assert sum(inked) >= 39  # the last frame shows the whole output
    assert moving.positions[-1] == 26 * 26 - 1
    blank = animate_convolution(np.full((28, 28), paper, np.uint8), EDGES, max_frames=40)
    assert (len(blank), blank.positions[0]) == (40, 0)


def test_a_page_holds_all_frames(image, tmp_path):
    moving = animate_convolution(image[:4, :4], EDGES)
    page = moving.save(tmp_path / "slide.html", dpi=30).read_text(encoding="utf-8")
    frames = json.loads(re.search(r"const frames = (\[.*\]);", page)[1])
    shown = [Image.open(io.BytesIO(base64.b64decode(frame))).tobytes() for frame in frames]
    assert len(set(shown)) == 4
    assert "http" not in page  # it plays without a network
    assert '<button title="Play or pause"' in page
    assert "img { max-width: 100%" in page  # of any window
    assert page.startswith('<!DOCTYPE html>\n<meta charset="utf-8">')
    assert "data:image/png" in moving._repr_html_()


def test_it_is_drawn_in_a_dark_style_and_leaves_pyplot_alone(image, texts_inside):
    with plt.style.context("dark_background"):
        figure = animate_convolution(image, EDGES).draw(-1)
        assert to_hex(figure.get_facecolor()) == "#000000"
        texts_inside(figure)
    assert not plt.get_fignums()


def test_what_cannot_be_shown(image, tmp_path):
    moving = animate_convolution(image, EDGES)
    assert repr(moving) == "<ConvolutionAnimation: 25 positions, 25 frames>"
    with pytest.raises(InvalidArgumentError, match="position must be .* at most 24. Received 25"):
        moving.draw(25)
    with pytest.raises(InvalidArgumentError, match="format, one of .gif, .html"):
        moving.save(tmp_path / "slide.mp4")
    with pytest.raises(InvalidArgumentError, match="nowhere' is not there"):
        moving.save(tmp_path / "nowhere" / "slide.gif")
    with pytest.raises(
        InvalidArgumentError, match="fps must be a finite number of 0.01 or .* Received 0"
    ):
        moving.save(tmp_path / "slide.gif", fps=0)
    with pytest.raises(
        InvalidArgumentError, match="dpi must be a finite number of 10 or .* Received -1"
    ):
        moving.save(tmp_path / "slide.html", dpi=-1)
    with pytest.raises(ArgumentTypeError, match="position must be a whole number .* Received 0.5"):
        moving.draw(0.5)
    with pytest.raises(ArgumentTypeError, match="max_frames must be a whole number .* 2.5"):
        animate_convolution(image, EDGES, max_frames=2.5)
    with pytest.raises(ShapeError, match="one image of one channel"):
        animate_convolution(np.zeros((4, 4, 3)), EDGES)


def test_long_weights_stay_in_their_cells(image):
    figure = animate_convolution(image, np.full((3, 3), -1234.5)).draw(12)
    figure.draw_without_rendering()
    for ax in figure.axes[1:3]:
        numbers = [text for text in ax.texts if text.get_transform() == ax.transData]
        assert len(numbers) == 9
        cell = ax.get_window_extent().width / 3
        assert max(text.get_window_extent().width for text in numbers) < cell
