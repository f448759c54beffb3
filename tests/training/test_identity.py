"""What makes two runs the same, in words that tell them apart."""

import subprocess
import sys

import keras
import numpy as np
import pytest

from digitzoo import Augmentation, DigitzooError, TrainingRun, evaluate, load_data, one_hot, train
from digitzoo.training.identity import fingerprint_model
from digitzoo.training.run_folder import differences


@pytest.fixture(scope="module")
def data():
    return load_data("mnist").sample(300)


def network(*more):
    layers = keras.layers
    return keras.Sequential(
        [keras.Input((28, 28, 1)), *more, layers.Flatten(), layers.Dense(10, "softmax")]
    )


def go(folder, data, *, model=None, **options):
    return train(model or network(), data, run_dir=folder, **{"epochs": 1, **options})


def test_losses_are_told_apart_by_their_names(tmp_path, data):
    def mine(labels, probabilities):
        return keras.losses.sparse_categorical_crossentropy(labels, probabilities)

    rows = data.train.images, one_hot(data.train.labels, 10)
    go(tmp_path / "keras", rows, loss="mse")
    with pytest.raises(DigitzooError, match='loss.name was "mean_squared_error" and is "mean_abs'):
        go(tmp_path / "keras", rows, loss="mae")
    go(tmp_path / "own", data, loss=mine)
    go(tmp_path / "own", data, loss=mine)
    with pytest.raises(DigitzooError, match=r'loss.name was ".*mine" and is "sparse_cat'):
        go(tmp_path / "own", data)


def test_long_settings_are_shown_where_they_differ():
    before = {"weights": [[label, 1.2345678901234567] for label in range(10)]}
    after = {"weights": [*before["weights"][:9], [9, 7.0]]}
    assert differences(before, after) == ["weights.9.1 was 1.2345678901234567 and is 7.0"]
    (words,) = differences({"text": "a" * 500 + "b"}, {"text": "a" * 500 + "c" * 500})
    before, after = words.removeprefix("text was ").split(" and is ")
    assert before.startswith("...aaa")
    assert before.endswith('ab"')
    assert "ccc" in after
    assert len(words) < 450


def test_layers_of_an_augmentation_are_compared_one_by_one(tmp_path, data):
    def shifting(height):
        layers = keras.layers
        return Augmentation(
            layers=(layers.RandomRotation(0.1), layers.RandomTranslation(height, 0.1))
        )

    go(tmp_path, data, augmentation=shifting(0.1))
    with pytest.raises(DigitzooError, match=r"augmentation.layers.1.config.height_factor"):
        go(tmp_path, data, augmentation=shifting(0.2))


PROGRAM = """
import hashlib, keras
import numpy as np
from digitzoo import Augmentation
from digitzoo.training.identity import fingerprint_model

class Apply(keras.layers.Layer):
    def __init__(self, function, **options):
        super().__init__(**options)
        self.function = function
    def call(self, inputs):
        return self.function(inputs)
    def get_config(self):
        return {**super().get_config(), "function": self.function, "any": object()}

def twice(inputs):
    return inputs * 2

layers = keras.layers
print(fingerprint_model(keras.Sequential(
    [keras.Input((4,)), Apply(twice), layers.Lambda(lambda x: x + 1), layers.Dense(2)])))
ramp = np.linspace(0, 1, 5 * 28 * 28, dtype="float32").reshape(5, 28, 28, 1)
augmentation = Augmentation(shift=2, rotation=10, zoom=0.1, horizontal_flip=True, erasing=0.5)
print(hashlib.sha256(augmentation(ramp, seed=3, epoch=1, batch=4).tobytes()).hexdigest())
"""


def test_another_process_names_a_network_with_functions_and_draws_augmentation_alike(capsys):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    exec(PROGRAM, {"__name__": "__main__"})
    fingerprint, draws = done.stdout.split()[-2:]
    assert fingerprint != draws
    assert capsys.readouterr().out.split() == [fingerprint, draws]


def test_a_function_without_a_name_is_what_it_does():
    """Not where it stands, nor how Python writes it down: that hangs on who uses its names too."""

    def name(text):
        return fingerprint_model(network(keras.layers.Lambda(eval(text))))

    assert name("lambda x: x + 1") == name("\n\n\n(lambda x: x + 1)")
    assert name("lambda x: x + 1") != name("lambda x: x + 2")
    assert name("lambda x: x + 1") != name("lambda x: x - 1")
    assert name("lambda x: [y + 1 for y in [x]][0]") != name("lambda x: [y + 2 for y in [x]][0]")


def test_a_network_of_another_precision_is_another_network():
    def dense(dtype):
        return keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, dtype=dtype)])

    assert fingerprint_model(dense("float32")) == fingerprint_model(dense("float32"))
    assert fingerprint_model(dense("float32")) != fingerprint_model(dense("mixed_bfloat16"))


class Times(keras.layers.Layer):
    """Takes an argument of which Keras cannot make a config."""

    def __init__(self, factors):
        super().__init__()
        self.factors = factors

    def call(self, inputs):
        return inputs * self.factors[0]


def test_a_layer_that_cannot_be_saved_trains_without_a_folder(tmp_path, data):
    assert train(network(Times(np.ones(3))), data, epochs=1).epochs == 1
    assert fingerprint_model(network(Times(np.ones(3)))) != fingerprint_model(network())
    with pytest.raises(ValueError, match="cannot be saved: .*needs get_config. Without run_dir="):
        go(tmp_path / "run", data, model=network(Times(np.ones(3))))
    assert not (tmp_path / "run").exists()


class Mine(keras.optimizers.schedules.LearningRateSchedule):
    def __call__(self, step):
        return 0.01 / (1 + 0 * keras.ops.cast(step, "float32"))


class WithConfig(Mine):
    def get_config(self):
        return {}


@pytest.mark.filterwarnings("ignore:The object being serialized includes a `lambda`")
def test_schedules_of_one_s_own(tmp_path, data):
    with pytest.raises(ValueError, match=r"The schedule Mine needs a get_config\(\)"):
        go(tmp_path / "run", data, learning_rate=Mine())
    for schedule in (Mine(), WithConfig(), lambda: 0.01):
        with pytest.raises(
            ValueError, match="Adam cannot be copied: .*needs get_config and @keras"
        ):
            go(tmp_path / "run", data, optimizer=keras.optimizers.Adam(schedule))
    assert not (tmp_path / "run").exists()
    run = go(tmp_path / "run", data, learning_rate=WithConfig())
    pairs = zip(
        TrainingRun.load(tmp_path / "run").model.get_weights(),
        run.model.get_weights(),
        strict=True,
    )
    assert all(np.array_equal(a, b) for a, b in pairs)


@pytest.mark.parametrize("ema_momentum", [None, 0.9])
def test_a_finished_run_returns_the_model_as_it_was_returned_first(tmp_path, data, ema_momentum):
    images, labels = data.test.images / 255, data.test.labels
    first = go(tmp_path, data, ema_momentum=ema_momentum)
    model = network()
    model.compile("sgd", "mse")  # of an earlier try
    again = go(tmp_path, data, model=model, ema_momentum=ema_momentum)
    assert again.model.evaluate(images, labels, verbose=0) == first.model.evaluate(
        images, labels, verbose=0
    )
    assert evaluate(again.model, data.test).loss == evaluate(first.model, data.test).loss
    pairs = zip(again.model.optimizer.variables, first.model.optimizer.variables, strict=True)
    assert all(np.array_equal(a, b) for a, b in pairs)
