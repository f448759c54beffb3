"""The exporters in a process on TensorFlow, for models that run on JAX or PyTorch here.

There Keras writes no `.tflite` file (JAX), and other files through other libraries. A test shows
the first.
"""

import pickle
import sys
import tempfile
from pathlib import Path
from typing import Any

from digitzoo.export.formats import Format
from digitzoo.export.order import Order
from digitzoo.export.python import run_python

_BACKEND = "tensorflow"


def convert(form: Format, model: Any, path: Path, order: Order) -> None:
    """Write a model in a format, in this process if it runs on TensorFlow."""
    import keras

    if keras.config.backend() == _BACKEND:
        form.load().convert(model, path, order)
        return
    with tempfile.TemporaryDirectory() as folder:
        model.save(Path(folder, "model.keras"))
        Path(folder, "order").write_bytes(pickle.dumps((form, path, order)))
        run_python(__name__, folder, KERAS_BACKEND=_BACKEND)


def _main(folder: str) -> None:
    import keras

    form, path, order = pickle.loads(Path(folder, "order").read_bytes())  # noqa: S301 - ours
    # The model was in this user's Python a moment ago.
    model = keras.saving.load_model(Path(folder, "model.keras"), compile=False, safe_mode=False)
    form.load().convert(model, path, order)


if __name__ == "__main__":
    _main(sys.argv[1])
