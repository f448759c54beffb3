"""What every reader does: unpack files, name foreign ones, check the scale and the classes."""

import gzip
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from io import BufferedReader
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitzoo.checks import check_whole
from digitzoo.data.classes import ClassNames, check_class_names, name_classes, stray_label
from digitzoo.data.encoding import LARGEST_PIXEL, check_pixels, check_scale
from digitzoo.errors import (
    DataFileError,
    DigitzooError,
    InvalidArgumentError,
    first_sentence,
    listed,
)

_BLOCK = 1 << 20
_START, _LONGEST_WORDS = 64, 100
_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
_MORE_BITS = (4095, 65_535)  # 12 and 16
_SAY_WHITE = (
    "Say what white is in the file: largest_pixel={largest} stretches them to 0..255, "
    "largest_pixel=255 takes them as they are."
)

# What files begin with that people mix up with data.
_KINDS = {
    _GZIP: "a gzip file", _ZIP: "a zip archive", b"PK\5\6": "an empty zip archive",
    b"\x93NUMPY": "a single array of NumPy (.npy)",
    b"PAR1": "a Parquet file", b"ARROW1": "an Arrow file", b"\x89HDF": "an HDF5 file, such as .h5",
    b"MATLAB": "a MATLAB file (.mat)", b"SQLite format": "an SQLite database",
    b"\xd0\xcf\x11\xe0": "an old Office file, such as .xls", b"%PDF": "a PDF document",
    b"\x89PNG": "a PNG picture", b"\xff\xd8\xff": "a JPEG picture", b"GIF8": "a GIF picture",
    b"BM": "a BMP picture", b"II*\0": "a TIFF picture", b"MM\0*": "a TIFF picture",
    b"BZh": "a bzip2 file", b"\xfd7zXZ": "an xz file", b"(\xb5/\xfd": "a Zstandard file",
    b"7z\xbc\xaf": "a 7-Zip archive", b"Rar!": "a RAR archive",
    **dict.fromkeys((b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05"), "a pickle"),
    **dict.fromkeys((b"\xff\xfe", b"\xfe\xff"), "text in UTF-16"),
    **dict.fromkeys((b"\0\0\x08", b"\0\0\x0c"), "an IDX file"),
    b"version https://git-lfs": "a Git LFS pointer, not the file itself",
    b'{"': "a JSON file", b"[{": "a JSON file",
    b"<!doctype html": "a web page", b"<html": "a web page", b"<?xml": "an XML file",
}  # fmt: skip

# What unpacking ends in where a byte has changed; zipfile raises some for odd numbers.
_OF_DAMAGE = (
    *(EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile, zipfile.BadZipFile, struct.error),
    *(ValueError, OverflowError, IndexError),
)
_OF_PACKING = (NotImplementedError, RuntimeError)  # of zipfile, for kinds and passwords


@contextmanager
def reading(path: Path | str) -> Iterator[None]:
    """Name the file in what goes wrong while it is read."""
    try:
        yield
    except DigitzooError:
        raise
    except (*_OF_DAMAGE, *_OF_PACKING) as error:
        what = "cannot be unpacked" if isinstance(error, _OF_PACKING) else "truncated or damaged"
        raise DataFileError(f"{path}: {what} ({str(error)[:_LONGEST_WORDS]}).") from error
    except OSError as error:
        raise DataFileError(
            f"{path}: cannot be read ({error.strerror or first_sentence(error)})."
        ) from error


@contextmanager
def opened(path: Path) -> Iterator[tuple[BufferedReader, bytes]]:
    """Open a file, unpacked if its bytes say so, and give how it begins too."""
    with reading(path), ExitStack() as stack:
        file: Any = stack.enter_context(path.open("rb"))
        start = file.peek(len(_ZIP))
        if start.startswith(_GZIP):
            file = stack.enter_context(gzip.GzipFile(fileobj=file))
        elif start.startswith(_ZIP):
            archive = stack.enter_context(zipfile.ZipFile(file))
            file = stack.enter_context(archive.open(_only_file(path, archive)))
        yield file, file.peek(_START)[:_START]


def _only_file(path: Path, archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    """Find the file in an archive beside what systems add, such as `__MACOSX/._train.csv`."""
    files = [
        info
        for info in archive.infolist()
        if not info.is_dir()
        and not any(
            part.startswith(".") or part == "__MACOSX"
            for part in PurePosixPath(info.filename).parts
        )
    ]
    names = [info.filename for info in files]
    if len(files) != 1 or names[0].endswith(".npy"):
        raise DataFileError(
            f"{path}: {kind_of_archive(names)}. Expected the file itself, or an archive with it "
            f"alone."
        )
    return files[0]


def read_up_to(file: BufferedReader, count: int) -> bytearray:
    """Read so many bytes, in blocks: memory follows what is there, not what a header promised."""
    content = bytearray()
    while block := file.read(min(_BLOCK, count - len(content))):
        content += block
    return content


def kind_of(start: bytes) -> str:
    """Name what a file is by its first bytes, such as "a Parquet file"; nothing for the rest."""
    lowered = start.lstrip(b"\xef\xbb\xbf \r\n").lower()
    for beginning, kind in _KINDS.items():
        if start.startswith(beginning) or (beginning[:1] == b"<" and lowered.startswith(beginning)):
            return kind
    return ""


def kind_of_archive(names: list[str]) -> str:
    """Name what a zip archive is by the files in it."""
    if any(name.startswith("xl/") for name in names):
        return "an Excel workbook (.xlsx)"
    if any(name.startswith(("word/", "ppt/")) for name in names) or "content.xml" in names:
        return "an Office document"
    if "model.weights.h5" in names:
        return "a Keras model (.keras)"
    if any(name.endswith("data.pkl") for name in names):
        return "a PyTorch file"
    if names and all(name.endswith(".npy") for name in names):
        return "an .npz file of NumPy arrays"
    files = "1 file" if len(names) == 1 else f"{len(names):,} files"
    return f"a zip archive of {files} ({listed(names[:3])})" if names else "an empty zip archive"


def check_reading(
    class_names: ClassNames | None, largest_pixel: int | None, *, most: int = LARGEST_PIXEL
) -> tuple[str, ...]:
    """Check the arguments that all readers have, before a file is opened; give the class names."""
    if largest_pixel is not None:
        check_whole("largest_pixel", largest_pixel, at_least=1, at_most=most)
    return check_class_names(class_names)


@contextmanager
def about(source: str | Path) -> Iterator[None]:
    """Name a file in what is wrong with its content, which is no argument of the caller's."""
    try:
        yield
    except DataFileError:
        raise
    except DigitzooError as error:
        raise DataFileError(f"{source}: {error}") from error


def stretch_pixels(largest_pixel: int | None, *parts: NDArray[Any]) -> list[NDArray[Any]]:
    """Bring pixels, in parts of one scale, to 0..255; refuse those that seem to be of another."""
    values = [value for part in parts if part.size for value in (part.min(), part.max())]
    if largest_pixel is None:
        try:
            for part in parts:
                check_pixels(part)
        except InvalidArgumentError as error:
            largest = 16 if max(values) == 16 else LARGEST_PIXEL
            white = next((white for white in (largest, *_MORE_BITS) if max(values) <= white), None)
            if white is None or min(values) < 0:
                raise
            raise InvalidArgumentError(
                f"{error} Or say what white is in the file: largest_pixel={white}."
            ) from error
        check_scale(*parts, remedy=_SAY_WHITE)
        return list(parts)
    if any(not 0 <= value <= largest_pixel for value in values):
        raise InvalidArgumentError(
            f"Pixels must lie in 0..{largest_pixel}, as largest_pixel says. "
            f"Received {min(values)} to {max(values)}."
        )
    if largest_pixel == LARGEST_PIXEL and all(part.dtype == np.uint8 for part in parts):
        return list(parts)
    return [np.rint(part * (LARGEST_PIXEL / largest_pixel)).astype(np.uint8) for part in parts]


def name_read_classes(
    class_names: tuple[str, ...], *labels: NDArray[np.integer], place: str = "at index {index}"
) -> tuple[str, ...]:
    """Name the classes of labels that were read, and refuse one that must be a slip."""
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
