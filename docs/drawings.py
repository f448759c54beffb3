"""Drawings of windows, kernels and receptive fields, with numbers and no words in them.

The positions come from the library's formulas, so that a drawing shows what they say.
"""

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from digitzoo import layer_info, summarize
from digitzoo.formulas import Summary

INPUT, SEEN, MADE, EXTRA, NOTHING = "#D9E2EC", "#56B4E9", "#7FC8A9", "#F2B84B", "#FFFFFF"
LINE = "#334E68"
VALUE, SLOPE = "#0072B2", "#B34D00"  # of a chain, forward and back
CELL = 0.4  # inches
BIAS = (1, 1)


def windows(layer: str, size: int, **arguments: Any) -> Figure:
    """Draw one axis under a sliding window: the input, then a line for each place of the window.

    Zeros are dashed, the extra one of `same` is orange, what no window reaches is crossed out.
    """
    if layer == "Conv1D":
        arguments = {"filters": 1, **arguments}
    line: Any = layer_info(layer, (size, 1), **arguments).windows[0]
    reach = line.effective_kernel_size
    last = max(size + line.after, (line.output_size - 1) * line.strides - line.before + reach)
    axes = _axes(-line.before, last + 2.6, 1.5 + line.output_size)
    for position in range(-line.before, last):
        if 0 <= position < size:
            _cell(axes, position, 0, INPUT, str(position + 1))
        elif position < size + line.after:
            uneven = position == size + line.after - 1 and line.after == line.before + 1
            _cell(axes, position, 0, EXTRA if uneven else NOTHING, "0", dashed=True)
    for position in range(size + line.after - line.unused, size + line.after):
        axes.plot([position, position + 1], [1, 0], color="#B03A2E", lw=2)
    for output in range(line.output_size):
        first, y = output * line.strides - line.before, -1.5 - output
        axes.add_patch(Rectangle((first, y), reach, 1, fill=False, ec=LINE, lw=1))
        for tap in range(line.kernel_size):
            _cell(axes, first + tap * line.dilation_rate, y, SEEN)
        axes.annotate(
            "",
            (last + 1.4, y + 0.5),
            (first + reach + 0.1, y + 0.5),
            arrowprops={"arrowstyle": "->", "color": "#9FB3C8"},
        )
        _cell(axes, last + 1.5, y, MADE, str(output + 1))
    return axes.figure


def spreads(size: int, **arguments: Any) -> Figure:
    """Draw one axis of a transposed convolution: a line for each input, and their sum below.

    A position of the output says how many inputs reach it. What is cut off is dashed, what is
    added is orange.
    """
    line: Any = layer_info("Conv1DTranspose", (size, 1), filters=1, **arguments).windows[0]
    reach = line.effective_kernel_size
    full = (size - 1) * line.strides + reach
    axes = _axes(-2.6, full + max(-line.after, 0), 1.5 + size)
    heard = [0] * (full + max(-line.after, 0))
    for position in range(size):
        y = -position
        _cell(axes, -2.6, y, INPUT, str(position + 1))
        start = position * line.strides
        axes.annotate(
            "",
            (start - 0.1, y + 0.5),
            (-1.5, y + 0.5),
            arrowprops={"arrowstyle": "->", "color": "#9FB3C8"},
        )
        axes.add_patch(Rectangle((start, y), reach, 1, fill=False, ec=LINE, lw=1))
        for tap in range(line.kernel_size):
            _cell(axes, start + tap * line.dilation_rate, y, SEEN)
            heard[start + tap * line.dilation_rate] += 1
    for position, count in enumerate(heard):
        kept = line.before <= position < full - line.after
        colour = NOTHING if not kept else MADE if position < full else EXTRA
        _cell(axes, position, -0.5 - size, colour, str(count), dashed=not kept)
    return axes.figure


def border(size: int, kernel_size: int, *, strides: int = 1) -> Figure:
    """Draw a square image with the zeros that `same` puts around it; extra ones are orange."""
    line: Any = layer_info(
        "Conv1D", (size, 1), filters=1, kernel_size=kernel_size, strides=strides, padding="same"
    ).windows[0]
    before, after = line.before, line.after
    axes = _axes(-before, size + after, size + before + after)
    extra = size + after - 1 if after == before + 1 else None
    for row in range(-before, size + after):
        for column in range(-before, size + after):
            inside = 0 <= row < size and 0 <= column < size
            colour = INPUT if inside else EXTRA if extra in (row, column) else NOTHING
            _cell(axes, column, -row, colour, "" if inside else "0", dashed=not inside)
    frame = Rectangle(
        (-before, 1 + before), kernel_size, -kernel_size, fill=False, ec="#0072B2", lw=3, zorder=5
    )
    axes.add_patch(frame)
    return axes.figure


def weights(groups: Sequence[Sequence[tuple[int, int]]], *, per_line: int = 2) -> Figure:
    """Draw weights as numbered cells, biases (`BIAS`) in orange, so that they can be counted."""
    placed, number, top, right = [], 0, 0.0, 0.0
    for start in range(0, len(groups), per_line):
        some, left = groups[start : start + per_line], 0.0
        height = max(rows for group in some for rows, _ in group)
        for group in some:
            for grid in group:
                columns = grid[1]
                for cell in range(grid[0] * columns):
                    number += 1
                    row, column = divmod(cell, columns)
                    colour = EXTRA if grid is BIAS else SEEN
                    placed.append((left + column, top - row, colour, str(number)))
                left += columns + 0.3
            left += 1
        right = max(right, left - 1.3)
        top -= height + 0.7
    axes = _axes(0, right, -top - 0.7)
    for x, y, colour, text in placed:
        _cell(axes, x, y, colour, text)
    return axes.figure


def pyramid(layers: Sequence[Any], size: int, unit: int) -> Figure:
    """Draw what one unit sees through layers along one axis: a line each, the input at the foot."""
    rows = [row for row in summarize(list(layers), (size, 1)).layers if row.windows]
    sights = [{unit}]
    for row in reversed(rows):
        line: Any = row.windows[0]
        starts = [one * line.strides - line.before for one in sights[-1]]
        taps = range(0, line.effective_kernel_size, line.dilation_rate)
        sights.append({start + tap for start in starts for tap in taps})
    sights.reverse()
    low, high = min(0, *sights[0]), max(size - 1, *sights[0])
    axes = _axes(low, high + 1, 2 * len(rows) + 1)
    for position in range(low, high + 1):
        inside = 0 <= position < size
        colour = NOTHING if not inside else SEEN if position in sights[0] else INPUT
        _cell(axes, position, 0, colour, "" if inside else "0", dashed=not inside)
    centers = {position: float(position) for position in range(low, high + 1)}
    for depth, row in enumerate(rows, start=1):
        below, line, field = centers, row.windows[0], (row.fields or ())[0]
        made = range(row.output_shape[0] or 0)
        centers = {one: field.center + one * field.shift for one in made}
        for one, at in centers.items():
            seen = one in sights[depth]
            colour = INPUT if not seen else MADE if depth == len(rows) else SEEN
            _cell(axes, at, 2 * depth, colour)
            first = one * line.strides - line.before
            ends = (first, first + line.effective_kernel_size - 1)
            for end, side in zip(ends, (0, 1), strict=True):
                if seen and end in below:
                    xs = [at + side, below[end] + side]
                    axes.plot(xs, [2 * depth, 2 * depth - 1], color=LINE, lw=0.8)
    return axes.figure


def shares(summary: Summary) -> Figure:
    """Draw which share of the parameters and of the MACs each layer has, named as in the table."""
    rows = [row for row in summary.layers if row.params or row.macs]
    figure = Figure(figsize=(6.5, 0.4 * len(rows) + 0.6), layout="constrained")
    columns = (
        ("params", [row.params for row in rows], SEEN),
        ("MACs", [row.macs or 0 for row in rows], EXTRA),
    )
    panels = figure.subplots(1, len(columns), sharey=True)
    for panel, (title, counts, colour) in zip(panels, columns, strict=True):
        parts = [100 * count / sum(counts) for count in counts]
        bars = panel.barh([row.name for row in rows], parts, color=colour)
        panel.bar_label(bars, [f"{part:.1f} %" for part in parts], padding=3, fontsize=9)
        panel.set_title(title)
        panel.set_xlim(0, 130)
        panel.set_xticks([])
        panel.spines[["top", "right", "bottom"]].set_visible(False)
    panels[0].invert_yaxis()
    return figure


def backward(x: float, first: float, second: float) -> Figure:
    """Draw x times w1, ReLU, times w2, (y - 1)²: values run right, slopes left in orange."""
    values = [x, first * x, max(0, first * x)]
    values += [second * values[2], (second * values[2] - 1) ** 2]
    slopes = [1, 2 * (values[3] - 1)]
    slopes += [slopes[1] * second, slopes[1] * second * (values[1] > 0)]
    slopes += [slopes[3] * first]
    axes = _axes(-2.2, 20, 4.6)
    for place, text in enumerate(("× w₁", "ReLU", "× w₂", "(y - 1)²")):
        axes.add_patch(Rectangle((5 * place, -0.4), 2.8, 1.8, fc=INPUT, ec=LINE, lw=1))
        axes.text(5 * place + 1.4, 0.5, text, ha="center", va="center", fontsize=12)
    for place, (value, slope) in enumerate(zip(values, reversed(slopes), strict=True)):
        left, right = 5 * place - 2.2, 5 * place
        _way(axes, (left, 0.75), (right, 0.75), VALUE, value, above=0.5)
        _way(axes, (right, 0.25), (left, 0.25), SLOPE, slope, above=-0.5)
    for left, weight, slope in ((0, first, slopes[2] * x), (10, second, slopes[1] * values[2])):
        _way(axes, (left + 1, 3), (left + 1, 1.4), VALUE, weight, above=1.2)
        _way(axes, (left + 1.8, 1.4), (left + 1.8, 3), SLOPE, slope, above=1.2)
    axes.set(xlim=(-2.4, 20.2), ylim=(-0.8, 3.8))
    return axes.figure


def _way(
    axes: Axes,
    start: tuple[float, float],
    end: tuple[float, float],
    colour: str,
    number: float,
    *,
    above: float,
) -> None:
    """Draw an arrow, with its number so far above its middle."""
    arrow = {"arrowstyle": "->", "lw": 1.5, "color": colour}
    axes.annotate("", end, start, arrowprops=arrow, annotation_clip=False)
    x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2 + above
    axes.text(x, y, f"{number:g}", color=colour, ha="center", va="center", fontsize=12)


def _axes(left: float, right: float, height: float) -> Axes:
    """Make an Axes without a frame, a cell as wide as `CELL`, the first line at 0."""
    figure = Figure(figsize=((right - left) * CELL + 0.1, height * CELL + 0.1))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_aspect("equal")
    return axes


def _cell(
    axes: Axes, x: float, y: float, colour: str, text: str = "", *, dashed: bool = False
) -> None:
    style = (0, (2, 2)) if dashed else "-"
    axes.add_patch(Rectangle((x, y), 1, 1, fc=colour, ec=LINE, lw=1, ls=style))
    axes.text(x + 0.5, y + 0.47, text, ha="center", va="center", fontsize=10, color="#102A43")
    axes.autoscale_view()
