"""The plot of the page of lessons: each seed a dot, as it is taught and without."""

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.ticker import FixedLocator, NullLocator
from results.lessons import LESSONS, REFUTED, SCATTER, SUPPORTED, Pair, word
from results.plots import OTHERS, OURS

from digitzoo.visualization.lettering import choose_lettering

COLOURS = {SUPPORTED: OURS, REFUTED: OTHERS, SCATTER: "#616161"}
TICKS = (50, 100, 200, 500, 1000, 2000, 5000)
_BETWEEN_SEEDS = 0.2  # rows
_ROOM_FOR_HEADING = 0.9  # rows
_HOLLOW, _FILLED = 6.5, 4.5  # points: where both are equal, both are seen


def row_label(pair: Pair, language: str) -> str:
    """Say what is compared, and of which network where both sides are of one."""
    sides = " | ".join(word(side.label, language) for side in (pair.taught, pair.other))
    is_one = pair.taught.model == pair.other.model
    return f"{pair.taught.model}: {sides}" if is_one else sides


def plot_lessons(*, language: str = "en") -> Figure:
    """Draw every comparison, one row each: a filled and a hollow dot for each seed, tied."""
    rows = sum(len(pairs) + _ROOM_FOR_HEADING for pairs in LESSONS.values())
    with plt.rc_context({"font.size": 10}):
        figure, ax = plt.subplots(figsize=(8, 0.42 * rows + 1), layout="constrained")
        ax.set_xscale("log")
        at = 0.0
        labels: list[tuple[float, str]] = []
        for lesson, pairs in LESSONS.items():
            _write(ax, 0, at, word(lesson, language), weight="bold")
            at += _ROOM_FOR_HEADING
            for pair in pairs:
                _draw(ax, at, pair, word(pair.accuracy.verdict, language))
                labels.append((at, row_label(pair, language)))
                at += 1
        ax.set_yticks(*map(list, zip(*labels, strict=True)))
        ax.set_ylim(at - 0.4, -0.6)
        _finish(ax, language)
        texts = figure.findobj(Text)
        choose_lettering(text.get_text() for text in texts).apply(*texts)
    return figure


def _draw(ax: Axes, at: float, pair: Pair, verdict: str) -> None:
    colour = COLOURS[pair.accuracy.verdict]
    ax.axhspan(at - 0.42, at + 0.42, color="#f5f5f5", zorder=0)
    middle = (len(pair.taught.errors) - 1) / 2
    for seed, (ours, theirs) in enumerate(zip(pair.taught.errors, pair.other.errors, strict=True)):
        height = at + (seed - middle) * _BETWEEN_SEEDS
        ax.plot([ours, theirs], [height] * 2, color=colour, lw=1, alpha=0.6, zorder=1)
        ax.plot(theirs, height, "o", color=colour, mfc="white", ms=_HOLLOW, zorder=2)
        ax.plot(ours, height, "o", color=colour, ms=_FILLED, zorder=3)
    _write(ax, 1.01, at, verdict, color=colour)


def _write(ax: Axes, across: float, row: float, text: str, **style: str) -> None:
    """Write beside a row, so far across the plot."""
    where = ax.get_yaxis_transform()
    ax.text(across, row, text, transform=where, ha="left", va="center", **style)


def _finish(ax: Axes, language: str) -> None:
    low, high = ax.get_xlim()
    ticks = [tick for tick in TICKS if low <= tick <= high]
    ax.xaxis.set_major_locator(FixedLocator(ticks))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter("{x:,.0f}")
    ax.set_xlabel(word("wrong of 10,000 test images", language))
    ax.grid(axis="x", color="#e0e0e0", lw=0.8, zorder=0)
    ax.tick_params(axis="y", length=0)
    ax.spines[["top", "right", "left"]].set_visible(False)
    style = {"marker": "o", "ls": "", "color": "black"}
    dots = [
        Line2D([], [], label=word(label, language), ms=size, mfc=fill, **style)
        for label, size, fill in (("as taught", _FILLED, "black"), ("without", _HOLLOW, "white"))
    ]
    ax.legend(handles=dots, loc="lower right", bbox_to_anchor=(1, 1), ncols=2, frameon=False)
