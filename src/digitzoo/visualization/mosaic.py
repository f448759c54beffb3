"""Many small arrays as one picture: tiles in rows, on one colour scale, numbered at the edges.

A layer with 64 filters is one image then, not 64 panels, so that none has to be left out.
"""

import math
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.image import AxesImage
from numpy.typing import NDArray

from digitzoo.visualization.images import SQUARES
from digitzoo.visualization.lettering import points

_MOST_COLUMNS = 16
_MOST_TICKS = 16


def tile(arrays: NDArray[Any], columns: int, *, gap: int = 1) -> NDArray[np.float64]:
    """Lay arrays of shape `(N, height, width)` out in rows, with NaN between and after them.

    >>> tile(np.arange(3.0).reshape(3, 1, 1), 2)
    array([[ 0., nan,  1.],
           [nan, nan, nan],
           [ 2., nan, nan]])
    """
    count, height, width = arrays.shape
    rows = math.ceil(count / columns)
    sheet = np.full((rows * (height + gap) - gap, columns * (width + gap) - gap), np.nan)
    for number, array in enumerate(arrays):
        row, column = divmod(number, columns)
        top, left = row * (height + gap), column * (width + gap)
        sheet[top : top + height, left : left + width] = array
    return sheet


def mosaic_columns(count: int) -> int:
    """Choose how many tiles stand in a row: 16, or fewer where that fills the rows better.

    >>> [mosaic_columns(count) for count in (1, 6, 16, 32, 20, 64, 100)]
    [1, 6, 16, 16, 10, 16, 10]
    """
    if count <= _MOST_COLUMNS // 2:
        return count
    return min(range(_MOST_COLUMNS // 2, _MOST_COLUMNS + 1), key=lambda n: (-count % n, -n))


def show_mosaic(
    ax: Axes,
    arrays: NDArray[Any],
    columns: int,
    *,
    count_rows: bool = False,
    **imshow: Any,
) -> AxesImage:
    """Draw tiles, numbered at the top by their place in the row, and at the left.

    At the left stands the number of each row's first tile, or with `count_rows` that of the row.
    """
    count, height, width = arrays.shape
    gap = max(1, round(min(height, width) / 10))
    options = {**SQUARES, **imshow}
    drawn = ax.imshow(np.ma.masked_invalid(tile(arrays, columns, gap=gap)), **options)
    across = _some(columns)
    ax.set_xticks([(width - 1) / 2 + n * (width + gap) for n in across], [str(n) for n in across])
    down = _some(math.ceil(count / columns))
    factor = 1 if count_rows else columns
    ax.set_yticks(
        [(height - 1) / 2 + n * (height + gap) for n in down], [str(n * factor) for n in down]
    )
    ax.tick_params(length=0, labelsize=0.8 * points("medium"), labeltop=True, labelbottom=False)
    ax.spines[:].set_visible(False)
    ax.minorticks_off()
    ax.grid(visible=False, which="both")
    ax.patch.set_visible(False)  # the figure shows through between the tiles
    return drawn


def _some(count: int) -> range:
    """Number all, or each second, third ... where there are many."""
    return range(0, count, math.ceil(count / _MOST_TICKS))
