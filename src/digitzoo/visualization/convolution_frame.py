"""The four panels of `animate_convolution`, made once and changed for each frame."""

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from numpy.typing import NDArray

from digitzoo.inspection.slide_kernel import Sliding
from digitzoo.visualization.colours import DIVERGING, LINES, is_light
from digitzoo.visualization.images import add_frame, show_image, show_values
from digitzoo.visualization.lettering import LETTER_WIDTH, SMALLEST_TYPE

_PANEL = 2.9  # inches
_POINTS = 72  # an inch
_FILLED = 0.9  # of a cell
_LINE = 1.2  # a line's height beside a letter's
_NOT_YET = (0.5, 0.5, 0.5, 0.35)
_LARGEST_TYPE = 12.0  # points


class Stage:
    """The image with the kernel on it, the kernel, the products, and the output.

    Attributes:
        figure: What is drawn on. It is not pyplot's, so that notebooks show the animation alone.
    """

    def __init__(self, sliding: Sliding) -> None:
        self._sliding = sliding
        self.figure = Figure(figsize=(4 * (_PANEL + 0.15), _PANEL + 0.95), layout="constrained")
        FigureCanvasAgg(self.figure)
        # matplotlib would measure hidden ticks again for each frame.
        panels = self.figure.subplots(1, 4, subplot_kw={"xticks": [], "yticks": []})
        image, kernel, products, output = panels
        self._taps = _draw_image(image, sliding)
        weights = _colour_map(kernel, sliding.kernel, float(np.abs(sliding.kernel).max()))
        words = _two_digits(sliding.kernel)
        longest = max(map(len, words))
        _fill(_numbers(kernel, sliding.kernel.shape, max(6, longest), 1), weights, words)
        kernel.set_title(f"kernel {_size(sliding.kernel)}")
        brightest = float(sliding.padded.max() * np.abs(sliding.kernel).max())
        self._products = _colour_map(products, np.zeros(sliding.kernel.shape), brightest)
        letters = 2 + max(5, longest, len(f"{-brightest:.2f}"))  # behind a sign and a space
        self._product_texts = _numbers(products, sliding.kernel.shape, letters, 3)
        products.set_title("pixel × weight")
        self._sum = _below(products)
        self._output = _colour_map(
            output, np.zeros_like(sliding.output), float(abs(sliding.output).max())
        )
        output.set_title(f"output {_size(sliding.output)}")
        add_frame(output, 0, 0, *sliding.output.shape, colour=LINES)
        self._here = add_frame(output, 0, 0, 1, 1)
        self._count = _below(output)
        self.show(len(sliding) - 1)
        self.figure.draw_without_rendering()  # places the panels
        self.figure.set_layout_engine("none")  # and they stay there, whatever the numbers

    def show(self, position: int) -> None:
        """Bring the panels to a position."""
        sliding = self._sliding
        rows, columns = np.meshgrid(*sliding.taps(position), indexing="ij")
        for box, row, column in zip(self._taps, rows.flat, columns.flat, strict=True):
            box.set_xy((column - 0.5, row - 0.5))
        products = sliding.products(position)
        self._products.set_data(products)
        _fill(self._product_texts, self._products, _pairs(sliding, position))
        value = sliding.output.flat[position]
        added = f" + bias {sliding.bias:z.2f} = {value:z.2f}" if sliding.bias else ""
        self._sum.set_text(f"sum {products.sum():z.2f}{added}")
        shown = sliding.output.copy()
        shown.flat[position + 1 :] = np.nan
        self._output.set_data(shown)
        row, column = divmod(position, sliding.output.shape[1])
        self._here.set_xy((column - 0.5, row - 0.5))
        self._count.set_text(f"position {position + 1:,} of {len(sliding):,}")


def _draw_image(ax: Axes, sliding: Sliding) -> list[Rectangle]:
    """Draw the image, its edge where it is padded, and a square for each tap of the kernel."""
    show_image(ax, sliding.padded)
    top, left, height, width = sliding.inside
    padded = "" if sliding.padded.shape == (height, width) else ", padded"
    ax.set_title(f"image {height} × {width}{padded}")
    if padded:
        add_frame(ax, top, left, height, width, colour=LINES)
    return [add_frame(ax, 0, 0, 1, 1) for _ in range(sliding.kernel.size)]


def _colour_map(ax: Axes, values: NDArray[np.floating], largest: float) -> AxesImage:
    limit = float(largest) or 1.0
    colours = mpl.colormaps[DIVERGING].with_extremes(bad=_NOT_YET)
    return show_values(ax, values, cmap=colours, vmin=-limit, vmax=limit)


def _below(ax: Axes) -> Text:
    return ax.text(0.5, -0.05, "", transform=ax.transAxes, ha="center", va="top")


def _numbers(ax: Axes, shape: tuple[int, ...], letters: int, lines: int) -> list[Text]:
    """Make a text for each cell, of a size that fits; none where it could not be read."""
    height, width = shape
    cell = _FILLED * _PANEL / max(height, width) * _POINTS
    fitting = cell / max(letters * LETTER_WIDTH, lines * _LINE)
    if fitting < SMALLEST_TYPE:
        return []
    size = min(fitting, _LARGEST_TYPE)
    places = [(row, column) for row in range(height) for column in range(width)]
    return [
        ax.text(column, row, "", ha="center", va="center", fontsize=size) for row, column in places
    ]


def _fill(texts: Sequence[Text], colours: AxesImage, words: Sequence[str]) -> None:
    """Write into the cells, black or white as each cell's colour asks for."""
    values = np.asarray(colours.get_array()).ravel()
    for text, value, word in zip(texts, values, words, strict=False):
        text.set_text(word)
        text.set_color("black" if is_light(colours.to_rgba(value)) else "white")


def _pairs(sliding: Sliding, position: int) -> list[str]:
    """Word each product: the pixel, the weight, and what comes of them."""
    numbers = (sliding.pixels(position), sliding.kernel, sliding.products(position))
    return [
        f"{pixel:.2f}\n× {weight:z.2f}\n= {product:z.2f}"
        for pixel, weight, product in zip(*(part.flat for part in numbers), strict=True)
    ]


def _two_digits(values: NDArray[np.floating]) -> list[str]:
    return [f"{value:z.2f}" for value in values.flat]


def _size(values: NDArray[np.floating]) -> str:
    return " × ".join(map(str, values.shape))
