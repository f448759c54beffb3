import numpy as np
import pytest

from digitzoo import load_arrays, load_data, plot_pixels
from digitzoo.errors import InvalidArgumentError, ShapeError
from digitzoo.visualization import format_pixels


def test_the_table_is_three_columns_a_pixel():
    (images, _), _ = load_arrays("mnist")
    lines = format_pixels(images[1]).split("\n")
    assert len(lines) == 28
    assert {len(line) for line in lines} == {84}
    # The fifth line of the second training image, as write-up 004 prints it.
    assert lines[4].strip("0 ").replace(" ", "") == "511592531595"
    assert [int(lines[4][3 * n : 3 * n + 3]) for n in range(28)] == images[1, 4].tolist()


def test_floats_are_written_as_pixels(digits):
    image = digits.images[0]
    assert format_pixels(image / 255) == format_pixels(image)
    assert format_pixels(image[..., 0] > 127).count("255") == np.count_nonzero(image > 127)


def test_each_number_is_written_over_its_pixel(digits):
    image = digits.images[0]
    ax = plot_pixels(image)
    (drawn,) = ax.images
    np.testing.assert_array_equal(drawn.get_array(), image[..., 0])
    assert drawn.get_clim() == (0, 255)
    written = {text.get_position(): text for text in ax.texts}
    assert len(written) == 784
    for (row, column), value in np.ndenumerate(image[..., 0]):
        text = written[column, row]
        assert text.get_text() == str(value)
        assert text.get_color() == ("black" if value > 127 else "white")


def test_numbers_fit_their_cells(digits, texts_inside):
    ax = plot_pixels(digits.images[0, 8:16, 8:16])
    texts_inside(ax.figure)
    cell = ax.get_window_extent().width / 8
    assert max(text.get_window_extent().width for text in ax.texts) < cell


def test_a_pixel_in_colour_has_three_numbers(texts_inside):
    image = np.array([[[255, 0, 12], [7, 255, 255]]], np.uint8)
    ax = plot_pixels(image)
    assert [text.get_text() for text in ax.texts] == ["255\n0\n12", "7\n255\n255"]
    assert [text.get_color() for text in ax.texts] == ["white", "black"]
    np.testing.assert_array_equal(ax.images[0].get_array(), image)
    texts_inside(ax.figure)
    box, cell = ax.texts[0].get_window_extent(), ax.get_window_extent()
    assert box.height < cell.height
    assert box.width < cell.width / 2
    assert next(text.get_text() for text in plot_pixels(image / 255).texts) == "255\n0\n12"


def test_what_is_not_one_gray_image(digits):
    with pytest.raises(ShapeError, match=r"Received shape \(3, 28, 28, 1\)"):
        format_pixels(digits.images[:3])
    with pytest.raises(ShapeError, match="width, 1 or 3"):
        plot_pixels(np.zeros((8, 8, 2)))
    with pytest.raises(ShapeError, match="width, 1"):
        format_pixels(np.zeros((8, 8, 3)))
    with pytest.raises(InvalidArgumentError, match="40,000 pixels .* at most 4,096"):
        plot_pixels(np.zeros((200, 200)))
    with pytest.raises(InvalidArgumentError, match="Float pixels"):
        format_pixels(np.full((2, 2), 7.5))


def test_a_split_of_one_image_is_that_image():
    split = load_data("mnist", validation=0).test
    assert format_pixels(split[:1]) == format_pixels(split.images[0])
    assert len(plot_pixels(split[:1]).texts) == 28 * 28
    with pytest.raises(ShapeError, match=r"a Split of 2\. Give its .images\[0\]"):
        format_pixels(split[:2])
