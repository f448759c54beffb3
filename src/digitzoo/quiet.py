"""Libraries that talk while they work, kept from the terminal unless they fail."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator


@contextlib.contextmanager
def quiet_backend(*, told: bool = True) -> Iterator[None]:
    """Hold back what C++ code writes on standard error; if what is done fails, `told` shows it."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    with held_back(2, told=told):
        yield


@contextlib.contextmanager
def held_back(descriptor: int, *, told: bool = True) -> Iterator[None]:
    """Hold back what is written to standard output or error; if that fails, `told` shows it."""
    stream = sys.stdout if descriptor == 1 else sys.stderr
    try:
        stream.flush()
        kept = os.dup(descriptor)
    except (OSError, ValueError, AttributeError):  # there is none to keep quiet
        yield
        return
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), descriptor)
        try:
            yield
        except BaseException:
            held.seek(0)
            os.write(kept, held.read() if told else b"")
            raise
        finally:
            stream.flush()
            os.dup2(kept, descriptor)
            os.close(kept)
