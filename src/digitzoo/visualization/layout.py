"""How panels share a figure, so that the first picture of it is right already."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.layout_engine import ConstrainedLayoutEngine, TightLayoutEngine

from digitzoo.visualization.lettering import SMALLEST_TYPE

_CLEAR = 4  # pixels between words and what is beside them
_MOST_GIVEN = 0.6  # of the width or height of Axes


class SettledLayout(ConstrainedLayoutEngine):
    """Matplotlib's constrained layout, done twice.

    Panels of a fixed aspect become smaller than their cells, and tick labels change with the size
    of an axis: both are known after the first time only, and the first file saved has cut labels.
    Axes that the user placed before stay where they are. A panel of fixed aspect beside a colour
    bar needs `compress`: else matplotlib gives the place of its labels away.
    """

    def __init__(self, placed: Sequence[Axes] = (), *, compress: bool = False) -> None:
        super().__init__(compress=compress)
        self._placed = placed

    def execute(self, fig: Figure) -> None:
        """Lay a figure out, measure again what has changed, and lay it out."""
        placed = [ax for ax in self._placed if ax.get_in_layout()]
        for ax in placed:
            ax.set_in_layout(False)
        super().execute(fig)
        super().execute(fig)
        for ax in placed:
            ax.set_in_layout(True)


def claim_layout(figure: Figure | SubFigure) -> None:
    """Have an empty figure, or the one that an empty subfigure is part of, laid out.

    A figure that has a layout keeps it, and Axes that it holds keep their places.
    """
    root = figure.get_figure(root=True)
    engine = root.get_layout_engine()
    # A tight layout knows nothing of subfigures.
    lost = isinstance(figure, SubFigure) and isinstance(engine, TightLayoutEngine)
    if engine is None or (lost and not root.axes):
        root.set_layout_engine(SettledLayout(root.axes))


def keep_inside(ax: Axes) -> None:
    """Move the left and the lower edge of Axes that no layout places, where their words need it.

    The names of classes are longer than the room that matplotlib leaves, and would be cut by the
    edge of the figure, or lie over the Axes beside.
    """
    root = ax.figure.get_figure(root=True)
    if root.get_layout_engine() is not None:
        return
    frame, words = ax.get_window_extent(), ax.get_tightbbox()
    measured = [other.get_tightbbox() for other in root.axes if other is not ax]
    others = [box for box in measured if box is not None]
    if words is None:  # hidden by the user
        return
    left = max([box.x1 for box in others if box.x1 <= frame.x0], default=ax.figure.bbox.x0)
    low = max([box.y1 for box in others if box.y1 <= frame.y0], default=ax.figure.bbox.y0)
    across = min(max(0.0, left + _CLEAR - words.x0), _MOST_GIVEN * frame.width)
    up = min(max(0.0, low + _CLEAR - words.y0), _MOST_GIVEN * frame.height)
    place = ax.get_position()
    right, top = across / frame.width * place.width, up / frame.height * place.height
    ax.set_position((place.x0 + right, place.y0 + top, place.width - right, place.height - top))


def fit_title(ax: Axes, beside: Axes) -> None:
    """Make a title smaller where it is wider than the room up to the colour bar beside it."""
    box, edges = ax.title.get_window_extent(), ax.figure.bbox
    middle = (box.x0 + box.x1) / 2
    room = 2 * min(middle - edges.x0, beside.get_window_extent().x0 - middle) - _CLEAR
    if box.width > room:
        ax.title.set_fontsize(max(ax.title.get_fontsize() * room / box.width, SMALLEST_TYPE))


def lay_out(figure: Figure | SubFigure) -> None:
    """Place the panels now, for what depends on their size."""
    root = figure.get_figure(root=True)
    engine = root.get_layout_engine()
    if engine is not None:
        engine.execute(root)
