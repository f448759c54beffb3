"""What a user passes on to matplotlib, laid over our own defaults."""

import copy
from collections.abc import Mapping
from typing import Any

from matplotlib import cbook
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, shown

# Something to draw, for each method of Axes that pictures hand options on to.
_SOMETHING: dict[str, tuple[Any, ...]] = {
    "errorbar": ([0, 1], [0, 1], [0, 1]),
    "hist": ([0, 1],),
    "imshow": ([[0, 1]],),
    "plot": ([0, 1], [0, 1]),
    "scatter": ([0, 1], [0, 1]),
}


def check_options(
    method: str,
    options: Mapping[str, Any],
    *,
    artist: type | None = None,
    refused: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Hold a user's keyword arguments to what a method of matplotlib's Axes draws with.

    Args:
        method: Such as `"imshow"`; it is tried on a small figure of its own.
        options: The user's.
        artist: The class of matplotlib that knows short names, such as `Line2D`.
        refused: What the picture itself decides, and what to do instead.

    Returns:
        The options under their full names.

    >>> from matplotlib.lines import Line2D
    >>> check_options("plot", {"ls": ":"}, artist=Line2D)
    {'linestyle': ':'}
    """
    if not options:
        return {}
    for name, remedy in (refused or {}).items():
        if name in options:
            raise InvalidArgumentError(f"{remedy} Received {name}={shown(options[name])}.")
    # A norm takes its limits from what it sees first.
    tried = {name: copy.deepcopy(v) if name == "norm" else v for name, v in options.items()}
    figure = Figure(figsize=(1, 1), dpi=20)
    FigureCanvasAgg(figure)
    try:
        getattr(figure.add_subplot(), method)(*_SOMETHING[method], **tried)
        figure.canvas.draw()
        return dict(options) if artist is None else cbook.normalize_kwargs(dict(options), artist)
    except Exception as error:  # matplotlib has no one kind of error for what it cannot draw
        kind = ArgumentTypeError if isinstance(error, TypeError) else InvalidArgumentError
        raise kind(
            f"Other arguments go to matplotlib's Axes.{method}, which refuses these: "
            f"{str(error)[:300]}. Received {shown(dict(options))}."
        ) from error


def scale_over(defaults: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Lay the user's options of `imshow` over defaults, of which a `norm` replaces the limits.

    >>> scale_over({"cmap": "gray", "vmin": 0, "vmax": 1}, {"norm": "log"})
    {'cmap': 'gray', 'norm': 'log'}
    """
    options = {**defaults, **given}
    if given.get("norm") is not None:  # matplotlib takes no limits beside it
        for limit in {"vmin", "vmax"} - set(given):
            options.pop(limit, None)
    return options
