"""What is measured beside loss and accuracy, and what is said of what is not."""

from typing import Any

import keras
import numpy as np
import pytest

from digitzoo import TrainingRun, load_data, one_hot, train
from digitzoo.errors import InvalidArgumentError


@pytest.fixture(scope="module")
def data() -> Any:
    return load_data("mnist").sample(500)


def network() -> keras.Model:
    layers = [keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(10, "softmax")]
    return keras.Sequential(layers)


def top(k: int = 3) -> keras.metrics.Metric:
    return keras.metrics.SparseTopKCategoricalAccuracy(k=k, name=f"top_{k}")


def test_metrics_stand_in_the_history_and_come_back(data: Any, tmp_path: Any) -> None:
    run = train(network(), data, epochs=3, metrics=[top()], run_dir=tmp_path, verbose=0)
    assert list(run.history) == [
        *("loss", "accuracy", "top_3"),
        *("val_loss", "val_accuracy", "val_top_3"),
    ]
    probabilities = run.model.predict(data.validation.images / 255, verbose=0)
    best = np.argsort(-probabilities, axis=1)[:, :3]
    expected = np.mean((best == data.validation.labels[:, None]).any(axis=1))
    assert run.history["val_top_3"][-1] == pytest.approx(expected, abs=1e-6)
    assert TrainingRun.load(tmp_path).history == run.history
    assert run.best_metrics["val_top_3"] == run.history["val_top_3"][run.best_epoch - 1]


def test_metrics_do_not_change_what_is_learnt(data: Any) -> None:
    def weights(**options: Any) -> Any:
        keras.utils.set_random_seed(0)
        return train(network(), data, epochs=1, verbose=0, **options).model.get_weights()

    for a, b in zip(weights(), weights(metrics=[top(), "accuracy"]), strict=True):
        assert np.array_equal(a, b)


def test_the_same_metric_has_the_same_name_in_every_run(data: Any) -> None:
    pair = data.train.images, one_hot(data.train.labels, 10)
    for metric in ("auc", keras.metrics.AUC(), keras.metrics.AUC()):
        assert "val_auc" in train(network(), pair, epochs=1, metrics=metric, verbose=0).history


@pytest.mark.parametrize(
    ("metric", "words"),
    [
        (
            "top_k_categorical_accuracy",
            "labels that are whole numbers: .* It may take labels that are one-hot rows",
        ),
        ("mse", "does not fit"),
        ("auc", "does not fit"),
    ],
)
def test_metrics_of_other_labels_are_refused_before_the_first_step(
    data: Any, metric: str, words: str
) -> None:
    with pytest.raises(InvalidArgumentError, match=words) as refused:
        train(network(), data, metrics=[metric], verbose=0)
    assert "{{" not in str(refused.value)


def test_metrics_of_many_numbers_are_refused(data: Any) -> None:
    pair = data.train.images, one_hot(data.train.labels, 10)
    with pytest.raises(InvalidArgumentError, match=r"gives 10 numbers.*average='macro'"):
        train(network(), pair, metrics=[keras.metrics.F1Score()], verbose=0)
    macro = keras.metrics.F1Score(average="macro")
    assert "f1_score" in train(network(), pair, epochs=1, metrics=[macro], verbose=0).history


def test_what_a_model_was_compiled_with_is_not_dropped_without_a_word(data: Any) -> None:
    model = network()
    model.compile(keras.optimizers.SGD(0.1), "mse", metrics=["accuracy", top(), "auc"])
    (caveat,) = train(model, data, epochs=1, verbose=0).caveats
    assert "SGD as optimizer=" in caveat
    assert "mean_squared_error as loss=" in caveat
    assert "top_3, auc as metrics=" in caveat
    assert train(model, data, epochs=1, optimizer="sgd", verbose=0).caveats == ()


def test_a_model_compiled_alike_needs_no_word(data: Any) -> None:
    model = network()
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy", top()])
    assert train(model, data, epochs=1, metrics=[top()], verbose=0).caveats == ()
