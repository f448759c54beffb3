"""Where pictures are drawn: one Axes, or a grid of panels as large as its content needs.

New figures belong to pyplot, so that `plt.show()` and notebooks show them. An Axes or a figure
that the user brings keeps its size, and what is drawn is fitted to it.
"""

import math
from collections.abc import Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from digitzoo.errors import ArgumentTypeError, InvalidArgumentError
from digitzoo.evaluation.numbers import check_whole
from digitzoo.visualization.layout import SettledLayout, claim_layout
from digitzoo.visualization.lettering import (
    SMALLEST_TYPE,
    Lettering,
    choose_lettering,
    points,
    text_scale,
    text_size,
    wrap,
)
from digitzoo.visualization.notebook import NotebookFigure
from digitzoo.visualization.panels import ImageAxes

AnyFigure = Figure | SubFigure

_MARGIN = 0.1  # inches around a grid
_GAP = 0.12  # inches between panels
_FOOT = 0.2  # inches for the tick labels of a second panel, in type of the usual size
_WIDEST_TITLE = 1.6  # inches; longer ones are broken into lines
_WIDEST_ROW = 6  # so many images stand in one row


def single(ax: Axes | None, *, width: float = 6.0, height: float = 4.0) -> Axes:
    """Give the Axes to draw on: the user's, or that of a new figure.

    Args:
        ax: The user's Axes, if any.
        width: Width of a new figure in inches.
        height: Its height in inches.

    Returns:
        The Axes.

    Raises:
        ArgumentTypeError: If it is something else.
    """
    if ax is None:
        layout = SettledLayout(compress=True)
        figure = plt.figure(figsize=(width, height), layout=layout, FigureClass=NotebookFigure)
        return figure.add_subplot()
    if not isinstance(ax, Axes):
        raise ArgumentTypeError(f"ax must be a matplotlib Axes. Received {type(ax).__name__}.")
    return ax


def canvas(figure: AnyFigure | None, *, width: float, height: float) -> AnyFigure:
    """Give the figure to draw on: the user's, or a new one whose layout leaves nothing cut.

    Args:
        figure: The user's figure or subfigure, if any.
        width: Width of a new figure in inches.
        height: Its height in inches.

    Returns:
        The figure.

    Raises:
        ArgumentTypeError: If it is something else.
        InvalidArgumentError: If it holds Axes already.
    """
    if figure is None:
        size = (width, height)
        return plt.figure(figsize=size, layout=SettledLayout(), FigureClass=NotebookFigure)
    check_figure(figure)
    claim_layout(figure)
    return figure


def check_figure(figure: object) -> None:
    """Hold what the user brings to a figure that holds no Axes.

    Raises:
        ArgumentTypeError: If it is something else.
        InvalidArgumentError: If it holds Axes already.
    """
    if not isinstance(figure, AnyFigure):
        raise ArgumentTypeError(
            f"figure must be a matplotlib Figure or SubFigure. Received {type(figure).__name__}."
        )
    if figure.axes:
        raise InvalidArgumentError(
            f"The figure already holds Axes ({len(figure.axes)}), which would be drawn over. Call "
            f"figure.clear() first, or give a new figure, or one of figure.subfigures(1, 2) of a "
            f"figure that is empty."
        )


def check_count(
    count: int,
    limit: int,
    *,
    what: str = "images",
    option: str = "max_images",
    fewer: str = "Draw fewer",
) -> int:
    """Hold the number of panels to what can be looked at.

    Args:
        count: How many panels there would be.
        limit: How many there may be.
        what: What the panels show.
        option: The argument that raises the limit.
        fewer: How to stay below it.

    Returns:
        The count.

    Raises:
        InvalidArgumentError: If there are none or too many.
    """
    if count < 1:
        raise InvalidArgumentError(f"There are no {what} to draw. Expected 1 or more. Received 0.")
    if count > limit:
        raise InvalidArgumentError(
            f"{count:,} {what} are too many for one figure: at most {limit:,} are drawn. {fewer}, "
            f"or raise the limit with {option}={count}."
        )
    return count


def choose_columns(count: int, columns: int | None = None) -> int:
    """Choose how many panels stand in a row: about a square, with as few cells empty as can be.

    >>> [choose_columns(count) for count in (1, 5, 10, 17, 25, 32, 64)]
    [1, 5, 5, 6, 5, 8, 8]

    Raises:
        ArgumentTypeError: If something else than a whole number is asked for.
        InvalidArgumentError: If a number below 1 is.
    """
    if columns is not None:
        check_whole("columns", columns, 1)
        return min(columns, count)
    if count <= _WIDEST_ROW:
        return count
    choices = range(math.isqrt(count - 1) + 1, math.isqrt(2 * count - 1) + 2)
    return min(choices, key=lambda columns: (-count % columns, columns))


def image_grid(
    titles: Sequence[str],
    *,
    figure: AnyFigure | None = None,
    columns: int | None = None,
    image_size: tuple[float, float] = (1.1, 1.1),
    beside: tuple[float, float] | None = None,
    title: str | None = None,
    lettering: Lettering | None = None,
    title_colours: Sequence[str] = (),
) -> tuple[AnyFigure, list[Axes]]:
    """Lay out panels for images, each below its title, on a figure that is as large as they need.

    On a figure that the user brings, panels and titles shrink to what there is.

    Args:
        titles: One for each panel, "" for none.
        figure: The user's figure, if any.
        columns: How many panels stand in a row.
        image_size: Width and height of one image in inches.
        beside: The gap and the width, in inches, of a second panel on the right of each image.
        title: Above them all.
        lettering: The font; by default one that has all characters of the titles.
        title_colours: One for each panel; by default the text colour.

    Returns:
        The figure, and its panels, row after row; those of images have no frames, and are each
        followed by the second one where it was asked for. Cells left over are not made.

    Raises:
        ArgumentTypeError: If it is no figure.
        InvalidArgumentError: If it holds Axes already.
    """
    if figure is not None:
        _take(figure)  # before its fonts are measured
    count = len(titles)
    columns = choose_columns(count, columns)
    rows = math.ceil(count / columns)
    lettering = lettering or choose_lettering([*titles, title or ""])
    type_size = 0.9 * points("medium")
    letters_a_line = int(_WIDEST_TITLE * 72 / type_size / 0.55)  # a letter is 0.55 of its height
    wrapped = [wrap(lettering.spell(text), letters_a_line) for text in titles]
    width, height = text_size(wrapped, type_size, lettering, figure)
    heading = 0.0 if title is None else text_size([title], points("large"), lettering)[1] + _GAP
    gap, second = beside or (0.0, 0.0)
    foot = _FOOT * text_scale() if beside else 0.0
    cell = (
        max(image_size[0], width) + gap + second,
        image_size[1] + foot + (height + 0.06 if height else 0),
    )

    wanted = (
        columns * cell[0] + (columns - 1) * _GAP + 2 * _MARGIN,
        rows * cell[1] + (rows - 1) * _GAP + 2 * _MARGIN + heading,
    )
    if figure is None:
        heading_width = 0.0 if title is None else text_size([title], points("large"), lettering)[0]
        size = (max(wanted[0], heading_width + 2 * _MARGIN), wanted[1])
        figure = plt.figure(figsize=size, layout="none", FigureClass=NotebookFigure)
        shrink = 1.0
    else:
        size = _inches(figure)
        shrink = min(1.0, size[0] / wanted[0], size[1] / wanted[1])
    height *= shrink
    heading *= shrink
    across = (size[0] - 2 * _MARGIN - (columns - 1) * _GAP * shrink) / columns
    down = (size[1] - 2 * _MARGIN - heading - (rows - 1) * _GAP * shrink) / rows
    title_room = height + 0.06 * shrink if height else 0.0
    axes = []
    for index in range(count):
        row, column = divmod(index, columns)
        left = _MARGIN + column * (across + _GAP * shrink)
        top = size[1] - _MARGIN - heading - row * (down + _GAP * shrink)
        bottom = (top - down + foot * shrink) / size[1]
        high = (down - title_room - foot * shrink) / size[1]
        wide = across - (gap + second) * shrink
        ax = figure.add_axes((left / size[0], bottom, wide / size[0], high), axes_class=ImageAxes)
        ax.set_axis_off()
        if titles[index]:
            text = ax.set_title(
                wrapped[index],
                fontsize=max(type_size * shrink, SMALLEST_TYPE),
                pad=0.04 * shrink * 72,
                y=1.0,  # without it matplotlib lays hidden ticks out, which takes most of the time
            )
            if title_colours:
                text.set_color(title_colours[index])
            lettering.apply(text)
        axes.append(ax)
        if beside:
            start = left + wide + gap * shrink
            axes.append(figure.add_axes((start / size[0], bottom, second * shrink / size[0], high)))
    if title is not None:
        text = figure.suptitle(
            lettering.spell(title),
            fontsize=max(points("large") * shrink, SMALLEST_TYPE),
            y=1 - _MARGIN / size[1],
            va="top",
        )
        lettering.apply(text)
    return figure, axes


def _take(figure: AnyFigure) -> None:
    """Check a figure for panels that have their places, unlike those of its neighbours."""
    check_figure(figure)
    if isinstance(figure, SubFigure):
        claim_layout(figure)


def _inches(figure: AnyFigure) -> tuple[float, float]:
    if isinstance(figure, Figure):
        width, height = figure.get_size_inches()
        return float(width), float(height)
    box = figure.bbox
    return box.width / figure.figure.dpi, box.height / figure.figure.dpi
