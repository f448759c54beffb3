"""The drawings of the formulas: their cells are those that the formulas name."""

import importlib.util
from pathlib import Path

import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from digitzoo import summarize
from digitzoo.formulas import layers

FILE = Path(__file__).parents[2] / "docs" / "drawings.py"


@pytest.fixture(scope="module")
def drawings():
    spec = importlib.util.spec_from_file_location("drawings", FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def cells(figure, colour):
    """Where the cells of a colour are, as (column, row) from the top."""
    patches = [patch for patch in figure.axes[0].patches if isinstance(patch, Rectangle)]
    filled = [patch for patch in patches if patch.get_fill()]
    return [patch.get_xy() for patch in filled if to_hex(patch.get_facecolor()) == colour.lower()]


def words(figure):
    return [text.get_text() for text in figure.axes[0].texts if text.get_text()]


def test_a_window_reads_its_cells_and_makes_one_output_a_place(drawings):
    figure = drawings.windows("Conv1D", 8, kernel_size=3, strides=2)
    assert sorted({x for x, _ in cells(figure, drawings.SEEN)}) == [0, 1, 2, 3, 4, 5, 6]
    assert len(cells(figure, drawings.SEEN)) == 9
    assert len(cells(figure, drawings.MADE)) == 3
    assert len(figure.axes[0].lines) == 1  # the eighth cell is crossed out


def test_a_dilated_window_leaves_gaps(drawings):
    figure = drawings.windows("Conv1D", 9, kernel_size=3, dilation_rate=2)
    first = [x for x, y in cells(figure, drawings.SEEN) if y == -1.5]
    assert first == [0, 2, 4]


@pytest.mark.parametrize(("kernel_size", "extra"), [(2, [6]), (3, [])])
def test_the_extra_zero_of_same_is_orange_and_behind(drawings, kernel_size, extra):
    figure = drawings.windows("Conv1D", 6, kernel_size=kernel_size, padding="same")
    assert [x for x, _ in cells(figure, drawings.EXTRA)] == extra
    assert words(figure).count("0") == kernel_size - 1


def test_a_window_may_hang_over_the_end(drawings):
    figure = drawings.windows("MaxPooling1D", 7, ceil_mode=True)
    assert len(cells(figure, drawings.MADE)) == 4
    assert max(x for x, _ in cells(figure, drawings.SEEN)) == 7  # behind the seventh cell
    assert "0" not in words(figure)


def test_spread_inputs_are_counted_where_they_meet(drawings):
    figure = drawings.spreads(4, kernel_size=3, strides=2)
    assert words(figure)[4:] == ["1", "1", "2", "1", "2", "1", "2", "1", "1"]
    assert len(cells(figure, drawings.MADE)) == 9
    cut = drawings.spreads(4, kernel_size=3, strides=2, padding="same")
    assert len(cells(cut, drawings.MADE)) == 8
    added = drawings.spreads(4, kernel_size=3, strides=2, output_padding=1)
    assert words(added)[-1] == "0"
    assert len(cells(added, drawings.EXTRA)) == 1


def test_a_border_has_an_extra_row_and_column(drawings):
    assert len(cells(drawings.border(5, 2), drawings.EXTRA)) == 11
    figure = drawings.border(5, 3)
    assert cells(figure, drawings.EXTRA) == []
    assert words(figure) == ["0"] * 24


def test_the_last_number_is_the_count_of_weights(drawings):
    filter_ = [(3, 3), (3, 3), drawings.BIAS]
    figure = drawings.weights([filter_] * 3)
    assert words(figure)[-1] == "57"
    assert len(cells(figure, drawings.EXTRA)) == 3


def test_a_pyramid_stands_on_the_receptive_field(drawings):
    stack = [layers.Conv1D(1, 3), layers.MaxPooling1D(2), layers.Conv1D(1, 3)]
    figure = drawings.pyramid(stack, 14, 1)
    foot = [x for x, y in cells(figure, drawings.SEEN) if y == 0]
    assert foot == list(range(2, 10))
    assert len(foot) == summarize(stack, (14, 1)).totals.receptive_field[0]
    assert len(cells(figure, drawings.MADE)) == 1


def test_shares_add_up(drawings):
    figure = drawings.shares(summarize("deep_cnn"))
    for panel in figure.axes:
        assert sum(bar.get_width() for bar in panel.patches) == pytest.approx(100)
        assert len(panel.patches) == 7


def test_slopes_on_the_way_back_are_what_a_nudge_gives(drawings):
    def loss(first, second):
        return (second * max(0, first * 2) - 1) ** 2

    numbers = [
        float(word)
        for word in words(drawings.backward(2, 0.5, 3))
        if word.isascii() and word[0].isdigit()
    ]
    assert numbers[:10] == [2, 6, 1, 12, 1, 12, 3, 4, loss(0.5, 3), 1]
    nudges = [(loss(0.5 + 1e-6, 3) - 4) / 1e-6, (loss(0.5, 3 + 1e-6) - 4) / 1e-6]
    assert numbers[11::2] == pytest.approx(nudges, rel=1e-4)
