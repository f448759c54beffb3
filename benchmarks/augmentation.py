"""What augmentation costs beside the training that it feeds.

CPU time of one batch of 128 images of 28 x 28 x 1 for each setting, in turn with a training step
of `simple_cnn` on the same batch size, in one process, so that a noisy machine disturbs both
alike. The goal is at most 0.15 of a step for NumPy's part; Keras layers cost what they cost.

Run: python benchmarks/augmentation.py [--rounds 20]
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
from rich.console import Console
from rich.table import Table

from digitzoo import Augmentation, load_data, simple_cnn

BATCH_SIZE, BATCHES, GOAL = 128, 10, 0.15


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    split = load_data("mnist").train
    count = BATCH_SIZE * BATCHES
    images, labels = split.images[:count].astype("float32") / 255, split.labels[:count]

    keras.utils.set_random_seed(0)
    model = simple_cnn()
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    works: dict[str, Callable[[], object]] = {
        "step of simple_cnn": lambda: model.fit(images, labels, batch_size=BATCH_SIZE, verbose=0)
    }
    works |= {name: augmenting(setting, images) for name, setting in settings().items()}
    measured: dict[str, list[float]] = {name: [] for name in works}
    for round_number in range(rounds + 1):
        for name, work in works.items():
            started = time.process_time()
            work()
            if round_number:  # the first warms up
                measured[name].append((time.process_time() - started) / BATCHES * 1000)

    step = measured["step of simple_cnn"]
    table = Table("", "CPU ms", "of a step", "min", "max", f"goal {GOAL}")
    for name, times in measured.items():
        ratios = [mine / theirs for mine, theirs in zip(times, step, strict=True)]
        ratio = statistics.median(ratios)
        spread = [f"{value:.3f}" for value in (ratio, min(ratios), max(ratios))]
        held = "" if times is step or "keras" in name else ("yes" if ratio <= GOAL else "no")
        table.add_row(name, f"{statistics.median(times):.2f}", *spread, held)
    print(f"{BATCH_SIZE} images of 28 x 28 x 1, medians of {rounds} rounds of {BATCHES} batches")
    Console(width=90).print(table)


def settings() -> dict[str, Augmentation]:
    """Name what is measured."""
    moved = {"shift": 2, "rotation": 10, "zoom": 0.1}
    return {
        "nothing": Augmentation(),
        "horizontal_flip": Augmentation(horizontal_flip=True),
        "shift": Augmentation(shift=2),
        "rotation": Augmentation(rotation=10),
        "zoom": Augmentation(zoom=0.1),
        "shift, rotation, zoom": Augmentation(**moved),
        "erasing 0.5": Augmentation(erasing=0.5),
        "all of these": Augmentation(**moved, horizontal_flip=True, erasing=0.5),
        "keras RandomRotation": Augmentation(layers=(keras.layers.RandomRotation(0.03),)),
    }


def augmenting(augmentation: Augmentation, images: np.ndarray) -> Callable[[], object]:
    """Change each batch once."""

    def work() -> None:
        for batch in range(BATCHES):
            part = images[batch * BATCH_SIZE : (batch + 1) * BATCH_SIZE]
            augmentation(part, seed=0, epoch=0, batch=batch)

    return work


if __name__ == "__main__":
    main()
