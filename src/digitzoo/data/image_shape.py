"""Arguments that say how large an image is."""

from collections.abc import Sequence

from digitzoo.checks import check_whole
from digitzoo.data.images import CHANNELS
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, shown

_LONGEST_SIDE = 100_000


def check_image_shape(name: str, shape: object) -> tuple[int, int, int]:
    """Hold an argument to the shape of one image.

    Args:
        name: What the message calls it.
        shape: `(height, width)`, to which one channel is added, or `(height, width, channels)`.

    Raises:
        ArgumentTypeError: If it is no tuple of whole numbers.
        InvalidArgumentError: If a size is below 1, or there are too many or too few.

    >>> check_image_shape("image_shape", (28, 28))
    (28, 28, 1)
    """
    expected = "(height, width) or (height, width, channels) with 1, 3 or 4 channels"
    sizes = [*_check_sizes(name, shape, expected), 1]
    if len(sizes) not in (3, 4) or sizes[2] not in CHANNELS:
        raise InvalidArgumentError(f"{name} must be {expected}. Received {shown(shape)}.")
    return sizes[0], sizes[1], sizes[2]


def check_image_size(size: object) -> tuple[int, int]:
    """Hold `image_size` to `(height, width)`.

    Raises:
        ArgumentTypeError: If it is no pair of whole numbers.
        InvalidArgumentError: If one is below 1, or they are not two.

    >>> check_image_size((28, 28))
    (28, 28)
    """
    sizes = _check_sizes("image_size", size, "(height, width)")
    if len(sizes) != 2:  # height, width
        raise InvalidArgumentError(f"image_size must be (height, width). Received {shown(size)}.")
    return sizes[0], sizes[1]


def _check_sizes(name: str, sizes: object, expected: str) -> list[int]:
    if not isinstance(sizes, Sequence) or isinstance(sizes, str | bytes):
        raise ArgumentTypeError(f"{name} must be {expected}. Received {shown(sizes)}.")
    return [
        check_whole(f"Each size in {name}", size, at_least=1, at_most=_LONGEST_SIDE)
        for size in sizes
    ]
