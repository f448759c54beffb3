"""Where pictures are drawn: one Axes, or a grid as large as its content needs, in inches."""

import math
from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.layout_engine import ConstrainedLayoutEngine, TightLayoutEngine

from digitzoo.errors import ArgumentTypeError, InvalidArgumentError
from digitzoo.visualization.fitting import letter
from digitzoo.visualization.lettering import SMALLEST_TYPE, TITLE_TYPE, text_scale, text_size, wrap

AnyFigure = Figure | SubFigure

_MARGIN = 0.1  # inches around a grid
_GAP = 0.12  # inches between panels
_PAD = 0.06  # inches between an image and its title
_FOOT = 0.2  # inches for the tick labels of a second panel
_LETTERS = 24  # in a line of a title
_PANEL_TYPE = 9.0  # points
_WIDEST_ROW = 6  # so many images stand in one row


class NotebookFigure(Figure):
    """A figure that a notebook shows once: shown as a cell's value, it is taken from pyplot."""

    def _ipython_display_(self) -> None:
        from IPython import get_ipython
        from IPython.display import publish_display_data

        content: dict[str, Any] = {}
        # As IPython does for figures that have no say in it, in the formats that the user chose.
        for kind, formatter in get_ipython().display_formatter.formatters.items():
            shown = formatter(self)
            if shown is not None:
                content[kind] = shown[0] if isinstance(shown, tuple) else shown
        publish_display_data(content)
        if any(kind.startswith(("image/", "application/pdf")) for kind in content):
            plt.close(self)


class SettledLayout(ConstrainedLayoutEngine):
    """Constrained layout, done twice, as sizes are known after the first; `placed` Axes stay."""

    def __init__(self, placed: Sequence[Axes] = (), *, compress: bool = False) -> None:
        super().__init__(compress=compress)
        self._placed = placed

    def execute(self, fig: Figure) -> None:
        """Lay a figure out, measure again what has changed, and lay it out."""
        if not any(ax.get_subplotspec() for ax in fig.axes):
            return  # panels that have their places, and matplotlib would warn
        placed = [ax for ax in self._placed if ax.get_in_layout()]
        for ax in placed:
            ax.set_in_layout(False)
        super().execute(fig)
        super().execute(fig)
        for ax in placed:
            ax.set_in_layout(True)


def _new_figure(width: float, height: float, layout: Any) -> Figure:
    size = (width * text_scale(), height * text_scale())
    return plt.figure(figsize=size, layout=layout, FigureClass=NotebookFigure)


def _claim_layout(figure: AnyFigure, *, compress: bool = False) -> None:
    """Have the whole of a user's figure laid out, unless it has another layout."""
    root = figure.get_figure(root=True)
    engine = root.get_layout_engine()
    # A tight layout knows nothing of subfigures.
    lost = isinstance(figure, SubFigure) and isinstance(engine, TightLayoutEngine)
    compress = compress and figure is root
    if engine is None or (lost and not root.axes):
        root.set_layout_engine(SettledLayout(root.axes, compress=compress))
    elif type(engine) is ConstrainedLayoutEngine:
        settled = SettledLayout(compress=compress)
        settled.set(**engine.get())
        root.set_layout_engine(settled)


def single(ax: Axes | None, *, width: float = 6.0, height: float = 4.0) -> Axes:
    """Give the Axes to draw on: the user's, or that of a new figure of so many inches."""
    return ax or _new_figure(width, height, SettledLayout(compress=True)).add_subplot()


def canvas(
    figure: AnyFigure | None, *, width: float, height: float, compress: bool = False
) -> AnyFigure:
    """Give the figure to draw on, with a layout: the user's, or a new one of so many inches."""
    if figure is None:
        return _new_figure(width, height, SettledLayout(compress=compress))
    _claim_layout(figure, compress=compress)
    return figure


def inches(figure: AnyFigure) -> tuple[float, float]:
    """Tell how wide and how high a figure is, in inches of letters of the usual size."""
    scale = figure.dpi * text_scale()
    return figure.bbox.width / scale, figure.bbox.height / scale


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
            "figure.clear() first, or give a new figure or an empty figure.subfigures(1, 2)[0]."
        )


def check_count(count: int, limit: int, *, what: str = "images", fewer: str = "Draw fewer") -> int:
    """Hold the number of things in a figure to what can be looked at."""
    if count < 1:
        raise InvalidArgumentError(f"There are no {what} to draw. Expected 1 or more. Received 0.")
    if count > limit:
        raise InvalidArgumentError(
            f"{count:,} {what} are too many for one figure: at most {limit:,} are drawn. {fewer}."
        )
    return count


def choose_columns(count: int, columns: int | None = None) -> int:
    """Choose how many panels stand in a row: about a square, with as few cells empty as can be."""
    if columns is not None:
        return min(columns, count)
    if count <= _WIDEST_ROW:
        return count
    choices = range(math.isqrt(count - 1) + 1, math.isqrt(2 * count - 1) + 2)
    return min(choices, key=lambda columns: (-count % columns, columns))


def fill_columns(figure: AnyFigure, count: int, panel: tuple[float, float]) -> int:
    """Choose how many panels stand in a row so that they are as large as a figure allows."""
    width, height = inches(figure)

    def scale(columns: int) -> float:
        return min(width / columns / panel[0], height / math.ceil(count / columns) / panel[1])

    return max(range(1, count + 1), key=lambda columns: (scale(columns), -columns))


def image_grid(
    titles: Sequence[str],
    *,
    figure: AnyFigure | None = None,
    columns: int | None = None,
    image_size: tuple[float, float] = (1.1, 1.1),
    beside: tuple[float, float] | None = None,
    title: str = "",
    title_colours: Sequence[str] = (),
) -> tuple[AnyFigure, list[Axes]]:
    """Lay out panels below titles; `beside`, a gap and a width, adds a second one on the right.

    They fill a user's figure, unless `columns` says how many stand in a row.
    """
    check_figure(figure)
    if figure is not None:
        _claim_layout(figure)  # of its neighbours; these panels have their places
    titles = [wrap(text, _LETTERS) for text in titles]
    gap, second = beside or (0.0, 0.0)
    across, above = text_size(titles, _PANEL_TYPE)
    wide, head = text_size([title], TITLE_TYPE)
    above, head = above and above + _PAD, head and head + _GAP
    foot = _FOOT if beside else 0.0
    cell = max(image_size[0], across) + gap + second + _GAP, image_size[1] + above + foot + _GAP
    if columns is None and figure is not None:
        columns = fill_columns(figure, len(titles), cell)
    columns = choose_columns(len(titles), columns)
    rows = math.ceil(len(titles) / columns)
    width = max(columns * cell[0] - _GAP, wide) + 2 * _MARGIN
    height = rows * cell[1] - _GAP + 2 * _MARGIN + head
    if figure is None:
        figure = _new_figure(width, height, "none")
    full = figure.bbox.width / figure.dpi, figure.bbox.height / figure.dpi
    scale = min(text_scale(), full[0] / width, full[1] / height)
    gap, second, above, foot, head, between, margin = (
        scale * length for length in (gap, second, above, foot, head, _GAP, _MARGIN)
    )
    down = (full[1] - 2 * margin - head + between) / rows
    high = down - between - above - foot
    # Panels stand together in the middle of a wide figure.
    most = max(high * image_size[0] / image_size[1], scale * across) + gap + second + between
    across = min((full[0] - 2 * margin + between) / columns, most)
    start = (full[0] - columns * across + between) / 2
    side = (across - between - gap - second, high)

    def panel(left: float, bottom: float, width: float) -> Axes:
        place = (left / full[0], bottom / full[1], width / full[0], side[1] / full[1])
        return figure.add_axes(place)

    axes = []
    for index, text in enumerate(titles):
        row, column = divmod(index, columns)
        left = start + column * across
        bottom = full[1] - margin - head - row * down - above - side[1]
        ax = panel(left, bottom, side[0])
        ax.set_axis_off()
        if text:
            # Without y matplotlib lays hidden ticks out, which takes most of the time.
            size = max(_PANEL_TYPE * scale, SMALLEST_TYPE)
            drawn = ax.set_title(text, pad=3 * scale, y=1.0, fontsize=size)
            drawn.set_color(title_colours[index] if title_colours else drawn.get_color())
        axes.append(ax)
        if beside:
            axes.append(panel(left + side[0] + gap, bottom, second))
    if title:
        size, top = max(TITLE_TYPE * scale, SMALLEST_TYPE), 1 - margin / full[1]
        figure.suptitle(title, fontsize=size, y=top, va="top")
    letter(figure)
    return figure, axes
