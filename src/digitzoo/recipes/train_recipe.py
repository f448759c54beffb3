"""One recipe, followed with one seed."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import keras

from digitzoo.checks import check_whole
from digitzoo.data import load_data
from digitzoo.errors import ArgumentTypeError, shown
from digitzoo.models import build_model
from digitzoo.recipes.recipe import Recipe
from digitzoo.training import TrainingRun, train
from digitzoo.training.generators import LARGEST_SEED
from digitzoo.training.progress import Verbosity


def train_recipe(
    recipe: Recipe,
    *,
    seed: int = 0,
    run_dir: str | Path | None = None,
    restart: bool = False,
    verbose: Verbosity = "auto",
) -> TrainingRun:
    """Train a model as a recipe says.

    Same recipe, seed, versions and kind of machine, with its number of cores: the same bits.

    Args:
        recipe: Such as `load_recipe("simple_cnn")`.
        seed: Decides the first weights, the order of the images, what dropout drops and how
            images are changed. Which images are held out for validation is the same for each.
        run_dir: As in `train`: a folder to keep the run in, and to go on from.
        restart: Remove the run that the folder holds, and begin anew.
        verbose: As in `train`.

    Returns:
        The run. Its model computes in float32, and its weights are rounded to what 16 bits hold,
        as the package's own files keep them: what is measured is what is loaded.

    Raises:
        InvalidArgumentError: If a setting cannot work.
        ArgumentTypeError: If an argument is of a type that cannot work.
        RunFolderError: As `train`.

    >>> run = train_recipe(load_recipe("small_dense"))  # doctest: +SKIP
    """
    if not isinstance(recipe, Recipe):
        raise ArgumentTypeError(
            f"Expected a Recipe, such as load_recipe('simple_cnn'). Received {shown(recipe)}."
        )
    keras.utils.set_random_seed(check_whole("seed", seed, at_least=0, at_most=LARGEST_SEED))
    model = build_network(recipe)
    run = train(
        model,
        load_data(recipe.dataset, validation=recipe.validation),
        **recipe.training,
        run_dir=run_dir,
        restart=restart,
        seed=seed,
        verbose=verbose,
    )
    shipped = build_network(replace(recipe, precision="float32"))
    shipped.set_weights(
        [weight.astype("float16").astype("float32") for weight in run.model.get_weights()]
    )
    return replace(run, model=shipped)


def build_network(recipe: Recipe, **shape: Any) -> Any:
    """Build the recipe's network, which computes all layers but the last in its precision."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(recipe.precision)
    try:
        model = build_model(recipe.model, **{**recipe.options, **shape})
    finally:
        keras.config.set_dtype_policy(before)
    # A softmax with 8 significant bits says 1 of all that is above 0.998, and learning ends there.
    model.layers[-1].dtype_policy = "float32"
    if recipe.pixel_scale == 1:
        return model
    scale = keras.layers.Rescaling(recipe.pixel_scale, name="pixel_scale")
    # A network that branches stays whole behind it; layers in a row stay in a row.
    layers = model.layers if isinstance(model, keras.Sequential) else [model]
    return keras.Sequential([keras.Input(model.input_shape[1:]), scale, *layers], name=model.name)
