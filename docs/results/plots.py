"""The plots of the page of results: accuracy over parameters, MACs and seconds of training."""

import itertools
from collections.abc import Iterator

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.ticker import EngFormatter, FixedLocator, LogLocator
from matplotlib.transforms import Bbox
from results.published import DATASETS, published, tuned

ACCURACIES = {
    "mnist": (0.9, 0.95, 0.98, 0.99, 0.995, 0.997, 0.998),
    "fashion_mnist": (0.84, 0.86, 0.88, 0.9, 0.92, 0.94, 0.95, 0.96, 0.97),
}
SIZES = {
    "parameters": "parameters",
    "macs": "multiply-accumulates for one image",
    "seconds": "CPU seconds of training, mean over seeds",
}
OURS, OTHERS = "#00796b", "#bf360c"
_NEAR = 12  # points: a name further from its dot is tied to it by a line


def plot_accuracy(size: str) -> Figure:
    """Draw every tuned model's accuracy over its size, one panel a data set, beside the published.

    Errors have a logarithmic axis, so that 99.5 and 99.7 % lie as far apart as they are. The size
    is one of `SIZES`; seconds of other machines say little, so there ours stand alone.
    """
    with plt.rc_context({"font.size": 11}):
        shape = {"figsize": (8, 12), "height_ratios": (7, 5), "layout": "constrained"}
        figure, panels = plt.subplots(2, 1, **shape)
        for ax, (dataset, title) in zip(panels, DATASETS.items(), strict=True):
            ax.set_title(title)
            ax.set_xscale("log")
            ax.set_yscale("log")
            _draw(ax, dataset, size)
            ax.margins(x=0.12, y=0.08)
            _label_axes(ax, dataset, size)
        handles, labels = panels[0].get_legend_handles_labels()
        if len(handles) > 1:
            figure.legend(handles, labels, loc="outside upper center", ncols=2, frameon=False)
        figure.draw_without_rendering()
        for ax, dataset in zip(panels, DATASETS, strict=True):
            _write_names(ax, dataset, size)
    return figure


def named_points(dataset: str, size: str) -> Iterator[tuple[str, float, float, str]]:
    """Give name, size, error and colour of each dot, ours first."""
    for across, row in tuned(dataset, size):
        yield row.model, across, 1 - row.accuracy.mean, OURS
    if size != "seconds":
        for point in published(dataset):
            across = getattr(point, size)
            if across:
                yield point.label, across, 1 - point.accuracy, OTHERS


def _draw(ax: Axes, dataset: str, size: str) -> None:
    across, rows = zip(*tuned(dataset, size), strict=True)
    errors = [1 - row.accuracy.mean for row in rows]
    below = [row.accuracy.high - row.accuracy.mean for row in rows]
    above = [row.accuracy.mean - row.accuracy.low for row in rows]
    style = {"fmt": "o", "color": OURS, "markersize": 6, "capsize": 3, "zorder": 3}
    ax.errorbar(across, errors, yerr=(below, above), label="digitzoo, tuned recipe", **style)
    others = [point for point in named_points(dataset, size) if point[3] == OTHERS]
    if others:
        _, sizes, errors, _ = zip(*others, strict=True)
        hollow = {"color": OTHERS, "mfc": "white", "markersize": 6, "zorder": 2}
        ax.plot(sizes, errors, "o", label="published elsewhere", **hollow)


def _label_axes(ax: Axes, dataset: str, size: str) -> None:
    low, high = ax.get_ylim()
    ticks = [tick for tick in ACCURACIES[dataset] if low < 1 - tick < high]
    ax.set_yticks([1 - tick for tick in ticks], [f"{100 * tick:.1f} %" for tick in ticks])
    ax.yaxis.set_minor_locator(FixedLocator([]))
    ax.invert_yaxis()  # the errors' axis, so that the best stand at the top
    ax.xaxis.set_major_locator(LogLocator(subs=(1, 3) if size == "seconds" else (1,)))
    ax.xaxis.set_minor_locator(FixedLocator([]))
    ax.xaxis.set_major_formatter("{x:,.0f}" if size == "seconds" else EngFormatter())
    ax.set_xlabel(SIZES[size])
    ax.set_ylabel("accuracy")
    ax.grid(color="#e0e0e0", linewidth=0.8)
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)


def _write_names(ax: Axes, dataset: str, size: str) -> None:
    """Write each name beside its dot, or at the nearest place where nothing else lies."""
    renderer, to_pixels = ax.figure.canvas.get_renderer(), ax.transData.transform
    dots = list(named_points(dataset, size))
    taken = [Bbox([to_pixels(dot[1:3])] * 2).padded(5) for dot in dots]
    for across, row in tuned(dataset, size):
        ends = [to_pixels((across, 1 - end)) for end in (row.accuracy.low, row.accuracy.high)]
        taken.append(Bbox(ends).padded(3))
    room, lines = ax.get_window_extent(), []
    for name, across, error, colour in dots:
        dot = to_pixels((across, error))
        others = [box for box in taken if not box.contains(*dot)]
        for may_cross, (x, y, side) in itertools.product((False, True), _places()):
            tie = {"arrowstyle": "-", "color": colour, "lw": 0.5} if abs(y) > _NEAR else None
            text = ax.annotate(
                name,
                (across, error),
                (x, y),
                textcoords="offset points",
                ha=side,
                va="center",
                fontsize=9,
                color=colour,
                arrowprops=tie,
            )
            text.set_in_layout(False)  # which would move the axes
            text.update_positions(renderer)
            box = Text.get_window_extent(text, renderer)  # without its line
            line = Path([dot, ((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2)] if tie else [dot])
            crossed = any(line.intersects_bbox(other) for other in others)
            crossed = crossed or any(other.intersects_bbox(box) for other in lines)
            is_free = not any(box.overlaps(other) for other in taken)
            is_free = is_free and all(room.contains(*corner) for corner in box.corners())
            if is_free and (may_cross or not crossed):
                taken.append(box)
                lines.append(line)
                break
            text.remove()
        else:
            raise ValueError(f"No room for the name of {name}.")


def _places() -> Iterator[tuple[float, float, str]]:
    """Give where a name may stand, the best first: points right and up of its dot."""
    heights = (0, *(sign * step for step in range(10, 160, 8) for sign in (1, -1)))
    for height in heights:
        yield 8, height, "left"
        yield -8, height, "right"
        if abs(height) > 10:  # clear of the dot itself
            yield 0, height, "center"
            yield 40, height, "left"
            yield -40, height, "right"
