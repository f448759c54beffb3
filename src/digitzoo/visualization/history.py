"""`plot_history`: one panel for each metric, one line for each run and part."""

import math
from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from digitzoo.checks import check_choice, check_whole
from digitzoo.visualization.canvas import AnyFigure, canvas, check_count, check_figure
from digitzoo.visualization.colours import series_colours, text_colour
from digitzoo.visualization.fitting import fit, letter, shrinkage
from digitzoo.visualization.inputs import as_list, check_options
from digitzoo.visualization.lettering import font_size, text_scale, text_size, wrap
from digitzoo.visualization.runs import Curves, as_curves
from digitzoo.visualization.words import Say, words_of

_MARKED = 25  # epochs; with more, a dot for each would be a band
_MOST_RUNS = 10
_LETTERS = 48  # in a line of the legend
_SIGNS = (".", "^", "d", "v")  # of the first runs, of those with the same colours again, and so on
_WIDTH, _HEIGHT = 5.2, 4.2  # inches of a panel, with a legend of two lines
_LEGEND = 0.4  # inches: that of two lines
_WORDED = ("loss", "accuracy", "learning rate")  # other metrics have the names of the user's
# Why `train` stops before the last epoch.
_REASONS = ("no improvement", "stopped by a callback", "val_loss never finite", "loss not finite")
_AIR = 1.15  # of a line, with what is between it and the next
_HANDLE = 0.7  # inches of a legend's entry beside its text


def plot_history(
    runs: Any,
    *,
    metrics: str | Sequence[str] | None = None,
    skip_epochs: int = 0,
    language: str = "en",
    figure: AnyFigure | None = None,
    **plot: Any,
) -> AnyFigure:
    """Draw the loss and the accuracy of each epoch, side by side, for train and validation.

    The best epoch is marked by a ring, and where a run stopped before its last epoch by a square.
    The legend names what cannot be drawn, such as values that are no numbers.

    Args:
        runs: What was trained: a `TrainingRun`, the `History` that `model.fit` returns, a dict of
            metrics, or the path of a run folder. Or up to ten, to compare: a list, or a dict that
            names each.
        metrics: Which to draw, such as `["loss"]`; by default all but the learning rate.
        skip_epochs: How many to leave out at the beginning, where their numbers hide the rest.
        language: `"en"` or `"ko"`.
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
    plot, say = check_options("plot", plot), words_of(language)
    curves = as_curves(runs)
    check_count(len(curves), _MOST_RUNS, what="runs")
    names = _choose_metrics(curves, metrics)
    longest = max(run.epochs for run in curves)
    check_whole("skip_epochs", skip_epochs, at_least=0, at_most=longest - 1)
    is_new = figure is None
    figure = canvas(figure, width=_WIDTH * len(names), height=_HEIGHT)
    panels = figure.subplots(1, len(names), squeeze=False)[0]
    for ax, metric in zip(panels, names, strict=True):
        _draw_metric(say, ax, curves, metric, skip_epochs, **plot)
        ax.set_xlabel(say("epoch without", count=skip_epochs) if skip_epochs else say("epoch"))
        title = metric.replace("_", " ")
        ax.set_title(say(title) if title in _WORDED else title)
        ax.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        ax.grid(visible=True, alpha=0.3)
        if not any(np.isfinite(line.get_ydata()).any() for line in ax.lines):
            ax.text(0.5, 0.5, say("no number"), transform=ax.transAxes, ha="center")
            ax.set_xlim(skip_epochs + 0.5, longest + 0.5)
            ax.set_yticks([])
        else:  # up to the last epoch, be its value a number or not
            ax.update_datalim([(skip_epochs + 1, 0), (longest, 0)], updatey=False)
            ax.autoscale_view()
    legend = _add_legend(figure, panels, len(curves))
    if is_new and isinstance(figure, Figure):
        figure.set_figheight((_HEIGHT + max(0, legend - _LEGEND)) * text_scale())
    for ax in panels:
        fit(ax, _WIDTH, _HEIGHT)
    letter(figure)
    return figure


def _choose_metrics(curves: Sequence[Curves], metrics: Sequence[str] | None) -> list[str]:
    columns = [name.removeprefix("val_") for run in curves for name in run.history]
    known = list(dict.fromkeys(columns))
    # Keras adds the learning rate where a callback changes it.
    usual = [name for name in known if name not in ("learning_rate", "lr")] or known
    chosen = usual if metrics is None else as_list(metrics)
    check_count(len(chosen), len(known) + len(chosen), what="metrics")
    return list(dict.fromkeys(check_choice("metric", name, known) for name in chosen))


def _draw_metric(
    say: Say, ax: Axes, curves: Sequence[Curves], metric: str, skip: int, **plot: Any
) -> None:
    alone = len(curves) == 1
    colours = series_colours(2 if alone else len(curves))
    for number, run in enumerate(curves):
        who = "" if alone else f"{run.name}, "
        # Runs of the same colour have different signs.
        sign = _SIGNS[colours[:number].count(colours[number]) % len(_SIGNS)]
        for part, values in run.parts(metric):
            epochs = np.arange(1, len(values) + 1)[skip:]
            is_train = part == "train"
            colour = colours[1 if alone and not is_train else number]
            options = {
                "color": colour,
                "linestyle": "--" if is_train and not alone else "-",
                # With many epochs only the signs that tell runs apart are drawn, a few on a line.
                "marker": sign if len(epochs) <= _MARKED or sign != _SIGNS[0] else "",
                "markevery": 1 + len(epochs) // _MARKED,
                **plot,
            }
            label = f"{who}{say(part)}"
            if not len(epochs):
                label = say("ends at", name=label, epoch=len(values))
            ax.plot(epochs, values[skip:], label=label, **options)
            if not np.isfinite(values).all():
                words = f"{who}{metric if is_train else f'val_{metric}'}: {_lost(say, values)}"
                ax.plot([], [], linestyle="", marker="x", color=colour, label=words)
        if parts := run.parts(metric):  # validation is the last of them
            _mark(say, ax, run, parts[-1][1], skip=skip, colour="" if alone else colours[number])


def _lost(say: Say, values: NDArray[np.floating]) -> str:
    """Say which epochs have no value: a line only ends there, or has a gap."""
    lost = np.flatnonzero(~np.isfinite(values)) + 1
    what = say("not a number" if np.isnan(values[lost - 1]).all() else "not finite")
    if lost.size == len(values):
        return say("in any epoch", what=what)
    if lost.size == 1:
        return say("at epoch", what=what, epoch=lost[0])
    if lost[0] + lost.size - 1 == len(values):
        return say("from epoch", what=what, epoch=lost[0])
    return say("at epochs", what=what, count=lost.size, epoch=lost[0])


def _mark(
    say: Say, ax: Axes, run: Curves, values: NDArray[np.floating], *, skip: int, colour: str
) -> None:
    """Mark the best epoch by a ring, and the last one by a square where the run stopped early."""
    who = f"{run.name}, " if colour else ""
    marks = []
    if run.best_epoch is not None:
        marks.append(("o", run.best_epoch, f"{who}{say('best', epoch=run.best_epoch)}"))
    if run.stopped:
        why = next((key for key in _REASONS if run.stopped.startswith(key)), "stopped")
        marks.append(("s", run.epochs, f"{who}{say(why, epoch=run.epochs)}"))
    style: dict[str, Any] = {"linestyle": "", "markersize": 11, "fillstyle": "none", "mew": 1.6}
    for marker, epoch, label in marks:
        seen = skip < epoch <= len(values) and bool(np.isfinite(values[epoch - 1]))
        where = ([epoch], [values[epoch - 1]]) if seen else ([], [])
        style |= {"marker": marker, "label": label if seen else say("not shown", name=label)}
        ax.plot(*where, color=colour or text_colour(), **style)


def _add_legend(figure: AnyFigure, panels: Sequence[Axes], runs: int) -> float:
    """Put one legend below the panels, each run in a column if it fits; give its height."""
    entries = {
        label: handle
        for ax in panels
        for handle, label in zip(*ax.get_legend_handles_labels(), strict=True)
    }
    words = [wrap(label, _LETTERS) for label in entries]
    widest, highest = text_size(words)
    room = figure.bbox.width / panels[0].figure.dpi / text_scale()
    columns = max(1, min(len(entries), int(room / (widest + _HANDLE))))
    if 1 < runs <= columns and len(entries) % runs == 0:
        columns = runs
    size = shrinkage(panels[0], _WIDTH, _HEIGHT) * font_size(mpl.rcParams["legend.fontsize"])
    place: dict[str, Any] = {"loc": "outside lower center", "ncols": columns, "fontsize": size}
    figure.legend(list(entries.values()), words, **place)
    return math.ceil(len(entries) / columns) * highest * _AIR
