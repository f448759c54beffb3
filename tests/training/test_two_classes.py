"""Two classes told apart by one number behind a sigmoid, as half of all tutorials do."""

from typing import Any

import keras
import numpy as np
import pytest

from digitzoo import evaluate, load_data, one_hot, train
from digitzoo.errors import InvalidArgumentError
from digitzoo.training import find_learning_rate


@pytest.fixture(scope="module")
def pair() -> Any:
    split = load_data("mnist").train
    chosen = split[np.flatnonzero(split.labels < 2)[:600]]
    return chosen.images, chosen.labels


def network(units: int = 1, activation: str = "sigmoid") -> keras.Model:
    keras.utils.set_random_seed(0)
    head = keras.layers.Dense(units, activation)
    return keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten(), head])


def go(labels: Any, images: Any, **options: Any) -> Any:
    return train(
        network(), (images, labels), **{"epochs": 2, "learning_rate": 0.01, "verbose": 0, **options}
    )


def test_it_learns_with_the_binary_cross_entropy(pair: Any) -> None:
    images, labels = pair
    run = go(labels, images, epochs=4)
    assert run.settings["loss"]["name"] == "binary_crossentropy"
    assert run.history["val_accuracy"][-1] > 0.98
    result = evaluate(run.model, (images, labels))
    assert result.accuracy > 0.98
    measured = run.model.evaluate(images / 255, labels, verbose=0, return_dict=True)
    assert measured["accuracy"] == pytest.approx(result.accuracy, abs=1e-6)
    assert measured["loss"] == pytest.approx(result.loss, rel=1e-3)


@pytest.mark.parametrize(
    "form",
    [
        lambda labels: labels[:, None],
        lambda labels: labels.astype(bool),
        lambda labels: labels.astype("int64"),
        lambda labels: one_hot(labels, 2),
    ],
)
def test_every_form_of_the_labels_trains_alike(pair: Any, form: Any) -> None:
    images, labels = pair
    expected = go(labels, images).history
    assert go(form(labels), images).history == expected


def test_class_weights_and_smoothing_are_those_of_two_numbers(pair: Any) -> None:
    images, labels = pair
    ignored = go(labels, images, class_weight={0: 1.0, 1: 0.0}, epochs=4)
    assert evaluate(ignored.model, (images, labels)).per_class[1].predicted == 0
    (zero, one) = go(labels, images, class_weight="balanced").settings["class_weight"]
    assert zero[1] * np.sum(labels == 0) == pytest.approx(one[1] * np.sum(labels == 1), rel=0.05)
    smoothed = go(labels, images, label_smoothing=0.2)
    by_hand = go(labels, images, loss=keras.losses.BinaryCrossentropy(label_smoothing=0.2))
    assert smoothed.history == by_hand.history


def test_metrics_of_two_classes(pair: Any) -> None:
    images, labels = pair
    run = go(labels, images, metrics=["auc", keras.metrics.Precision()])
    assert run.history["val_auc"][-1] > 0.9
    assert "val_precision" in run.history


def test_losses_of_many_classes_are_refused(pair: Any) -> None:
    images, labels = pair
    for loss in ("sparse_categorical_crossentropy", keras.losses.CategoricalCrossentropy()):
        with pytest.raises(InvalidArgumentError, match="Give loss='binary_crossentropy'"):
            go(labels, images, loss=loss)
    with pytest.raises(InvalidArgumentError, match=r"has from_logits=True"):
        go(labels, images, loss=keras.losses.BinaryCrossentropy(from_logits=True))
    go(labels, images, loss="binary_crossentropy", epochs=1)


def test_a_third_class_and_a_head_without_a_sigmoid_are_refused(pair: Any) -> None:
    images, labels = pair
    with pytest.raises(InvalidArgumentError, match="label 2 .* Expected 0 to 1"):
        go(np.where(labels == 1, 2, 0), images)
    with pytest.raises(InvalidArgumentError, match=r"Dense\(1, activation='sigmoid'\)"):
        train(network(activation="linear"), pair, verbose=0)


def test_the_learning_rate_is_found_for_them_too(pair: Any) -> None:
    assert find_learning_rate(network(), pair, steps=30).suggestion > 0
