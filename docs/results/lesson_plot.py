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
_WIDTH = 4.6  # inches: what a phone shows whole
_HEADING, _ROW = 0.36, 0.56  # inches
_LABEL = 0.13  # inches from a row's top
_SEEDS, _BETWEEN_SEEDS = 0.3, 0.1  # inches from a row's top to its first seed, and to the next
_HOLLOW, _FILLED = 6.5, 4.5  # points: where both are equal, both are seen


def row_label(pair: Pair, language: str) -> str:
    """Say what is compared, and of which network where both sides are of one."""
    sides = " | ".join(word(side.label, language) for side in (pair.taught, pair.other))
    if len(pair.networks) > 1:
        return sides
    note = f", {word(pair.note, language)}" if pair.note else ""
    return f"{pair.taught.model}{note}: {sides}"


def plot_lessons(*, language: str = "en") -> Figure:
    """Draw every comparison, one row each: a filled and a hollow dot for each seed, tied."""
    height = sum(_HEADING + _ROW * len(pairs) for pairs in LESSONS.values())
    with plt.rc_context({"font.size": 9}):
        figure, ax = plt.subplots(figsize=(_WIDTH, height + 0.9), layout="constrained")
        ax.set_xscale("log")
        ax.set_ylim(height, 0)
        top = 0.0
        for lesson, pairs in LESSONS.items():
            _write(ax, top + _HEADING / 2, word(lesson, language), weight="bold")
            top += _HEADING
            for pair in pairs:
                _draw(ax, top, pair, language)
                top += _ROW
        _finish(ax, language)
        texts = figure.findobj(Text)
        choose_lettering(text.get_text() for text in texts).apply(*texts)
    return figure


def _draw(ax: Axes, top: float, pair: Pair, language: str) -> None:
    verdict = pair.accuracy.verdict
    colour = COLOURS[verdict]
    ax.axhspan(top + 0.02, top + _ROW - 0.02, color="#f5f5f5", zorder=0)
    _write(ax, top + _LABEL, row_label(pair, language))
    _write(ax, top + _LABEL, word(verdict, language), across=0.99, ha="right", color=colour)
    for seed, (ours, theirs) in enumerate(zip(pair.taught.errors, pair.other.errors, strict=True)):
        height = top + _SEEDS + seed * _BETWEEN_SEEDS
        ax.plot([ours, theirs], [height] * 2, color=colour, lw=1, alpha=0.6, zorder=1)
        ax.plot(theirs, height, "o", color=colour, mfc="white", ms=_HOLLOW, zorder=2)
        ax.plot(ours, height, "o", color=colour, ms=_FILLED, zorder=3)


def _write(ax: Axes, at: float, text: str, *, across: float = 0.01, **style: str) -> None:
    """Write at a height, so far across the plot."""
    ax.text(across, at, text, transform=ax.get_yaxis_transform(), va="center", **style)


def _finish(ax: Axes, language: str) -> None:
    low, high = ax.get_xlim()
    ticks = [tick for tick in TICKS if low <= tick <= high]
    ax.xaxis.set_major_locator(FixedLocator(ticks))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter("{x:,.0f}")
    ax.set_xlabel(word("wrong of 10,000 test images", language))
    ax.grid(axis="x", color="#e0e0e0", lw=0.8, zorder=0)
    ax.set_yticks([])
    ax.spines[["top", "right", "left"]].set_visible(False)
    style = {"marker": "o", "ls": "", "color": "black"}
    dots = [
        Line2D([], [], label=word(label, language), ms=size, mfc=fill, **style)
        for label, size, fill in (("as taught", _FILLED, "black"), ("without", _HOLLOW, "white"))
    ]
    ax.legend(handles=dots, loc="lower right", bbox_to_anchor=(1, 1), ncols=2, frameon=False)
