"""The plots of the page of results: accuracy against parameters and against MACs."""

from collections.abc import Iterator

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from digitzoo import list_models, model_card, summarize
from digitzoo.models import MeasuredResult, ModelCard

PANELS = {
    "mnist": ("MNIST", (0.95, 0.97, 0.98, 0.99, 0.995, 0.997)),
    "fashion_mnist": ("Fashion-MNIST", (0.89, 0.9, 0.91, 0.92, 0.93, 0.94)),
}
AXES = {
    "parameters": ("parameters", (50_000, 100_000, 200_000, 500_000, 1_000_000)),
    "macs": ("multiply-accumulates for one image", (100_000, 1_000_000, 10_000_000)),
}
TUNED, REFERENCE, PUBLISHED = "#00796b", "#5d6d7e", "#d84315"


def plot_accuracy(size: str) -> Figure:
    """Draw every model's accuracy over its size, one panel a data set.

    Errors have a logarithmic axis, so that 99.5 and 99.7 % lie as far apart as they are. The size
    is `"parameters"` or `"macs"`.
    """
    with plt.rc_context({"font.size": 11}):
        figure, panels = plt.subplots(2, 1, figsize=(6.4, 9), layout="constrained")
        for ax, (dataset, (title, ticks)) in zip(panels, PANELS.items(), strict=True):
            ax.set_title(title)
            ax.set_xscale("log")
            ax.set_yscale("log")
            _draw(ax, dataset, size)
            ax.set_yticks([1 - tick for tick in ticks], [f"{100 * tick:.1f} %" for tick in ticks])
            ax.minorticks_off()
            ax.invert_yaxis()  # the errors' axis, so that the best stand at the top
            ax.margins(x=0.2, y=0.1)
            label, sizes = AXES[size]
            ax.set_xticks(sizes, [f"{count:,}" for count in sizes])
            ax.set_xlabel(label)
            ax.set_ylabel("test accuracy")
            ax.grid(color="#e0e0e0", linewidth=0.8)
            ax.set_axisbelow(True)
            ax.spines[["top", "right"]].set_visible(False)
        handles, labels = panels[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper center", ncols=3, frameon=False)
        figure.draw_without_rendering()
        for ax, dataset in zip(panels, PANELS, strict=True):
            _write_names(ax, dataset, size)
    return figure


def _draw(ax: Axes, dataset: str, size: str) -> None:
    styles = {
        "tuned": {"fmt": "o", "color": TUNED, "markersize": 7, "label": "tuned recipe"},
        "reference": {"fmt": "o", "color": REFERENCE, "mfc": "white", "label": "reference recipe"},
    }
    for recipe, style in styles.items():
        found = list(points(dataset, recipe, size))
        if found:
            across, rows = zip(*found, strict=True)
            errors = [1 - row.accuracy.mean for row in rows]
            below = [row.accuracy.high - row.accuracy.mean for row in rows]
            above = [row.accuracy.mean - row.accuracy.low for row in rows]
            ax.errorbar(across, errors, yerr=(below, above), capsize=4, zorder=3, **style)
    cards = [card for card in _cards() if card.dataset == dataset]
    ax.plot(
        [_size(card, size) for card in cards],
        [1 - published(card) for card in cards],
        "D",
        color=PUBLISHED,
        markersize=6,
        label="published",
    )


def _write_names(ax: Axes, dataset: str, size: str) -> None:
    """Write each name beside its tuned point, where nothing else lies."""
    figure = ax.figure
    to_pixels = ax.transData.transform
    taken = []
    for recipe in ("tuned", "reference"):
        for across, row in points(dataset, recipe, size):
            ends = [to_pixels((across, 1 - end)) for end in (row.accuracy.low, row.accuracy.high)]
            taken.append(Bbox(ends).padded(5))
    for card in _cards():
        if card.dataset == dataset:
            point = to_pixels((_size(card, size), 1 - published(card)))
            taken.append(Bbox([point, point]).padded(5))
    room = ax.get_window_extent()
    for across, row in points(dataset, "tuned", size):
        for place in _places():
            text = ax.annotate(
                row.model,
                (across, 1 - row.accuracy.mean),
                (place[0], place[1]),
                textcoords="offset points",
                ha=place[2],
                va="center",
                fontsize=10,
            )
            box = text.get_window_extent(figure.canvas.get_renderer())
            free = not any(box.overlaps(other) for other in taken)
            if free and room.containsx(box.x0) and room.containsx(box.x1):
                taken.append(box)
                break
            text.remove()
        else:
            raise ValueError(f"No room for the name of {row.model}.")


def _places() -> Iterator[tuple[float, float, str]]:
    """Give where a name may stand, the best first: points right and up of its dot."""
    for height in (0, 10, -10, 18, -18, 26, -26, 34, -34, 42, -42, 50, -50):
        if abs(height) > 10:  # clear of the dot itself
            yield 0, height, "center"
        yield 9, height, "left"
        yield -9, height, "right"


def points(dataset: str, recipe: str, size: str) -> Iterator[tuple[int, MeasuredResult]]:
    """Give each model's size and its row of a recipe."""
    for card in _cards():
        for row in card.measured:
            if (row.dataset, row.recipe) == (dataset, recipe):
                yield _size(card, size), row


def _cards() -> list[ModelCard]:
    return [model_card(name) for name in list_models()]


def _size(card: ModelCard, size: str) -> int:
    return card.parameters if size == "parameters" else summarize(card.name).totals.macs


def published(card: ModelCard) -> float:
    """Give the accuracy that a model's source reports."""
    return next(row.value for row in card.published if row.metric == "accuracy")
