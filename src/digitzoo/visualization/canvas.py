"""Where pictures are drawn: one Axes, or a grid of panels as large as its content needs.

New figures belong to pyplot, so that `plt.show()` and notebooks show them. An Axes or a figure
that the user brings keeps its size; the panels of a figure share what there is.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from digitzoo.checks import check_whole
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError
from digitzoo.visualization.layout import SettledLayout, claim_layout
from digitzoo.visualization.lettering import (
    LETTER_WIDTH,
    SMALLEST_TYPE,
    Lettering,
    choose_lettering,
    points,
    text_scale,
    text_size,
    wrap,
)
from digitzoo.visualization.matplotlib_options import check_options
from digitzoo.visualization.notebook import NotebookFigure

AnyFigure = Figure | SubFigure

_MARGIN = 0.1  # inches around a grid
_GAP = 0.12  # inches between panels
_PAD = 0.06  # inches between an image and its title
_FOOT = 0.2  # inches for the tick labels of a second panel, in type of the usual size
_WIDEST_TITLE = 1.75  # inches; longer ones are broken into lines
_WIDEST_ROW = 6  # so many images stand in one row


def check_axes(ax: object) -> None:
    """Hold an argument to Axes of x and y that can be drawn on, or None."""
    if ax is None:
        return
    if not isinstance(ax, Axes):
        raise ArgumentTypeError(f"ax must be a matplotlib Axes. Received {type(ax).__name__}.")
    if ax.name != "rectilinear" or ax.figure is None:
        what = "Axes that were removed" if ax.figure is None else f"{ax.name} Axes"
        raise InvalidArgumentError(f"ax must be Axes of x and y, on a figure. Received {what}.")


def check_figure(figure: object) -> None:
    """Hold an argument to a figure that holds no Axes, or None."""
    if figure is None:
        return
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


def single(ax: Axes | None, *, width: float = 6.0, height: float = 4.0) -> Axes:
    """Give the Axes to draw on: the user's, or that of a new figure of so many inches."""
    if ax is not None:
        return ax
    size, layout = (width, height), SettledLayout(compress=True)
    return plt.figure(figsize=size, layout=layout, FigureClass=NotebookFigure).add_subplot()


def canvas(figure: AnyFigure | None, *, width: float, height: float) -> AnyFigure:
    """Give the figure to draw on: the user's, or a new one of so many inches.

    Either has a layout that leaves nothing cut.
    """
    if figure is None:
        size = (width, height)
        return plt.figure(figsize=size, layout=SettledLayout(), FigureClass=NotebookFigure)
    claim_layout(figure)
    return figure


def check_count(count: int, limit: int, *, what: str = "images", fewer: str = "Draw fewer") -> int:
    """Hold the number of things in a figure to what can be looked at."""
    if count < 1:
        raise InvalidArgumentError(f"There are no {what} to draw. Expected 1 or more. Received 0.")
    if count > limit:
        raise InvalidArgumentError(
            f"{count:,} {what} are too many for one figure: at most {limit:,} are drawn. {fewer}."
        )
    return count


def check_grid(columns: object, figure: object, imshow: Mapping[str, Any]) -> dict[str, Any]:
    """Hold the arguments that all grids of panels have to what can be drawn."""
    if columns is not None:
        check_whole("columns", columns, at_least=1)
    check_figure(figure)
    return check_options("imshow", imshow, refused=_NO_AXES)


_NO_AXES = {
    "ax": "A grid of panels is drawn on a figure: give figure=, such as a subfigure of yours."
}


def choose_columns(count: int, columns: int | None = None) -> int:
    """Choose how many panels stand in a row: about a square, with as few cells empty as can be.

    >>> [choose_columns(count) for count in (1, 5, 10, 17, 25, 32, 64)]
    [1, 5, 5, 6, 5, 8, 8]
    """
    if columns is not None:
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
        followed by the second one where it was asked for.
    """
    check_figure(figure)
    if isinstance(figure, SubFigure):
        claim_layout(figure)  # of its neighbours; these panels have their places
    columns = choose_columns(len(titles), columns)
    rows = math.ceil(len(titles) / columns)
    lettering = lettering or choose_lettering([*titles, title or ""])
    type_size = 0.9 * points("medium")
    letters_a_line = int(_WIDEST_TITLE * 72 / type_size / LETTER_WIDTH)
    wrapped = [wrap(lettering.spell(text), letters_a_line) for text in titles]
    title_width, title_height = text_size(wrapped, type_size, lettering, figure)
    title_height += _PAD if title_height else 0
    head_width, head = text_size([title or ""], points("large"), lettering)
    head += _GAP if title else 0
    gap, second = beside or (0.0, 0.0)
    foot = _FOOT * text_scale() if beside else 0.0
    cell_width = max(image_size[0], title_width) + gap + second + _GAP
    cell_height = image_size[1] + foot + title_height + _GAP

    width = columns * cell_width - _GAP + 2 * _MARGIN
    height = rows * cell_height - _GAP + 2 * _MARGIN + head
    if figure is None:
        size = (max(width, head_width + 2 * _MARGIN), height)
        figure = plt.figure(figsize=size, layout="none", FigureClass=NotebookFigure)
    figure_width, figure_height = figure.bbox.width / figure.dpi, figure.bbox.height / figure.dpi
    shrink = min(1.0, figure_width / width, figure_height / height)
    gap, second, foot, title_height, head, between = (
        length * shrink for length in (gap, second, foot, title_height, head, _GAP)
    )
    across = (figure_width - 2 * _MARGIN + between) / columns
    down = (figure_height - 2 * _MARGIN - head + between) / rows
    image = (across - between - gap - second, down - between - title_height - foot)

    def panel(left: float, bottom: float, width: float) -> Axes:
        scaled = (left / figure_width, bottom / figure_height, width / figure_width)
        return figure.add_axes((*scaled, image[1] / figure_height))

    axes = []
    for index, text in enumerate(wrapped):
        row, column = divmod(index, columns)
        left = _MARGIN + column * across
        bottom = figure_height - _MARGIN - head - row * down - title_height - image[1]
        ax = panel(left, bottom, image[0])
        ax.set_axis_off()
        if text:
            drawn = ax.set_title(
                text,
                fontsize=max(type_size * shrink, SMALLEST_TYPE),
                pad=0.04 * shrink * 72,
                y=1.0,  # without it matplotlib lays hidden ticks out, which takes most of the time
            )
            if title_colours:
                drawn.set_color(title_colours[index])
            lettering.apply(drawn)
        axes.append(ax)
        if beside:
            axes.append(panel(left + image[0] + gap, bottom, second))
    if title is not None:
        size_of_title = max(points("large") * shrink, SMALLEST_TYPE)
        place = 1 - _MARGIN / figure_height
        lettering.apply(
            figure.suptitle(lettering.spell(title), fontsize=size_of_title, y=place, va="top")
        )
    return figure, axes
