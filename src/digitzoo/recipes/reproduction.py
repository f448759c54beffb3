"""Many seeds of one recipe, each in a process of its own, and the row that sums them up."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from statistics import mean, stdev
from typing import Any

from digitzoo.errors import DigitzooError, RunFolderError
from digitzoo.evaluation import accuracy_interval, mean_interval
from digitzoo.models import AccuracySummary, MeasuredResult, SeedResult, WeightsFile
from digitzoo.models.rows import result_path, weights_path
from digitzoo.recipes.machine import ONE_THREAD
from digitzoo.recipes.one_seed import MEASURED, WEIGHTS
from digitzoo.recipes.recipe import Recipe

_LINES_OF_LOG = 5

Say = Callable[[int, str], None]


def reproduce(
    recipe: Recipe,
    *,
    seeds: int,
    jobs: int,
    folder: Path,
    restart: bool = False,
    say: Say = lambda seed, line: None,  # noqa: ARG005 - says nothing
) -> MeasuredResult:
    """Run a recipe with seeds 0, 1, ... and sum the results up.

    Seeds that are finished in the folder are not run again, and one that was stopped goes on.

    Args:
        recipe: What to do.
        seeds: How many.
        jobs: How many processes at a time, of one thread each.
        folder: Where each seed gets a folder of its own.
        restart: Begin anew what the folder holds.
        say: Called with a seed and a line of its progress.

    Returns:
        The row.

    Raises:
        DigitzooError: If a process fails; its last words are in the message.
        RunFolderError: If the folder holds runs of another recipe, or of several machines.
        KeyboardInterrupt: After Ctrl-C, when the processes have written their checkpoints.
    """
    with ThreadPoolExecutor(jobs) as pool:
        running: list[Future[dict[str, Any]]] = [
            pool.submit(_run_seed, recipe, seed, folder / f"seed-{seed}", say, restart=restart)
            for seed in range(seeds)
        ]
        try:
            found = [future.result() for future in running]
        finally:
            for future in running:
                future.cancel()
    return _sum_up(recipe, found)


def record(result: MeasuredResult, folder: Path, *, with_weights: bool) -> MeasuredResult:
    """Put a row, and seed 0's weights if asked, where the package reads them.

    Args:
        result: What `reproduce` gave.
        folder: The folder it was given.
        with_weights: Whether the weights ship too.

    Returns:
        The row as it was written.
    """
    fields = {name: getattr(result, name) for name in result.__dataclass_fields__}
    if with_weights:
        path = weights_path(result.model, result.dataset)
        path.parent.mkdir(exist_ok=True)
        shutil.copyfile(folder / "seed-0" / WEIGHTS, path)
        content = path.read_bytes()
        fields["weights"] = WeightsFile(path.name, len(content), sha256(content).hexdigest())
    written = MeasuredResult(**fields)
    path = result_path(result.model, result.dataset, result.recipe)
    path.parent.mkdir(exist_ok=True)
    written.write(path)
    return written


def _run_seed(
    recipe: Recipe, seed: int, folder: Path, say: Say, *, restart: bool
) -> dict[str, Any]:
    measured = folder / MEASURED
    if restart:
        measured.unlink(missing_ok=True)
    if measured.is_file():
        content: dict[str, Any] = json.loads(measured.read_text(encoding="utf-8"))
        if content["recipe_sha256"] != recipe.sha256:
            raise RunFolderError(
                f"{folder} holds a run of another recipe. Name another folder, or begin anew: "
                f"--restart, or restart=True."
            )
        say(seed, "was finished before")
        return content
    job = {
        "recipe": recipe.to_dict(),
        "seed": seed,
        "folder": str(folder),
        "restart": restart,
    }
    log: list[str] = []
    with subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "digitzoo.recipes.one_seed", json.dumps(job)],
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
        last = " | ".join(log[-_LINES_OF_LOG:])
        say(seed, f"ended with code {process.returncode}; the other seeds go on")
        raise DigitzooError(f"Seed {seed} ended with code {process.returncode}: {last}")
    content = json.loads(measured.read_text(encoding="utf-8"))
    say(seed, f"{content['result']['errors']} of {content['images']:,} test images wrong")
    return content


def _sum_up(recipe: Recipe, found: list[dict[str, Any]]) -> MeasuredResult:
    for place in ("versions", "machine"):
        for seed, content in enumerate(found):
            if content[place] != found[0][place]:
                raise RunFolderError(
                    f"Seed {seed} ran with other {place} than seed 0: "
                    f"{_differing(content[place], found[0][place])}. A row is of one kind of "
                    f"machine and one set of versions. Name another folder, or begin anew: "
                    f"--restart, or restart=True."
                )
    results = tuple(SeedResult(**content["result"]) for content in found)
    images, disputed = found[0]["images"], found[0]["disputed"]
    undisputed = [row.errors_undisputed for row in results if row.errors_undisputed is not None]
    return MeasuredResult(
        model=recipe.model,
        dataset=recipe.dataset,
        recipe=recipe.name,
        recipe_sha256=recipe.sha256,
        accuracy=summarize_errors([row.errors for row in results], images),
        accuracy_undisputed=(
            summarize_errors(undisputed, images - disputed) if undisputed else None
        ),
        seeds=results,
        versions=found[0]["versions"],
        machine=found[0]["machine"],
    )


def _differing(here: dict[str, Any], there: dict[str, Any]) -> str:
    names = [name for name in {**here, **there} if here.get(name) != there.get(name)]
    return ", ".join(f"{name} {here.get(name)} and not {there.get(name)}" for name in names)


def summarize_errors(errors: list[int], images: int) -> AccuracySummary:
    """Sum up the accuracies of several seeds.

    Args:
        errors: How many images each called wrong.
        images: How many there were.

    >>> summarize_errors([180, 150, 165], 10_000).mean
    0.9835
    """
    accuracies = [(images - wrong) / images for wrong in errors]
    if len(errors) == 1:
        low, high = accuracy_interval(images - errors[0], images)
        return AccuracySummary(images, accuracies[0], None, low, high)
    low, high = mean_interval(accuracies)
    return AccuracySummary(images, mean(accuracies), stdev(accuracies), low, min(high, 1.0))
