"""Options of the whole test suite."""

import functools
import gc
import os
import sys
from pathlib import Path

import pytest

if "PYTEST_XDIST_WORKER" in os.environ:  # NumPy's threads would wait for the other workers
    os.environ.setdefault("OMP_NUM_THREADS", "1")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--overwrite",
        action="store_true",
        help="Write the golden files anew; read the difference before you commit it.",
    )


def pytest_collection_finish() -> None:
    """Keep what is imported, Keras above all, out of every later garbage collection."""
    gc.freeze()


class Golden:
    """Files that hold what a table or an explanation looks like."""

    def __init__(self, folder: Path, *, overwrite: bool) -> None:
        self.folder, self.overwrite = folder, overwrite

    def check(self, name: str, text: str) -> None:
        """Compare a text with its golden file, or write the file."""
        path = self.folder / name
        if self.overwrite:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.rstrip("\n") + "\n", encoding="utf-8")
        assert path.is_file(), f"{path} is missing; write it with pytest --overwrite"
        assert text.rstrip("\n") + "\n" == path.read_text(encoding="utf-8")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """The golden files beside the test that asks."""
    return Golden(request.path.parent / "golden", overwrite=request.config.getoption("--overwrite"))


@pytest.fixture(autouse=True, scope="session")
def bundled_files_are_unpacked_once():
    """Have `load_data` copy what it read before: hundreds of tests ask for the same digits."""
    from digitzoo.data import bundled

    read = functools.cache(bundled.load_arrays)

    def load_arrays(name):
        return tuple(tuple(array.copy() for array in part) for part in read(name))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bundled, "load_arrays", load_arrays)
        yield


@pytest.fixture(autouse=True)
def no_figure_stays_open():
    """Close what a test drew: matplotlib warns of many, in whichever test comes next."""
    yield
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close("all")
