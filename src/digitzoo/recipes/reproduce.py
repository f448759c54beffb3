"""Many seeds of one recipe, each in a process of its own, and the row that sums them up."""

import shutil
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from statistics import mean, stdev
from typing import Any

from digitzoo.errors import RunFolderError
from digitzoo.evaluation import accuracy_interval, mean_interval
from digitzoo.models import AccuracySummary, MeasuredResult, SeedResult, WeightsFile
from digitzoo.models.measured import result_path, weights_path
from digitzoo.recipes.one_seed import WEIGHTS, Say, read_finished, run_seed, seed_folder
from digitzoo.recipes.recipe import Recipe


def reproduce(
    recipe: Recipe,
    *,
    seeds: int,
    jobs: int,
    folder: Path,
    restart: bool = False,
    say: Say = lambda seed, line: None,
) -> MeasuredResult:
    """Run seeds 0, 1, ... that are not finished, in so many processes at a time, and sum up."""
    finished = {} if restart else read_finished(recipe, folder, seeds)
    for seed in finished:
        say(seed, "was finished before")
    with ThreadPoolExecutor(jobs) as pool:
        running: dict[int, Future[dict[str, Any]]] = {
            seed: pool.submit(run_seed, recipe, seed, folder, say, restart=restart)
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
    """Write a row, unless the file holds the same one with more seeds."""
    try:
        kept = MeasuredResult.read(path)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):  # missing or no row
        kept = result
    same = all(
        getattr(kept, name) == getattr(result, name)
        for name in ("recipe_sha256", "versions", "machine")
    )
    begins_alike = kept.seeds[: len(result.seeds)] == result.seeds
    if not (same and begins_alike and len(kept.seeds) > len(result.seeds)):
        result.write(path)


def record(result: MeasuredResult, folder: Path, *, with_weights: bool) -> MeasuredResult:
    """Put a row, and seed 0's weights if asked, where the package reads them."""
    if with_weights:
        path = weights_path(result.model, result.dataset)
        path.parent.mkdir(exist_ok=True)
        shutil.copyfile(seed_folder(folder, 0) / WEIGHTS, path)
        content = path.read_bytes()
        weights = WeightsFile(path.name, len(content), sha256(content).hexdigest())
        result = replace(result, weights=weights)
    path = result_path(result.model, result.dataset, result.recipe)
    path.parent.mkdir(exist_ok=True)
    result.write(path)
    return result


def _tell_who_goes_on(running: dict[int, Future[dict[str, Any]]], say: Say) -> None:
    """Say what failed, where it is not the end: processes that run are waited for."""
    others = [str(seed) for seed, future in running.items() if not future.done()]
    for seed, future in running.items():
        if others and future.done() and not future.cancelled() and future.exception():
            go_on = f"Seed {others[0]} goes on to its end."
            if len(others) > 1:
                go_on = f"Seeds {', '.join(others)} go on to their end."
            say(seed, f"{str(future.exception()).removesuffix('.')}. {go_on}")


def _sum_up(recipe: Recipe, found: list[dict[str, Any]]) -> MeasuredResult:
    for place in ("versions", "machine"):
        first = found[0][place]
        for seed, content in enumerate(found):
            here = content[place]
            if here != first:
                names = [name for name in {**here, **first} if here.get(name) != first.get(name)]
                facts = (f"{name} {here.get(name)} and not {first.get(name)}" for name in names)
                raise RunFolderError(
                    f"Seed {seed} ran with other {place} than seed 0: {', '.join(facts)}. A row is "
                    f"of one kind of machine and one set of versions. Name another folder, or "
                    f"begin anew: --restart, or restart=True."
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


def summarize_errors(errors: list[int], images: int) -> AccuracySummary:
    """Sum up the accuracies of several seeds, which called so many of the images wrong."""
    accuracies = [(images - wrong) / images for wrong in errors]
    if len(errors) == 1:
        low, high = accuracy_interval(images - errors[0], images)
        return AccuracySummary(images, accuracies[0], None, low, high)
    low, high = mean_interval(accuracies)
    return AccuracySummary(images, mean(accuracies), stdev(accuracies), low, min(high, 1.0))
