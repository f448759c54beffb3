"""Files as people have them: unpacked while they are read, and named where they are foreign."""

import gzip
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from digitzoo.errors import DataFileError, DigitzooError, listed, shown

_BLOCK = 1 << 20
_LONGEST_WORDS, _LONGEST_NAME = 100, 500
_MOST_SHRUNK = 1100  # deflate makes at most 1,032 bytes of one
_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"

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

# What unpacking ends in where a byte has changed; zipfile raises the last four for odd numbers.
_OF_DAMAGE = (
    EOFError,
    zlib.error,
    lzma.LZMAError,
    gzip.BadGzipFile,
    zipfile.BadZipFile,
    struct.error,
    ValueError,
    OverflowError,
    IndexError,
)


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Name the file in what goes wrong while it is read.

    Raises:
        DataFileError: If it cannot be read, or is damaged.
    """
    try:
        yield
    except DigitzooError:
        raise
    except _OF_DAMAGE as error:
        raise DataFileError(f"{path}: truncated or damaged ({_words(error)}).") from error
    except (NotImplementedError, RuntimeError) as error:  # of zipfile, for kinds and passwords
        raise DataFileError(f"{path}: cannot be unpacked ({_words(error)}).") from error
    except OSError as error:
        raise DataFileError(f"{path}: cannot be read ({error.strerror or error}).") from error


def name_of(path: Path) -> str:
    """Give a path for a message; of one too long for any file its beginning."""
    return str(path) if len(str(path)) <= _LONGEST_NAME else shown(str(path))


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """Open a file as it is, or unpacked: one packed with gzip, or alone in a zip archive.

    Args:
        path: The file. How it is packed is told from its first bytes, not from its name.

    Yields:
        Its content, unpacked as it is read and no further.

    Raises:
        DataFileError: If it cannot be read, or is damaged; also for what goes wrong while it is
            open.
    """
    with reading(path), ExitStack() as stack:
        file: IO[bytes] = stack.enter_context(path.open("rb"))
        start = file.peek(len(_ZIP))[: len(_ZIP)]  # type: ignore[attr-defined] # buffered
        if start.startswith(_GZIP):
            file = stack.enter_context(gzip.GzipFile(fileobj=file))  # type: ignore[arg-type] # IO
        elif start == _ZIP:
            archive = stack.enter_context(zipfile.ZipFile(file))
            file = stack.enter_context(archive.open(_only_file(path, archive)))
        yield file


def read_up_to(file: IO[bytes], count: int) -> bytearray:
    """Read as many bytes as there are, and no more than a header promised.

    They are asked for in blocks: memory follows what is there, not what is promised.
    """
    content = bytearray()
    while len(content) < count:
        block = file.read(min(_BLOCK, count - len(content)))
        if not block:
            break
        content += block
    return content


def can_hold(path: Path, count: int) -> bool:
    """Tell whether a file can hold so many bytes when it is unpacked; pipes hold any number."""
    return not path.is_file() or count <= path.stat().st_size * _MOST_SHRUNK


def kind_of(start: bytes) -> str:
    """Name what a file is by its first bytes, such as "a Parquet file"; nothing for the rest.

    >>> kind_of(b"PAR1..."), kind_of(b"label,pixel0")
    ('a Parquet file', '')
    """
    lowered = start.lstrip(b"\xef\xbb\xbf \r\n").lower()
    for beginning, kind in _KINDS.items():
        if start.startswith(beginning) or (beginning[:1] == b"<" and lowered.startswith(beginning)):
            return kind
    return ""


def kind_of_archive(names: list[str]) -> str:
    """Name what a zip archive is by the files in it.

    >>> kind_of_archive(["[Content_Types].xml", "xl/workbook.xml"])
    'an Excel workbook (.xlsx)'
    """
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
    return f"a zip archive of {len(names)} files ({listed(names[:3])})" if names else "an empty zip"


def _words(error: Exception) -> str:
    """Give what an error says, without the end of a name that it quotes out of a damaged file."""
    return str(error)[:_LONGEST_WORDS]


def _only_file(path: Path, archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    files = [info for info in archive.infolist() if not info.is_dir() and not _is_left_over(info)]
    names = [info.filename for info in files]
    if len(files) != 1 or names[0].endswith(".npy"):
        raise DataFileError(
            f"{path}: {kind_of_archive(names)}. Expected the file itself, or an archive with it "
            f"alone."
        )
    return files[0]


def _is_left_over(info: zipfile.ZipInfo) -> bool:
    """Tell what systems add to archives, such as `__MACOSX/._train.csv`."""
    parts = PurePosixPath(info.filename).parts
    return any(part.startswith(".") or part == "__MACOSX" for part in parts)
