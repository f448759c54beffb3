"""The user's own callbacks: what train takes, and what comes back after a cut."""

import json
import os
import re

import keras
import numpy as np
import pytest

from digitzoo import DigitzooError, TrainingRun, load_data, train
from digitzoo.training.identity import fingerprint_model


@pytest.fixture(scope="module")
def data():
    return load_data("mnist").sample(1000)


def network():
    return keras.Sequential(
        [keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(10, "softmax")]
    )


def go(folder, data, *callbacks, **options):
    settings = {"epochs": 4, "batch_size": 100, **options}
    return train(network(), data, run_dir=folder, callbacks=callbacks, **settings)


class CutOffError(Exception):
    pass


class CutOffAt(keras.callbacks.Callback):
    def __init__(self, epoch, batch):
        super().__init__()
        self._at = (epoch, batch)

    def on_epoch_begin(self, epoch, logs=None):
        self._epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        if (self._epoch, batch) == self._at:
            raise CutOffError


class Losses(keras.callbacks.Callback):
    """Begins anew with each training, as Keras's own do."""

    def on_train_begin(self, logs=None):
        self.seen = []

    def on_epoch_end(self, epoch, logs=None):
        self.seen.append(logs["loss"])

    def state_dict(self):
        return {"seen": self.seen}

    def load_state_dict(self, state):
        self.seen = state["seen"]


class StopAfter(keras.callbacks.Callback):
    def __init__(self, epochs):
        super().__init__()
        self._epochs = epochs

    def on_epoch_end(self, epoch, logs=None):
        if epoch + 1 == self._epochs:
            self.model.stop_training = True


class Ends(keras.callbacks.Callback):
    began = ended = 0

    def on_train_begin(self, logs=None):
        self.began += 1

    def on_train_end(self, logs=None):
        self.ended += 1


@pytest.mark.parametrize("every", [None, 3])
def test_a_state_comes_back_after_on_train_begin(tmp_path, data, every):
    with pytest.raises(CutOffError):
        go(tmp_path, data, Losses(), CutOffAt(2, 4), checkpoint_every=every)
    losses = Losses()
    run = go(tmp_path, data, losses, checkpoint_every=every)
    assert losses.seen == run.history["loss"]


def test_a_resumed_run_needs_the_callbacks_whose_state_it_keeps(tmp_path, data):
    with pytest.raises(CutOffError):
        go(tmp_path, data, Losses(), CutOffAt(1, 4))
    with pytest.raises(DigitzooError, match=r'callbacks was \["Losses"\] and is \[\]'):
        go(tmp_path, data)


@pytest.mark.parametrize("resumed_within_the_epoch", [False, True])
def test_a_stop_that_a_callback_asked_for_is_not_forgotten(
    tmp_path, data, monkeypatch, resumed_within_the_epoch
):
    if resumed_within_the_epoch:
        with pytest.raises(CutOffError):
            go(tmp_path, data, CutOffAt(1, 4), checkpoint_every=3)
    with monkeypatch.context() as patched:
        # The process dies when training is over, before that is written.
        patched.setattr("digitzoo.training.fit.write_run", cut)
        with pytest.raises(CutOffError):
            go(tmp_path, data, StopAfter(2), checkpoint_every=3)
    run = go(tmp_path, data, checkpoint_every=3)
    assert (run.epochs, run.stop_reason) == (2, "stopped by a callback")


def cut(*_):
    raise CutOffError


def test_callbacks_close_what_they_opened_however_training_ends(tmp_path, data):
    ends = Ends()
    run = go(tmp_path / "nan", data, ends, optimizer="sgd", learning_rate=1e38)
    assert run.stop_reason.startswith("loss not finite")
    assert (ends.began, ends.ended) == (1, 1)
    with pytest.raises(CutOffError):
        go(tmp_path / "cut", data, CutOffAt(1, 4), checkpoint_every=3)
    go(tmp_path / "cut", data, ends := Ends(), checkpoint_every=3)
    assert ends.began == ends.ended


@pytest.mark.parametrize("callbacks", [None, (), Ends(), [Ends()]])
def test_none_one_or_several_callbacks(data, callbacks):
    train(network(), data, epochs=1, callbacks=callbacks)


@pytest.mark.parametrize(
    ("callbacks", "error", "words"),
    [
        ([Losses], TypeError, "Losses.* Make an object of it"),
        (Losses, TypeError, "Losses.* Make an object of it"),
        ([print], TypeError, "must be Keras callbacks"),
        (7, TypeError, "must be Keras callbacks. Received 7"),
        ([keras.callbacks.BackupAndRestore("x")], ValueError, "Leave it out"),
    ],
)
def test_what_is_no_callback_is_refused_before_training(data, callbacks, error, words):
    with pytest.raises(error, match=words):
        train(network(), data, epochs=1, callbacks=callbacks)


def test_a_run_says_which_of_keras_s_callbacks_forget(tmp_path, data):
    forgetful = keras.callbacks.EarlyStopping(patience=5)
    run = go(tmp_path / "run", data, forgetful, epochs=1)
    (caveat,) = run.caveats
    assert caveat.startswith("Keras's EarlyStopping forgets what it saw")
    assert caveat.endswith("early_stopping= does not.")
    assert train(network(), data, epochs=1, callbacks=[forgetful]).caveats == ()


def test_the_best_model_on_disk_is_that_of_the_checkpoint(tmp_path, data):
    """What lies there may be of an epoch that the cut made undone."""
    with pytest.raises(CutOffError):
        go(tmp_path, data, CutOffAt(2, 4))
    best = tmp_path / "best.keras"
    before = keras.models.load_model(best).get_weights()
    other = network()
    other.save(best)
    with pytest.raises(CutOffError):
        go(tmp_path, data, CutOffAt(2, 0))
    after = keras.models.load_model(best).get_weights()
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))


def test_other_versions_are_noted_and_the_first_ones_kept(tmp_path, data):
    with pytest.raises(CutOffError):
        go(tmp_path, data, CutOffAt(1, 4))
    path = tmp_path / "settings.json"
    settings = json.loads(path.read_text())
    settings["versions"]["keras"] = "3.12.0"
    path.write_text(json.dumps(settings))
    run = go(tmp_path, data)
    assert run.settings["versions"]["keras"] == "3.12.0"
    (caveat,) = run.caveats
    assert f'keras was "3.12.0" and is "{keras.__version__}"' in caveat


class Scale(keras.layers.Layer):
    """A user's own layer, of which Keras knows nothing."""

    def call(self, inputs):
        return inputs * 2


def scaled():
    layers = keras.layers
    return keras.Sequential(
        [keras.Input((28, 28, 1)), Scale(), layers.Flatten(), layers.Dense(10, "softmax")]
    )


def test_a_run_that_cannot_be_loaded_again_says_so_first_and_still_returns(tmp_path, data):
    lambdas = keras.Sequential([*scaled().layers, keras.layers.Lambda(lambda x: x)])
    lambdas.build((None, 28, 28, 1))
    run = train(lambdas, data, epochs=1, run_dir=tmp_path)
    (caveat,) = run.caveats
    assert "cannot be loaded as they are" in caveat
    assert "Could not locate class 'Scale'" in caveat
    again = train(lambdas, data, epochs=1, run_dir=tmp_path)
    assert again.history == run.history
    pairs = zip(again.model.get_weights(), run.model.get_weights(), strict=True)
    assert all(np.array_equal(a, b) for a, b in pairs)


def test_a_loss_of_the_user_s_own_does_not_keep_a_run_from_being_loaded(tmp_path, data):
    def loss(labels, probabilities):
        return keras.losses.sparse_categorical_crossentropy(labels, probabilities)

    run = train(network(), data, epochs=1, run_dir=tmp_path, loss=loss)
    loaded = TrainingRun.load(tmp_path)
    pairs = zip(loaded.model.get_weights(), run.model.get_weights(), strict=True)
    assert all(np.array_equal(a, b) for a, b in pairs)


@pytest.mark.parametrize(
    ("begun", "now", "words"),
    [
        (
            {"loss": keras.losses.SparseCategoricalCrossentropy()},
            {"loss": keras.losses.SparseCategoricalCrossentropy(ignore_class=3)},
            "loss.ignore_class was null and is 3",
        ),
        (
            {"optimizer": keras.optimizers.SGD(0.1)},
            {"optimizer": keras.optimizers.SGD(0.1, nesterov=True, momentum=0.5)},
            "optimizer.momentum was 0.0 and is 0.5; optimizer.nesterov was false and is true",
        ),
    ],
)
def test_other_settings_are_named_one_by_one(tmp_path, data, begun, now, words):
    go(tmp_path, data, epochs=1, **begun)
    with pytest.raises(DigitzooError, match=words):
        go(tmp_path, data, epochs=1, **now)


def wired(*, twice):
    inputs = keras.Input((28, 28, 1))
    flat = keras.layers.Flatten()(inputs)
    first, second = keras.layers.Dense(16), keras.layers.Dense(16)
    a, b = first(flat), second(flat)
    total = keras.layers.Add()([a, a] if twice else [a, b])
    outputs = keras.layers.Dense(10, "softmax")(keras.layers.Concatenate()([total, b]))
    return keras.Model(inputs, outputs)


def test_a_network_wired_another_way_is_another_network():
    assert fingerprint_model(wired(twice=True)) == fingerprint_model(wired(twice=True))
    assert fingerprint_model(wired(twice=True)) != fingerprint_model(wired(twice=False))


def test_a_relative_folder_stays_where_it_was_when_the_run_moves_away(tmp_path, data, monkeypatch):
    class Leave(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            os.chdir(tmp_path.parent)

    monkeypatch.chdir(tmp_path)
    run = go("run", data, Leave(), epochs=2)
    assert run.folder == tmp_path / "run"
    assert TrainingRun.load(tmp_path / "run").history == run.history


@pytest.mark.parametrize("name", ["settings.json", "history.csv", "best.keras"])
@pytest.mark.parametrize("restart", [False, True])
def test_a_file_that_no_run_made_is_never_touched(tmp_path, data, name, restart):
    (tmp_path / name).write_text('{"mine": 1}')
    with pytest.raises(DigitzooError, match=re.escape(name)):
        go(tmp_path, data, restart=restart)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == '{"mine": 1}'


def test_a_model_that_was_removed_is_not_called_bad(tmp_path, data):
    go(tmp_path, data, epochs=1)
    for which in ("best", "final"):
        (tmp_path / f"{which}.keras").unlink()
        with pytest.raises(DigitzooError, match=rf"has no {which}\.keras: it was removed"):
            TrainingRun.load(tmp_path, which=which)


class Holds(keras.callbacks.Callback):
    """Has the state that it is made with."""

    def __init__(self, state):
        super().__init__()
        self.state = state

    def state_dict(self):
        return self.state

    def load_state_dict(self, state):
        self.state = state


def test_states_come_back_as_they_were_given(tmp_path, data):
    state = {
        "nested": {"a": [np.arange(6).reshape(2, 3), None, {"b": np.float32(0.1)}]},
        "texts": np.array(["one", "three"]),
        "days": np.array(["2020-01-01"], dtype="datetime64[D]"),
        "complex": np.complex64(1j),
        "numbers": [1, 0.1, float("nan"), True, "text"],
        "empty": {},
    }
    with pytest.raises(CutOffError):
        go(tmp_path, data, Holds(state), CutOffAt(1, 4))
    holds = Holds({})
    with pytest.raises(CutOffError):
        go(tmp_path, data, holds, CutOffAt(1, 4))
    np.testing.assert_equal(holds.state, state)
    assert holds.state["nested"]["a"][2]["b"].dtype == np.float32


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"a": {1: 2}}, r"callback 0 Holds/a .* a dict with keys that are no texts"),
        ({"a": [{1, 2}]}, r"callback 0 Holds/a/0 cannot be kept: it is \{1, 2\}"),
        ({"a": np.array([None])}, "callback 0 Holds/a cannot be kept"),
    ],
)
def test_a_state_that_cannot_be_kept_is_an_error_before_the_first_step(
    tmp_path, data, state, words
):
    class NoStep(keras.callbacks.Callback):
        def on_train_batch_begin(self, batch, logs=None):
            pytest.fail("a step was taken")

    with pytest.raises(TypeError, match=words):
        go(tmp_path, data, Holds(state), NoStep())


class StopWithin(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        self._epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        if (self._epoch, batch) == (1, 3):
            self.model.stop_training = True


class CutOffWhileValidating(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        self._epoch = epoch

    def on_test_begin(self, logs=None):
        if self._epoch == 1:
            raise CutOffError


def test_a_stop_within_an_epoch_is_not_forgotten_at_its_validation(tmp_path, data):
    with pytest.raises(CutOffError):
        go(tmp_path, data, StopWithin(), CutOffWhileValidating(), checkpoint_every=4)
    run = go(tmp_path, data, StopWithin(), checkpoint_every=4)
    assert (run.epochs, run.stop_reason) == (2, "stopped by a callback")


class CountsEpochs(Losses):
    """Counts where an epoch begins, of which a resumed epoch has two."""

    def on_train_begin(self, logs=None):
        super().on_train_begin(logs)
        self.begun = np.zeros(2)

    def on_epoch_begin(self, epoch, logs=None):
        self.begun[0] += 1

    def state_dict(self):
        return {**super().state_dict(), "begun": self.begun}

    def load_state_dict(self, state):
        super().load_state_dict(state)
        self.begun = state["begun"]


def test_what_callbacks_do_when_an_epoch_begins_is_done_once(tmp_path, data):
    def halving():
        return keras.callbacks.LearningRateScheduler(lambda _, rate: rate / 2)

    def call(folder, *callbacks):
        counts = CountsEpochs()
        run = go(folder, data, halving(), counts, *callbacks, **options)
        return run, counts

    options = {"checkpoint_every": 3, "learning_rate": 0.1}
    with pytest.raises(CutOffError):
        call(tmp_path / "cut", CutOffAt(0, 0))
    first = "checkpoints/000000-00000000.npz"
    (tmp_path / "whole" / "checkpoints").mkdir(parents=True)
    for name in ("settings.json", first):
        (tmp_path / "whole" / name).write_bytes((tmp_path / "cut" / name).read_bytes())
    whole, _ = call(tmp_path / "whole")
    for epoch, batch in [(0, 4), (2, 4), (2, 1)]:  # the last counts from where it went on
        with pytest.raises(CutOffError):
            call(tmp_path / "cut", CutOffAt(epoch, batch))
    resumed, counts = call(tmp_path / "cut")
    assert resumed.history == whole.history
    assert counts.begun.tolist() == [4, 0]
    rate = float(keras.ops.convert_to_numpy(resumed.model.optimizer.learning_rate))
    assert rate == pytest.approx(0.1 / 2**4)
