"""`plot_weight_histogram`: how the weights of each layer are spread."""

import math
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from digitzoo.checks import check_whole
from digitzoo.errors import InvalidArgumentError, shown, unknown_name
from digitzoo.inspection.layers import find_layer
from digitzoo.inspection.weights import layer_weights
from digitzoo.visualization.canvas import AnyFigure, canvas, check_count, check_grid, choose_columns
from digitzoo.visualization.colours import series_colours
from digitzoo.visualization.inputs import as_list, as_named_models
from digitzoo.visualization.layout import lay_out
from digitzoo.visualization.lettering import (
    LETTER_WIDTH,
    SMALLEST_TYPE,
    choose_lettering,
    points,
    set_texts,
    text_scale,
    wrap,
)
from digitzoo.visualization.matplotlib_options import check_options

_NAMED = {"label": "Each histogram has its model's name; a dict gives it another: {'name': model}."}
_MOST_LAYERS = 36
_FEWEST_BINS, _USUAL_MOST_BINS, _MOST_BINS = 10, 50, 10_000
_FEWEST_TICKS, _MOST_TICKS = 3, 5
_TICK = 5  # times a letter's height: numbers such as -0.075 are wide
_LEGEND_TYPE = 0.85  # of the text's size
_HANDLE = 4.0  # times a letter's height: what is beside a name
_LEGEND_LINE = 1.5  # of a letter's height, with the air around it
_MOST_LEGEND = 0.6  # of a panel's height; one that is higher has smaller type
_LETTERS = 22  # in a line of a legend
_FULL_ROWS = {2: 2, 4: 2}  # columns that leave no cell empty; three fit on a slide


def plot_weight_histogram(
    models: Any,
    layers: Any = None,
    *,
    bins: int | None = None,
    columns: int | None = None,
    figure: AnyFigure | None = None,
    **hist: Any,
) -> AnyFigure:
    """Draw a histogram of the weights of each layer, without biases, models over each other.

    Legends give mean and standard deviation. Models of different make are compared where their
    layers have the same names; each panel shows the models that have the layer.

    Args:
        models: A built Keras model, or up to six to compare, such as
            `{"trained": model, "untrained": other}`.
        layers: Up to 36 layers, by name, by place in `model.layers` or as the layer itself; by
            default all that have weights.
        bins: How many bins, the same for all models of a panel; by default the square root of the
            number of weights, from 10 to 50.
        columns: How many panels stand in a row.
        figure: A figure or subfigure to draw on; by default one as large as the content needs.
        **hist: What matplotlib's `Axes.hist` takes, such as `density=True`.

    Returns:
        The figure, with one panel for each layer.

    Raises:
        InvalidArgumentError: If a model is not built, or there is no such layer; the message names
            those that there are.
        ArgumentTypeError: If an argument is of a wrong type.

    >>> from digitzoo import fashion_cnn
    >>> figure = plot_weight_histogram(fashion_cnn(), "conv1")
    >>> figure.axes[0].get_title()
    'conv1: 288 weights'
    """
    if bins is not None:
        check_whole("bins", bins, at_least=1, at_most=_MOST_BINS)
    check_grid(columns, figure, {})
    hist = check_options("hist", hist, artist=Patch, refused=_NAMED)
    given = as_named_models(models)
    found_in = [layer_weights(model) for model in given.values()]
    known = list(dict.fromkeys(layer for found in found_in for layer in found))
    lettering = choose_lettering([*given, *known])
    names = [wrap(lettering.spell(name), _LETTERS) for name in given]
    if len(set(names)) < len(names):  # what no font here has looks alike
        names = [str(number) for number in range(1, len(names) + 1)]
    weights = dict(zip(names, found_in, strict=True))
    chosen = known if layers is None else _choose(layers, next(iter(given.values())), known)
    if not all(
        np.isfinite(values).all() for found in weights.values() for values in found.values()
    ):
        raise InvalidArgumentError(
            "A layer holds weights that are not finite: its training was lost."
        )
    check_count(
        len(chosen), _MOST_LAYERS, what="layers", fewer=f"Name some, such as layers={chosen[:1]}"
    )

    columns = choose_columns(len(chosen), columns or _FULL_ROWS.get(len(chosen), 3))
    rows = math.ceil(len(chosen) / columns)
    scale = text_scale()
    more = _legend_height([f"{name}\n" for name in weights], 2) - _legend_height(["\n", "\n"], 2)
    figure = canvas(figure, width=5.0 * scale * columns, height=(3.7 * scale + more) * rows)
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    for ax, layer in zip(panels, chosen, strict=False):
        values = {name: found[layer] for name, found in weights.items() if layer in found}
        _draw(ax, values, list(weights), bins, hist)
        sizes = " and ".join(f"{n:,}" for n in sorted({array.size for array in values.values()}))
        ax.set_title(f"{lettering.spell(layer)}:\n{sizes} weights")
    for ax in panels[len(chosen) :]:
        ax.set_axis_off()
    lay_out(figure)
    for ax in panels[: len(chosen)]:
        _fill(ax, ax.bbox.width / figure.dpi * 72, ax.bbox.height / figure.dpi * 72)
        set_texts(ax, lettering)
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
    if not chosen:
        raise InvalidArgumentError(f"No layer is named. Received layers={shown(layers)}.")
    return chosen


def _draw(
    ax: Axes,
    values: dict[str, NDArray[Any]],
    names: list[str],
    bins: int | None,
    hist: dict[str, Any],
) -> None:
    low = min(float(array.min()) for array in values.values())
    high = max(float(array.max()) for array in values.values())
    if bins is None:
        largest = max(array.size for array in values.values())
        bins = min(max(math.isqrt(largest), _FEWEST_BINS), _USUAL_MOST_BINS)
    edges = np.linspace(low, high, bins + 1) if low < high else bins
    colours = dict(zip(names, series_colours(len(names)), strict=True))
    for name, array in values.items():
        own = {"facecolor": to_rgba(colours[name], 0.3), "edgecolor": colours[name]}
        options = {
            "bins": edges,
            **({} if "color" in hist else own),
            "linewidth": 1.5,
            "histtype": "stepfilled",
            "label": f"{name}\nmean {array.mean():z.3f}, sd {array.std():.3f}",
            **hist,
        }
        ax.hist(array.ravel(), **options)
    ax.set_xlabel("weight")
    ax.set_ylabel("density" if hist.get("density") else "count")


def _legend_height(names: list[str], columns: int) -> float:
    """Tell about how many inches the lines of a legend take, with its edge."""
    lines = max(name.count("\n") + 1 for name in names) * math.ceil(len(names) / columns) + 0.7
    return lines * _LEGEND_LINE * _LEGEND_TYPE * points("medium") / 72


def _fill(ax: Axes, width: float, height: float) -> None:
    """Give a panel of so many points the numbers, the title and the legend that fit it."""
    ticks = int(width / _TICK / points(mpl.rcParams["xtick.labelsize"]))
    ax.xaxis.set_major_locator(MaxNLocator(min(max(ticks, _FEWEST_TICKS), _MOST_TICKS)))
    if len(ax.get_title()) * LETTER_WIDTH * points(mpl.rcParams["axes.titlesize"]) <= width:
        ax.set_title(ax.get_title().replace("\n", " "))

    names = ax.get_legend_handles_labels()[1]
    size = _LEGEND_TYPE * points("medium")
    widest = max(len(line) for name in names for line in name.split("\n"))
    entry = LETTER_WIDTH * widest + _HANDLE  # times a letter's height
    columns = 2 if len(names) > 1 and 2 * entry * size <= width else 1
    wanted = 72 * _legend_height(names, columns)
    size = min(size, width / columns / entry, size * _MOST_LEGEND * height / wanted)
    share = min(wanted / height, _MOST_LEGEND)
    ax.legend(
        loc="upper center", ncols=columns, frameon=False, fontsize=max(size, SMALLEST_TYPE)
    ).set_in_layout(False)  # it stands inside, and would push its panel together
    places = ax.yaxis.get_transform()
    low, high = places.transform(ax.get_ylim())
    ax.set_ylim(top=float(places.inverted().transform([low + (high - low) / (1 - share)])[0]))
