"""How training went: one panel for each metric, one line for each run and part."""

from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from digitzoo.checks import check_choice, check_whole
from digitzoo.errors import InvalidArgumentError, shown
from digitzoo.visualization.canvas import AnyFigure, canvas, check_count, check_figure
from digitzoo.visualization.colours import series_colours, text_colour
from digitzoo.visualization.inputs import as_list
from digitzoo.visualization.lettering import choose_lettering, points, text_scale, text_size, wrap
from digitzoo.visualization.matplotlib_options import check_options
from digitzoo.visualization.runs import Curves, as_curves

_MARKED = 25  # epochs; with more, a dot for each would be a band
_MOST_RUNS = 10
_LETTERS = 48  # in a line of the legend
_SIGNS = (".", "^", "d", "v")  # of the first runs, of those with the same colours again, and so on
_LEGEND = 0.5  # inches: a legend of up to two lines, which a new figure has room for
_NAMED = {"label": "Each line has its run's name; plot_history({'name': run}) gives it another."}
_HANDLE = 0.7  # inches of a legend's entry beside its text


def plot_history(
    runs: Any,
    *,
    metrics: str | Sequence[str] | None = None,
    skip_epochs: int = 0,
    figure: AnyFigure | None = None,
    **plot: Any,
) -> AnyFigure:
    """Draw the loss and the accuracy of each epoch, side by side, for train and validation.

    The best epoch is marked by a ring, and where a run stopped before its last epoch by a square.
    The legend names what cannot be drawn: values that are no numbers, and runs that are shorter
    than `skip_epochs`.

    Args:
        runs: What was trained: a `TrainingRun`, the `History` that `model.fit` returns, a dict of
            metrics, or the path of a run folder. Or up to ten, to compare: a list, or a dict that
            names each.
        metrics: Which to draw, such as `["loss"]`; by default all but the learning rate.
        skip_epochs: How many epochs to leave out at the beginning, where their numbers hide the
            rest.
        figure: A figure or subfigure to draw on; by default a new one.
        **plot: What matplotlib's `Axes.plot` takes, such as `linewidth=3`.

    Returns:
        The figure, with one panel for each metric.

    Raises:
        InvalidArgumentError: If there is no epoch to draw, or no such metric.
        ArgumentTypeError: If it is none of the above, or a metric's values are no numbers.
        RunFolderError: If a folder holds no finished run.

    >>> figure = plot_history({"loss": [0.3, 0.1], "val_loss": [0.2, 0.15]})
    >>> figure.axes[0].get_title(), figure.axes[0].get_xlabel()
    ('loss', 'epoch')
    """
    check_figure(figure)
    check_whole("skip_epochs", skip_epochs)
    plot = check_options("plot", plot, artist=Line2D, refused=_NAMED)
    curves = as_curves(runs)
    check_count(len(curves), _MOST_RUNS, what="runs")
    names = _choose_metrics(curves, metrics)
    longest = max(run.epochs for run in curves)
    if not 0 <= skip_epochs < longest:
        raise InvalidArgumentError(
            f"skip_epochs must leave an epoch to draw: 0 to {longest - 1}. Received "
            f"{shown(skip_epochs)}."
        )
    scale = text_scale()
    is_new = figure is None
    figure = canvas(figure, width=5.2 * scale * len(names), height=4.2 * scale)
    panels = figure.subplots(1, len(names), squeeze=False)[0]
    for ax, metric in zip(panels, names, strict=True):
        _draw_metric(ax, curves, metric, skip_epochs, plot)
        ax.set_xlabel(f"epoch (without the first {skip_epochs})" if skip_epochs else "epoch")
        ax.set_title(metric.replace("_", " "))
        ax.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        ax.grid(visible=True, alpha=0.3)
        if not any(np.isfinite(line.get_ydata()).any() for line in ax.lines):
            ax.text(0.5, 0.5, "no number to draw", transform=ax.transAxes, ha="center")
            ax.set_xlim(skip_epochs + 0.5, longest + 0.5)
            ax.set_yticks([])
        else:  # up to the last epoch, be its value a number or not
            ax.update_datalim([(skip_epochs + 1, 0), (longest, 0)], updatey=False)
            ax.autoscale_view()
    legend = _add_legend(figure, panels, len(curves))
    if is_new and isinstance(figure, Figure):
        more = legend.get_window_extent().height / figure.dpi - _LEGEND * scale
        figure.set_figheight(figure.get_figheight() + max(0.0, more))
    return figure


def _choose_metrics(curves: Sequence[Curves], metrics: Sequence[str] | None) -> list[str]:
    known = list(dict.fromkeys(name for run in curves for name in run.metrics))
    if metrics is None:
        # Keras adds the learning rate where a callback changes it.
        chosen = [name for name in known if name not in ("learning_rate", "lr")] or known
    else:
        chosen = [check_choice("metric", name, known) for name in as_list(metrics)]
    check_count(len(chosen), max(len(known), len(chosen)), what="metrics")
    return list(dict.fromkeys(chosen))


def _draw_metric(
    ax: Axes, curves: Sequence[Curves], metric: str, skip: int, plot: dict[str, Any]
) -> None:
    alone = len(curves) == 1
    colours = series_colours(2 if alone else len(curves))
    signs = _signs(colours)
    for number, run in enumerate(curves):
        for part, values in run.parts(metric):
            epochs = np.arange(1, len(values) + 1)[skip:]
            is_train = part == "train"
            colour = colours[0 if is_train else 1] if alone else colours[number]
            sign = _SIGNS[0] if alone else signs[number]
            options = {
                "color": colour,
                "linestyle": "--" if is_train and not alone else "-",
                # With many epochs only the signs that tell runs apart are drawn, a few on a line.
                "marker": sign if len(epochs) <= _MARKED or sign != _SIGNS[0] else "",
                "markevery": 1 + len(epochs) // _MARKED,
                **plot,
            }
            label = part if alone else f"{run.name}, {part}"
            if not len(epochs):
                label += f" (not shown: it ends at epoch {len(values)})"
            ax.plot(epochs, values[skip:], label=label, **options)
            column = metric if is_train else f"val_{metric}"
            name = column if alone else f"{run.name}, {column}"
            _tell_lost(ax, name, values, colour)
        _mark(ax, run, metric, skip, None if alone else colours[number])


def _tell_lost(ax: Axes, name: str, values: NDArray[np.floating], colour: str) -> None:
    """Say in the legend which epochs have no value: a line only ends there, or has a gap."""
    lost = np.flatnonzero(~np.isfinite(values)) + 1
    if not lost.size:
        return
    what = "not a number" if np.isnan(values[lost - 1]).all() else "not finite"
    if lost.size == len(values):
        where = "in any epoch"
    elif lost.size == 1:
        where = f"at epoch {lost[0]}"
    elif lost[0] + lost.size - 1 == len(values):
        where = f"from epoch {lost[0]}"
    else:
        where = f"at {lost.size} epochs, first {lost[0]}"
    ax.plot([], [], linestyle="", marker="x", color=colour, label=f"{name}: {what} {where}")


def _signs(colours: Sequence[str]) -> list[str]:
    """Give runs of the same colour different signs."""
    earlier = [colours[:number].count(colour) for number, colour in enumerate(colours)]
    return [_SIGNS[count % len(_SIGNS)] for count in earlier]


def _mark(ax: Axes, run: Curves, metric: str, skip: int, colour: str | None) -> None:
    """Mark the best epoch by a ring, and the last one by a square where the run stopped early.

    Beside other runs the marks have the run's colour and name.
    """
    parts = run.parts(metric)
    if not parts:  # another run has this metric
        return
    _, values = parts[-1]  # validation where there is one
    name = f"{run.name}, " if colour else ""
    marks = []
    if run.best_epoch is not None:
        marks.append(("o", run.best_epoch, f"{name}best: epoch {run.best_epoch}"))
    if run.stopped:
        marks.append(("s", run.epochs, f"{name}{run.stopped} after epoch {run.epochs}"))
    for marker, epoch, label in marks:
        seen = skip < epoch <= len(values) and bool(np.isfinite(values[epoch - 1]))
        where = ([epoch], [values[epoch - 1]]) if seen else ([], [])
        ax.plot(
            *where,
            linestyle="",
            marker=marker,
            markersize=11,
            fillstyle="none",
            markeredgewidth=1.6,
            color=colour or text_colour(),
            label=label if seen else f"{label} (not shown)",
        )


def _add_legend(figure: AnyFigure, panels: Sequence[Axes], runs: int) -> Legend:
    """Put one legend below the panels, where it covers no line; each run has a column if it can."""
    entries = {
        label: handle
        for ax in panels
        for handle, label in zip(*ax.get_legend_handles_labels(), strict=True)
    }
    lettering = choose_lettering(entries)
    words = [wrap(lettering.spell(label), _LETTERS) for label in entries]
    widest = text_size(words, points(mpl.rcParams["legend.fontsize"]), lettering, figure)[0]
    room = figure.bbox.width / panels[0].figure.dpi
    columns = max(1, min(len(entries), int(room / (widest + _HANDLE))))
    if 1 < runs <= columns and len(entries) % runs == 0:
        columns = runs
    legend = figure.legend(list(entries.values()), words, loc="outside lower center", ncols=columns)
    lettering.apply(*legend.get_texts())
    return legend
