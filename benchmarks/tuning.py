"""Settings of the tuned recipe of `deep_cnn`, tried on held-out training images: a table.

The 60,000 training images of MNIST are dealt into ten parts. A run holds out one of them, learns
from the others, and counts what it calls wrong of the held-out 6,000 with the averaged weights of
the last epoch; the test images are not looked at. Every try sees the same parts, with the same
seed, so that tries differ by what they change and by little else.

An epoch is one XLA program, images and augmentation included, with Keras's own network, optimizer
and schedule: on a GPU that is many times as fast as a call for each batch, and three dozen runs
take minutes. The draws are JAX's, so the numbers are not those of `digitzoo reproduce` to the
digit. Runs that are over are kept in a file of JSON lines, and are not run again.

Run: KERAS_BACKEND=jax XLA_PYTHON_CLIENT_PREALLOCATE=false python benchmarks/tuning.py
         [--tries "start;decay 0.05"] [--parts 3] [--jobs 3] [--kept tuning.jsonl]
"""

import argparse
import itertools
import json
import multiprocessing
import os
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "jax")

import jax
import jax.numpy as jnp
import keras
import numpy as np
from jax.scipy.ndimage import map_coordinates
from rich.console import Console
from rich.table import Table

from digitzoo import Augmentation, load_data, load_recipe
from digitzoo.recipes import Recipe
from digitzoo.recipes.train_recipe import build_network

PARTS, IMAGES = 10, 60_000
TINY = 1e-7  # below which Keras too takes no logarithm

# Trainable weights, the states of the dropout layers, and the optimizer's variables.
State = tuple[list[jax.Array], list[jax.Array], list[jax.Array]]

HALF_THE_RATE = {"learning_rate": {"name": "Cosine", "learning_rate": 0.001}}

# Where the search began; all else is as in the tuned recipe.
START = {
    "epochs": 60,
    "learning_rate": {"name": "Cosine", "learning_rate": 0.002},
    "weight_decay": None,
}
TRIES: dict[str, dict[str, Any]] = {
    "start": {},
    "smaller moves": {"augmentation": {"shift": 2, "rotation": 10, "zoom": 0.1}},
    "larger moves": {"augmentation": {"shift": 3, "rotation": 20, "zoom": 0.2}},
    "dropout 0.1, 0.3": {"options": {"dropout_rate": [0.1, 0.3]}},
    "dropout 0.4, 0.5": {"options": {"dropout_rate": [0.4, 0.5]}},
    "smoothing 0.1": {"label_smoothing": 0.1},
    "decay 0.05": {"weight_decay": 0.05},
    "rate 0.004": {"learning_rate": {"name": "Cosine", "learning_rate": 0.004}},
    "rate 0.001": HALF_THE_RATE,
    "rate 0.001, decay 0.05": {**HALF_THE_RATE, "weight_decay": 0.05},
    "rate 0.001, decay 0.05, smoothing 0.1": {
        **HALF_THE_RATE,
        "weight_decay": 0.05,
        "label_smoothing": 0.1,
    },
    "rate 0.001, decay 0.2": {**HALF_THE_RATE, "weight_decay": 0.2},
    "rate 0.001, decay 0.05, 120 epochs": {**HALF_THE_RATE, "weight_decay": 0.05, "epochs": 120},
    "rate 0.001, decay 0.2, 120 epochs": {**HALF_THE_RATE, "weight_decay": 0.2, "epochs": 120},
}


def main() -> None:
    """Measure what is not kept yet, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tries", default=";".join(TRIES), help="names, with ; between them")
    parser.add_argument("--parts", type=int, default=3, help=f"how many are held out, of {PARTS}")
    parser.add_argument("--jobs", type=int, default=3, help="processes beside each other")
    parser.add_argument("--epochs", type=int, help="for all tries, to see that they run")
    parser.add_argument("--kept", type=Path, default=Path("tuning.jsonl"))
    arguments = parser.parse_args()
    names = arguments.tries.split(";")
    everywhere = {"epochs": arguments.epochs} if arguments.epochs else {}
    recipes = {name: tried(name, everywhere) for name in names}
    known = {(row["recipe_sha256"], row["part"]) for row in read(arguments.kept)}
    jobs = [
        (name, recipe, part, arguments.kept)
        for part, (name, recipe) in itertools.product(range(arguments.parts), recipes.items())
        if (recipe.sha256, part) not in known
    ]
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(arguments.jobs, spawn) as pool:
        for row in pool.map(measure, *zip(*jobs, strict=True)) if jobs else ():
            message = f"{row['try']}, part {row['part']}: {row['wrong']} wrong"
            print(message, file=sys.stderr, flush=True)
    show(read(arguments.kept), recipes)


def tried(name: str, more: dict[str, Any]) -> Recipe:
    """Give the recipe that a try follows."""
    return Recipe.from_dict({**load_recipe("deep_cnn").to_dict(), **START, **TRIES[name], **more})


def measure(name: str, recipe: Recipe, part: int, kept: Path) -> dict[str, Any]:
    """Train with one part held out, and keep how that went."""
    start = time.monotonic()
    learnt_from, held_out = deal(part)
    keras.utils.set_random_seed(part)
    network = build_network(recipe)
    steps = len(learnt_from[0]) // recipe.batch_size
    optimizer = keras.optimizers.AdamW(
        recipe.learning_rate.schedule(steps * recipe.epochs),
        weight_decay=0.004 if recipe.weight_decay is None else recipe.weight_decay,
        use_ema=True,
        ema_momentum=recipe.ema_momentum,
    )
    optimizer.build(network.trainable_variables)
    run_epoch = jax.jit(epoch_of(network, optimizer, recipe, steps), donate_argnums=0)
    count_wrong = jax.jit(partial(wrong_and_loss, network))

    state = tuple(
        [variable.value for variable in variables]
        for variables in (
            network.trainable_variables,
            network.non_trainable_variables,
            optimizer.variables,
        )
    )
    history = []
    for epoch in range(recipe.epochs):
        key = jax.random.fold_in(jax.random.key(part), epoch)
        state, training_accuracy = run_epoch(state, key, *learnt_from)
        if (epoch + 1) % 20 == 0 or epoch + 1 == recipe.epochs:
            wrong, loss = count_wrong(averaged(optimizer, state), state[1], *held_out)
            history.append([epoch + 1, int(wrong), float(loss)])
    row = {
        "try": name,
        "part": part,
        "epochs": recipe.epochs,
        "wrong": history[-1][1],
        "loss": round(history[-1][2], 5),
        "training_accuracy": float(training_accuracy),
        "seconds": round(time.monotonic() - start, 1),
        "device": jax.devices()[0].device_kind,
        "recipe_sha256": recipe.sha256,
        "history": history,
    }
    with kept.open("a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")
    return row


def deal(part: int) -> tuple[tuple[jax.Array, jax.Array], tuple[jax.Array, jax.Array]]:
    """Give the images and labels to learn from, and those of the part that is held out."""
    train = load_data("mnist", validation=0).train
    order = np.random.default_rng(0).permutation(IMAGES).reshape(PARTS, -1)
    others = np.delete(order, part, axis=0).ravel()
    return tuple(
        (jnp.asarray(train.images[chosen]), jnp.asarray(train.labels[chosen].astype("int32")))
        for chosen in (others, order[part])
    )


def epoch_of(
    network: keras.Model, optimizer: keras.Optimizer, recipe: Recipe, steps: int
) -> Callable[[State, jax.Array, jax.Array, jax.Array], tuple[State, jax.Array]]:
    """Give a function that runs an epoch: the new state, and the accuracy while it learnt."""

    def cross_entropy(
        trainable: list[jax.Array], other: list[jax.Array], pictures: jax.Array, answers: jax.Array
    ) -> tuple[jax.Array, tuple[list[jax.Array], jax.Array]]:
        probabilities, other = network.stateless_call(trainable, other, pictures, training=True)
        classes = probabilities.shape[-1]
        wanted = jax.nn.one_hot(answers, classes)
        wanted = wanted * (1 - recipe.label_smoothing) + recipe.label_smoothing / classes
        loss = -jnp.mean(jnp.sum(wanted * jnp.log(probabilities.clip(TINY, 1)), axis=-1))
        return loss, (other, jnp.mean(probabilities.argmax(-1) == answers))

    def step(state: State, pictures: jax.Array, answers: jax.Array) -> tuple[State, jax.Array]:
        trainable, other, memory = state
        gradients, (other, accuracy) = jax.grad(cross_entropy, has_aux=True)(
            trainable, other, pictures, answers
        )
        trainable, memory = optimizer.stateless_apply(memory, gradients, trainable)
        return (trainable, other, memory), accuracy

    def epoch(
        state: State, key: jax.Array, images: jax.Array, labels: jax.Array
    ) -> tuple[State, jax.Array]:
        for_order, for_moves = jax.random.split(key)
        order = jax.random.permutation(for_order, len(labels))[: steps * recipe.batch_size]

        def batch(state: State, drawn: tuple[jax.Array, jax.Array]) -> tuple[State, jax.Array]:
            chosen, own_key = drawn
            pictures = images[chosen].astype("float32") / 255
            return step(state, moved(pictures, own_key, recipe.augmentation), labels[chosen])

        keys = jax.random.split(for_moves, steps)
        state, accuracies = jax.lax.scan(batch, state, (order.reshape(steps, -1), keys))
        return state, accuracies.mean()

    return epoch


def moved(pictures: jax.Array, key: jax.Array, bounds: Augmentation) -> jax.Array:
    """Zoom, turn and shift each picture, as `Augmentation` does."""
    count, height, width, _ = pictures.shape
    draws = jax.random.uniform(key, (4, count, 1, 1), minval=-1.0, maxval=1.0)
    down, right = bounds.shift * draws[0], bounds.shift * draws[1]
    angle, zoom = jnp.deg2rad(bounds.rotation * draws[2]), 1 + bounds.zoom * draws[3]
    cosine, sine = jnp.cos(angle) / zoom, jnp.sin(angle) / zoom
    y = jnp.arange(height)[:, None] - (height - 1) / 2 - down
    x = jnp.arange(width) - (width - 1) / 2 - right
    rows = cosine * y + sine * x + (height - 1) / 2
    columns = cosine * x - sine * y + (width - 1) / 2
    sample = jax.vmap(partial(map_coordinates, order=1, mode="constant"))
    return sample(pictures[..., 0], [rows, columns])[..., None]


def averaged(optimizer: keras.Optimizer, state: State) -> list[jax.Array]:
    """Give the moving average of the weights, which the optimizer's state holds."""
    places = {id(variable): place for place, variable in enumerate(optimizer.variables)}
    averages = optimizer._model_variables_moving_average  # noqa: SLF001 - Keras names it nowhere else
    return [state[2][places[id(variable)]] for variable in averages]


def wrong_and_loss(
    network: keras.Model,
    trainable: list[jax.Array],
    other: list[jax.Array],
    images: jax.Array,
    labels: jax.Array,
) -> tuple[jax.Array, jax.Array]:
    """Count wrong answers, and give the mean cross-entropy."""
    pictures = images.astype("float32") / 255
    probabilities, _ = network.stateless_call(trainable, other, pictures, training=False)
    own = jnp.take_along_axis(probabilities, labels[:, None], axis=-1)
    return (probabilities.argmax(-1) != labels).sum(), -jnp.log(own.clip(TINY, 1)).mean()


def read(path: Path) -> list[dict[str, Any]]:
    """Give the rows that are kept."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [json.loads(line) for line in lines]


def show(rows: list[dict[str, Any]], recipes: dict[str, Recipe]) -> None:
    """Print a line for each try."""
    table = Table("try", "epochs", "wrong", "of each part", "loss", "training accuracy", box=None)
    devices = set()
    for name, recipe in recipes.items():
        own = [row for row in rows if row["recipe_sha256"] == recipe.sha256]
        own.sort(key=lambda row: row["part"])
        if not own:
            continue
        wrong, loss, accuracy = (
            statistics.mean(row[key] for row in own)
            for key in ("wrong", "loss", "training_accuracy")
        )
        each = " ".join(str(row["wrong"]) for row in own)
        cells = [f"{wrong:.1f}", each, f"{loss:.4f}", f"{accuracy:.4f}"]
        table.add_row(name, str(recipe.epochs), *cells)
        devices |= {row["device"] for row in own}
    where = ", ".join(sorted(devices))
    print(f"deep_cnn on MNIST, wrong of {IMAGES // PARTS:,} training images held out; {where}\n")
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
