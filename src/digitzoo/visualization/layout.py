"""How panels share a figure, so that the first picture of it is right already."""

from matplotlib.figure import Figure, SubFigure
from matplotlib.layout_engine import ConstrainedLayoutEngine, TightLayoutEngine


class SettledLayout(ConstrainedLayoutEngine):
    """Matplotlib's constrained layout, done twice.

    Panels of a fixed aspect become smaller than their cells, and tick labels change with the size
    of an axis: both are known after the first time only, and the first file saved has cut labels.
    """

    def execute(self, fig: Figure) -> None:
        """Lay a figure out, measure again what has changed, and lay it out."""
        super().execute(fig)
        super().execute(fig)


def claim_layout(figure: Figure | SubFigure) -> None:
    """Have an empty figure, or the empty one that a subfigure is part of, laid out.

    A root that already holds Axes keeps the layout that it has.
    """
    root = figure.get_figure(root=True)
    engine = root.get_layout_engine()
    # A tight layout knows nothing of subfigures.
    lost = isinstance(figure, SubFigure) and isinstance(engine, TightLayoutEngine)
    if not root.axes and (engine is None or lost):
        root.set_layout_engine(SettledLayout())


def lay_out(figure: Figure | SubFigure) -> None:
    """Place the panels now, for what depends on their size."""
    root = figure.get_figure(root=True)
    engine = root.get_layout_engine()
    if engine is not None:
        engine.execute(root)
