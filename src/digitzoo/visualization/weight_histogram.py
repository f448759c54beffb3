"""How the weights of each layer are spread."""

import math
from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from digitzoo.errors import InvalidArgumentError, unknown_name
from digitzoo.evaluation.numbers import check_whole
from digitzoo.inspection.layers import find_layer
from digitzoo.inspection.weights import layer_weights
from digitzoo.visualization.canvas import AnyFigure, canvas, check_count, choose_columns
from digitzoo.visualization.colours import series_colours
from digitzoo.visualization.layout import lay_out
from digitzoo.visualization.lettering import (
    SMALLEST_TYPE,
    Lettering,
    choose_lettering,
    points,
    set_texts,
    text_scale,
    wrap,
)
from digitzoo.visualization.matplotlib_options import options_over
from digitzoo.visualization.named_models import as_named_models

_NAMED = {"label": "Each histogram has its model's name; a dict gives it another: {'name': model}."}
_FEWEST_BINS, _MOST_BINS = 10, 50
_FEWEST_TICKS, _MOST_TICKS = 3, 5
_TICK = 5  # times a letter's height: numbers such as -0.075 are wide
_LEGEND_COLUMNS = 2
_LEGEND_TYPE = 0.85  # of the text's size
_LEGEND_LINE = 1.5  # of a letter's height, with the air around it
_AIR = 0.05  # of a panel's height, between the legend and the highest bar
_MOST_LEGEND = 0.7  # of a panel's height
_HIGHEST_LEGEND = 0.6  # one that is higher has smaller type
_WIDEST_LEGEND = 0.92  # of its width, which wider numbers beside it may still lessen
_MOST_SHRUNK = 0.75  # a legend that would be smaller has one column
_LETTERS = 24  # in a line of a legend
_FULL_ROWS = {2: 2, 4: 2}  # columns that leave no cell empty; three fit on a slide


def plot_weight_histogram(
    models: Any,  # noqa: ANN401 - a Keras model or several
    layers: Any = None,  # noqa: ANN401 - as find_layer takes, or several
    *,
    bins: int | None = None,
    columns: int | None = None,
    max_layers: int = 36,
    max_models: int = 6,
    figure: AnyFigure | None = None,
    **hist: Any,  # noqa: ANN401 - as hist takes
) -> AnyFigure:
    """Draw a histogram of the weights of each layer, without biases, models over each other.

    Legends give mean and standard deviation. Models of different make are compared where their
    layers have the same names; each panel shows the models that have the layer.

    Args:
        models: A built Keras model, or several to compare, such as
            `{"trained": model, "untrained": other}`.
        layers: A layer or several, by name, by place in `model.layers` or as the layer itself; by
            default all that have weights.
        bins: How many bins, the same for all models of a panel; by default the square root of the
            number of weights, from 10 to 50.
        columns: How many panels stand in a row.
        max_layers: The most layers that are drawn.
        max_models: The most models that are drawn.
        figure: A figure or subfigure to draw on; by default one as large as the content needs.
        **hist: What matplotlib's `Axes.hist` takes, such as `density=True`.

    Returns:
        The figure, with one panel for each layer.

    Raises:
        InvalidArgumentError: If a model is not built, or there is no such layer; the message names
            those that there are.

    >>> from digitzoo import fashion_cnn
    >>> figure = plot_weight_histogram(fashion_cnn(), "conv1")
    >>> figure.axes[0].get_title()
    'conv1: 288 weights'
    """
    for name, value in (("bins", bins), ("columns", columns)):
        if value is not None:
            check_whole(name, value, 1)
    hist = options_over({}, hist, artist=Patch, refused=_NAMED)
    given = as_named_models(models, max_models)
    lettering = choose_lettering(given)
    named = {wrap(lettering.spell(name), _LETTERS): model for name, model in given.items()}
    if len(named) < len(given):  # what no font here has looks alike
        named = dict(zip(map(str, range(1, len(given) + 1)), given.values(), strict=True))
    weights = {name: layer_weights(model) for name, model in named.items()}
    known = list(dict.fromkeys(layer for found in weights.values() for layer in found))
    chosen = known if layers is None else _choose(layers, next(iter(named.values())), known)
    if not all(
        np.isfinite(values).all() for found in weights.values() for values in found.values()
    ):
        raise InvalidArgumentError(
            "A layer holds weights that are not finite: its training was lost."
        )
    fewer = f"Name some, such as layers={chosen[:1]}" if chosen else "Name some"
    check_count(len(chosen), max_layers, what="layers", option="max_layers", fewer=fewer)

    columns = choose_columns(len(chosen), columns or _FULL_ROWS.get(len(chosen), 3))
    rows = math.ceil(len(chosen) / columns)
    scale = text_scale()
    more = _legend_height(list(weights)) - _legend_height(["", ""])
    figure = canvas(figure, width=5.0 * scale * columns, height=(3.7 * scale + more) * rows)
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    for ax, layer in zip(panels, chosen, strict=False):
        values = {name: found[layer] for name, found in weights.items() if layer in found}
        _draw(ax, values, list(weights), bins, hist)
        sizes = sorted({array.size for array in values.values()})
        ax.set_title(f"{layer}: {' and '.join(f'{size:,}' for size in sizes)} weights")
        set_texts(ax, lettering)
    for ax in panels[len(chosen) :]:
        ax.set_axis_off()
    lay_out(figure)
    wide = [ax for ax in panels if ax.title.get_window_extent().width > ax.bbox.width]
    for ax in wide:
        ax.set_title(":\n".join(ax.get_title().rsplit(": ", 1)))
    if wide:
        lay_out(figure)
    for ax in panels[: len(chosen)]:
        ax.xaxis.set_major_locator(MaxNLocator(_count_ticks(ax)))
        _add_legend(ax, lettering)
        _raise_top(ax)
    return figure


def _choose(layers: Any, model: Any, known: Sequence[str]) -> list[str]:  # noqa: ANN401 - see above
    """Name the layers to draw; a place counts in the first of several models."""
    several = isinstance(layers, Sequence) and not isinstance(layers, str)
    chosen: list[str] = []
    for layer in layers if several else [layers]:
        name = layer if isinstance(layer, str) else find_layer(model, layer)[0]
        # A layer with several weights has an entry for each.
        own = [key for key in known if key == name or key.startswith(f"{name}/")]
        if not own:
            raise InvalidArgumentError(unknown_name("layer with weights", name, known))
        chosen += own
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
        bins = min(max(math.isqrt(largest), _FEWEST_BINS), _MOST_BINS)
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


def _legend_height(names: Sequence[str]) -> float:
    """Tell about how many inches the legend of a panel takes, two lines or more for each name."""
    lines = max(name.count("\n") + 2 for name in names) * math.ceil(len(names) / _LEGEND_COLUMNS)
    return lines * _LEGEND_LINE * _LEGEND_TYPE * points("medium") / 72


def _count_ticks(ax: Axes) -> int:
    """Tell how many numbers stand below a panel."""
    inches = _TICK * points(mpl.rcParams["xtick.labelsize"]) / 72
    fitting = int(ax.bbox.width / ax.figure.dpi / inches)
    return min(max(fitting, _FEWEST_TICKS), _MOST_TICKS)


def _add_legend(ax: Axes, lettering: Lettering) -> None:
    """Name the models, in fewer columns and smaller where a panel is narrow."""
    handles, labels = ax.get_legend_handles_labels()
    size, columns = _LEGEND_TYPE * points("medium"), min(len(labels), _LEGEND_COLUMNS)
    for _ in range(3):
        legend = ax.legend(
            handles, labels, fontsize=size, loc="upper center", ncols=columns, frameon=False
        )
        legend.set_in_layout(False)  # it stands inside, and would push its panel together
        lettering.apply(*legend.get_texts())
        box = legend.get_window_extent()
        share = _WIDEST_LEGEND * ax.bbox.width / box.width
        share_of_height = _HIGHEST_LEGEND * ax.bbox.height / box.height
        if min(share, share_of_height) >= 1:
            return
        if share < _MOST_SHRUNK and columns > 1:
            columns = 1
        else:
            size = max(size * min(share, share_of_height), SMALLEST_TYPE)


def _raise_top(ax: Axes) -> None:
    """Make room for the legend above the highest bar, on a logarithmic axis too."""
    legend = ax.get_legend()
    if legend is None:
        return
    share = legend.get_window_extent().height / ax.get_window_extent().height + _AIR
    places = ax.yaxis.get_transform()
    low, high = places.transform(ax.get_ylim())
    top = low + (high - low) / (1 - min(share, _MOST_LEGEND))
    ax.set_ylim(top=float(places.inverted().transform([top])[0]))
