"""Seeds as processes of their own: begun, listened to, and read when they are finished."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from digitzoo.errors import DigitzooError, RunFolderError
from digitzoo.models import SeedResult
from digitzoo.recipes.machine import ONE_THREAD
from digitzoo.recipes.one_seed import MEASURED, REFUSAL
from digitzoo.recipes.recipe import Recipe

_ONE_SEED = (sys.executable, "-m", "digitzoo.recipes.one_seed")
_LINES_OF_LOG = 5
_NOISE = re.compile(r"WARNING: All log messages before absl|[IW]\d{4} ")  # TensorFlow's start
_FROM_OUTSIDE = {9: " (often: out of memory)", 2: " (an interrupt)"}
"""What is said of signals where nothing that the process wrote says why it ended."""

Say = Callable[[int, str], None]


def read_finished(recipe: Recipe, folder: Path, seeds: int) -> dict[int, dict[str, Any]]:
    """Read what the folder holds of finished seeds, and refuse what cannot be summed up.

    Raises:
        RunFolderError: If a measurement is damaged, or of another recipe.
    """
    finished = {}
    for seed in range(seeds):
        measured = _seed_folder(folder, seed) / MEASURED
        try:
            if not measured.is_file():
                continue
            content = _read_measured(measured)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise RunFolderError(
                f"{measured} is damaged or cannot be read ({type(error).__name__}: {error}). "
                f"Remove it to measure its seed again, or begin anew: --restart, or restart=True."
            ) from error
        if content["recipe_sha256"] != recipe.sha256:
            raise RunFolderError(
                f"{measured.parent} holds a run of another recipe. Name another folder, or begin "
                f"anew: --restart, or restart=True."
            )
        finished[seed] = content
    return finished


def _read_measured(path: Path) -> dict[str, Any]:
    content = json.loads(path.read_text(encoding="utf-8"))
    SeedResult(**content["result"])
    return {
        name: content[name]
        for name in ("images", "disputed", "recipe_sha256", "result", "versions", "machine")
    }


def _seed_folder(folder: Path, seed: int) -> Path:
    return folder / f"seed-{seed}"


def run_seed(recipe: Recipe, seed: int, folder: Path, say: Say, *, restart: bool) -> dict[str, Any]:
    """Run a seed in a process of its own, to its end, and read what it measured.

    Raises:
        DigitzooError: If the process fails.
    """
    measured = _seed_folder(folder, seed) / MEASURED
    if restart and measured.is_file():
        measured.unlink()
    job = {
        "recipe": recipe.to_dict(),
        "seed": seed,
        "folder": str(measured.parent),
        "restart": restart,
    }
    log: list[str] = []
    with subprocess.Popen(  # noqa: S603 - our own module
        [*_ONE_SEED, json.dumps(job)],
        env={"TF_CPP_MIN_LOG_LEVEL": "2", **os.environ, **ONE_THREAD},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        for line in process.stderr or ():
            log.append(line.rstrip())
            if line.startswith("epoch "):
                say(seed, line.rstrip())
    if process.returncode:
        raise DigitzooError(_last_words(seed, process.returncode, log, restart=restart))
    content = _read_measured(measured)
    say(seed, f"{content['result']['errors']} of {content['images']:,} test images wrong")
    return content


def _last_words(seed: int, code: int, log: list[str], *, restart: bool) -> str:
    """Say why a process ended: its own refusal alone, or how it died and what it wrote last."""
    refusals = [line.removeprefix(REFUSAL) for line in log if line.startswith(REFUSAL)]
    if refusals:
        return refusals[-1]
    lines = [line for line in log if line and not _NOISE.match(line)]
    last = f": {' | '.join(lines[-_LINES_OF_LOG:])}" if lines else ""
    if code >= 0:
        return f"Seed {seed} ended with code {code}{last}"
    command = "The same command without --restart" if restart else "The same command"
    last = _FROM_OUTSIDE.get(-code, last)
    return f"Seed {seed} was killed by signal {-code}{last}. {command} goes on where it was."
