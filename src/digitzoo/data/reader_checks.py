"""What every reader checks of what it has read: the scale of pixels, the classes, slips."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitzoo.checks import check_whole
from digitzoo.data.classes import ClassNames, check_class_names, name_classes, stray_label
from digitzoo.data.encoding import LARGEST_PIXEL, check_pixels, check_scale
from digitzoo.errors import DataFileError, DigitzooError, InvalidArgumentError

_MORE_BITS = (4095, 65_535)  # 12 and 16
_SAY_WHITE = (
    "Say what white is in the file: largest_pixel={largest} stretches them to 0..255, "
    "largest_pixel=255 takes them as they are."
)


def check_reading(
    class_names: ClassNames | None, largest_pixel: int | None, *, most: int = LARGEST_PIXEL
) -> tuple[str, ...]:
    """Hold the arguments that all readers have to what they may be, before a file is opened.

    Returns:
        The names of the classes; none if they are not given.

    Raises:
        ArgumentTypeError: If one has a type that cannot work.
        InvalidArgumentError: If one has a value that cannot work.
    """
    if largest_pixel is not None:
        check_whole("largest_pixel", largest_pixel, at_least=1, at_most=most)
    return check_class_names(class_names)


@contextmanager
def about(source: str | Path) -> Iterator[None]:
    """Name a file in what is wrong with its content, which is no argument of the caller's.

    Raises:
        DataFileError: If anything is wrong.
    """
    try:
        yield
    except DataFileError:
        raise
    except DigitzooError as error:
        raise DataFileError(f"{source}: {error}") from error


def stretch_pixels(largest_pixel: int | None, *parts: NDArray[Any]) -> list[NDArray[Any]]:
    """Bring pixels of another scale to 0..255, and refuse those that seem to be of one.

    Args:
        largest_pixel: What white is; None for 255, or 1 for floats.
        parts: Pixels of any shape, which have one scale.

    Returns:
        The parts as they came, or as uint8 where they were stretched.

    Raises:
        InvalidArgumentError: If a pixel is larger, or all are so dark that white must be less.

    >>> stretch_pixels(16, np.array([0, 8, 16]))[0].tolist()
    [0, 128, 255]
    """
    if largest_pixel is not None:
        return [_stretch(part, largest_pixel) for part in parts]
    try:
        for part in parts:
            check_pixels(part)
    except InvalidArgumentError as error:
        values = [value for part in parts if part.size for value in (part.min(), part.max())]
        largest = 16 if max(values) == 16 else LARGEST_PIXEL  # scikit-learn's digits
        white = next((white for white in (largest, *_MORE_BITS) if max(values) <= white), None)
        if white is None or min(values) < 0:
            raise
        raise InvalidArgumentError(
            f"{error} Or say what white is in the file: largest_pixel={white}."
        ) from error
    check_scale(*parts, remedy=_SAY_WHITE)
    return list(parts)


def _stretch(pixels: NDArray[Any], largest: int) -> NDArray[Any]:
    if pixels.size and not (pixels.min() >= 0 and pixels.max() <= largest):
        raise InvalidArgumentError(
            f"Pixels must lie in 0..{largest}, as largest_pixel says. "
            f"Received {pixels.min()} to {pixels.max()}."
        )
    if largest == LARGEST_PIXEL and pixels.dtype == np.uint8:
        return pixels
    stretched: NDArray[np.uint8] = np.rint(pixels * (LARGEST_PIXEL / largest)).astype(np.uint8)
    return stretched


def name_read_classes(
    class_names: tuple[str, ...], *labels: NDArray[np.integer], place: str = "at index {index}"
) -> tuple[str, ...]:
    """Name the classes of labels that were read, and refuse one that must be a slip.

    Raises:
        InvalidArgumentError: If one label stands apart from all others.
    """
    for part in () if class_names else labels:
        index = stray_label(part)
        if index is not None:
            label, count = int(part[index]), int(part.max()) + 1
            known = int(part[part < label].max())
            where = place.format(index=index, row=index + 1)
            raise InvalidArgumentError(
                f"label {label} {where} stands apart: the others are 0 to {known}, and "
                f"there would be {count} classes. Correct it, or give class_names= of all "
                f"{count} classes if it is meant."
            )
    return name_classes(class_names, *labels)
