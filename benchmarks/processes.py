"""How fast 1, 2 and 4 processes train together on JAX, and how much of that is efficiency.

Each process is bound to one core, and computes on one thread, so that it stands for a machine. They
speak over 127.0.0.1, which no network is as fast as. Where there are fewer cores than processes,
they share them: what such a row shows is the work that sharing adds, in CPU time, and no gain.
Counted is the best epoch after the first, which compiles: what else runs on a machine only adds.

Run: python benchmarks/processes.py [--model simple_cnn] [--batch-size 256] [--images 2560]
     [--epochs 4]
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import time
from itertools import pairwise

os.environ["KERAS_BACKEND"] = "jax"

COUNTS = (1, 2, 4)
ONE_THREAD = {"XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false", "OMP_NUM_THREADS": "1"}


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="simple_cnn")
    parser.add_argument("--batch-size", type=int, default=256)
    parser.add_argument("--images", type=int, default=2_560)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--as-process", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.as_process:
        print(json.dumps(train_and_measure(arguments)))
        return

    from rich.console import Console
    from rich.table import Table

    table = Table("processes", "images/s", "efficiency", "CPU s for 1,000 images", "of that extra")
    alone = None
    for count in COUNTS:
        seconds, cpu = run_processes(count)
        rate, work = arguments.images / seconds, 1000 * cpu / arguments.images
        alone = alone or (rate, work)
        table.add_row(
            str(count),
            f"{rate:,.0f}",
            f"{rate / (count * alone[0]):.0%}",
            f"{work:.3f}",
            f"{work / alone[1] - 1:.0%}",
        )
    print(
        f"{arguments.model}, batches of {arguments.batch_size} images, {arguments.images:,} images "
        f"an epoch, {os.cpu_count()} cores"
    )
    Console(width=90).print(table)


def run_processes(count: int) -> tuple[float, float]:
    """Give the seconds of the best epoch, and the CPU time of all processes in theirs."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    processes = [
        subprocess.Popen(
            [sys.executable, *sys.argv, "--as-process"],
            env={
                **os.environ,
                **ONE_THREAD,
                "KERAS_DISTRIBUTION_JOB_ADDRESSES": address,
                "KERAS_DISTRIBUTION_NUM_PROCESSES": str(count),
                "KERAS_DISTRIBUTION_PROCESS_ID": str(index),
            },
            stdout=subprocess.PIPE,
            text=True,
        )
        for index in range(count)
    ]
    said = [process.communicate()[0] for process in processes]
    if any(process.returncode for process in processes):
        raise SystemExit("\n".join(said))
    best = [json.loads(text.splitlines()[-1]) for text in said]
    return max(seconds for seconds, _ in best), sum(cpu for _, cpu in best)


def train_and_measure(arguments: argparse.Namespace) -> list[float]:
    """Give the least seconds of an epoch, by the clock and of CPU time."""
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        index = int(os.environ["KERAS_DISTRIBUTION_PROCESS_ID"])
        os.sched_setaffinity(0, {cores[index % len(cores)]})

    import keras

    keras.distribution.initialize()

    from digitzoo import build_model, load_data, train

    class Clock(keras.callbacks.Callback):
        """Notes when each epoch ends."""

        times: list[tuple[float, float]] = []  # noqa: RUF012 - one clock a process

        def on_epoch_end(self, epoch: int, logs: object = None) -> None:
            self.times.append((time.perf_counter(), time.process_time()))

    train(
        build_model(arguments.model),
        load_data("mnist").train.sample(arguments.images),
        validation_split=0,
        epochs=arguments.epochs,
        batch_size=arguments.batch_size,
        callbacks=Clock(),
        distribution=keras.distribution.DataParallel(),
        verbose=0,
    )
    epochs = [
        [end - begin for begin, end in zip(*pair, strict=True)] for pair in pairwise(Clock.times)
    ]
    return [min(kind) for kind in zip(*epochs, strict=True)]


if __name__ == "__main__":
    main()
