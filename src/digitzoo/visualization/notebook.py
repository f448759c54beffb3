"""Figures that a notebook shows once."""

from typing import Any

import matplotlib.pyplot as plt
from matplotlib.figure import Figure


class NotebookFigure(Figure):
    """A figure that a notebook shows once, be it a cell's value or not.

    Notebooks show what pyplot holds at the end of a cell, and the cell's value too. A figure that
    pyplot holds and a function returns would be seen twice, so showing it takes it from pyplot.
    """

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
