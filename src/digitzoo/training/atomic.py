"""Files that are whole or not there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from digitzoo.errors import RunFolderError

UNFINISHED = ".writing-"  # how the names of files begin that are still being written


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a path beside a file, and move what was written there into its place, or remove it."""
    beside = path.with_name(f"{UNFINISHED}{os.getpid()}-{path.name}")
    try:
        yield beside
        with beside.open("r+b") as file:  # Windows syncs no file that is open for reading alone
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


@contextmanager
def writing(path: Path) -> Iterator[Path]:
    """Replace a run's file, or make it."""
    with _explaining_disk_errors(path), replacing(path) as beside:
        yield beside


def remove(path: Path) -> None:
    """Remove a run's file, if it is there."""
    with _explaining_disk_errors(path):
        path.unlink(missing_ok=True)


@contextmanager
def _explaining_disk_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RunFolderError(
            f"{path} cannot be written ({error.strerror or error}). The run stopped; what was "
            f"saved before is whole. Make room, and call the same again to go on."
        ) from error
