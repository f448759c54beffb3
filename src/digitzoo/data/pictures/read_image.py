"""Pictures as people have them: a file, a Pillow image or an array; upright and opaque."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from digitzoo.checks import check_choice, check_path
from digitzoo.data.classes import array_of
from digitzoo.data.encoding import LARGEST_PIXEL, scale_pixels
from digitzoo.data.images import check_image_size
from digitzoo.errors import ArgumentTypeError, DataFileError, DigitzooError, ShapeError, shown

Picture = str | Path | Image.Image | NDArray[Any]
"""A picture as people have it: the path of a file, a Pillow image, or an array of pixels."""

ColorMode = Literal["grayscale", "rgb"]

_PILLOW_MODES = {"grayscale": "L", "rgb": "RGB"}
_KEPT_MODES = ("L", "LA", "RGB", "RGBA")
_CHANNELS = (1, 3, 4)  # gray, RGB, RGB with transparency
_SIXTEEN_TO_EIGHT = 257  # 65,535 = 255 x 257


def read_image(
    picture: Picture,
    *,
    image_size: tuple[int, int] | None = None,
    color_mode: ColorMode = "grayscale",
) -> NDArray[np.uint8]:
    """Read one picture as pixels.

    It is turned upright and transparent parts are laid on white, as a viewer shows it. 16-bit
    values are scaled to 8 bits.

    Args:
        picture: A file of any kind that Pillow knows, a Pillow image, or an array of pixels.
        image_size: `(height, width)` to which it is resized; by default it keeps its size.
        color_mode: `"grayscale"` gives one channel, `"rgb"` three.

    Returns:
        Pixels of shape `(height, width, channels)`.

    Raises:
        DataFileError: If the file is no image, or is damaged.
        InvalidArgumentError: If the colour mode is unknown, or the values cannot be pixels.
        ShapeError: If an array is no single image.

    >>> read_image(np.zeros((20, 30), dtype=np.uint8), image_size=(28, 28)).shape
    (28, 28, 1)
    """
    check_choice("color_mode", color_mode, _PILLOW_MODES)
    size = None if image_size is None else check_image_size(image_size)
    image = open_picture(picture)
    with _reading(picture if isinstance(picture, str | Path) else "The picture"):
        return _as_pixels(image, size, color_mode)


def decode_image(
    content: bytes, name: str, *, image_size: tuple[int, int] | None, color_mode: ColorMode
) -> NDArray[np.uint8]:
    """Read one picture from the bytes of its file, as `read_image` does; messages name it so."""
    with _naming(name):  # in a thread of TensorFlow's, where filters of warnings are not to be set
        return _as_pixels(_open_twice(name, lambda: BytesIO(content)), image_size, color_mode)


def _as_pixels(
    image: Image.Image, size: tuple[int, int] | None, color_mode: ColorMode
) -> NDArray[np.uint8]:
    image = fill_transparency(image).convert(_PILLOW_MODES[color_mode])
    if size is not None and image.size != size[::-1]:
        image = image.resize(size[::-1], Image.Resampling.LANCZOS)
    pixels = np.asarray(image, dtype=np.uint8)
    return pixels.reshape(*pixels.shape[:2], -1)


def open_picture(picture: Picture) -> Image.Image:
    """Bring one picture to 8 bits of gray or RGB and turn it upright; transparency stays."""
    if isinstance(picture, str | Path):
        return _open_file(check_path("picture", picture))
    if isinstance(picture, Image.Image):
        name = getattr(picture, "filename", "") or "The picture"
        with _reading(name):
            image = _eight_bits(name, ImageOps.exif_transpose(picture))
        if not all(image.size):
            raise ShapeError(f"{name} has no pixels. Received a size of {image.size}.")
        return image
    return _from_array(picture)


def fill_transparency(image: Image.Image, colour: str = "white") -> Image.Image:
    """Lay what is transparent on a colour; white is what a viewer shows."""
    if not image.has_transparency_data:
        return image
    backdrop = Image.new("RGBA", image.size, colour)
    return Image.alpha_composite(backdrop, image.convert("RGBA"))


def _open_file(path: Path) -> Image.Image:
    with _reading(path):
        if path.is_dir():
            raise DataFileError(
                f"{path}: a folder, where an image was expected. Name the pictures that are in it."
            )
        return _open_twice(path, lambda: path)


def _open_twice(name: str | Path, source: Callable[[], Path | BytesIO]) -> Image.Image:
    with Image.open(source()) as opened:
        opened.verify()  # checksums, of which pixels are loaded without a look
    with Image.open(source()) as opened:
        return _eight_bits(name, ImageOps.exif_transpose(opened))


@contextmanager
def _reading(name: str | Path) -> Iterator[None]:
    """Name the picture in what Pillow says of one that it cannot read, or would rather not."""
    with _naming(name), warnings.catch_warnings():  # large photos are what cameras take
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        yield


@contextmanager
def _naming(name: str | Path) -> Iterator[None]:
    try:
        yield
    except DigitzooError:
        raise
    except FileNotFoundError as error:
        raise DataFileError(f"{name}: no such file.") from error
    except UnidentifiedImageError as error:
        raise DataFileError(f"{name}: not an image that Pillow can read.") from error
    except Image.DecompressionBombError as error:
        raise DataFileError(
            f"{name}: too large, more pixels than Pillow opens. Make it smaller first."
        ) from error
    except Exception as error:
        # Pillow's readers take foreign bytes apart, and end in any kind of error.
        raise DataFileError(
            f"{name}: cannot be read as an image ({shown(str(error))[1:-1]})."
        ) from error


def _eight_bits(name: str | Path, image: Image.Image) -> Image.Image:
    """Bring images of more than 8 bits down to 8; Pillow itself would clip them."""
    if image.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(image) // _SIXTEEN_TO_EIGHT).astype(np.uint8))
    if image.mode == "LAB":  # which Pillow brings to other colours by profiles alone
        lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(image, lab, srgb, outputMode="RGB")
        return converted or image
    if image.mode in ("I", "F"):
        raise DataFileError(
            f"{name}: its pixels are 32-bit numbers whose range is not known. "
            f"Save it with 8 or 16 bits."
        )
    if image.mode in _KEPT_MODES:
        return image
    if image.mode in ("1", "La"):  # La is brought to LA alone
        return image.convert("L" if image.mode == "1" else "LA")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _from_array(array: NDArray[Any]) -> Image.Image:
    pixels = array_of(array)
    if pixels.dtype == object or not pixels.ndim:
        raise ArgumentTypeError(
            f"Expected a file, a Pillow image or an array of pixels. "
            f"Received {type(array).__name__}."
        )
    if pixels.ndim == 3 and pixels.shape[-1] in _CHANNELS:  # with channels
        pixels = pixels[..., 0] if pixels.shape[-1] == 1 else pixels
    elif pixels.ndim != 2:  # gray
        raise ShapeError(
            f"A picture has shape (height, width) or (height, width, channels) with 1, 3 or 4 "
            f"channels. Received shape {pixels.shape}."
        )
    if not pixels.size:
        raise ShapeError(f"The picture has no pixels. Received shape {pixels.shape}.")
    if pixels.dtype != np.uint8:
        pixels = np.rint(scale_pixels(pixels) * LARGEST_PIXEL).astype(np.uint8)
    return Image.fromarray(pixels)
