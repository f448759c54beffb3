"""Images as they are drawn: gray for one channel, colours for three, pixels as squares."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.image import AxesImage
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from digitzoo.data.encoding import LARGEST_PIXEL, check_pixels
from digitzoo.visualization.colours import FRAME
from digitzoo.visualization.matplotlib_options import scale_over

# One square each, in any style; imshow smooths by default where an image is drawn smaller.
SQUARES = {"interpolation": "nearest", "origin": "upper", "aspect": "equal"}


def show_image(ax: Axes, image: NDArray[Any], /, **imshow: Any) -> AxesImage:
    """Draw one image of pixels, black to white, the same for all images of a kind.

    Whole numbers lie in 0..255, floats in 0..1; `(height, width)` or `(height, width, channels)`.
    """
    pixels = check_pixels(np.asarray(image))
    whole = np.issubdtype(pixels.dtype, np.integer)
    if pixels.ndim == 3 and pixels.shape[-1] == 1:  # the channel axis
        pixels = pixels[..., 0]
    if pixels.ndim == 3 and whole:  # imshow takes RGB as uint8 only
        pixels = pixels.astype(np.uint8)
    gray = {"cmap": "gray", "vmin": 0, "vmax": LARGEST_PIXEL if whole else 1}
    options = scale_over(gray, imshow)
    return show_values(ax, pixels.astype(np.uint8) if pixels.dtype == bool else pixels, **options)


def add_frame(
    ax: Axes, top: float, left: float, height: float, width: float, *, colour: str = FRAME
) -> Rectangle:
    """Draw a frame around pixels, from the top left one on; it may reach beyond the image."""
    corner = (left - 0.5, top - 0.5)
    frame = Rectangle(corner, width, height, fill=False, edgecolor=colour, linewidth=1.6)
    ax.add_patch(frame)
    frame.set_clip_on(False)
    return frame


def show_values(ax: Axes, values: NDArray[Any], **imshow: Any) -> AxesImage:
    """Draw an array of any values, one square each, the first row on top, without a frame."""
    options = {**SQUARES, **imshow}
    drawn = ax.imshow(values, **options)
    ax.set_axis_off()
    return drawn
