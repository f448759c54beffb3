"""`plot_pixels` and `format_pixels`: an image as the numbers that a network sees."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from digitzoo.data.encoding import LARGEST_PIXEL, check_pixels
from digitzoo.data.images import as_images
from digitzoo.errors import ShapeError
from digitzoo.visualization.canvas import check_axes, check_count, single
from digitzoo.visualization.images import scale_over, show_values, write_cells
from digitzoo.visualization.inputs import Image, as_pixels, check_options
from digitzoo.visualization.lettering import text_scale

_MOST_PIXELS = 4096
_DIGITS = 3  # 255 is the widest number
_CELL = 0.3  # inches for three digits
_TYPE = 0.42  # of a cell


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


def plot_pixels(image: Image, *, ax: Axes | None = None, **imshow: Any) -> Axes:
    """Draw an image with the number of each pixel written over it; 4,096 pixels at most.

    Args:
        image: As `format_pixels` takes it.
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
    cell = 72 * _CELL * text_scale()
    if ax is not None:
        panel = ax.get_window_extent()
        cell = min(panel.width / width, panel.height / height) * 72 / ax.figure.dpi
    ax = single(ax, width=width * _CELL + 0.2, height=height * _CELL + 0.2)
    options = scale_over({"cmap": "gray", "vmin": 0, "vmax": LARGEST_PIXEL}, imshow)
    drawn = show_values(ax, numbers, **options)
    write_cells(drawn, list(map(str, numbers.flat)), _TYPE * cell)
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
