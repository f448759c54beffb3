"""Keras and its backend, started without the noise that they make."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator

from digitzoo.errors import DigitzooError


@contextlib.contextmanager
def quiet_backend() -> Iterator[None]:
    """Hold back what TensorFlow's C++ code writes while Keras starts; if that fails, show it."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    try:
        sys.stderr.flush()
        kept = os.dup(2)
    except (OSError, ValueError, AttributeError):  # there is no standard error to keep quiet
        yield
        return
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        except BaseException:
            held.seek(0)
            os.write(kept, held.read())
            raise
        finally:
            sys.stderr.flush()
            os.dup2(kept, 2)
            os.close(kept)


def start_keras() -> None:
    """Import Keras and have it find its devices, quietly."""
    try:
        with quiet_backend():
            import keras

            keras.ops.zeros(())
    except (ImportError, ValueError) as error:  # the latter for a backend that Keras lacks
        backend = os.environ.get("KERAS_BACKEND")
        remedy = f" KERAS_BACKEND is {backend}: install it, or unset that." if backend else ""
        raise DigitzooError(f"Keras cannot start: {error}.{remedy}") from error
