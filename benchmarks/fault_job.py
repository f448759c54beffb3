"""A small training job for `faults.py`, run as a process of its own.

Run: python benchmarks/fault_job.py KIND FOLDER
"""

import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras

from digitzoo import Dataset, load_data, train

KINDS = (
    "dropout and L2",
    "batch normalization",
    "early stopping",
    "every 7 steps",
    "moving average",
)


def small_network(kind: str) -> keras.Sequential:
    """Build a network with the parts that a resume must bring back."""
    keras.utils.set_random_seed(0)
    layers = keras.layers
    penalty = keras.regularizers.L2(1e-3)
    inside = [
        layers.Conv2D(6, 3, strides=2, activation="relu", kernel_regularizer=penalty),
        layers.Dropout(0.3),
        layers.Flatten(),
        layers.Dense(16, activation="relu", kernel_regularizer=penalty),
        layers.Dropout(0.3),
    ]
    if kind == "batch normalization":
        inside.insert(1, layers.BatchNormalization())
    return keras.Sequential(
        [keras.Input((28, 28, 1)), *inside, layers.Dense(10, activation="softmax")], name="small"
    )


def small_data() -> Dataset:
    """Take real digits, few enough for a second an epoch."""
    return load_data("mnist").sample(1500)


def main() -> None:
    """Train to the end, or go on to it."""
    kind, folder = sys.argv[1:]
    options = {
        "early stopping": {"early_stopping": 1, "learning_rate": 0.03},
        "every 7 steps": {"checkpoint_every": 7},
        "moving average": {
            "optimizer": "adamw",
            "ema_momentum": 0.9,
            "label_smoothing": 0.1,
            "class_weight": "balanced",
            "checkpoint_every": 10,
        },
    }
    run = train(
        small_network(kind),
        small_data(),
        epochs=6,
        batch_size=64,
        run_dir=folder,
        verbose=0,
        **options.get(kind, {}),
    )
    print(run.stop_reason)


if __name__ == "__main__":
    main()
