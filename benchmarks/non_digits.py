"""Drawings of digits and of what is none, for `no_digit.py`: a part to tune on, a part to measure.

The two parts share no font, no letter, no sign and no class of clothes. Letters that are written as
a digit is, such as O and l, are in neither; `LOOKALIKES` are measured by themselves.
"""

from pathlib import Path

import cv2
import matplotlib as mpl
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from digitzoo.data import load_data

Images = NDArray[np.uint8]
Font = str | int  # a file of matplotlib's, or a font of OpenCV

FONTS: dict[str, tuple[Font, ...]] = {
    "tune": (
        "DejaVuSans",
        "DejaVuSans-Bold",
        "DejaVuSans-Oblique",
        "DejaVuSerif",
        "DejaVuSerif-Italic",
        "cmr10",
        "cmss10",
        cv2.FONT_HERSHEY_SIMPLEX,
        cv2.FONT_HERSHEY_COMPLEX,
        cv2.FONT_HERSHEY_SCRIPT_SIMPLEX,
    ),
    "measure": (
        "DejaVuSansMono",
        "DejaVuSansMono-Bold",
        "STIXGeneral",
        "STIXGeneralItalic",
        "STIXGeneralBol",
        "cmtt10",
        cv2.FONT_HERSHEY_DUPLEX,
        cv2.FONT_HERSHEY_TRIPLEX,
        cv2.FONT_HERSHEY_SCRIPT_COMPLEX,
    ),
}
LETTERS = {"tune": "AEGJLMPTVXYacefhkmnrtvxy", "measure": "CFHKNQRUWdjpuw"}
SIGNS = {"tune": "+-=?!@#$%*<]}&", "measure": ">[{^~;_£€§"}
CLOTHES = {"tune": (0, 2, 4, 5, 8), "measure": (1, 3, 6, 7, 9)}
LOOKALIKES = "OoDIlZzSsBbgqi"
# Arrows, mathematics, shapes, Greek and Cyrillic of DejaVu Sans, to tune on only. What is round or
# upright could be a zero or a one: set operators, bars and circles are left out.
_BLOCKS = (
    (0x2190, 0x21B5),
    (0x222B, 0x223C),
    (0x2243, 0x2292),
    (0x25A0, 0x25AE),
    (0x25B0, 0x25C8),
    (0x2600, 0x2667),
)
SYMBOLS = "".join(chr(code) for first, last in _BLOCKS for code in range(first, last)) + "".join(
    chr(code) for code in (*range(0x393, 0x395), *range(0x39B, 0x39F), *range(0x3A3, 0x3AA))
)
_SIZE = 64
_FOLDER = Path(mpl.get_data_path()) / "fonts" / "ttf"


def draw_glyph(text: str, font: Font, thickness: int = 3) -> Images:
    """Draw a letter, a sign or a digit, light on dark, `(96, 96)`."""
    if isinstance(font, int):
        canvas = np.zeros((96, 96), dtype=np.uint8)
        cv2.putText(canvas, text, (24, 68), font, 2, 255, thickness, cv2.LINE_AA)
        return canvas
    image = Image.new("L", (96, 96))
    shape = ImageFont.truetype(str(_FOLDER / f"{font}.ttf"), _SIZE)
    ImageDraw.Draw(image).text((48, 48), text, fill=255, font=shape, anchor="mm")
    return np.asarray(image)


def glyphs(characters: str, part: str) -> list[Images]:
    """Draw each of some characters in each font of a part."""
    return [draw_glyph(text, font) for text in characters for font in FONTS[part]]


def clothes(part: str, count: int) -> list[Images]:
    """Take images of clothes, of the classes of a part; of the test set where it is measured."""
    data = load_data("fashion_mnist")
    split = data.train if part == "tune" else data.test
    chosen = split[np.isin(split.labels, CLOTHES[part])].sample(count)
    return list(chosen.images[..., 0])


def scribbles(rng: np.random.Generator, count: int) -> list[Images]:
    """Draw lines to and fro between eight to fourteen points."""
    drawn = []
    for _ in range(count):
        canvas = np.zeros((96, 96), dtype=np.uint8)
        points = rng.integers(12, 84, (1, int(rng.integers(8, 15)), 2)).astype(np.int32)
        cv2.polylines(canvas, points, isClosed=False, color=255, thickness=int(rng.integers(3, 8)))
        drawn.append(canvas)
    return drawn


def clouds(rng: np.random.Generator, count: int) -> list[Images]:
    """Make noise: smoothed and cut at a level, or as it is."""
    drawn = []
    for index in range(count):
        noise = rng.normal(0, 1, (96, 96)).astype(np.float32)
        if index % 2:
            noise = cv2.GaussianBlur(noise, (0, 0), float(rng.uniform(2, 7)))
            level = np.quantile(noise, rng.uniform(0.5, 0.8))
            drawn.append(np.where(noise > level, 255, 0).astype(np.uint8))
        else:
            drawn.append(rng.integers(0, 256, (28, 28)).astype(np.uint8))
    return drawn


def pairs(images: Images, rng: np.random.Generator, count: int) -> list[Images]:
    """Write two digits so near that they touch."""
    drawn = []
    for one, other in rng.integers(len(images), size=(count, 2)):
        parts = [images[index][:, images[index].max(axis=0) > 60] for index in (one, other)]
        overlap = min(int(rng.integers(1, 4)), *(part.shape[1] for part in parts))
        canvas = np.zeros((28, parts[0].shape[1] + parts[1].shape[1] - overlap), dtype=np.uint8)
        canvas[:, : parts[0].shape[1]] = parts[0]
        canvas[:, -parts[1].shape[1] :] = np.maximum(canvas[:, -parts[1].shape[1] :], parts[1])
        drawn.append(cv2.resize(canvas, None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC))
    return drawn


def normalise(drawing: Images) -> Images:
    """Scale a drawing to 20 pixels and centre its mass in 28 x 28, as MNIST's images were made."""
    x, y, width, height = cv2.boundingRect((drawing > 40).astype(np.uint8))
    scale = 20 / max(width, height, 1)
    size = max(1, round(scale * width)), max(1, round(scale * height))
    small = cv2.resize(drawing[y : y + height, x : x + width], size, interpolation=cv2.INTER_AREA)
    mass = small.astype(np.float64) + 1e-9
    places = []
    for axis, length in enumerate(small.shape):
        centre = float(np.average(np.arange(length), weights=mass.sum(axis=1 - axis)))
        offset = min(max(round(14 - centre), 0), 28 - length)
        places.append(slice(offset, offset + length))
    canvas = np.zeros((28, 28), dtype=np.uint8)
    canvas[tuple(places)] = small
    return canvas


def vary(drawing: Images, rng: np.random.Generator) -> Images:
    """Turn, shear, stretch and thicken a drawing a little, and normalise it."""
    side = 112
    scale = 80 / max(drawing.shape)
    angle, shear = rng.normal(0, 0.1), rng.normal(0, 0.12)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = turn @ np.array([[1, shear], [0, 1]]) @ np.diag(scale * rng.uniform(0.8, 1.2, 2))
    middle = np.array(drawing.shape[::-1]) / 2
    shift = np.array([side, side]) / 2 - matrix @ middle
    affine = np.hstack([matrix, shift[:, np.newaxis]])
    varied = cv2.warpAffine(drawing, affine, (side, side), flags=cv2.INTER_LINEAR)
    change = int(rng.integers(-1, 4))
    if change > 0:
        varied = cv2.dilate(varied, np.ones((change + 1, change + 1), dtype=np.uint8))
    if not varied.any():
        return normalise(drawing)
    return normalise(np.clip(varied * rng.uniform(1, 1.4), 0, 255).astype(np.uint8))
