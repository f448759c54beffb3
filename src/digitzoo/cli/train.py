"""`digitzoo train`: a model from the first step to its test accuracy."""

from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from digitzoo.cli.network import start_keras
from digitzoo.cli.options import JsonOption, ModelName, QuietOption, RestartOption, number, path
from digitzoo.cli.output import counted, print_note
from digitzoo.cli.processes import is_started, joined, run_processes
from digitzoo.cli.run_command import read_command, write_command
from digitzoo.cli.source import ParquetParts, Source, reads_images
from digitzoo.cli.train_report import report_run, same_command
from digitzoo.models import build_model, model_card

if TYPE_CHECKING:
    from digitzoo.data import Dataset
    from digitzoo.recipes import Recipe

_QUICK = "quick"
# What a recipe says of its optimizer alone.
_OF_THE_OPTIMIZER = ("learning_rate", "momentum", "weight_decay")


@reads_images
def train(
    model: ModelName,
    *,
    source: Source,
    recipe: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Train as this recipe says: tuned, reference, ...; by default as quick does, for "
            "a model that has one. What is given beside it counts in its place.",
        ),
    ] = None,
    epochs: Annotated[
        int | None, number("How often each image is seen, at most; by default 10.", at_least=1)
    ] = None,
    batch_size: Annotated[
        int | None, number("How many images make one step; by default 128.", at_least=1)
    ] = None,
    optimizer: Annotated[
        str | None, typer.Option(metavar="NAME", help="A Keras optimizer; by default adam.")
    ] = None,
    learning_rate: Annotated[
        float | None, number("Its step size; by default its own.", "RATE", whole=False, above=0)
    ] = None,
    early_stopping: Annotated[
        int | None, number("Stop after so many epochs without a better one.", "EPOCHS", at_least=1)
    ] = None,
    validation: Annotated[
        float | None,
        number(
            "The part of train to watch the run by; by default 0.1.",
            "PART",
            whole=False,
            at_least=0,
            below=1,
        ),
    ] = None,
    seed: Annotated[int, number("Decides every random draw.", at_least=0, at_most=2**32 - 1)] = 0,
    run_dir: Annotated[Path | None, path("By default runs/MODEL-DATA-NUMBER.", "FOLDER")] = None,
    restart: RestartOption = False,
    checkpoint_every: Annotated[
        int | None, number("Write checkpoints within epochs too.", "STEPS", at_least=1)
    ] = None,
    processes: Annotated[
        int | None,
        number(
            "Train in so many processes of this machine, which share each batch, as do all devices "
            "of each; on JAX.",
            at_least=1,
        ),
    ] = None,
    launched: Annotated[
        bool,
        typer.Option(
            "--launched",
            help="Be one of the processes that Slurm, Open MPI or Kubernetes started with this "
            "command; on JAX.",
        ),
    ] = False,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Train a model, keep the run in a folder, and measure it on the test images.

    A run that was cut off goes on when the same command is given again.
    """
    if processes is not None and processes > 1 and not is_started():
        raise typer.Exit(run_processes(processes))
    with joined(devices=processes is not None, launched=launched) as group:
        chosen = _choose_recipe(model, recipe, source)
        held_out = 0.1 if chosen is None else chosen.validation
        data = source.read(
            model_card(model).dataset,
            validation=held_out if validation is None else validation,
            seed=seed,
        )
        typed: dict[str, Any] = {
            "epochs": epochs,
            "batch_size": batch_size,
            "optimizer": optimizer,
            "learning_rate": learning_rate,
            "early_stopping": early_stopping,
        }
        arguments = {
            "model": model,
            "dataset": data.name,
            "source": source.record,
            "recipe": None if chosen is None else chosen.name,
            "validation": validation,
            **typed,
            "seed": seed,
        }
        folder = run_dir or _choose_folder(f"{model}-{data.name}", arguments)

        start_keras()
        import keras

        from digitzoo.recipes.train_recipe import build_network
        from digitzoo.training import train as run_training

        class Beginning(keras.callbacks.Callback):  # type: ignore[misc] # Keras ships no types
            """Keep the command, once the run has its folder."""

            begun = False

            def on_train_begin(self, logs: object = None) -> None:
                if self.begun:  # Keras begins twice where an epoch was left in the middle
                    return
                self.begun = True
                if not group.is_first:
                    return
                write_command(folder, arguments, source.csv_reading())
                if not quiet:
                    images = counted(len(data.train), "image")
                    print_note(f"{model} on {data.name}: {images}, run in {folder}")
                    if chosen is not None:
                        print_note(f"Recipe {chosen.name}: {chosen.summary}")

        keras.utils.set_random_seed(seed)
        sizes, images = _given(data)
        shape = {"input_shape": sizes, "num_classes": len(data.class_names)}
        built = build_network(chosen, **shape) if chosen else build_model(model, **shape)
        try:
            run = run_training(
                built,
                **images,
                **_settings(chosen, typed),
                seed=seed,
                run_dir=folder,
                restart=restart,
                checkpoint_every=checkpoint_every,
                callbacks=[Beginning()],
                distribution=_distribution(processes, launched=launched),
                verbose=0 if quiet else "auto",
            )
        except KeyboardInterrupt:
            if group.is_first:
                words = f"Interrupted; the run is kept in {folder}. To go on:"
                print_note(f"\n{words}\n{same_command(folder)}")
            raise typer.Exit(130) from None
        if group.is_first:
            report_run(run, data, source, folder, as_json=as_json)


def _choose_recipe(model: str, name: str | None, source: Source) -> "Recipe | None":
    """Find the recipe that is asked for, or the quick one of a model on a bundled data set."""
    if name is None and source.is_own:
        return None
    start_keras()
    from digitzoo.recipes import list_recipes, load_recipe

    dataset = source.dataset or model_card(model).dataset
    if name is None:
        known = {(one.name, one.dataset) for one in list_recipes(model)}
        return load_recipe(model, _QUICK, dataset=dataset) if (_QUICK, dataset) in known else None
    return load_recipe(model, name, dataset=dataset)


def _given(data: "Dataset | ParquetParts") -> tuple[tuple[int, ...], dict[str, Any]]:
    """Give the shape of an image, and the images as `train` takes them."""
    if not isinstance(data, ParquetParts):
        return data.train.images.shape[1:], {"dataset": data}
    return data.train.image_shape, {
        "dataset": data.train,
        "validation_data": data.validation,
        "validation_split": 0 if data.validation is None else None,
    }


def _distribution(processes: int | None, *, launched: bool) -> Any:
    """Give all devices, if a run is to have more than one."""
    import keras

    if processes is None and not launched and not is_started():
        return None
    return keras.distribution.DataParallel(auto_shard_dataset=False)


def _settings(recipe: "Recipe | None", typed: dict[str, Any]) -> dict[str, Any]:
    """Say how to train: as the recipe does, with what was typed in its place."""
    given = {name: value for name, value in typed.items() if value is not None}
    if recipe is None:
        return given
    settings = recipe.training
    if given.get("optimizer", recipe.optimizer) != recipe.optimizer:
        settings |= dict.fromkeys(_OF_THE_OPTIMIZER)
    return {**settings, **given}


def _choose_folder(name: str, arguments: dict[str, Any]) -> Path:
    """Find the unfinished run of the same command, or the first number that is free."""
    from digitzoo.training.run_folder import RunFolder

    for position in count(1):
        folder = Path("runs", f"{name}-{position}")
        if not folder.exists():
            break
        if not RunFolder(folder).is_finished and read_command(folder)["arguments"] == arguments:
            break
    return folder
