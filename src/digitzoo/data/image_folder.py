"""Images from folders: one folder a class, as file managers and labelling tools leave them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from digitzoo.data.dataset import Split
from digitzoo.errors import DataFileError, InvalidArgumentError

ColorMode = Literal["grayscale", "rgb"]

_PILLOW_MODES = {"grayscale": "L", "rgb": "RGB"}
_SIXTEEN_TO_EIGHT = 257  # 65,535 = 255 x 257
_LEFT_BY_SYSTEMS = {"thumbs.db", "desktop.ini"}


def read_image_folder(
    folder: str | Path,
    *,
    image_size: tuple[int, int] | None = None,
    color_mode: ColorMode = "grayscale",
    class_names: Sequence[str] | None = None,
) -> Split:
    """Read images from a folder that holds one folder for each class.

    The classes are the folders' names in alphabetical order, and the images follow each other in
    the order of their names. Hidden files are passed over; any other file must be an image.

    Args:
        folder: A folder such as `digits/`, with `digits/0/a.png`, `digits/1/b.png` and so on.
        image_size: `(height, width)` to which each image is resized; by default none is, and all
            must have the same size.
        color_mode: `"grayscale"` gives one channel, `"rgb"` three.
        class_names: The folders to read, in the order of their labels; by default all.

    Returns:
        A split of uint8 images of shape `(N, height, width, channels)`.

    Raises:
        DataFileError: If a class has no images, a file is no image, or the sizes differ.
        InvalidArgumentError: If the colour mode is unknown.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise DataFileError(f"{folder}: no such folder. Expected one with a folder for each class.")
    names = tuple(class_names or sorted(entry.name for entry in _entries(folder)))
    if not names:
        raise DataFileError(f"{folder}: empty. Expected a folder for each class.")
    images: list[NDArray[np.uint8]] = []
    labels: list[int] = []
    for label, name in enumerate(names):
        class_folder = folder / name
        if not class_folder.is_dir():
            raise DataFileError(
                f"{class_folder}: not a folder. Expected a folder for each class in {folder}."
            )
        files = sorted(_entries(class_folder))
        if not files:
            raise DataFileError(f"{class_folder}: empty. Expected the images of class {name!r}.")
        for file in files:
            image = read_image(file, image_size=image_size, color_mode=color_mode)
            if images and image.shape != images[0].shape:
                first, other = ("{} x {}".format(*array.shape) for array in (images[0], image))
                raise DataFileError(
                    f"{file}: {other} pixels, where those before it have {first}. "
                    f"Give image_size=(height, width) to resize them."
                )
            images.append(image)
            labels.append(label)
    return Split(np.stack(images), np.array(labels, dtype=np.int32), names)


def read_image(
    path: str | Path,
    *,
    image_size: tuple[int, int] | None = None,
    color_mode: ColorMode = "grayscale",
) -> NDArray[np.uint8]:
    """Read one image file of any kind that Pillow knows.

    It is turned upright and transparent parts are laid on white, as a viewer shows it. 16-bit
    values are scaled to 8 bits.

    Args:
        path: The file.
        image_size: `(height, width)` to which it is resized; by default it keeps its size.
        color_mode: `"grayscale"` gives one channel, `"rgb"` three.

    Returns:
        Pixels of shape `(height, width, channels)`.

    Raises:
        DataFileError: If the file is no image, or is damaged.
        InvalidArgumentError: If the colour mode is unknown.
    """
    path = Path(path)
    if color_mode not in _PILLOW_MODES:
        raise InvalidArgumentError(
            f"Unknown color_mode {color_mode!r}. Expected 'grayscale' or 'rgb'."
        )
    if path.is_dir():
        raise DataFileError(
            f"{path}: a folder, where an image was expected. "
            f"Read each part of a divided data set by itself."
        )
    try:
        with Image.open(path) as opened:
            image = _eight_bits(path, ImageOps.exif_transpose(opened))
            if image.has_transparency_data:
                white = Image.new("RGBA", image.size, "white")
                image = Image.alpha_composite(white, image.convert("RGBA"))
            image = image.convert(_PILLOW_MODES[color_mode])
    except DataFileError:
        raise
    except UnidentifiedImageError as error:
        raise DataFileError(f"{path}: not an image that Pillow can read.") from error
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise DataFileError(f"{path}: cannot be read as an image ({error}).") from error
    if image_size is not None and image.size != image_size[::-1]:
        image = image.resize(image_size[::-1], Image.Resampling.LANCZOS)
    pixels = np.asarray(image, dtype=np.uint8)
    return pixels.reshape(*pixels.shape[:2], -1)


def _eight_bits(path: Path, image: Image.Image) -> Image.Image:
    """Bring images of more than 8 bits down to 8; Pillow itself would clip them."""
    if image.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(image) // _SIXTEEN_TO_EIGHT).astype(np.uint8))
    if image.mode in ("I", "F"):
        raise DataFileError(
            f"{path}: its pixels are 32-bit numbers whose range is not known. "
            f"Save it with 8 or 16 bits."
        )
    return image


def _entries(folder: Path) -> list[Path]:
    return [
        entry
        for entry in folder.iterdir()
        if not entry.name.startswith(".") and entry.name.lower() not in _LEFT_BY_SYSTEMS
    ]
