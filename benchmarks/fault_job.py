"""A small training job for `faults.py` and the tests, run as a process of its own.

It prints a line when training begins, and one when it has come to its end: how many seconds that
took, and a digest of the weights, the optimizer's state, the best weights and the history, as the
run folder holds them.

Run: python benchmarks/fault_job.py KIND FOLDER
"""

import hashlib
import json
import os
import sys
import time
from pathlib import Path
from unittest import mock

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np

from digitzoo import (
    Augmentation,
    Dataset,
    OneCycle,
    Plateau,
    load_data,
    read_parquet,
    train,
)
from digitzoo.data import ParquetSplit
from digitzoo.training.row_groups import RowGroupBatches

KINDS = {
    "dropout and L2": {},
    "batch normalization": {},
    "augmentation": {"augmentation": Augmentation(shift=2, rotation=10, zoom=0.1, erasing=0.2)},
    "early stopping": {"early_stopping": 1, "learning_rate": 0.03},
    "plateau": {"learning_rate": Plateau(0.01, factor=0.5, patience=1)},
    "one-cycle": {"learning_rate": OneCycle(0.01), "checkpoint_every": 7},
    "moving average": {"optimizer": "adamw", "ema_momentum": 0.9, "checkpoint_every": 10},
    "Parquet": {"checkpoint_every": 7},
}
EPOCHS = 6
GROUP = 100  # images of a row group; three of them are in memory at a time


def small_network(kind: str) -> keras.Sequential:
    """Build a network with the parts that a resume must bring back."""
    layers = keras.layers
    keras.utils.set_random_seed(0)
    penalty = keras.regularizers.L2(1e-3)
    inside = [
        layers.Conv2D(6, 3, strides=2, activation="relu", kernel_regularizer=penalty),
        layers.Dropout(0.3),
        layers.Flatten(),
        layers.Dense(16, activation="relu", kernel_regularizer=penalty),
        layers.Dropout(0.3),
    ]
    if kind == "batch normalization":
        inside.insert(1, layers.BatchNormalization())
    return keras.Sequential(
        [keras.Input((28, 28, 1)), *inside, layers.Dense(10, activation="softmax")], name="small"
    )


def small_data(kind: str, folder: Path) -> Dataset | ParquetSplit:
    """Take real digits, few enough for a fraction of a second an epoch."""
    digits = load_data("mnist").sample(1500)
    if kind != "Parquet":
        return digits
    import pyarrow as pa
    from pyarrow import parquet

    file, train = folder.with_suffix(".parquet"), digits.train
    if not file.exists():
        pixels = list(train.images.reshape(len(train), -1))
        table = pa.table({"image": pixels, "label": train.labels})
        parquet.write_table(table, file, row_group_size=GROUP)
    return read_parquet(file)


def digest(folder: Path, weights: list[np.ndarray]) -> str:
    """Name what a finished run left behind, but for when and how long it was trained."""
    content = hashlib.sha256((folder / "history.csv").read_bytes())
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    del summary["record"]
    content.update(json.dumps(summary).encode())
    latest = max((folder / "checkpoints").iterdir())
    content.update(latest.name.encode())
    with np.load(latest, allow_pickle=False) as arrays:
        state = json.loads(arrays["state"].tobytes())
        del state["state"]["clock"]
        content.update(json.dumps(state).encode())
        for name in sorted({*arrays.files} - {"state"}):
            content.update(name.encode() + arrays[name].tobytes())
    for weight in weights:
        content.update(weight.tobytes())
    return content.hexdigest()


class Announce(keras.callbacks.Callback):
    """Says when the first batch is done: what is killed before that shows nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.began = 0.0

    def on_train_batch_end(self, batch: int, logs: object = None) -> None:
        """Say it once."""
        if not self.began:
            self.began = time.monotonic()
            print("training", flush=True)


def train_to_the_end(kind: str, folder: Path) -> tuple[float, str]:
    """Train to the end, or go on to it, and give the seconds and the digest."""
    announce = Announce()
    few = {"pool_bytes": 3 * GROUP * 28 * 28}
    with mock.patch.dict(RowGroupBatches.__init__.__kwdefaults__, few):
        run = train(
            small_network(kind),
            small_data(kind, folder),
            epochs=EPOCHS,
            batch_size=64,
            run_dir=folder,
            callbacks=[announce],
            verbose=0,
            **KINDS[kind],
        )
    return time.monotonic() - announce.began, digest(folder, run.model.get_weights())


def main() -> None:
    """Do it and print what it gave."""
    seconds, found = train_to_the_end(sys.argv[1], Path(sys.argv[2]))
    print(f"{seconds:.3f}", found)


if __name__ == "__main__":
    main()
