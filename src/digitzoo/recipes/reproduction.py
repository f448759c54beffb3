"""Many seeds of one recipe, each in a process of its own, and the row that sums them up."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from hashlib import sha256
from pathlib import Path
from statistics import mean, stdev
from typing import Any

from digitzoo.errors import DigitzooError, RunFolderError
from digitzoo.evaluation import accuracy_interval, mean_interval
from digitzoo.models import AccuracySummary, MeasuredResult, SeedResult, WeightsFile
from digitzoo.models.rows import result_path, weights_path
from digitzoo.recipes.machine import ONE_THREAD
from digitzoo.recipes.one_seed import MEASURED, REFUSAL, WEIGHTS
from digitzoo.recipes.recipe import Recipe

_ONE_SEED = (sys.executable, "-m", "digitzoo.recipes.one_seed")
_LINES_OF_LOG = 5
_NOISE = re.compile(r"WARNING: All log messages before absl|[IW]\d{4} ")  # TensorFlow's start
_KILL = 9

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
        DigitzooError: If a process fails; its last words are in the message. Those that run
            beside it go on to their end, and no other is begun.
        RunFolderError: If the folder holds runs of another recipe or of several machines, or a
            damaged measurement.
        KeyboardInterrupt: After Ctrl-C, when the processes have written their checkpoints.
    """
    finished = {} if restart else _read_finished(recipe, folder, seeds)
    for seed in finished:
        say(seed, "was finished before")
    with ThreadPoolExecutor(jobs) as pool:
        running: dict[int, Future[dict[str, Any]]] = {
            seed: pool.submit(_run_seed, recipe, seed, folder, say, restart=restart)
            for seed in range(seeds)
            if seed not in finished
        }

        def begin_no_other(future: Future[dict[str, Any]] | None = None) -> None:
            if future is None or (not future.cancelled() and future.exception()):
                for other in running.values():
                    other.cancel()

        for future in running.values():  # called in its thread, before that takes another seed
            future.add_done_callback(begin_no_other)
        try:
            wait(running.values(), return_when=FIRST_EXCEPTION)
        finally:
            begin_no_other()
        _tell_who_goes_on(running, say)
    for seed, future in running.items():  # in their order: what was cancelled is behind what failed
        finished[seed] = future.result()
    return _sum_up(recipe, [finished[seed] for seed in range(seeds)])


def keep_row(result: MeasuredResult, path: Path) -> None:
    """Write a row, unless the file holds it already, with more seeds.

    A row that differs in anything else is written over: it is of seeds that are no longer there.

    Args:
        result: What `reproduce` gave.
        path: The file.
    """
    try:
        kept = MeasuredResult.read(path)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):  # missing or no row
        kept = result
    same = (kept.recipe_sha256, kept.versions, kept.machine) == (
        result.recipe_sha256,
        result.versions,
        result.machine,
    )
    begins_alike = kept.seeds[: len(result.seeds)] == result.seeds
    if not (same and begins_alike and len(kept.seeds) > len(result.seeds)):
        result.write(path)


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


def _read_finished(recipe: Recipe, folder: Path, seeds: int) -> dict[int, dict[str, Any]]:
    """Read what the folder holds of finished seeds, and refuse what cannot be summed up."""
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


def _tell_who_goes_on(running: dict[int, Future[dict[str, Any]]], say: Say) -> None:
    """Say what failed, where it is not the end: processes that run are waited for."""
    others = [str(seed) for seed, future in running.items() if not future.done()]
    for seed, future in running.items():
        if others and future.done() and not future.cancelled() and future.exception():
            go_on = f"Seed {others[0]} goes on to its end."
            if len(others) > 1:
                go_on = f"Seeds {', '.join(others)} go on to their end."
            say(seed, f"{str(future.exception()).removesuffix('.')}. {go_on}")


def _seed_folder(folder: Path, seed: int) -> Path:
    return folder / f"seed-{seed}"


def _run_seed(
    recipe: Recipe, seed: int, folder: Path, say: Say, *, restart: bool
) -> dict[str, Any]:
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
    if -code == _KILL:  # comes from outside, so that nothing it wrote says why
        last = " (often: out of memory)"
    return f"Seed {seed} was killed by signal {-code}{last}. {command} goes on where it was."


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
