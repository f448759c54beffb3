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
from digitzoo.visualization.lettering import SMALLEST_TYPE, text_scale
from digitzoo.visualization.words import words_of

_MOST_PIXELS = 4096
_DIGITS = 3  # 255 is the widest number
_CELL = 0.3  # inches for three digits
_TYPE = 0.42  # of a cell
_COLOUR_CELL = 0.36  # inches for three numbers
_COLOUR_TYPE = 0.24  # of such a cell


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
    rows = _as_numbers(image)[..., 0]
    return "\n".join("".join(f"{value:{_DIGITS}d}" for value in row) for row in rows)


def plot_pixels(
    image: Image, *, language: str = "en", ax: Axes | None = None, **imshow: Any
) -> Axes:
    """Draw an image with the numbers of each pixel written over it; 4,096 pixels at most.

    A pixel in colour has three: red, green and blue, one below the other.

    Args:
        image: Shape `(height, width)` or `(height, width, channels)` of one or three channels;
            whole numbers in 0..255, or floats in 0..1, which are written as 0..255 too; or a split
            of one image.
        language: `"en"` or `"ko"`; numbers are the same in both.
        ax: Where to draw; by default on a new figure on which the numbers can be read.
        **imshow: What matplotlib's `Axes.imshow` takes, such as `cmap="gray_r"`.

    Returns:
        The Axes.

    Raises:
        ShapeError: If it is not one image, gray or in colour.
        InvalidArgumentError: If a pixel lies outside, or there are too many.

    >>> ax = plot_pixels([[0, 51], [255, 7]])
    >>> [text.get_text() for text in ax.texts]
    ['0', '51', '255', '7']
    """
    check_axes(ax)
    words_of(language)
    imshow = check_options("imshow", imshow)
    numbers = _as_numbers(image, (1, 3))
    height, width, channels = numbers.shape
    check_count(height * width, _MOST_PIXELS, what="pixels")
    side = _CELL if channels == 1 else _COLOUR_CELL
    cell = 72 * side * text_scale()
    if ax is not None:
        panel = ax.get_window_extent()
        cell = min(panel.width / width, panel.height / height) * 72 / ax.figure.dpi
    ax = single(ax, width=width * side + 0.2, height=height * side + 0.2)
    options = scale_over({"cmap": "gray", "vmin": 0, "vmax": LARGEST_PIXEL}, imshow)
    drawn = show_values(ax, numbers[..., 0] if channels == 1 else numbers, **options)
    words = ["\n".join(map(str, pixel)) for pixel in numbers.reshape(-1, channels)]
    size = cell * (_TYPE if channels == 1 else _COLOUR_TYPE)
    if size >= SMALLEST_TYPE:
        write_cells(drawn, words, size)
    return ax


def _as_numbers(image: Image, channels: tuple[int, ...] = (1,)) -> NDArray[np.uint8]:
    pixels = check_pixels(as_pixels(image))
    pictures = as_images(pixels) if pixels.ndim in (2, 3) else pixels
    if pictures.ndim != 4 or len(pictures) != 1 or pictures.shape[-1] not in channels:
        raise ShapeError(
            "Expected one image of shape (height, width) or (height, width, "
            f"{' or '.join(map(str, channels))}). Received shape {pixels.shape}. Give one image, "
            "such as images[0]."
        )
    values = np.asarray(pictures[0])
    if np.issubdtype(values.dtype, np.floating) or values.dtype == bool:
        return np.rint(values.astype(np.float64) * LARGEST_PIXEL).astype(np.uint8)
    return values.astype(np.uint8)
