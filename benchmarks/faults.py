"""Kill training runs at random moments, start them again, and compare with one never killed.

Each run is a process of its own, killed with SIGKILL up to three times: at a random moment, or
while a checkpoint is being written. It must end with the same bytes as the run that was left alone:
weights, optimizer state, best weights and history.

Run: python benchmarks/faults.py [--runs 30] [--seed 0] [--jobs 2]
"""

import argparse
import random
import subprocess
import sys
import tempfile
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from fault_job import KINDS
from rich.console import Console
from rich.table import Table

JOB = Path(__file__).with_name("fault_job.py")
MOST_KILLS = 3


def main() -> None:
    """Run, kill, compare, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    kinds = [list(KINDS)[number % len(KINDS)] for number in range(arguments.runs)]

    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(arguments.jobs) as pool:
        folder = Path(scratch)
        whole = dict(
            zip(
                KINDS,
                pool.map(lambda kind: finish(kind, folder / f"whole {kind}"), KINDS),
                strict=True,
            )
        )
        results = list(
            pool.map(
                lambda job: kill_and_finish(
                    job[1],
                    folder / f"run {job[0]}",
                    whole[job[1]].seconds,
                    random.Random(arguments.seed + job[0]),
                ),
                enumerate(kinds),
            )
        )
    rows = defaultdict(lambda: [0, 0, 0, 0])
    for kind, (outcome, kills, in_write) in zip(kinds, results, strict=True):
        row = rows[kind]
        for place, count in enumerate((1, kills, in_write, outcome == whole[kind].digest)):
            row[place] += count
    table = Table("kind", "runs", "kills", "while writing", "equal to the byte")
    for kind, row in rows.items():
        table.add_row(kind, *map(str, row))
    table.add_section()
    totals = [sum(column) for column in zip(*rows.values(), strict=True)]
    table.add_row("total", *map(str, totals))
    Console(width=90).print(table)
    if totals[3] != totals[0]:
        sys.exit(1)


class Whole(NamedTuple):
    """A job that came to its end: what it left, and how long it trained."""

    digest: str
    seconds: float


def finish(kind: str, folder: Path) -> Whole:
    """Run a job to its end."""
    done = subprocess.run(
        [sys.executable, JOB, kind, folder], capture_output=True, text=True, check=False
    )
    if done.returncode:
        return Whole(f"failed: {done.stderr[-2000:]}", 0.0)
    seconds, digest = done.stdout.split()[-2:]
    return Whole(digest, float(seconds))


def kill(
    kind: str,
    folder: Path,
    seconds: float,
    chance: random.Random,
    most_kills: int = MOST_KILLS,
) -> tuple[int, int]:
    """Kill a job that trains so long, and give the kills and those of them in a write.

    The time it has left is halved after each kill.
    """
    kills = in_write = 0
    while kills < most_kills:
        with subprocess.Popen(
            [sys.executable, JOB, kind, folder],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as process:
            process.stdout.readline()  # it trains now, or has come to its end
            if chance.random() < 1 / 3:
                wait_for_writing(process, folder / "checkpoints", chance.randrange(1, 4))
            else:
                wait(process, chance.uniform(0, seconds / 2**kills))
            if process.poll() is not None:
                break
            process.kill()
        kills += 1
        in_write += any(folder.rglob(".writing-*"))
    return kills, in_write


def kill_and_finish(
    kind: str, folder: Path, seconds: float, chance: random.Random
) -> tuple[str, int, int]:
    """Kill a job, let it end, and give its digest, the kills, and those of them in a write."""
    kills, in_write = kill(kind, folder, seconds, chance)
    return finish(kind, folder).digest, kills, in_write


def wait(process: subprocess.Popen, seconds: float) -> None:
    """Wait so long, or until the process ends."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return


def wait_for_writing(process: subprocess.Popen, folder: Path, writings: int) -> None:
    """Wait until a checkpoint is being written for the n-th time, or the process ends."""
    was_writing = False
    while process.poll() is None and writings:
        try:
            writing = any(entry.name.startswith(".writing-") for entry in folder.iterdir())
        except OSError:
            writing = False
        writings -= writing and not was_writing
        was_writing = writing


if __name__ == "__main__":
    main()
