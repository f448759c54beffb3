"""What a user passes on to matplotlib, laid over our own defaults."""

from collections.abc import Mapping
from typing import Any

from matplotlib import cbook

from digitzoo.errors import InvalidArgumentError


def options_over(
    defaults: Mapping[str, Any],
    given: Mapping[str, Any],
    *,
    artist: type | None = None,
    refused: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Lay a user's keyword arguments over defaults, whichever of their names they have.

    Args:
        defaults: Ours, under their full names, such as `linestyle`.
        given: The user's, where `ls` is the same.
        artist: The class of matplotlib that knows the short names, such as `Line2D`.
        refused: What the picture itself decides, and what to do instead.

    Returns:
        The options to call matplotlib with.

    Raises:
        InvalidArgumentError: If one is refused.

    >>> from matplotlib.lines import Line2D
    >>> options_over({"linestyle": "-", "marker": "o"}, {"ls": ":"}, artist=Line2D)
    {'linestyle': ':', 'marker': 'o'}
    """
    for name, remedy in (refused or {}).items():
        if name in given:
            raise InvalidArgumentError(f"{remedy} Received {name}={given[name]!r}.")
    full = dict(given) if artist is None else cbook.normalize_kwargs(dict(given), artist)
    return {**defaults, **full}


def scale_over(defaults: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Lay the user's options of `imshow` over defaults, of which a `norm` replaces the limits.

    Raises:
        InvalidArgumentError: If `ax` is among them.

    >>> scale_over({"cmap": "gray", "vmin": 0, "vmax": 1}, {"norm": "log"})
    {'cmap': 'gray', 'norm': 'log'}
    """
    options = options_over(defaults, given, refused=_NO_AXES)
    if given.get("norm") is not None:  # matplotlib takes no limits beside it
        for limit in ("vmin", "vmax"):
            if limit not in given:
                options.pop(limit, None)
    return options


_NO_AXES = {
    "ax": "A grid of panels is drawn on a figure: give figure=, such as a subfigure of yours."
}
