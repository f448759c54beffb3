"""An image as the numbers that a network sees."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from digitzoo.data.encoding import LARGEST_PIXEL, check_pixels
from digitzoo.data.images import as_images
from digitzoo.errors import ShapeError
from digitzoo.visualization.canvas import check_axes, check_count, single
from digitzoo.visualization.colours import is_light
from digitzoo.visualization.images import show_values
from digitzoo.visualization.inputs import Image, as_pixels
from digitzoo.visualization.layout import lay_out
from digitzoo.visualization.lettering import LETTER_WIDTH
from digitzoo.visualization.matplotlib_options import check_options, scale_over

_MOST_PIXELS = 4096
_DIGITS = 3  # 255 is the widest number
_CELL = 0.3  # inches for three digits
_FILLED = 0.82  # of a cell


def format_pixels(image: Image) -> str:
    """Write an image as its table of numbers, one line a row, three columns a pixel.

    Args:
        image: Shape `(height, width)` or `(height, width, 1)`; whole numbers in 0..255, or floats
            in 0..1, which are written as 0..255 too; or a split of one image.

    Returns:
        The lines, without a last line break.

    Raises:
        ShapeError: If it is not one gray image.
        InvalidArgumentError: If a pixel lies outside.

    >>> print(format_pixels([[0, 51, 255], [7, 0, 100]]))
      0 51255
      7  0100
    """
    rows = _as_numbers(image)
    return "\n".join("".join(f"{value:{_DIGITS}d}" for value in row) for row in rows)


def plot_pixels(
    image: Image,
    *,
    ax: Axes | None = None,
    **imshow: Any,
) -> Axes:
    """Draw an image with the number of each pixel written over it; 4,096 pixels at most.

    Args:
        image: Shape `(height, width)` or `(height, width, 1)`; whole numbers in 0..255, or floats
            in 0..1, which are written as 0..255 too; or a split of one image.
        ax: Where to draw; by default on a new figure on which the numbers can be read.
        **imshow: What matplotlib's `Axes.imshow` takes, such as `cmap="gray_r"`.

    Returns:
        The Axes.

    Raises:
        ShapeError: If it is not one gray image.
        InvalidArgumentError: If a pixel lies outside, or there are too many.

    >>> ax = plot_pixels([[0, 51], [255, 7]])
    >>> [text.get_text() for text in ax.texts]
    ['0', '51', '255', '7']
    """
    check_axes(ax)
    imshow = check_options("imshow", imshow)
    numbers = _as_numbers(image)
    height, width = numbers.shape
    check_count(numbers.size, _MOST_PIXELS, what="pixels")
    ax = single(ax, width=width * _CELL + 0.2, height=height * _CELL + 0.2)
    options = scale_over({"cmap": "gray", "vmin": 0, "vmax": LARGEST_PIXEL}, imshow)
    drawn = show_values(ax, numbers, **options)
    lay_out(ax.figure)
    ax.apply_aspect()
    cell = ax.get_window_extent().width / width / ax.figure.dpi * 72
    for (row, column), value in np.ndenumerate(numbers):
        ax.text(
            column,
            row,
            str(value),
            ha="center",
            va="center_baseline",
            fontsize=_FILLED * cell / _DIGITS / LETTER_WIDTH,
            color="black" if is_light(drawn.to_rgba(value)) else "white",
            in_layout=False,  # it lies inside, and measuring all of them takes most of the time
        )
    return ax


def _as_numbers(image: Image) -> NDArray[np.integer]:
    pixels = check_pixels(as_pixels(image))
    gray = as_images(pixels) if pixels.ndim in (2, 3) else pixels
    if gray.ndim != 4 or len(gray) != 1 or gray.shape[-1] != 1:  # N, height, width, channels
        raise ShapeError(
            f"Expected one gray image of shape (height, width) or (height, width, 1). Received "
            f"shape {pixels.shape}. Give one image, such as images[0], and one channel."
        )
    values = gray[0, ..., 0]
    if np.issubdtype(values.dtype, np.floating) or values.dtype == bool:
        return np.rint(values.astype(np.float64) * LARGEST_PIXEL).astype(np.uint8)
    return values
