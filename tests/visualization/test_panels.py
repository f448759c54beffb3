"""Panels of images: quick to make, and Axes like any other."""

import pickle

import matplotlib.pyplot as plt
import numpy as np
import pytest

from digitzoo.visualization.panels import ImageAxes


def pixels(figure):
    figure.canvas.draw()
    return np.array(figure.canvas.buffer_rgba())


def made(axis):
    return [name for name in ("majorTicks", "minorTicks") if name in vars(axis)]


def test_no_tick_is_made_for_a_panel_without_any():
    figure = plt.figure()
    ax = figure.add_axes((0, 0, 1, 1), axes_class=ImageAxes)
    ax.imshow(np.eye(3))
    ax.set_axis_off()
    ax.set_title("a title", y=1.0)
    figure.canvas.draw()
    assert not made(ax.xaxis)
    assert not made(ax.yaxis)


@pytest.mark.parametrize("style", ["default", "dark_background", "ggplot", "classic"])
def test_a_user_who_wants_ticks_sees_those_of_any_axes(style):
    drawn = []
    with plt.style.context(style):
        for kind in ({}, {"axes_class": ImageAxes}):
            figure = plt.figure()
            ax = figure.add_axes((0.2, 0.2, 0.6, 0.6), **kind)
            ax.imshow(np.eye(3))
            ax.set_axis_off()
            before = pixels(figure)
            ax.set_axis_on()
            ax.set_xticks([0, 2], ["a", "b"])
            ax.tick_params(axis="y", colors="red", labelsize=7)
            ax.grid(visible=True, axis="y", color="green")
            drawn.append((before, pixels(figure)))
    (plain, ticked), (own, own_ticked) = drawn
    np.testing.assert_array_equal(own, plain)
    np.testing.assert_array_equal(own_ticked, ticked)
    assert not np.array_equal(ticked, plain)


def test_it_is_cleared_shared_and_pickled_as_any_other():
    figure = plt.figure()
    ax = figure.add_axes((0, 0, 0.5, 1), axes_class=ImageAxes)
    other = figure.add_axes((0.5, 0, 0.5, 1), axes_class=ImageAxes, sharex=ax)
    ax.plot([1, 5], [1, 5])
    assert other.get_xlim() == ax.get_xlim()
    ax.clear()
    assert not ax.lines
    again = pickle.loads(pickle.dumps(figure))  # noqa: S301 - our own
    assert [type(panel) for panel in again.axes] == [ImageAxes] * 2
    again.canvas.draw()
