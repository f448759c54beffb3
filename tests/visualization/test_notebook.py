"""What a notebook does with a figure, without one: IPython is no dependency."""

import sys
from types import ModuleType, SimpleNamespace

import matplotlib.pyplot as plt
import pytest
from matplotlib.figure import Figure

from digitzoo import plot_pixels, plot_samples


@pytest.fixture
def notebook(monkeypatch):
    """A stand-in for IPython, with the formatters that the user chose, and what was shown."""
    shown, formatters = [], {"text/plain": repr, "image/png": lambda _: None}
    ipython, display = ModuleType("IPython"), ModuleType("IPython.display")
    shell = SimpleNamespace(display_formatter=SimpleNamespace(formatters=formatters))
    ipython.get_ipython, ipython.version_info = (lambda: shell), (9, 0)  # pyplot asks for both
    display.publish_display_data = shown.append
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    return SimpleNamespace(shown=shown, formatters=formatters)


@pytest.mark.parametrize("result", [b"png", (b"png", {"width": 3})])
def test_a_figure_is_shown_once_and_pyplot_forgets_it(digits, notebook, result):
    notebook.formatters["image/png"] = lambda _: result
    figure = plot_samples(digits[:1])
    assert plt.get_fignums() == [figure.number]
    figure._ipython_display_()
    assert notebook.shown == [{"text/plain": repr(figure), "image/png": b"png"}]
    assert not plt.get_fignums()


def test_pyplot_keeps_what_was_not_shown_as_a_picture(digits, notebook):
    figure = plot_samples(digits[:1])
    figure._ipython_display_()
    assert notebook.shown == [{"text/plain": repr(figure)}]
    assert plt.get_fignums() == [figure.number]


def test_the_users_own_figure_stays_what_it_is(digits):
    own = Figure()
    assert type(plot_samples(digits[:1], figure=own)) is Figure
    ax = plt.figure().add_subplot()
    assert plot_pixels(digits.images[0, :4, :4], ax=ax) is ax
