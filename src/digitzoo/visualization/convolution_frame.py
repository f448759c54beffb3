"""The four panels of `animate_convolution`, made once and changed for each frame."""

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.text import Text
from numpy.typing import NDArray

from digitzoo.inspection.slide_kernel import Sliding
from digitzoo.visualization.colours import DIVERGING, LINES
from digitzoo.visualization.fitting import letter
from digitzoo.visualization.images import (
    add_frame,
    fill_cells,
    show_image,
    show_values,
    write_cells,
)
from digitzoo.visualization.lettering import LETTER_WIDTH, SMALLEST_TYPE
from digitzoo.visualization.words import Say

_PANEL = 2.9  # inches
_CELL = 0.9 * 72 * _PANEL  # points of a panel's width that its numbers fill
_LINE = 1.2  # a line's height beside a letter's
_NOT_YET = (0.5, 0.5, 0.5, 0.35)
_LARGEST_TYPE = 12.0  # points


class Stage:
    """The four panels, on a figure that is not pyplot's: notebooks show the animation alone."""

    def __init__(self, sliding: Sliding, say: Say) -> None:
        self._sliding, self._say = sliding, say
        self.figure = Figure(figsize=(4 * (_PANEL + 0.15), _PANEL + 0.95), layout="constrained")
        FigureCanvasAgg(self.figure)
        # matplotlib would measure hidden ticks again for each frame.
        panels = self.figure.subplots(1, 4, subplot_kw={"xticks": [], "yticks": []})
        image, kernel, products, output = panels
        weights, answers = sliding.kernel, sliding.output

        show_image(image, sliding.padded)
        top, left, height, width = sliding.inside
        padded = sliding.padded.shape != (height, width)
        size = f"{height} × {width}"
        image.set_title(say("image padded" if padded else "image size", size=size))
        if padded:
            add_frame(image, top, left, height, width, colour=LINES)
        self._taps = [add_frame(image, 0, 0, 1, 1) for _ in range(weights.size)]

        words = [f"{weight:z.2f}" for weight in weights.flat]
        longest = max(map(len, words))
        drawn = _colour_map(kernel, weights, np.abs(weights).max())
        _write(drawn, words, max(6, longest), 1)
        kernel.set_title(say("kernel", size="{} × {}".format(*weights.shape)))

        brightest = float(sliding.padded.max() * np.abs(weights).max())
        self._products = _colour_map(products, np.zeros(weights.shape), brightest)
        letters = 2 + max(5, longest, len(f"{-brightest:.2f}"))  # behind a sign and a space
        self._product_texts = _write(self._products, words, letters, 3)
        products.set_title(say("products"))

        self._output = _colour_map(output, np.zeros_like(answers), np.abs(answers).max())
        output.set_title(say("output", size="{} × {}".format(*answers.shape)))
        add_frame(output, 0, 0, *answers.shape, colour=LINES)
        self._here = add_frame(output, 0, 0, 1, 1)

        self._sum, self._count = (
            ax.text(0.5, -0.05, "", transform=ax.transAxes, ha="center", va="top")
            for ax in (products, output)
        )
        self.show(len(sliding) - 1)
        letter(self.figure)
        self.figure.draw_without_rendering()  # places the panels
        self.figure.set_layout_engine("none")  # and they stay there, whatever the numbers

    def show(self, position: int) -> None:
        """Bring the panels to a position."""
        sliding = self._sliding
        taps = np.meshgrid(*sliding.taps(position), indexing="ij")
        for box, row, column in zip(self._taps, *(places.flat for places in taps), strict=True):
            box.set_xy((column - 0.5, row - 0.5))
        products = sliding.products(position)
        self._products.set_data(products)
        factors = (sliding.pixels(position), sliding.kernel, products)
        words = [
            f"{pixel:.2f}\n× {weight:z.2f}\n= {product:z.2f}"
            for pixel, weight, product in zip(*(part.flat for part in factors), strict=True)
        ]
        if self._product_texts:
            fill_cells(self._product_texts, self._products, words)
        value = sliding.output.flat[position]
        numbers = {"bias": f"{sliding.bias:z.2f}", "value": f"{value:z.2f}"}
        key = "sum bias" if sliding.bias else "sum"
        self._sum.set_text(self._say(key, sum=f"{products.sum():z.2f}", **numbers))
        shown = sliding.output.copy()
        shown.flat[position + 1 :] = np.nan
        self._output.set_data(shown)
        row, column = divmod(position, sliding.output.shape[1])
        self._here.set_xy((column - 0.5, row - 0.5))
        self._count.set_text(self._say("position", position=position + 1, count=len(sliding)))


def _colour_map(ax: Axes, values: NDArray[np.floating], largest: float) -> AxesImage:
    limit = float(largest) or 1.0
    colours = mpl.colormaps[DIVERGING].with_extremes(bad=_NOT_YET)
    return show_values(ax, values, cmap=colours, vmin=-limit, vmax=limit)


def _write(drawn: AxesImage, words: Sequence[str], letters: int, lines: int) -> list[Text]:
    """Write into the cells, at a size that fits; nothing where it could not be read."""
    cell = _CELL / max(drawn.get_size())
    size = min(cell / max(letters * LETTER_WIDTH, lines * _LINE), _LARGEST_TYPE)
    return write_cells(drawn, words, size) if size >= SMALLEST_TYPE else []
