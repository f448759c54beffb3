"""A photo of a piece of clothing, made into an image as Fashion-MNIST's were made."""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitzoo.data.encoding import LARGEST_PIXEL
from digitzoo.data.pictures.background import find_backdrop
from digitzoo.data.pictures.planes import Mask, Plane, bounding_box, estimate_noise, smooth, widen
from digitzoo.data.pictures.read_image import Picture, fill_transparency, open_picture
from digitzoo.errors import InvalidArgumentError

_SIZE = 28
_WORKING_SIZE = 640  # pixels of the longer side; more show no more of a piece
_CLOSE = 0.05 * LARGEST_PIXEL  # to the background: such edges are trimmed
_CLEAR = 4.5  # standard deviations that it should stand out by; else the picture is smoothed
_COARSE = 256  # pixels of the longer side on which specks are told from the piece
_SPECK = 0.002  # of the largest part: what is smaller is no part of the piece


def prepare_garment(picture: Picture) -> NDArray[np.uint8]:
    """Make an image like those of Fashion-MNIST of a product photo on a plain background.

    As section 2 of its paper says (Xiao, Rasul and Vollgraf, arXiv 1708.07747): edges within 5 %
    of the background are trimmed, the longer side is scaled to 28 pixels, the piece lies in the
    middle, and light and dark are swapped so that the background is black, if its corners are not
    dark already. Before that, gray paper, light that falls off to one side, noise and specks are
    taken away. What it cannot tell apart is a piece as light as its background, or lighter.

    Args:
        picture: As `prepare_digit` takes it.

    Returns:
        Light on dark, shape `(28, 28, 1)`.

    Raises:
        InvalidArgumentError: If the picture is blank, or the values cannot be pixels.
        ShapeError: If an array is no single image.
        DataFileError: If the file is no image.

    >>> shirt = np.full((300, 200, 3), 255, dtype=np.uint8)
    >>> shirt[100:200, 50:150] = 90
    >>> prepare_garment(shirt)[[0, 13], 13, 0].tolist()
    [165, 165]
    """
    image = open_picture(picture)
    factor = -(-max(image.size) // _WORKING_SIZE)
    image = fill_transparency(image.reduce(factor))
    gray = np.asarray(image.convert("L"), dtype=np.float32)
    is_light = float(np.median(gray[[0, 0, -1, -1], [0, -1, 0, -1]])) > LARGEST_PIXEL / 2
    pixels = LARGEST_PIXEL - gray if is_light else gray
    background = np.minimum(find_backdrop(pixels), LARGEST_PIXEL - 1)
    piece = _find_piece(pixels - background)
    if not piece.any():
        name = str(picture) if isinstance(picture, str | Path) else "The picture"
        raise InvalidArgumentError(
            f"{name} shows no garment: nothing differs from the background by more than "
            f"{_CLOSE:.0f} of 255 levels. Expected one piece on a plain background."
        )
    top, bottom, left, right = bounding_box(piece)
    pixels, background = pixels[top:bottom, left:right], background[top:bottom, left:right]
    stretched = (pixels - background) * LARGEST_PIXEL / (LARGEST_PIXEL - background)
    stretched = np.rint(np.clip(stretched, 0, LARGEST_PIXEL)).astype(np.uint8)
    scale = _SIZE / max(stretched.shape)
    height, width = (max(1, round(scale * length)) for length in stretched.shape)
    image = Image.fromarray(LARGEST_PIXEL - stretched if is_light else stretched)
    small = np.asarray(image.resize((width, height), Image.Resampling.LANCZOS))
    canvas = np.zeros((_SIZE, _SIZE, 1), dtype=np.uint8)
    top, left = (_SIZE - height) // 2, (_SIZE - width) // 2
    canvas[top : top + height, left : left + width, 0] = (
        LARGEST_PIXEL - small if is_light else small
    )
    return canvas


def _find_piece(difference: Plane) -> Mask:
    below = difference[difference < 0]
    noise = estimate_noise(below) if below.size else 0
    if _CLEAR * noise > _CLOSE:
        difference = smooth(difference, max(1, max(difference.shape) // _COARSE))
    stands_out = np.abs(difference) > _CLOSE
    near = widen(stands_out, max(difference.shape) // _COARSE)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(near.astype(np.uint8))
    sizes = stats[:, cv2.CC_STAT_AREA]
    sizes[0] = 0
    piece: Mask = stands_out & (sizes > _SPECK * sizes.max())[labels]
    return piece
