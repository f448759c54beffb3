"""Images from folders: one folder a class, as file managers and labelling tools leave them."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from digitzoo.checks import check_choice, check_path
from digitzoo.data.classes import ClassNames
from digitzoo.data.images import check_image_size
from digitzoo.data.pictures.read_image import ColorMode, read_image
from digitzoo.data.readers import about, check_reading, reading, stretch_pixels
from digitzoo.data.split import Split
from digitzoo.errors import DataFileError, shown

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LEFT_BY_SYSTEMS = {"thumbs.db", "desktop.ini", "__macosx", "@eadir"}


def read_image_folder(
    folder: str | Path,
    *,
    image_size: tuple[int, int] | None = None,
    color_mode: ColorMode = "grayscale",
    class_names: ClassNames | None = None,
    largest_pixel: int | None = None,
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
        largest_pixel: What white is in the files; by default 255. Pixels are stretched to 0..255.

    Returns:
        A split of uint8 images of shape `(N, height, width, channels)`.

    Raises:
        DataFileError: If a class has no images, a file is no image, or the sizes differ.
        InvalidArgumentError: If the colour mode is unknown, or the size cannot be one.
        ArgumentTypeError: If an argument has a type that cannot work.

    >>> import tempfile
    >>> from PIL import Image
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name in ("cat", "dog"):
    ...         (Path(folder) / name).mkdir()
    ...         Image.new("L", (28, 28)).save(Path(folder) / name / "1.png")
    ...     read_image_folder(folder)
    <Split: 2 images of 28 x 28 x 1, uint8, 2 classes>
    """
    folder = check_path("folder", folder)
    if image_size is not None:
        check_image_size(image_size)
    check_choice("color_mode", color_mode, ("grayscale", "rgb"))
    given = check_reading(class_names, largest_pixel)
    if not os.path.isdir(folder):  # noqa: PTH112 - Path.is_dir ends in an error for long names
        what = "a file" if os.path.exists(folder) else "no such folder"  # noqa: PTH110 - as above
        raise DataFileError(f"{folder}: {what}. Expected a folder with one for each class.")
    names = given or tuple(sorted(entry.name for entry in _entries(folder)))
    if not names:
        raise DataFileError(f"{folder}: empty. Expected a folder for each class.")
    images: list[NDArray[np.uint8]] = []
    labels: list[int] = []
    for label, name in enumerate(names):
        class_folder = folder / name
        if not os.path.isdir(class_folder):  # noqa: PTH112 - as above
            raise DataFileError(
                f"{folder}: {shown(name)} is not a folder in it. Expected a folder for each class."
            )
        files = sorted(_entries(class_folder))
        if not files:
            raise DataFileError(f"{class_folder}: empty. Expected the images of class {name!r}.")
        for file in files:
            if file.is_dir():
                raise DataFileError(
                    f"{file}: a folder, where an image was expected. Read each part of a divided "
                    f"data set by itself."
                )
            image = read_image(file, image_size=image_size, color_mode=color_mode)
            if images and image.shape != images[0].shape:
                first, other = ("{} x {}".format(*array.shape) for array in (images[0], image))
                raise DataFileError(
                    f"{file}: {other} pixels, where those before it have {first}. "
                    f"Give image_size=(height, width) to resize them."
                )
            images.append(image)
            labels.append(label)
    with about(folder):
        (pixels,) = stretch_pixels(largest_pixel, np.stack(images))
    return Split(pixels, np.array(labels, dtype=np.int32), names)


def _entries(folder: Path) -> list[Path]:
    with reading(folder):
        return [
            entry
            for entry in folder.iterdir()
            if not entry.name.startswith(".") and entry.name.lower() not in _LEFT_BY_SYSTEMS
        ]
