"""Images as they are drawn, pixels as squares: one, or many small arrays as tiles of one."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.image import AxesImage
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from numpy.typing import NDArray

from digitzoo.data.encoding import LARGEST_PIXEL, check_pixels
from digitzoo.visualization.colours import FRAME, is_light

# One square each, in any style; imshow smooths by default where an image is drawn smaller.
SQUARES = {"interpolation": "nearest", "origin": "upper", "aspect": "equal"}
_MOST_TILES = 16  # in a row
_MOST_TICKS = 16


def scale_over(defaults: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Lay the user's options of `imshow` over defaults, of which a `norm` replaces the limits."""
    if given.get("norm") is not None:  # matplotlib takes no limits beside it
        defaults = {name: value for name, value in defaults.items() if name not in ("vmin", "vmax")}
    return {**defaults, **given}


def show_image(ax: Axes, image: NDArray[Any], /, **imshow: Any) -> AxesImage:
    """Draw one image of pixels, gray or in colours, black to white, the same for all of a kind."""
    pixels = check_pixels(np.asarray(image))
    whole = np.issubdtype(pixels.dtype, np.integer)
    if pixels.ndim == 3 and pixels.shape[-1] == 1:
        pixels = pixels[..., 0]
    if pixels.dtype == bool or (whole and pixels.ndim == 3):
        pixels = pixels.astype(np.uint8)
    gray = {"cmap": "gray", "vmin": 0, "vmax": LARGEST_PIXEL if whole else 1}
    return show_values(ax, pixels, **scale_over(gray, imshow))


def show_values(ax: Axes, values: NDArray[Any], **imshow: Any) -> AxesImage:
    """Draw an array of any values, one square each, the first row on top, without a frame."""
    options = {**SQUARES, **imshow}
    drawn = ax.imshow(values, **options)
    ax.set_axis_off()
    return drawn


def write_cells(drawn: AxesImage, words: Sequence[str], size: float) -> list[Text]:
    """Write into each square of a drawn array, in points; the texts may be filled again."""
    shape = drawn.get_size()
    # They lie inside, and a layout that measures all of them takes most of the time.
    style: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": size, "in_layout": False}
    texts = [drawn.axes.text(column, row, "", **style) for row, column in np.ndindex(*shape)]
    fill_cells(texts, drawn, words)
    return texts


def fill_cells(texts: Sequence[Text], drawn: AxesImage, words: Sequence[str]) -> None:
    """Write words, black or white as each square's colour asks for; gray where it has no value."""
    array: Any = np.ma.asarray(drawn.get_array())
    values: NDArray[Any] = array.astype(float).filled(np.nan).reshape(len(texts), -1)
    inked = drawn.to_rgba(array).reshape(len(texts), -1)
    for text, value, colour, word in zip(texts, values, inked, words, strict=True):
        text.set_text(word)
        gray = np.isnan(value).any()
        text.set_color("gray" if gray else "black" if is_light(colour[:3]) else "white")


def add_frame(
    ax: Axes, top: float, left: float, height: float, width: float, *, colour: str = FRAME
) -> Rectangle:
    """Draw a frame around pixels, from the top left one on; it may reach beyond the image."""
    place = ((left - 0.5, top - 0.5), width, height)
    frame = Rectangle(*place, fill=False, edgecolor=colour, linewidth=1.6, clip_on=False)
    ax.add_patch(frame)
    return frame


def tile(arrays: NDArray[Any], columns: int, *, gap: int = 1) -> NDArray[np.float64]:
    """Lay arrays of shape `(N, height, width)` out in rows, with NaN between and after them."""
    count, height, width = arrays.shape
    rows = math.ceil(count / columns)
    cells = np.full((rows * columns, height + gap, width + gap), np.nan)
    cells[:count, :height, :width] = arrays
    sheet = cells.reshape(rows, columns, height + gap, width + gap).swapaxes(1, 2)
    return sheet.reshape(rows * (height + gap), -1)[:-gap, :-gap]


def mosaic_columns(count: int) -> int:
    """Choose how many tiles stand in a row: 16, or fewer where that fills the rows better.

    >>> [mosaic_columns(count) for count in (1, 6, 16, 32, 20, 64, 100)]
    [1, 6, 16, 16, 10, 16, 10]
    """
    if count <= _MOST_TILES // 2:
        return count
    return min(range(_MOST_TILES // 2, _MOST_TILES + 1), key=lambda n: (-count % n, -n))


def fill_tiles(count: int, width: float, height: float, aspect: float = 1.0) -> tuple[int, float]:
    """Choose how many tiles stand in a row so that they are largest, and tell how wide they are.

    >>> fill_tiles(32, 16, 2)
    (16, 1.0)
    """

    def side(columns: int) -> float:
        return min(width / columns, height / math.ceil(count / columns) / aspect)

    columns = max(range(1, count + 1), key=lambda columns: (side(columns), -columns))
    return columns, side(columns)


def show_mosaic(
    ax: Axes, arrays: NDArray[Any], columns: int, *, count_rows: bool = False, **imshow: Any
) -> AxesImage:
    """Draw tiles, numbered at the top, and at the left by each row's first tile or by the row."""
    count, height, width = arrays.shape
    gap = max(1, round(min(height, width) / 10))
    options = {**SQUARES, **imshow}
    drawn = ax.imshow(np.ma.masked_invalid(tile(arrays, columns, gap=gap)), **options)
    rows, step = math.ceil(count / columns), 1 if count_rows else columns
    for axis, cells, side, number in (
        (ax.xaxis, columns, width, 1),
        (ax.yaxis, rows, height, step),
    ):
        some = range(0, cells, math.ceil(cells / _MOST_TICKS))
        places = [(side - 1) / 2 + n * (side + gap) for n in some]
        axis.set_ticks(places, [str(n * number) for n in some])
    ax.tick_params(length=0, labelsize="small", labeltop=True, labelbottom=False)
    ax.spines[:].set_visible(False)
    ax.minorticks_off()
    ax.grid(visible=False, which="both")
    ax.patch.set_visible(False)  # the figure shows through between the tiles
    return drawn
