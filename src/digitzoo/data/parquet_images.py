"""Columns of pictures or pixels as images; what cannot be used is named by its row."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitzoo.data.encoding import LARGEST_PIXEL
from digitzoo.data.images import CHANNELS, has_channels_first
from digitzoo.data.pictures.read_image import ColorMode, decode_image
from digitzoo.errors import DataFileError, InvalidArgumentError, shown

Place = Callable[[int], str]  # words the file, the row group and the row of a row in a column
_BYTES = "bytes"  # what Hugging Face's `Image` calls the encoded picture, beside its path
_IMAGES = "encoded pictures, alone or as a struct with `bytes`, or lists of pixels"


@dataclass(frozen=True, kw_only=True)
class ImageForm:
    """How the images of a column are read; `sizes` are those of the first as it is stored."""

    image_size: tuple[int, int] | None
    color_mode: ColorMode
    sizes: tuple[int, ...] = ()

    @property
    def shape(self) -> tuple[int, int, int]:
        """Height, width and channels of each image."""
        sizes = self.sizes
        if len(sizes) == 1:
            return self._flat_shape(sizes[0])
        if len(sizes) == 2:
            sizes = (*sizes, 1)
        elif has_channels_first(sizes):
            sizes = (*sizes[1:], sizes[0])
        if len(sizes) != 3 or sizes[2] not in CHANNELS or not all(sizes):
            raise DataFileError(
                f"lists of {' x '.join(map(str, self.sizes))} are no images. Expected pixels, flat "
                f"or as height x width, with 1, 3 or 4 channels."
            )
        if self.image_size not in (None, sizes[:2]):
            raise InvalidArgumentError(
                f"image_size={self.image_size} is not that of the images, which are lists of "
                f"{sizes[0]} x {sizes[1]} pixels. Leave it out."
            )
        return sizes[0], sizes[1], sizes[2]

    def _flat_shape(self, count: int) -> tuple[int, int, int]:
        if self.image_size is None:
            side = math.isqrt(count)
            if not count or side * side != count:
                raise DataFileError(f"{count:,} pixels make no square. Give image_size=.")
            return side, side, 1
        channels, rest = divmod(count, math.prod(self.image_size))
        if rest or channels not in CHANNELS:
            raise InvalidArgumentError(
                f"image_size={self.image_size} needs {math.prod(self.image_size):,} pixels, or 3 "
                f"or 4 times as many. The images have {count:,}."
            )
        return (*self.image_size, channels)

    def read(self, column: Any, place: Place) -> NDArray[np.uint8]:
        """Give the images of a column, in the sizes in which they are stored."""
        import pyarrow as pa

        if isinstance(column, pa.ExtensionArray):  # as `datasets` has pixels, where it is imported
            column = column.storage
        if isinstance(column, pa.DictionaryArray):
            column = column.dictionary_decode()
        return (
            self._lay_out(column, place) if _is_list(column.type) else self._decode(column, place)
        )

    def arrange(self, images: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Bring images of these sizes to `(N, height, width, channels)`."""
        if len(self.sizes) == 3 and has_channels_first(self.sizes):
            images = np.moveaxis(images, 1, -1)
        return images.reshape(len(images), *self.shape)

    def _decode(self, column: Any, place: Place) -> NDArray[np.uint8]:
        import pyarrow as pa
        from pyarrow import compute

        if pa.types.is_struct(column.type):
            column = compute.struct_field(column, _BYTES)
        images = []
        for row, content in enumerate(column.to_pylist()):
            if content is None:
                raise DataFileError(f"{place(row)}: no image. Expected the bytes of a picture.")
            image = decode_image(
                content, place(row), image_size=self.image_size, color_mode=self.color_mode
            )
            self._check_size(image.shape, self.sizes or image.shape, place(row))
            images.append(image)
        return np.stack(images)

    def _check_size(self, sizes: tuple[int, ...], expected: tuple[int, ...], where: str) -> None:
        if sizes != expected:
            came, before = ("{} x {}".format(*one) for one in (sizes, expected))
            raise DataFileError(
                f"{where}: {came} pixels, where those before it have {before}. "
                f"Give image_size=(height, width) to resize them."
            )

    def _lay_out(self, column: Any, place: Place) -> NDArray[np.uint8]:
        from pyarrow import compute

        count = len(column)
        sizes: list[int] = []
        while _is_list(column.type):
            check_present(column, lambda at: place(at // math.prod(sizes)), "pixels")
            lengths = compute.list_value_length(column).to_numpy(zero_copy_only=False)
            depth = len(sizes)
            size = self.sizes[depth] if depth < len(self.sizes) else int(lengths[0])
            other = lengths != size
            if other.any():
                at = int(np.argmax(other))
                raise DataFileError(
                    f"{place(at // math.prod(sizes))}: a list of {lengths[at]:,}, where those "
                    f"before it have {size:,}."
                )
            sizes.append(size)
            column = column.flatten()
            if not size:
                break
        each = math.prod(sizes)
        check_present(column, lambda at: place(at // each), "pixel")
        numbers = column.to_numpy(zero_copy_only=False)
        if numbers.dtype != np.uint8:
            bad = ~((numbers >= 0) & (numbers <= LARGEST_PIXEL))  # as nan is, too
            if numbers.dtype.kind == "f":
                bad |= numbers % 1 != 0
            if bad.any():
                at = int(np.argmax(bad))
                raise DataFileError(
                    f"{place(at // each)}: pixel {numbers[at]} cannot be used. Expected a whole "
                    f"number in 0..{LARGEST_PIXEL}, with {LARGEST_PIXEL} for white."
                )
        pixels: NDArray[np.uint8] = numbers.astype(np.uint8, copy=False)
        return pixels.reshape(count, *sizes)


def check_image_type(kind: Any, where: str) -> None:
    """Hold a column's type to those that images come in."""
    import pyarrow as pa

    inner = kind.storage_type if isinstance(kind, pa.BaseExtensionType) else kind
    if pa.types.is_dictionary(inner):
        inner = inner.value_type
    if pa.types.is_struct(inner) and inner.get_field_index(_BYTES) >= 0:
        inner = inner.field(_BYTES).type
    is_encoded = any(
        test(inner)
        for test in (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_binary_view)
    )
    is_pixels = False
    if not is_encoded and _is_list(inner):
        while _is_list(inner):
            inner = inner.value_type
        is_pixels = pa.types.is_integer(inner) or pa.types.is_floating(inner)
    if not is_encoded and not is_pixels:
        raise InvalidArgumentError(
            f"{where} holds {shown(str(kind))}, no images. Expected {_IMAGES}."
        )


def check_present(column: Any, place: Place, what: str) -> None:
    """Refuse a column in which something is missing."""
    if column.null_count:
        row = int(np.argmax(column.is_null().to_numpy(zero_copy_only=False)))
        raise DataFileError(f"{place(row)}: no {what}. Expected one in each row.")


def _is_list(kind: Any) -> bool:
    import pyarrow as pa

    tests = (pa.types.is_list, pa.types.is_large_list, pa.types.is_fixed_size_list)
    return any(test(kind) for test in tests)
