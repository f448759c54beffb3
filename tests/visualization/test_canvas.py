import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from digitzoo import load_data
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError
from digitzoo.visualization import lettering
from digitzoo.visualization.canvas import (
    check_axes,
    check_count,
    check_figure,
    choose_columns,
    image_grid,
    single,
)
from digitzoo.visualization.colours import OKABE_ITO, is_dark, series_colours, wrong_colour
from digitzoo.visualization.images import show_image
from digitzoo.visualization.inputs import check_grid
from digitzoo.visualization.lettering import choose_lettering, spell_names, wrap


def test_a_new_axes_belongs_to_pyplot_and_the_users_is_taken():
    ax = single(None, width=5, height=3)
    assert plt.fignum_exists(ax.figure.number)
    assert tuple(ax.figure.get_size_inches()) == (5, 3)
    assert single(ax) is ax
    with pytest.raises(ArgumentTypeError, match="Received NotebookFigure"):
        check_axes(ax.figure)
    with pytest.raises(ArgumentTypeError, match="Received Axes"):
        check_figure(ax)
    for kind in ("polar", "3d"):
        other = plt.figure().add_subplot(projection=kind)
        with pytest.raises(InvalidArgumentError, match=f"Received {kind} Axes"):
            check_axes(other)
    ax.remove()
    with pytest.raises(InvalidArgumentError, match="Axes that were removed"):
        check_axes(ax)


@given(st.integers(1, 500))
def test_rows_are_full_but_for_the_last(count):
    columns = choose_columns(count)
    assert 1 <= columns <= count
    assert -count % columns < columns
    assert columns >= count // columns  # never higher than wide


def test_columns_are_the_users_where_given():
    assert choose_columns(17, 4) == 4
    assert choose_columns(2, 4) == 2
    with pytest.raises(InvalidArgumentError, match="columns must be a whole number of 1 or above"):
        check_grid(0, None, {})


def test_too_many_panels_say_how_many_there_may_be():
    with pytest.raises(InvalidArgumentError, match="10,000 images .*at most 100 .* Draw fewer"):
        check_count(10_000, 100)
    with pytest.raises(InvalidArgumentError, match="no images to draw"):
        check_count(0, 100)
    assert check_count(100, 100) == 100


@pytest.mark.parametrize("count", [1, 5, 17])
@pytest.mark.parametrize("words", ["7", "index 12345\na rather long class name of five words"])
def test_grids_grow_with_their_titles(count, words, texts_inside):
    figure, axes = image_grid([words] * count, title="All of them")
    assert len(axes) == count
    assert [ax.get_title().replace("\n", " ") for ax in axes] == [words.replace("\n", " ")] * count
    assert figure.get_suptitle() == "All of them"
    texts_inside(figure)


def test_a_grid_shrinks_to_the_users_figure(texts_inside):
    figure = Figure((4, 3))
    given_back, axes = image_grid(["index 12345\nAnkle boot"] * 25, figure=figure, title="Title")
    assert given_back is figure
    assert tuple(figure.get_size_inches()) == (4, 3)
    assert axes[0].title.get_fontsize() < 9
    texts_inside(figure)


def test_a_grid_fits_a_subfigure():
    left, right = Figure((8, 4)).subfigures(1, 2)
    image_grid(["a"] * 4, figure=left)
    image_grid(["b"] * 4, figure=right)
    assert all(ax.get_window_extent().x1 <= 400 for ax in left.axes)
    assert all(ax.get_window_extent().x0 >= 400 for ax in right.axes)


def test_a_grid_draws_over_no_axes_but_stands_beside_them():
    figure = Figure((8, 4))
    left, right = figure.subfigures(1, 2)
    left.subplots()
    for held in (figure, left):
        with pytest.raises(InvalidArgumentError, match=r"already holds Axes \(1\)"):
            image_grid(["a"], figure=held, title="b")
        assert (len(held.axes), held.get_suptitle()) == (1, "")
    assert len(image_grid(["a", "b"], figure=right)[1]) == 2
    assert len(figure.axes) == 3


def test_an_image_is_gray_unsmoothed_and_from_black_to_white():
    image = load_data("mnist", validation=0).test.images[0]
    ax = single(None)
    drawn = show_image(ax, image)
    assert drawn.cmap.name == "gray"
    assert drawn.get_clim() == (0, 255)
    assert drawn.get_interpolation() == "nearest"
    np.testing.assert_array_equal(drawn.get_array(), image[..., 0])
    assert show_image(ax, image / 255).get_clim() == (0, 1)
    assert show_image(ax, image, cmap="gray_r").cmap.name == "gray_r"
    colours = np.stack([image[..., 0]] * 3, axis=-1).astype(np.int64)
    assert show_image(ax, colours).get_array().shape == (28, 28, 3)
    with pytest.raises(InvalidArgumentError, match="Float pixels"):
        show_image(ax, image.astype(float))


def test_colours_follow_the_users_style():
    assert series_colours(2) == list(OKABE_ITO[:2])
    assert len(series_colours(20)) == 20
    light = wrong_colour()
    with plt.style.context("dark_background"):
        assert is_dark()
        assert wrong_colour() != light
        assert series_colours(1) == mpl.rcParams["axes.prop_cycle"].by_key()["color"][:1]


def test_letters_of_the_users_font_need_no_other():
    assert choose_lettering(["Ankle boot", "7"]).family is None


def test_korean_is_drawn_where_a_font_has_it():
    if lettering._font_with(frozenset("가방")) is None:  # noqa: SLF001 - is there one here?
        pytest.skip("No font of this system has Korean.")
    found = choose_lettering(["가방", "boot"])
    assert found.family is not None
    assert found.spell("가방") == "가방"
    figure, axes = image_grid(["가방"])
    assert axes[0].title.get_fontfamily()[-1] == found.family[-1]
    figure.canvas.draw()  # a missing glyph would warn, and warnings are errors


def test_without_a_korean_font_there_is_one_warning(monkeypatch):
    monkeypatch.setattr(lettering, "_font_with", lambda _: None)
    with pytest.warns(UserWarning, match="Noto Sans CJK KR") as caught:
        figure, axes = image_grid(["가방 1", "boot"])
    figure.canvas.draw()
    assert len(caught) == 1
    assert [ax.get_title() for ax in axes] == ["?? 1", "boot"]
    with pytest.warns(UserWarning, match="'가방'"):
        names = spell_names(["가방", "boot"])
    assert names == ["0", "1"]


def test_a_price_is_no_formula():
    figure, axes = image_grid(["$5 or $10 \\frac"])
    figure.canvas.draw()
    assert axes[0].get_title() == "$5 or $10 \\frac"


def test_lines_are_broken_between_words():
    assert wrap("a rather long class name", 10) == "a rather\nlong class\nname"
    assert wrap("운동화와 구두", 8) == "운동화와\n구두"
    assert wrap("global_average_pooling2d", 23) == "global_average_\npooling2d"
    assert wrap("_" * 9 + "a_b", 4) == "____\n____\n_a_b"
    assert wrap("", 8) == ""
