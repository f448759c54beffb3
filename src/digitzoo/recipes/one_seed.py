"""One seed of a recipe, in a process of its own: `python -m digitzoo.recipes.one_seed`.

It trains, measures the test images once, when all is over, and leaves `measured.json` and
`shipped.weights.h5` beside the run.
"""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import keras
import numpy as np

from digitzoo.data import is_disputed, load_data
from digitzoo.errors import DigitzooError
from digitzoo.evaluation import evaluate
from digitzoo.models import SeedResult, build_model
from digitzoo.recipes.machine import describe_machine
from digitzoo.recipes.recipe import Recipe
from digitzoo.recipes.train_recipe import follow
from digitzoo.training.atomic import replacing
from digitzoo.training.identity import versions

MEASURED = "measured.json"
WEIGHTS = "shipped.weights.h5"
REFUSAL = "digitzoo: "
"""How the line begins that says why a seed cannot be run."""


def main() -> None:
    """Read the job as JSON from the only argument, and do it.

    A `DigitzooError` is written to standard error as one line behind `REFUSAL`, with code 2.
    """
    try:
        _measure_seed(json.loads(sys.argv[1]))
    except DigitzooError as error:
        sys.exit(_refuse(str(error)))


def _refuse(message: str) -> int:
    sys.stderr.write(f"{REFUSAL}{' '.join(message.split())}\n")
    return 2


def _measure_seed(job: dict[str, Any]) -> None:
    recipe = Recipe.from_dict(job["recipe"])
    folder, seed = Path(job["folder"]), job["seed"]
    run, clock = follow(recipe, seed=seed, run_dir=folder, restart=job["restart"], verbose=2)
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
        seconds=round(clock.seconds, 1) or None,
        cpu_seconds=round(clock.cpu_seconds, 1) or None,
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
        "machine": describe_machine(),
    }
    with replacing(folder / MEASURED) as beside:
        beside.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
