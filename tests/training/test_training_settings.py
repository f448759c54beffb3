"""The options of a training, known once: checked, written, and compared where a run is resumed."""

import dataclasses
import inspect
import json
import math
from typing import Any

import keras
import numpy as np
import pytest

from digitzoo import Augmentation, Cosine, DigitzooError, Plateau, load_data, train
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError
from digitzoo.recipes import Recipe
from digitzoo.training.training_settings import TrainingSettings

DEFAULTS = {field.name: field.default for field in dataclasses.fields(TrainingSettings)}
FIELDS = {field.name for field in dataclasses.fields(TrainingSettings)}
ELSEWHERE = {
    *("model", "dataset", "validation_data", "validation_split", "steps_per_epoch"),  # the data
    *("seed", "callbacks"),  # compared too, by fit
    *("run_dir", "restart", "checkpoint_every", "verbose"),  # change no bit
    "distribution",  # a run goes on with another number of processes
}


@pytest.fixture(scope="module")
def data() -> Any:
    return load_data("mnist").sample(500)


def network() -> keras.Model:
    layers = [keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(10, "softmax")]
    return keras.Sequential(layers)


def test_no_option_of_train_is_forgotten_where_a_run_is_resumed() -> None:
    asked = set(inspect.signature(train).parameters)
    assert asked == FIELDS | ELSEWHERE
    for name, parameter in inspect.signature(train).parameters.items():
        if name in FIELDS:
            assert parameter.default == DEFAULTS[name], name
    assert {field.name for field in dataclasses.fields(Recipe)} > FIELDS


OTHERS: dict[str, Any] = {
    "epochs": 2,
    "batch_size": 99,
    "optimizer": "sgd",
    "learning_rate": 0.5,
    "momentum": 0.5,
    "weight_decay": 0.1,
    "global_clipnorm": 1.0,
    "ema_momentum": 0.5,
    "loss": keras.losses.SparseCategoricalCrossentropy(ignore_class=3),
    "label_smoothing": 0.1,
    "class_weight": [1.0] * 9 + [2.0],
    "metrics": ["sparse_top_k_categorical_accuracy"],
    "augmentation": Augmentation(shift=1),
    "early_stopping": 3,
    "monitor": "loss",
}


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_a_run_is_not_resumed_with_another_option(name: str, data: Any, tmp_path: Any) -> None:
    always: dict[str, Any] = {"epochs": 1, "run_dir": tmp_path, "verbose": 0}
    if name == "momentum":  # Adam has none
        always["optimizer"] = "sgd"
    train(network(), data, **always)
    with pytest.raises(DigitzooError, match="was begun with other settings: .*") as refused:
        train(network(), data, **{**always, name: OTHERS[name]})
    assert name in str(refused.value) or name == "label_smoothing"
    assert "name another folder and keep it" in str(refused.value)


def test_settings_are_frozen_and_can_be_written() -> None:
    settings = TrainingSettings(**OTHERS | {"loss": "mse", "label_smoothing": 0})
    written = json.loads(json.dumps(settings.to_dict()))
    assert set(written) == FIELDS
    assert written["class_weight"][9] == [9, 2.0]
    assert written["augmentation"]["shift"] == 1
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings.epochs = 3  # type: ignore[misc] # that is the question
    with pytest.raises(InvalidArgumentError, match="Did you mean 'epochs'"):
        TrainingSettings(epoch=3)  # type: ignore[call-arg] # that is the question


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"class_weight": "balance"}, InvalidArgumentError, "class_weight must be 'balanced'"),
        ({"class_weight": np.ones((10, 2))}, ArgumentTypeError, r"an array of shape \(10, 2\)"),
        ({"class_weight": 3}, ArgumentTypeError, "class_weight must be"),
        ({"class_weight": {"a": 1}}, ArgumentTypeError, "a label of class_weight must be a whole"),
        ({"class_weight": {0: "x"}}, ArgumentTypeError, r"class_weight\[0\] must be a finite"),
        ({"class_weight": [1, math.nan]}, InvalidArgumentError, r"class_weight\[1\] must be"),
        ({"class_weight": []}, InvalidArgumentError, "class_weight must be"),
        ({"monitor": np.ones(3)}, ArgumentTypeError, "A monitor is named by a text"),
        ({"monitor": 3}, ArgumentTypeError, "A monitor is named by a text"),
        ({"epochs": "1"}, ArgumentTypeError, "epochs must be a whole number"),
        ({"epochs": np.ones(3)}, ArgumentTypeError, "epochs must be a whole number"),
        ({"label_smoothing": None}, ArgumentTypeError, "label_smoothing must be"),
        ({"weight_decay": "0.1"}, ArgumentTypeError, "weight_decay must be"),
        ({"learning_rate": np.ones(100_000)}, ArgumentTypeError, "learning_rate must be"),
        ({"optimizer": np.ones(3)}, ArgumentTypeError, "optimizer must be a name"),
        ({"optimizer": None}, ArgumentTypeError, "optimizer must be a name"),
        ({"optimizer": ["adam"] * 10_000}, ArgumentTypeError, "10,000 in all"),
        ({"loss": 3}, ArgumentTypeError, "loss must be a name"),
        ({"loss": len}, ArgumentTypeError, "loss must be a name"),
        ({"loss": keras.losses.MeanSquaredError}, ArgumentTypeError, "Make an object of it"),
        ({"loss": np.ones(3)}, ArgumentTypeError, "loss must be a name"),
        ({"augmentation": {"shift": 2}}, ArgumentTypeError, "augmentation must be"),
        ({"metrics": 3}, ArgumentTypeError, "metrics must be a list"),
        ({"metrics": [3]}, ArgumentTypeError, "metrics holds names or metrics"),
        ({"metrics": [keras.metrics.AUC]}, ArgumentTypeError, "Make an object of it"),
        ({"metrics": ["nonsense"]}, InvalidArgumentError, "Unknown metric 'nonsense'"),
    ],
)
def test_wrong_settings_are_refused_in_a_few_lines(options: Any, error: Any, words: str) -> None:
    with pytest.raises(error, match=words) as refused:
        TrainingSettings(**options)
    assert len(str(refused.value)) < 500


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"validation_split": "0.1"}, ArgumentTypeError),
        ({"validation_split": np.ones(2)}, ArgumentTypeError),
        ({"validation_split": 1.5}, InvalidArgumentError),
        ({"validation_split": -0.1}, InvalidArgumentError),
        ({"verbose": np.ones(2)}, ArgumentTypeError),
        ({"verbose": True}, ArgumentTypeError),
        ({"verbose": "loud"}, InvalidArgumentError),
        ({"verbose": None}, ArgumentTypeError),
        ({"restart": "yes"}, ArgumentTypeError),
        ({"checkpoint_every": "5"}, ArgumentTypeError),
        ({"steps_per_epoch": 1.5}, ArgumentTypeError),
        ({"run_dir": np.ones(2)}, ArgumentTypeError),
        ({"run_dir": "a\0b"}, InvalidArgumentError),
        ({"run_dir": b"runs"}, ArgumentTypeError),
        ({"seed": "0"}, ArgumentTypeError),
        ({"callbacks": {}}, ArgumentTypeError),
        ({"callbacks": "TensorBoard"}, ArgumentTypeError),
    ],
)
def test_wrong_arguments_of_train_are_refused(data: Any, options: Any, error: Any) -> None:
    with pytest.raises(error) as refused:
        train(network(), data.train, **{"epochs": 1, "verbose": 0, **options})
    assert next(iter(options)) in str(refused.value)
    assert len(str(refused.value)) < 500


def test_class_weights_may_come_as_scikit_learn_gives_them(data: Any) -> None:
    weights = np.linspace(0.5, 1.5, 10)
    by_label = dict(enumerate(weights.tolist()))
    histories = [
        train(network(), data, epochs=1, class_weight=given, verbose=0).settings["class_weight"]
        for given in (
            weights,
            weights.tolist(),
            by_label,
            {np.int64(k): v for k, v in by_label.items()},
        )
    ]
    assert all(history == histories[0] for history in histories)
    with pytest.raises(InvalidArgumentError, match="each label 0 to 9") as refused:
        train(network(), data, class_weight=np.ones(28_972), verbose=0)
    assert len(str(refused.value)) < 300


SCHEDULE = keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.9)


@pytest.mark.parametrize(
    "options",
    [
        {"learning_rate": Cosine(0.01)},
        {"learning_rate": SCHEDULE},
        {"optimizer": keras.optimizers.SGD(SCHEDULE)},
    ],
)
@pytest.mark.parametrize(
    "callback",
    [
        keras.callbacks.ReduceLROnPlateau(patience=1),
        keras.callbacks.LearningRateScheduler(lambda _: 0.1),
    ],
)
def test_callbacks_that_set_the_rate_beside_a_schedule_are_refused_first(
    data: Any, tmp_path: Any, options: Any, callback: Any
) -> None:
    with pytest.raises(InvalidArgumentError, match=r"sets the learning rate.*Plateau\(0.001\)"):
        train(network(), data, callbacks=callback, run_dir=tmp_path / "run", verbose=0, **options)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("rate", [None, 0.01, Plateau(0.01)])
def test_callbacks_that_set_the_rate_go_with_a_number(data: Any, rate: Any) -> None:
    lower = keras.callbacks.LearningRateScheduler(lambda _: 0.125)
    run = train(network(), data, epochs=1, learning_rate=rate, callbacks=lower, verbose=0)
    assert float(run.model.optimizer.learning_rate) == 0.125


@pytest.mark.parametrize("where", ["model", "layer"])
def test_names_that_tensorflow_cannot_run_are_refused_first(data: Any, where: str) -> None:
    if keras.backend.backend() != "tensorflow":
        pytest.skip("other backends run any name")
    names = {"model": "mine", "layer": "dense"} | {where: "evil<b>x"}
    dense = keras.layers.Dense(10, "softmax", name=names["layer"])
    model = keras.Sequential(
        [keras.Input((28, 28, 1)), keras.layers.Flatten(), dense], name=names["model"]
    )
    with pytest.raises(InvalidArgumentError, match="cannot run what is called 'evil<b>x'"):
        train(model, data, epochs=1, verbose=0)


@pytest.mark.parametrize("labels", ["numbers", "by name", "both"])
def test_the_outputs_of_a_model_of_two_are_named(data: Any, labels: str) -> None:
    images = keras.Input((28, 28, 1))
    flat = keras.layers.Flatten()(images)
    outputs = [
        keras.layers.Dense(n, "softmax", name=name)(flat) for n, name in ((10, "digit"), (2, "odd"))
    ]
    model = keras.Model(images, outputs)
    numbers = data.train.labels
    given = {
        "numbers": numbers,
        "by name": {"digit": numbers, "odd": numbers},
        "both": [numbers] * 2,
    }
    with pytest.raises(InvalidArgumentError, match="the outputs 'digit', 'odd'") as refused:
        train(model, (data.train.images, given[labels]), verbose=0)
    assert len(str(refused.value)) < 300
    first = keras.Model(model.inputs, model.outputs[0])
    assert train(first, (data.train.images, numbers), epochs=1, verbose=0).epochs == 1
