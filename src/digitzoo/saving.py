"""Where a file is written: what cannot be is found out before any work is done."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from digitzoo.checks import check_path
from digitzoo.errors import DataFileError, InvalidArgumentError, shown


def check_suffix(path: Path, formats: Collection[str]) -> str:
    """Hold a path to write at to a known suffix, and give it in small letters without its dot."""
    suffix = path.suffix.lower().removeprefix(".")
    if suffix not in formats:
        known = ", ".join(f".{known}" for known in formats)
        raise InvalidArgumentError(
            f"The suffix says the format, one of {known}. Received {shown(str(path))}."
        )
    return suffix


def check_target(path: object, formats: Collection[str]) -> tuple[Path, str]:
    """Hold a path to write at to a known suffix and a folder that is there; give both."""
    target = check_path("path", path)
    suffix = check_suffix(target, formats)
    check_folder(target)
    with writing(target):
        if target.is_dir():
            raise InvalidArgumentError(f"path is a folder. Received {shown(str(path))}.")
    return target, suffix


def check_folder(target: Path) -> None:
    """Hold a path to write at to a folder that is there."""
    with writing(target):
        if not target.parent.is_dir():
            raise InvalidArgumentError(
                f"The folder {str(target.parent)!r} is not there. Make it first. Received "
                f"{shown(str(target))}."
            )


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Word what the system says when a file cannot be written."""
    try:
        yield
    except OSError as error:
        why = error.strerror or str(error)
        named = str(path)[-200:]  # its end names the file
        raise DataFileError(f"{named!r}: cannot be written ({why}).") from error
