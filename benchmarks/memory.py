"""How much memory training on a Parquet set takes that is larger than memory, and what it costs.

Digits of MNIST, each shifted and darkened at random, are written as a Parquet file in a temporary
folder, row group by row group. A process of its own trains `small_dense` on them for an epoch, and
its memory without mapped files (RssAnon, on Linux) is looked at five times a second. Then the same
images, fewer, are trained on from a file and from memory, in turn, and CPU time is compared.

Run: python benchmarks/memory.py [--gigabytes 4] [--png] [--images 100000] [--rounds 3]
"""

import argparse
import io
import multiprocessing
import os
import statistics
import sys
import tempfile
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
import psutil
import pyarrow as pa
from PIL import Image
from pyarrow import parquet
from rich.console import Console
from rich.table import Table

from digitzoo import load_data, read_parquet

GROUP, PIXELS = 10_000, 784
PEAK_BOUND_GB, COST_BOUND = 1.0, 1.1
MODELS = ("small_dense", "simple_cnn")


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gigabytes", type=float, default=4, help="of pixels, at a byte each")
    parser.add_argument("--png", action="store_true", help="pictures instead of lists of pixels")
    parser.add_argument("--images", type=int, default=100_000, help="of which CPU time is compared")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        images = round(options.gigabytes * 1e9 / PIXELS)
        whole = write(Path(name, "whole.parquet"), images, png=options.png)
        kind = "PNG" if options.png else "lists of pixels"
        print(
            f"{images:,} images of {images * PIXELS / 1e9:.2f} GB as {kind}, a file of "
            f"{whole.stat().st_size / 1e9:.2f} GB; small_dense, one epoch"
        )
        watched = in_fresh_process(watch, whole)
        curve = Table("at", *(f"{tenth}0 %" for tenth in range(11)), "peak", "bound")
        at = [watched["memory"][tenth * (len(watched["memory"]) - 1) // 10] for tenth in range(11)]
        peak = max(watched["memory"])
        curve.add_row("GB", *(f"{one:.2f}" for one in at), f"{peak:.2f}", f"{PEAK_BOUND_GB:.1f}")
        Console(width=100).print(curve)
        print(
            f"before training {watched['before']:.2f} GB; {watched['seconds']:.0f} s of wall time, "
            f"{images / watched['seconds']:,.0f} images/s"
        )
        few = write(Path(name, "few.parquet"), options.images, png=options.png)
        costs = Table("CPU s, median", "in memory", "Parquet", "ratio", "bound")
        for model in MODELS:
            pairs = []
            for number in range(options.rounds):
                order = (False, True) if number % 2 else (True, False)
                measured = {
                    in_memory: in_fresh_process(cost, few, model, in_memory) for in_memory in order
                }
                pairs.append((measured[True], measured[False]))
            memory, files = (statistics.median(one) for one in zip(*pairs, strict=True))
            ratio = statistics.median(ours / theirs for theirs, ours in pairs)
            costs.add_row(model, f"{memory:.2f}", f"{files:.2f}", f"{ratio:.2f}", f"{COST_BOUND}")
        print(f"{options.images:,} images, one epoch, {options.rounds} rounds")
        Console(width=100).print(costs)


def write(path: Path, count: int, *, png: bool) -> Path:
    """Write so many images, of which only a row group is ever in memory."""
    train, rng = load_data("mnist", validation=0).train, np.random.default_rng(0)
    kind = pa.binary() if png else pa.list_(pa.uint8(), PIXELS)
    schema = pa.schema([("image", kind), ("label", pa.int64())])
    with parquet.ParquetWriter(path, schema) as writer:
        for start in range(0, count, GROUP):
            chosen = rng.integers(0, len(train), min(GROUP, count - start))
            shift = tuple(rng.integers(-2, 3, 2))
            images = np.roll(train.images[chosen, ..., 0], shift, axis=(1, 2))
            images = (images * rng.uniform(0.6, 1, (len(chosen), 1, 1))).astype(np.uint8)
            if png:
                column = pa.array([as_png(image) for image in images])
            else:
                column = pa.FixedSizeListArray.from_arrays(pa.array(images.ravel()), PIXELS)
            table = pa.table([column, train.labels[chosen].astype(np.int64)], schema=schema)
            writer.write_table(table, row_group_size=GROUP)
    return path


def as_png(image: np.ndarray) -> bytes:
    """Encode an image."""
    file = io.BytesIO()
    Image.fromarray(image).save(file, "png", compress_level=1)
    return file.getvalue()


def in_fresh_process(measure: Any, *arguments: object) -> Any:
    """Give what a measure gives in a process of its own."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(measure, *arguments).result()


def watch(path: Path) -> dict[str, Any]:
    """Train on a file, and give the memory that it took, in GB (10^9 bytes)."""
    from digitzoo import small_dense, train

    model = small_dense()
    memory: list[float] = []
    before, done = anonymous(), threading.Event()

    def look() -> None:
        while not done.wait(0.2):
            memory.append(anonymous())

    watcher = threading.Thread(target=look)
    start = time.monotonic()
    watcher.start()
    try:
        train(model, read_parquet(path), validation_data=few_digits(), epochs=1, verbose=0)
    finally:
        done.set()
        watcher.join()
    return {"memory": memory, "before": before, "seconds": time.monotonic() - start}


def cost(path: Path, name: str, in_memory: bool) -> float:  # noqa: FBT001 - a process passes it on
    """Give the CPU seconds of an epoch, after a short one that warms up."""
    import digitzoo

    split = read_parquet(path)
    data = split.load() if in_memory else split
    validation = few_digits()
    digitzoo.train(getattr(digitzoo, name)(), validation, epochs=1, verbose=0)
    model = getattr(digitzoo, name)()
    start = time.process_time()
    digitzoo.train(model, data, validation_data=validation, epochs=1, verbose=0)
    return time.process_time() - start


def few_digits() -> Any:
    """Give what the run is watched by."""
    return load_data("mnist", validation=0).train.sample(1000)


def anonymous() -> float:
    """Give this process's memory without mapped files, in GB; where Linux counts it, by that."""
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) * 1024 / 1e9
    return psutil.Process().memory_info().rss / 1e9


if __name__ == "__main__":
    sys.exit(main())
