"""One seed of a recipe, in a process of its own: `python -m digitzoo.recipes.one_seed`."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import keras
import numpy as np

from digitzoo.data import is_disputed, load_data
from digitzoo.errors import DigitzooError, RunFolderError
from digitzoo.evaluation import evaluate
from digitzoo.models import SeedResult, build_model
from digitzoo.recipes.recipe import Recipe
from digitzoo.recipes.train_recipe import train_recipe
from digitzoo.training.atomic import replacing
from digitzoo.training.identity import versions
from digitzoo.training.record import describe_machine

WEIGHTS = "shipped.weights.h5"
_MEASURED = "measured.json"
_REFUSAL = "digitzoo: "
"""How the line begins that says why a seed cannot be run."""

_ONE_SEED = (sys.executable, "-m", "digitzoo.recipes.one_seed")
_LINES_OF_LOG = 5
_NOISE = re.compile(r"WARNING: All log messages before absl|[IW]\d{4} ")  # TensorFlow's start
_FROM_OUTSIDE = {9: " (often: out of memory)", 2: " (an interrupt)"}
"""What is said of signals where nothing that the process wrote says why it ended."""

# A run's bits then do not depend on how many cores there are, and a run on each is faster too.
_THREADS = ("TF_NUM_INTRAOP", "TF_NUM_INTEROP", "OMP_NUM", "OPENBLAS_NUM", "MKL_NUM")
ONE_THREAD = {f"{library}_THREADS": "1" for library in _THREADS}

Say = Callable[[int, str], None]


def seed_folder(folder: Path, seed: int) -> Path:
    """Say where a seed's run lies."""
    return folder / f"seed-{seed}"


def read_finished(recipe: Recipe, folder: Path, seeds: int) -> dict[int, dict[str, Any]]:
    """Read what the folder holds of finished seeds, and refuse what cannot be summed up."""
    finished = {}
    for seed in range(seeds):
        measured = seed_folder(folder, seed) / _MEASURED
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


def run_seed(recipe: Recipe, seed: int, folder: Path, say: Say, *, restart: bool) -> dict[str, Any]:
    """Run a seed in a process of its own, to its end, and read what it measured."""
    measured = seed_folder(folder, seed) / _MEASURED
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
    refusals = [line.removeprefix(_REFUSAL) for line in log if line.startswith(_REFUSAL)]
    if refusals:
        return refusals[-1]
    lines = [line for line in log if line and not _NOISE.match(line)]
    last = f": {' | '.join(lines[-_LINES_OF_LOG:])}" if lines else ""
    if code >= 0:
        return f"Seed {seed} ended with code {code}{last}"
    command = "The same command without --restart" if restart else "The same command"
    last = _FROM_OUTSIDE.get(-code, last)
    return f"Seed {seed} was killed by signal {-code}{last}. {command} goes on where it was."


def main() -> None:
    """Read the job as JSON from the only argument, and do it; a refusal is one line, and code 2."""
    try:
        _measure_seed(json.loads(sys.argv[1]))
    except DigitzooError as error:
        sys.stderr.write(f"{_REFUSAL}{' '.join(str(error).split())}\n")
        sys.exit(2)


def _measure_seed(job: dict[str, Any]) -> None:
    recipe = Recipe.from_dict(job["recipe"])
    folder, seed = Path(job["folder"]), job["seed"]
    run = train_recipe(recipe, seed=seed, run_dir=folder, restart=job["restart"], verbose=2)
    test = load_data(recipe.dataset).test
    if test is None:
        raise AssertionError("bundled data sets have test images")
    result = evaluate(run.model, test)
    disputed = is_disputed(test)
    wrong = np.zeros(len(test), dtype=bool)
    wrong[result.wrong] = True
    measured = SeedResult(
        seed=seed,
        errors=int(wrong.sum()),
        errors_undisputed=int((wrong & ~disputed).sum()) if disputed.any() else None,
        loss=result.loss,
        epochs=run.epochs,
        seconds=run.record.get("seconds"),
        cpu_seconds=run.record.get("cpu_seconds"),
    )
    keras.config.set_dtype_policy("float16")  # which the weights are rounded to already
    half = build_model(recipe.model, **recipe.options)
    half.set_weights(run.model.get_weights())
    half.save_weights(folder / WEIGHTS)
    content = {
        "images": len(test),
        "disputed": int(disputed.sum()),
        "recipe_sha256": recipe.sha256,
        "result": asdict(measured),
        "versions": versions(),
        "machine": run.record.get("machine") or describe_machine(),
    }
    with replacing(folder / _MEASURED) as beside:
        beside.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
