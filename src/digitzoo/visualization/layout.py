"""How panels share a figure, so that the first picture of it is right already."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.layout_engine import ConstrainedLayoutEngine, TightLayoutEngine


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


def lay_out(figure: Figure | SubFigure) -> None:
    """Place the panels now, for what depends on their size."""
    root = figure.get_figure(root=True)
    engine = root.get_layout_engine()
    if engine is not None:
        engine.execute(root)
