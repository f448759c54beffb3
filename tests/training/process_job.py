"""What a process of `test_processes.py` does: train, as one of two or alone with two devices.

What came of each part is a JSON file in the folder that it is given.
"""

import json
import os
import re
import signal
import sys
from pathlib import Path

os.environ["KERAS_BACKEND"] = "jax"

import keras
import numpy as np

import digitzoo
from digitzoo import Augmentation, DigitzooError, evaluate, load_data, train

INDEX = os.environ.get("KERAS_DISTRIBUTION_PROCESS_ID")
NAME = "devices" if INDEX is None else f"process-{INDEX}"


class Act(keras.callbacks.Callback):
    """Does something once in the middle of an epoch, in the second process alone."""

    def __init__(self, epoch, act):
        super().__init__()
        self.when, self.act, self.epoch = epoch, act, None

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        if (self.epoch, batch, INDEX) == (self.when, 3, "1"):
            self.act()


def network():
    """Batch normalization and dropout: rows that are not there would count, or shift the draws."""
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Conv2D(4, 5, strides=3, activation="relu"),
            keras.layers.BatchNormalization(),
            keras.layers.Flatten(),
            keras.layers.Dropout(0.3),
            keras.layers.Dense(10, activation="softmax"),
        ],
        name="network",
    )


def job(folder):
    data = load_data("mnist", validation=0).sample(1285)
    settings = {
        "epochs": 2,
        "batch_size": 32,  # the last batch has 5 images, which two devices cannot share alike
        "augmentation": Augmentation(shift=2, erasing=0.5),
        "class_weight": "balanced",
        "metrics": ["sparse_top_k_categorical_accuracy"],
        "ema_momentum": 0.9,
        "validation_data": data.test.sample(77),
        "learning_rate": 0.01,
        "seed": 3,
        "verbose": 0,
    }

    def go(name, place=None, **options):
        # The first process's weights count, where Keras did not want them alike itself.
        is_set = keras.distribution.distribution() is not None
        keras.utils.set_random_seed(0 if is_set else int(INDEX or 0))
        run_dir = None if place is None else folder / place
        run = train(network(), data.train, run_dir=run_dir, **{**settings, **options})
        np.savez(folder / f"{name}-{NAME}", *run.model.get_weights())
        say(name, history=run.history, best_epoch=run.best_epoch, reason=run.stop_reason)
        return run

    def say(name, **content):
        (folder / f"{name}-{NAME}.json").write_text(json.dumps(content))

    def fails(name, error, *arguments, **options):
        try:
            go(name, *arguments, **options)
        except error as what:
            say(name, message=str(what))

    def measure(run):
        say("measured", accuracy=evaluate(run.model, data.test.sample(100)).accuracy)

    every = keras.distribution.DataParallel()
    if INDEX is None:
        go("alone")
        run = go("shared", distribution=every)
        measure(run)
        fails("odd", DigitzooError, batch_size=33, distribution=every)
        go("gone-on", "killed")  # what two processes began, alone
        return
    (folder / "foreign").mkdir(exist_ok=True)
    (folder / "foreign" / "mine.txt").touch()
    fails("refused", DigitzooError, "foreign", distribution=every)
    seed = {"seed": int(INDEX)}
    fails("unlike", DigitzooError, distribution=every, **seed)
    with every.scope():  # as one that is set
        interrupt = Act(0, lambda: os.kill(os.getpid(), signal.SIGINT))
        fails("interrupted", KeyboardInterrupt, "run", callbacks=interrupt)
        go("resumed", "run")
        measure(go("read", "run"))
    kill = Act(1, lambda: os.kill(os.getpid(), signal.SIGKILL))
    fails("lost", DigitzooError, "killed", distribution=every, callbacks=kill)


def run_page(folder):
    """Run the script of the page on processes, which has them meet."""
    page = Path(__file__).parents[2] / "docs" / "how-to" / "processes.md"
    (script,) = re.findall(r"^```python\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL)
    few = load_data("mnist").sample(256)
    digitzoo.load_data = lambda name: few
    os.chdir(folder)
    exec(script, {})


if __name__ == "__main__":
    if INDEX is not None:
        run_page(Path(sys.argv[1]))
    job(Path(sys.argv[1]))
