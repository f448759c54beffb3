"""What `train` costs beside a bare `model.fit`, and how much memory a whole training run takes.

CPU time is measured in turn, several rounds, so that a noisy machine disturbs both alike: the same
network, data, batch size and epochs, each in a process of its own, since what one of them sets for
its process would change the other. A short run before it warms up. `model.fit` gets float32 arrays,
as tutorials feed it; `train` gets the uint8 data set, and keeps a run folder with history, a
checkpoint each epoch and the best model, with early stopping on.

Run: python benchmarks/training_overhead.py [--rounds 7] [--epochs 2] [--images 20000]
"""

import argparse
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
import psutil
from rich.console import Console
from rich.table import Table

from digitzoo import Dataset, load_data, simple_cnn, train

CPU_BOUND, MEMORY_BOUND_GB, GROWTH_BOUND_MB = 1.05, 0.85, 20
FIRST_EPOCHS, MORE_EPOCHS = 5, 50


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--images", type=int, default=20_000)
    arguments = parser.parse_args()

    bare, ours = [], []
    for round_number in range(arguments.rounds):
        order = ((time_bare_fit, bare), (time_train, ours))
        for measure, seconds in order if round_number % 2 else order[::-1]:
            seconds.append(in_fresh_process(measure, arguments.images, arguments.epochs))
    ratios = [mine / theirs for mine, theirs in zip(ours, bare, strict=True)]
    growth = growth_of_memory(load_data("mnist").sample(2_000))
    peak = peak_of_training()

    table = Table("", "median", "min", "max", "bound")
    table.add_row("model.fit, CPU s", *spread(bare), "")
    table.add_row("train, CPU s", *spread(ours), "")
    table.add_row("ratio, pair by pair", *spread(ratios), f"{CPU_BOUND}")
    table.add_row("digitzoo train simple_cnn, peak GB", f"{peak:.3f}", "", "", f"{MEMORY_BOUND_GB}")
    growth_name = f"growth over {MORE_EPOCHS} epochs, MB"
    table.add_row(growth_name, f"{growth:.1f}", "", "", f"{GROWTH_BOUND_MB}")
    print(
        f"simple_cnn, {arguments.images:,} images, {arguments.epochs} epochs, "
        f"{arguments.rounds} rounds"
    )
    Console(width=90).print(table)


def in_fresh_process(measure: Callable[[Dataset, int], float], images: int, epochs: int) -> float:
    """Give what a measure gives in a process of its own, after a run that warms up."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(warm_and_measure, measure, images, epochs).result()


def warm_and_measure(measure: Callable[[Dataset, int], float], images: int, epochs: int) -> float:
    """Measure what runs a second time."""
    data = load_data("mnist").sample(images)
    measure(data.sample(2_000), 1)
    return measure(data, epochs)


def as_floats(data: Dataset) -> list[tuple[np.ndarray, np.ndarray]]:
    """Scale train and validation as tutorials do, to float32."""
    parts = [data.train, data.validation]
    return [(part.images.astype("float32") / 255, part.labels) for part in parts]


def new_model() -> keras.Sequential:
    """Build the same network each time."""
    keras.utils.set_random_seed(0)
    return simple_cnn()


def time_bare_fit(data: Dataset, epochs: int) -> float:
    """Give the CPU seconds of compile and `model.fit`."""
    arrays = as_floats(data)
    model = new_model()
    start = time.process_time()
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    (x, y), validation = arrays
    model.fit(x, y, batch_size=128, epochs=epochs, validation_data=validation, verbose=0)
    return time.process_time() - start


def time_train(data: Dataset, epochs: int) -> float:
    """Give the CPU seconds of `train`."""
    model = new_model()
    with tempfile.TemporaryDirectory() as folder:
        start = time.process_time()
        train(
            model,
            data,
            epochs=epochs,
            batch_size=128,
            early_stopping=epochs,
            run_dir=Path(folder, "run"),
            verbose=0,
        )
        return time.process_time() - start


class MemoryWatch(keras.callbacks.Callback):
    """Notes the resident memory at the end of each epoch, in MB (10^6 bytes)."""

    def __init__(self) -> None:
        super().__init__()
        self.resident = []

    def on_epoch_end(self, epoch: int, logs: object = None) -> None:
        """Note it."""
        self.resident.append(psutil.Process().memory_info().rss / 1e6)


def growth_of_memory(data: Dataset) -> float:
    """Give how much resident memory grows from the fifth epoch on."""
    watch = MemoryWatch()
    with tempfile.TemporaryDirectory() as folder:
        train(
            new_model(),
            data,
            epochs=FIRST_EPOCHS + MORE_EPOCHS,
            run_dir=Path(folder, "run"),
            callbacks=[watch],
            verbose=0,
        )
    return watch.resident[-1] - watch.resident[FIRST_EPOCHS - 1]


# A child's peak starts with what its parent held when it was made, so the parent must be small.
SMALL_PARENT = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def peak_of_training() -> float:
    """Give the peak resident memory, in GB (10^9 bytes), of a whole `digitzoo train simple_cnn`."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", "from digitzoo.cli import main; main()"]
        command += ["train", "simple_cnn", "--quiet", "--run-dir", str(Path(folder, "run"))]
        done = subprocess.run(
            [sys.executable, "-c", SMALL_PARENT, *command],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
    return int(done.stdout) * 1024 / 1e9  # Linux counts in KiB


def spread(values: list[float]) -> tuple[str, str, str]:
    """Show a median, a minimum and a maximum."""
    return tuple(f"{of(values):.3f}" for of in (statistics.median, min, max))


if __name__ == "__main__":
    main()
