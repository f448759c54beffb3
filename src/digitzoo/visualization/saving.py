"""Where a picture is written: what cannot be is found out before any work is done."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from digitzoo.checks import check_path
from digitzoo.errors import DataFileError, InvalidArgumentError, shown


def check_target(path: object, formats: Collection[str], *, name: str = "path") -> tuple[Path, str]:
    """Hold a path to write at to a known suffix and a folder that is there.

    Returns:
        The path, with `~` as the home folder, and its suffix in small letters without the dot.

    >>> check_target("model.SVG", ("png", "svg"))[1]
    'svg'
    """
    target = check_path(name, path)
    suffix = target.suffix.lower().removeprefix(".")
    if suffix not in formats:
        known = ", ".join(f".{known}" for known in formats)
        raise InvalidArgumentError(
            f"The suffix says the format, one of {known}. Received {shown(str(path))}."
        )
    with writing(target):
        if not target.parent.is_dir():
            raise InvalidArgumentError(
                f"The folder {str(target.parent)!r} is not there. Make it first. Received "
                f"{shown(str(path))}."
            )
        if target.is_dir():
            raise InvalidArgumentError(f"{name} is a folder. Received {shown(str(path))}.")
    return target, suffix


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Word what the system says when a file cannot be written."""
    try:
        yield
    except OSError as error:
        why = error.strerror or str(error)
        raise DataFileError(f"{shown(str(path))}: cannot be written ({why}).") from error
