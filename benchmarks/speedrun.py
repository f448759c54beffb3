"""What it takes to learn MNIST to 99 %: keras.io's convnet, a one-cycle classic, and `quick_cnn`.

CPU and wall time are those of building, compiling and fitting, without imports, and without the
measuring on the test images that comes after each epoch of the first and at the end of the others.
Each run is a process of its own; the three take turns, so that a busy machine disturbs all alike.
What each recipe is asked for is the test accuracy that its text or ours promises; the accuracy that
it reached stands beside the time, seed by seed.

Run: python benchmarks/speedrun.py [--seeds 10] [--references 2] [--threads 2]
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

GOAL = 0.99
MOST_EPOCHS = 20  # of keras.io's network, which may pass the goal late
AIM = 40  # quick_cnn takes one part in so many of what keras.io's takes


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--references", type=int, default=2, help="seeds of the other two")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--one", nargs=2, metavar=("NAME", "SEED"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        name, seed = arguments.one
        print(json.dumps(RECIPES[name](int(seed))))
        return

    runs: dict[str, list[dict[str, float]]] = {name: [] for name in RECIPES}
    for seed in range(arguments.seeds):
        for name, found in runs.items():
            if name == "quick_cnn" or seed < arguments.references:
                found.append(in_fresh_process(name, seed, arguments.threads))
    show(runs, arguments.threads)


def in_fresh_process(name: str, seed: int, threads: int) -> dict[str, float]:
    """Run a recipe with a seed in a process of its own, of so many threads."""
    libraries = ("TF_NUM_INTRAOP", "TF_NUM_INTEROP", "OMP_NUM")
    done = subprocess.run(
        [sys.executable, __file__, "--one", name, str(seed)],
        env={**os.environ, **{f"{library}_THREADS": str(threads) for library in libraries}},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


class Stopwatch:
    """Adds up CPU and wall seconds of what runs in it."""

    def __init__(self) -> None:
        self.cpu = self.wall = 0.0

    def __enter__(self) -> None:
        self._began = time.process_time(), time.monotonic()

    def __exit__(self, *_: object) -> None:
        self.cpu += time.process_time() - self._began[0]
        self.wall += time.monotonic() - self._began[1]

    def result(self, accuracy: float, epochs: int) -> dict[str, float]:
        """Give what a run reports."""
        return {"cpu": self.cpu, "wall": self.wall, "accuracy": accuracy, "epochs": epochs}


def as_floats() -> list[Any]:
    """Give MNIST as keras.io's example makes it: float32 in 0..1 and one-hot rows."""
    from digitzoo import load_data, one_hot

    data = load_data("mnist", validation=0)
    parts = []
    for split in (data.train, data.test):
        parts += [split.images.astype("float32") / 255, one_hot(split.labels, 10)]
    return parts


def run_keras_io(seed: int) -> dict[str, float]:
    """Train keras.io's mnist_convnet until its test accuracy first is the goal."""
    import keras

    from digitzoo import keras_convnet

    x, y, test_x, test_y = as_floats()
    keras.utils.set_random_seed(seed)
    watch = Stopwatch()
    with watch:
        model = keras_convnet()
        model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    epoch, accuracy = 0, 0.0
    while accuracy < GOAL and epoch < MOST_EPOCHS:
        epoch += 1
        with watch:
            model.fit(x, y, batch_size=128, epochs=1, verbose=0)
        accuracy = model.evaluate(test_x, test_y, batch_size=1000, verbose=0)[1]
    return watch.result(accuracy, epoch)


def run_one_cycle(seed: int) -> dict[str, float]:
    """Train one epoch as tuomaso/train_mnist_fast does, whose network and schedule these are."""
    import keras
    from keras import layers

    from digitzoo.training.schedules import OneCycle

    x, y, test_x, test_y = as_floats()
    keras.utils.set_random_seed(seed)
    watch = Stopwatch()
    with watch:
        stack = [
            keras.Input((28, 28, 1)),
            layers.Conv2D(24, 5),
            layers.MaxPooling2D(2),
            layers.ReLU(),
            layers.Conv2D(32, 3),
            layers.MaxPooling2D(2),
            layers.ReLU(),
            layers.Flatten(),
            layers.Dense(256, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
        model = keras.Sequential(stack)
        rate = OneCycle(0.01).schedule(-(-len(x) // 256))
        optimizer = keras.optimizers.Adam(rate, beta_1=0.7, beta_2=0.9)
        model.compile(optimizer, "categorical_crossentropy", metrics=["accuracy"])
        model.fit(x, y, batch_size=256, epochs=1, verbose=0)
    return watch.result(model.evaluate(test_x, test_y, batch_size=1000, verbose=0)[1], 1)


def run_quick_cnn(seed: int) -> dict[str, float]:
    """Train as `digitzoo train quick_cnn` does, through `train`, with its recipe."""
    import keras

    from digitzoo import build_model, evaluate, load_data, load_recipe, train

    recipe = load_recipe("quick_cnn", "quick")
    data = load_data("mnist", validation=recipe.validation)
    keras.utils.set_random_seed(seed)
    watch = Stopwatch()
    with watch:
        model = build_model(recipe.model, **recipe.options)
        run = train(model, data, **recipe.training, seed=seed, verbose=0)
    return watch.result(evaluate(run.model, data.test).accuracy, run.epochs)


RECIPES: dict[str, Callable[[int], dict[str, float]]] = {
    "keras.io, until 99.0 %": run_keras_io,
    "train_mnist_fast": run_one_cycle,
    "quick_cnn": run_quick_cnn,
}


def show(runs: dict[str, list[dict[str, float]]], threads: int) -> None:
    """Print a line for each recipe, and the accuracies of its seeds."""
    from rich.console import Console
    from rich.table import Table

    table = Table("", "epochs", "CPU s", "wall s", "accuracy, mean", "CPU, to keras.io")
    reference = statistics.mean(one["cpu"] for one in next(iter(runs.values())))
    for name, found in runs.items():
        mean = {key: statistics.mean(one[key] for one in found) for key in found[0]}
        share = f"1/{reference / mean['cpu']:.1f}"
        numbers = [f"{mean['epochs']:.1f}", f"{mean['cpu']:.2f}", f"{mean['wall']:.2f}"]
        table.add_row(name, *numbers, f"{mean['accuracy']:.4f}", share)
    print(f"MNIST, {threads} threads; goal {GOAL}, aim 1/{AIM} of the CPU time of keras.io")
    Console(width=100).print(table)
    for name, found in runs.items():
        accuracies = " ".join(f"{one['accuracy']:.4f}" for one in found)
        print(f"{name}, by seed: {accuracies}")


if __name__ == "__main__":
    main()
