"""Folders of TensorFlow's SavedModel, for servers: written by Keras, run in another process."""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitzoo.export.order import Order, ask, signature, with_bytes
from digitzoo.export.python import run_python

_FACTS = "assets.extra/digitzoo.json"  # SavedModel's own place for what its users want to know
_THREADS = ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS")


def convert(model: Any, path: Path, order: Order) -> None:
    """Write a model as the folder of a SavedModel, whose endpoint is `serve`."""
    if order.pixels == "uint8":
        model = with_bytes(model, order)
    spec = signature(model, order, order.pixels)
    model.export(path, format="tf_saved_model", input_signature=spec, verbose=False)
    facts = path / _FACTS
    facts.parent.mkdir()
    facts.write_text(json.dumps(order.facts, indent=2) + "\n", encoding="utf-8")


def run(path: Path, images: NDArray[Any], batch_size: int | None) -> tuple[NDArray[Any], float]:
    """Ask a SavedModel of images in a new process, which has one thread and no Keras."""
    with tempfile.TemporaryDirectory() as folder:
        asked, answered = Path(folder, "images.npy"), Path(folder, "rows.npz")
        np.save(asked, images)
        run_python(
            __name__, path, asked, answered, str(batch_size or 0), **dict.fromkeys(_THREADS, "1")
        )
        with np.load(answered) as answer:
            return answer["rows"], float(answer["seconds"])


def _run_here(path: str, asked: str, answered: str, batch_size: str) -> None:
    import tensorflow as tf

    model = tf.saved_model.load(path)
    rows, seconds = ask(
        lambda images: model.serve(images).numpy(), np.load(asked), int(batch_size) or None
    )
    np.savez(answered, rows=rows, seconds=seconds)


if __name__ == "__main__":
    _run_here(*sys.argv[1:])
