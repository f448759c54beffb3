"""Files that are whole or not there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

UNFINISHED = ".writing-"
"""How the names of files begin that are still being written."""


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a path beside a file, and move what was written there into the file's place.

    It is moved when it is safe on the disk. If the writing fails, what was in the file's place
    stays, and nothing is left beside it.

    Args:
        path: The file that is to be written.

    Yields:
        Where to write, with the same ending.
    """
    beside = path.with_name(f"{UNFINISHED}{os.getpid()}-{path.name}")
    try:
        yield beside
        with beside.open("r+b") as file:  # Windows syncs no file that is open for reading alone
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
