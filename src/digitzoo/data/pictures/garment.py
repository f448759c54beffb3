"""A photo of a piece of clothing, made into an image as Fashion-MNIST's were made."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitzoo.data.encoding import LARGEST_PIXEL
from digitzoo.data.pictures.planes import bounding_box
from digitzoo.data.pictures.reading import Picture, fill_transparency, open_picture

_SIZE = 28
_CLOSE = 0.05 * LARGEST_PIXEL  # to the background: such edges are trimmed


def prepare_garment(picture: Picture) -> NDArray[np.uint8]:
    """Make an image like those of Fashion-MNIST of a product photo on a plain background.

    As section 2 of its paper says (Xiao, Rasul and Vollgraf, arXiv 1708.07747): edges within 5 %
    of the corners' colour are trimmed, the longer side is scaled to 28 pixels, the piece lies in
    the middle, and light and dark are swapped so that the background is black. A picture whose
    corners are dark is taken to be swapped already.

    Args:
        picture: As `prepare_digit` takes it.

    Returns:
        Light on dark, shape `(28, 28, 1)`.

    Raises:
        InvalidArgumentError: If the values cannot be pixels.
        ShapeError: If an array is no single image.
        DataFileError: If the file is no image.

    >>> shirt = np.full((300, 200, 3), 255, dtype=np.uint8)
    >>> shirt[100:200, 50:150] = 90
    >>> prepare_garment(shirt)[[0, 13], 13, 0].tolist()
    [165, 165]
    """
    image = fill_transparency(open_picture(picture)).convert("L")
    pixels = np.asarray(image)
    background = float(np.median(pixels[[0, 0, -1, -1], [0, -1, 0, -1]]))
    stands_out = np.abs(pixels - background) > _CLOSE
    if stands_out.any():
        top, bottom, left, right = bounding_box(stands_out)
        image = image.crop((left, top, right, bottom))
    scale = _SIZE / max(image.size)
    width, height = (max(1, round(scale * length)) for length in image.size)
    small = np.asarray(image.resize((width, height), Image.Resampling.LANCZOS))
    if background > LARGEST_PIXEL / 2:
        small = LARGEST_PIXEL - small
    canvas = np.zeros((_SIZE, _SIZE, 1), dtype=np.uint8)
    top, left = (_SIZE - height) // 2, (_SIZE - width) // 2
    canvas[top : top + height, left : left + width, 0] = small
    return canvas
