"""The letters of a drawn picture: their fonts, and their size where there is little room."""

import math
from collections.abc import Iterable, Iterator

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure, SubFigure
from matplotlib.text import Text

from digitzoo.tables import width_of
from digitzoo.visualization.lettering import (
    LETTER_WIDTH,
    SMALLEST_TYPE,
    choose_lettering,
    text_scale,
    wrap,
)

_LEAST = 0.55  # of the usual size: what shrinks to a third of its room has letters of this part
_MOST_LINES = 0.3  # of a panel's height, for its title
_PADS = 0.25  # inches between the letters beside a panel


def letter(*drawn: Axes | Figure | SubFigure) -> None:
    """Give what is written a font that has it; one warning says which characters none has."""
    texts = [text for one in drawn for text in _texts(one) if text.get_text()]
    choose_lettering(text.get_text() for text in texts).apply(*texts)


def fit(ax: Axes, width: float, height: float, *beside: Axes, right: float = 0.0) -> None:
    """Make the letters of a panel that wants so many inches smaller in less, and break its lines.

    They get their fonts too. What stands `beside` it, such as a colour bar, follows; one that
    comes later takes so many inches on the `right`.
    """
    letter(ax, *beside)
    room, factor = room_of(ax), shrinkage(ax, width, height)
    if factor < 1:
        for panel in (ax, *beside):
            _shrink(panel, factor)
    left = _widest(ax.yaxis, ax.yaxis.label.get_text()) if ax.axison else 0.0
    across = room[0] - max(left, right)
    for text, length in (
        (ax.title, across),
        (ax.xaxis.label, across),
        (ax.yaxis.label, room[1] - _PADS),
        *((panel.yaxis.label, room[1] - _PADS) for panel in beside),
    ):
        _break(text, max(length, 0.5), room[1])


def shrinkage(ax: Axes, width: float, height: float) -> float:
    """Tell what part of their usual size letters have, where a panel wants so many inches."""
    room = room_of(ax)
    share = min(room[0] / width, room[1] / height) / text_scale()
    return min(max(math.sqrt(share), _LEAST), 1.0)


def room_of(ax: Axes) -> tuple[float, float]:
    """Tell how many inches a panel has for itself and what is written around it."""
    spec, figure = ax.get_subplotspec(), ax.figure
    width, height = figure.bbox.width / ax.figure.dpi, figure.bbox.height / ax.figure.dpi
    if spec is None:
        box = ax.get_window_extent()
        return box.width / ax.figure.dpi, box.height / ax.figure.dpi
    grid = spec.get_gridspec()
    return (
        width * len(spec.colspan) / grid.ncols,
        height * len(spec.rowspan) / grid.nrows,
    )


def _shrink(ax: Axes, factor: float) -> None:
    for axis in (ax.xaxis, ax.yaxis) if ax.axison else ():
        labels = axis.get_majorticklabels()
        if labels:
            size = max(factor * float(labels[0].get_fontsize()), SMALLEST_TYPE)
            axis.set_tick_params(labelsize=size, pad=3 * factor)
    legend = ax.get_legend()
    for text in (
        ax.title,
        ax.xaxis.label,
        ax.yaxis.label,
        *((*legend.get_texts(), legend.get_title()) if legend else ()),
    ):
        text.set_fontsize(max(factor * float(text.get_fontsize()), SMALLEST_TYPE))


def _widest(axis: Axis, label: str) -> float:
    """Tell how many inches the numbers and the label beside a panel take."""
    labels = axis.get_majorticklabels()
    widths = [text.get_window_extent().width for text in labels if text.get_text()]
    line = float(axis.label.get_fontsize()) / 72 * 1.2 if label else 0
    return max(widths, default=0) / axis.axes.figure.dpi + line + _PADS


def _break(text: Text, length: float, height: float) -> None:
    """Break a text into lines of so many inches, in smaller letters if they would be many."""
    words = text.get_text()
    size = float(text.get_fontsize())
    while words:
        letters = max(int(72 * length / (LETTER_WIDTH * size)), 4)
        lines = "\n".join(
            line if width_of(line) <= letters else wrap(line, letters) for line in words.split("\n")
        )
        count = lines.count("\n") + 1
        fits = count <= max(2, words.count("\n") + 1, _MOST_LINES * height * 72 / (1.25 * size))
        if fits or size <= SMALLEST_TYPE:
            text.set(text=lines, fontsize=size)
            return
        size = max(0.9 * size, SMALLEST_TYPE)


def _texts(drawn: Axes | Figure | SubFigure) -> Iterator[Text]:
    """Give all that is written in a panel or a figure; hidden axes have no ticks."""
    if not isinstance(drawn, Axes):
        suptitle = drawn._suptitle  # type: ignore[union-attr] # noqa: SLF001 - else only its words
        yield from (suptitle,) if suptitle else ()
        for legend in drawn.legends:
            yield from legend.get_texts()
        for ax in drawn.axes:
            yield from _texts(ax)
        return
    yield from (drawn.title, *drawn.texts)
    own = drawn.get_legend()
    yield from (*own.get_texts(), own.get_title()) if own else ()
    if drawn.axison:
        yield from _of_axes((drawn.xaxis, drawn.yaxis))


def _of_axes(axes: Iterable[Axis]) -> Iterator[Text]:
    for axis in axes:
        yield axis.label
        yield from axis.get_majorticklabels()
