"""`plot_weight_histogram`: how the weights of each layer are spread."""

import math
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from digitzoo.checks import check_whole
from digitzoo.errors import InvalidArgumentError, unknown_name
from digitzoo.inspection.layers import find_layer, layer_weights
from digitzoo.visualization.canvas import (
    AnyFigure,
    canvas,
    check_count,
    choose_columns,
    fill_columns,
)
from digitzoo.visualization.colours import series_colours
from digitzoo.visualization.fitting import fit, letter
from digitzoo.visualization.inputs import as_list, as_named_models, check_grid, check_options
from digitzoo.visualization.lettering import (
    LETTER_WIDTH,
    SMALLEST_TYPE,
    TITLE_TYPE,
    spell_names,
    text_scale,
    wrap,
)
from digitzoo.visualization.words import Say, words_of

_MOST_LAYERS = 36
_FEWEST_BINS, _USUAL_MOST_BINS, _MOST_BINS = 10, 50, 10_000
_WIDTH, _HEIGHT = 5.0, 3.4  # inches of a panel with its numbers and title, without its legend
_BESIDE = 0.7  # inches of it for tick labels
_NARROW = 4.0  # inches; in such a panel the legend has one column
_LEGEND_TYPE = 8.5  # points
_LEGEND_LINE = 1.5  # of a letter's height, with the air around it
_ENTRY = 17.0  # of a letter's height: how wide an entry is
_MOST = 0.3  # of a panel's height, for its legend
_LETTERS = 22  # in a line of a legend
_FULL_ROWS = {2: 2, 4: 2}  # columns that leave no cell empty; three fit on a slide


def plot_weight_histogram(
    models: Any,
    *,
    layers: Any = None,
    bins: int | None = None,
    columns: int | None = None,
    language: str = "en",
    figure: AnyFigure | None = None,
    **hist: Any,
) -> AnyFigure:
    """Draw a histogram of the weights of each layer, without biases, models over each other.

    Legends give mean and standard deviation. Models of different make are compared where their
    layers have the same names; each panel shows the models that have the layer.

    Args:
        models: A built Keras model, or up to six to compare, such as
            `{"trained": model, "untrained": other}`.
        layers: Up to 36, by name, by place in `model.layers` or as the layer itself; by default
            all that have weights.
        bins: How many; by default the square root of the number of weights, from 10 to 50.
        columns: How many panels stand in a row.
        language: `"en"` or `"ko"`.
        figure: A figure or subfigure to draw on; by default one as large as the content needs.
        **hist: What matplotlib's `Axes.hist` takes, such as `density=True`.

    Returns:
        The figure, with one panel for each layer.

    Raises:
        InvalidArgumentError: If a model is not built, or has no such layer.
        ArgumentTypeError: If an argument is of a wrong type.

    >>> from digitzoo import fashion_cnn
    >>> figure = plot_weight_histogram(fashion_cnn(), layers="conv1")
    >>> figure.axes[0].get_title()
    'conv1: 288 weights'
    """
    if bins is not None:
        check_whole("bins", bins, at_least=1, at_most=_MOST_BINS)
    check_grid(columns, figure, {})
    hist, say = check_options("hist", hist), words_of(language)
    given = as_named_models(models)
    found_in = [layer_weights(model) for model in given.values()]
    known = list(dict.fromkeys(layer for found in found_in for layer in found))
    names = [wrap(name, _LETTERS) for name in spell_names(list(given))]
    weights = dict(zip(names, found_in, strict=True))
    colours = dict(zip(names, series_colours(len(names)), strict=True))
    chosen = known if layers is None else _choose(layers, next(iter(given.values())), known)
    if not all(np.isfinite(array).all() for found in found_in for array in found.values()):
        raise InvalidArgumentError("A layer's weights are not finite: its training was lost.")
    fewer = f"Name some, such as layers={chosen[:1]}"
    check_count(len(chosen), _MOST_LAYERS, what="layers", fewer=fewer)

    if columns is None and figure is not None:
        columns = fill_columns(figure, len(chosen), (_WIDTH, _HEIGHT))
    columns = choose_columns(len(chosen), columns or _FULL_ROWS.get(len(chosen), 3))
    rows = math.ceil(len(chosen) / columns)
    lines = max(name.count("\n") + 2 for name in names)  # of an entry, with its numbers
    width, scale = _WIDTH, text_scale()
    if figure is not None:
        width = figure.bbox.width / figure.dpi / columns / scale
    beside = 2 if len(names) > 1 and width > _NARROW else 1
    legend = _LEGEND_LINE * (lines * math.ceil(len(names) / beside) + 0.7)  # heights of a letter
    height = _HEIGHT + legend * _LEGEND_TYPE / 72
    if figure is not None:
        height = figure.bbox.height / figure.dpi / rows / scale
    figure = canvas(figure, width=width * columns, height=height * rows)
    across = 72 * (width - _BESIDE)  # points
    size = min(_LEGEND_TYPE, across / beside / _ENTRY, _MOST * 72 * height / legend)
    size = scale * max(size, SMALLEST_TYPE)
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    for ax, layer in zip(panels, chosen, strict=False):
        values = {name: found[layer] for name, found in weights.items() if layer in found}
        _draw(say, ax, values, colours, bins, **hist)
        ax.xaxis.set_major_locator(MaxNLocator(3 if width < _NARROW else 5))
        *some, last = [f"{n:,}" for n in sorted({array.size for array in values.values()})]
        sizes = say("and", first=", ".join(some), last=last) if some else last
        title = say("weights of", name=layer, sizes=sizes).replace(": ", ":\n", 1)
        if len(title) * LETTER_WIDTH * TITLE_TYPE <= across:
            title = title.replace("\n", " ")
        # The legend stands between the panel and its title.
        place: dict[str, Any] = {"loc": "lower center", "bbox_to_anchor": (0.5, 1)}
        ax.set_title(title, pad=legend * size)
        fit(ax, _WIDTH, _HEIGHT)
        ax.legend(ncols=beside, fontsize=size, frameon=False, borderaxespad=0.2, **place)
    for ax in panels[len(chosen) :]:
        ax.remove()
    letter(figure)
    return figure


def _choose(layers: Any, model: Any, known: list[str]) -> list[str]:
    """Name the layers to draw; a place counts in the first of several models."""
    chosen: list[str] = []
    for layer in as_list(layers):
        name = layer if isinstance(layer, str) else find_layer(model, layer)[0]
        # A layer with several weights has an entry for each.
        own = [key for key in known if key == name or key.startswith(f"{name}/")]
        if not own:
            raise InvalidArgumentError(unknown_name("layer with weights", name, known))
        chosen += own
    return chosen


def _draw(
    say: Say,
    ax: Axes,
    values: dict[str, NDArray[Any]],
    colours: dict[str, str],
    bins: int | None,
    **hist: Any,
) -> None:
    if bins is None:
        largest = max(array.size for array in values.values())
        bins = min(max(math.isqrt(largest), _FEWEST_BINS), _USUAL_MOST_BINS)
    every = np.concatenate([array.ravel() for array in values.values()])
    edges = np.linspace(every.min(), every.max(), bins + 1) if np.ptp(every) else bins
    for name, array in values.items():
        own = {"facecolor": to_rgba(colours[name], 0.3), "edgecolor": colours[name]}
        options = {
            "bins": edges,
            **({} if "color" in hist else own),
            "linewidth": 1.5,
            "histtype": "stepfilled",
            "label": f"{name}\n{_moments(say, array)}",
            **hist,
        }
        ax.hist(array.ravel(), **options)
    ax.set_xlabel(say("weight"))
    ax.set_ylabel(say("density" if hist.get("density") else "count"))


def _moments(say: Say, array: NDArray[Any]) -> str:
    return say("moments", mean=f"{array.mean():z.3f}", deviation=f"{array.std():.3f}")
