"""A photo or a drawing of a digit, made into an image as MNIST's were made."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitzoo.data.encoding import LARGEST_PIXEL
from digitzoo.data.pictures.ink import Ink, find_ink
from digitzoo.data.pictures.planes import Mask, Plane, bounding_box, resize, smooth, widen
from digitzoo.data.pictures.read_image import Picture, fill_transparency, open_picture
from digitzoo.data.pictures.sheet import cut_sheet

_SIZE = 28
_BOX = 20
_CENTRE = 14  # the pixel in which the centre of mass of every image of MNIST lies
_WORKING_SIZE = 256  # pixels of the longer side; more show no more of a digit
_SMALL = 0.5  # of the picture: such a digit is looked at again, from near
_MARGIN = 0.35  # of the digit's length, for its background
_EDGE = 0.15  # coverage at which a stroke begins
_SEGMENTS = 3  # or more parts: a display's digit
_WIDEST_GAP = 0.2  # of the digit's length, between two segments
_THIN = 1.4  # pixels of the 20; 99 of 100 images of MNIST have wider strokes
_WIDENED = 1.9


def prepare_digit(picture: Picture) -> NDArray[np.uint8]:
    """Make an image like those of MNIST of a photo, a scan or a drawing of one digit.

    Light ink or dark, uneven light, noise and the lines of ruled paper are found out and taken
    away. Then it goes as Yann LeCun's page on MNIST says: the digit is scaled to fit a box of 20 x
    20 pixels, its aspect kept, and lies in 28 x 28 with its centre of mass in the middle. Strokes
    thinner than MNIST's are widened. What it cannot tell from ink is the hard edge of a shadow
    across the digit, and other writing close by.

    Args:
        picture: A file, a Pillow image, or pixels of shape `(height, width)` or
            `(height, width, channels)`, gray, RGB or RGBA, as uint8 or as floats in 0..1.

    Returns:
        Light on dark, shape `(28, 28, 1)`.

    Raises:
        InvalidArgumentError: If nothing stands out from the background, or the values cannot be
            pixels.
        ShapeError: If an array is no single image.
        DataFileError: If the file is no image.

    >>> from digitzoo.data import load_arrays
    >>> _, (images, _) = load_arrays("mnist")
    >>> paper = 255 - np.kron(images[0], np.ones((9, 9), dtype=np.uint8))
    >>> image = prepare_digit(paper)
    >>> image.shape, int(image.max()), int(image[0].max())
    ((28, 28, 1), 255, 0)
    """
    return prepare_main_digit(picture)[0]


def prepare_main_digit(picture: Picture) -> tuple[NDArray[np.uint8], int]:
    """Do what `prepare_digit` does, and say how many digits there are."""
    page = _Page.read(picture)
    return page.make(page.ink.main), page.count


def prepare_digits(picture: Picture) -> NDArray[np.uint8]:
    """Make an image like those of MNIST of each digit in a picture, from left to right.

    Parts that lie over each other or nearly touch are one digit, others are several: digits that
    touch are taken for one. They are expected in one line.

    Args:
        picture: As `prepare_digit` takes it.

    Returns:
        Light on dark, shape `(N, 28, 28, 1)`; at least one.

    Raises:
        DigitzooError: As `prepare_digit` raises it.

    >>> from digitzoo.data import load_arrays
    >>> _, (images, _) = load_arrays("mnist")
    >>> prepare_digits(np.hstack([images[0], images[1], images[2]])).shape
    (3, 28, 28, 1)
    """
    page = _Page.read(picture)
    return np.stack([page.make(digit + 1) for digit in range(page.count)])


@dataclass(frozen=True, eq=False)
class _Page:
    """A picture cut to its sheet, and what is written on it as seen from afar."""

    name: str
    image: Image.Image
    factor: int
    ink: Ink

    @classmethod
    def read(cls, picture: Picture) -> "_Page":
        name = str(picture) if isinstance(picture, str | Path) else "The picture"
        image = _opaque(open_picture(picture))
        sheet = cut_sheet(image)
        factor, pixels = _shrink(sheet)
        return cls(name, sheet, factor, find_ink(pixels, name=name))

    @property
    def count(self) -> int:
        """How many digits there are."""
        return int(self.ink.labels.max())

    def make(self, digit: int) -> NDArray[np.uint8]:
        """Make the image of one digit; one that is small is looked at again, from near."""
        ink = self.ink
        own = ink.labels == digit
        others = (ink.labels > 0) & ~own
        top, bottom, left, right = bounding_box(own)
        length = max(bottom - top, right - left)
        if others.any() or (self.factor > 1 and length < _SMALL * max(own.shape)):
            margin = round(_MARGIN * length) + 2
            top, left = max(0, top - margin), max(0, left - margin)
            bottom, right = bottom + margin, right + margin
            factor, (x, y) = self.factor, self.image.size
            near = factor * left, factor * top, min(factor * right, x), min(factor * bottom, y)
            _, pixels = _shrink(self.image.crop(near))
            if (others := others[top:bottom, left:right]).any():
                others = widen(others, 2) & ~widen(own[top:bottom, left:right])
                pixels = _paint_over(pixels, others)
            ink = find_ink(pixels, name=self.name)
            digit = ink.main
        scaled = _fit_box(_widen_strokes(_bridge_gaps(ink.coverage(digit))))
        return np.rint(LARGEST_PIXEL * _centre(scaled)).astype(np.uint8)[..., np.newaxis]


def _paint_over(pixels: Plane, mask: Mask) -> Plane:
    """Fill a mask, of fewer pixels, with what is around it."""
    hidden = cv2.resize(mask.astype(np.uint8), pixels.shape[1::-1], interpolation=cv2.INTER_NEAREST)
    painted = cv2.inpaint(pixels.astype(np.uint8), hidden, 3, cv2.INPAINT_TELEA)
    return painted.astype(np.float32).reshape(pixels.shape)


def _opaque(image: Image.Image) -> Image.Image:
    """Lay a transparent drawing on what its ink differs from, and bring it to gray or RGB."""
    if image.has_transparency_data:
        gray, alpha = image.convert("LA").split()
        cover = np.asarray(alpha, dtype=np.float64) + 1e-6
        is_light = np.average(np.asarray(gray), weights=cover) > LARGEST_PIXEL / 2
        image = fill_transparency(image, "black" if is_light else "white")
    return image.convert("L" if image.mode in ("1", "L") else "RGB")


def _shrink(image: Image.Image) -> tuple[int, Plane]:
    factor = -(-max(image.size) // _WORKING_SIZE)
    pixels = np.asarray(image.reduce(factor), dtype=np.float32)
    return factor, pixels.reshape(*pixels.shape[:2], -1)


def _bridge_gaps(coverage: Plane) -> Plane:
    """Join the segments of a display: MNIST's digits are of one stroke or two."""
    top, bottom, left, right = bounding_box(coverage > _EDGE)
    widest = round(_WIDEST_GAP * max(bottom - top, right - left))
    if _count_parts(coverage) < _SEGMENTS:
        return coverage
    framed = np.pad(coverage, widest)
    for size in range(3, widest + 1, 2):
        around = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
        bridged: Plane = np.asarray(cv2.morphologyEx(framed, cv2.MORPH_CLOSE, around), np.float32)
        if _count_parts(bridged) == 1:
            return bridged
    return coverage


def _count_parts(coverage: Plane) -> int:
    return cv2.connectedComponents((coverage > 0.5).astype(np.uint8))[0] - 1  # mostly ink


def _widen_strokes(coverage: Plane) -> Plane:
    """Smear strokes that would be too thin in the box, and make them as strong as before."""
    top, bottom, left, right = bounding_box(coverage > _EDGE)
    per_pixel = max(bottom - top, right - left) / _BOX
    radius = round(_WIDENED * per_pixel / 4)  # none in an image that is no larger than MNIST's
    if radius == 0 or _stroke_width(coverage) >= _THIN * per_pixel:
        return coverage
    smeared = smooth(np.pad(coverage, 2 * radius + 1), radius)
    on_strokes = np.pad(coverage, 2 * radius + 1) > 0.5  # more ink than none
    widened: Plane = np.minimum(smeared / np.float32(np.quantile(smeared[on_strokes], 0.25)), 1)
    return widened


def _stroke_width(coverage: Plane) -> float:
    """Give twice the area over the length of the edges: the width of a long stroke."""
    framed = np.pad(coverage, 1)
    down, across = np.diff(framed, axis=0)[:, :-1], np.diff(framed, axis=1)[:-1]
    return float(2 * coverage.sum() / np.hypot(down, across).sum())


def _fit_box(coverage: Plane) -> Plane:
    """Scale what is there to 20 pixels of its longer side, beginning at the top left."""
    top, bottom, left, right = bounding_box(coverage > _EDGE)
    height, width = bottom - top, right - left
    length = max(height, width)
    square = np.pad(coverage[top:bottom, left:right], ((0, length - height), (0, length - width)))
    scaled = np.maximum(resize(square, (_BOX, _BOX), Image.Resampling.HAMMING), 0)
    full = max(float(np.quantile(scaled, 0.99)), 0.3)
    boxed: Plane = np.minimum(scaled / np.float32(full), 1)
    return boxed


def _centre(scaled: Plane) -> Plane:
    """Put the centre of mass where MNIST has it, by whole pixels and with nothing cut off."""
    top, bottom, left, right = bounding_box(scaled > 0)
    digit = scaled[top:bottom, left:right]
    places = []
    for axis, length in enumerate(digit.shape):
        mass = digit.sum(axis=1 - axis)
        offset = round(_CENTRE - float(np.average(np.arange(length), weights=mass)))
        places.append(slice(min(max(offset, 0), _SIZE - length), None))
    canvas = np.zeros((_SIZE, _SIZE), dtype=np.float32)
    canvas[tuple(places)][: digit.shape[0], : digit.shape[1]] = digit
    return canvas
