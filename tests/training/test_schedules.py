import dataclasses
import json
import math
import re
import subprocess
import sys

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitzoo import DigitzooError
from digitzoo.training import Constant, Cosine, OneCycle, Plateau
from digitzoo.training.history import PlateauCallback
from digitzoo.training.training_settings import plan_learning_rate

KERAS_SCHEDULE = keras.optimizers.schedules.LearningRateSchedule


def found(learning_rate, total_steps):
    """The learning rate of every step."""
    schedule = learning_rate.schedule(total_steps)
    if isinstance(schedule, float):
        return [schedule] * total_steps
    return [float(schedule(step)) for step in range(total_steps)]


# The closed forms, written without Keras.


def linear(step, warmup_steps):
    return (step + 1) / (warmup_steps + 1)


def falling(step, warmup_steps, total_steps, final):
    share = (step - warmup_steps) / (total_steps - warmup_steps)
    return final + (1 - final) * (1 + math.cos(math.pi * share)) / 2


@pytest.mark.parametrize("total_steps", [1, 2, 3, 10, 97])
@pytest.mark.parametrize("warmup", [0.0, 0.05, 0.3, 0.99])
def test_schedules_are_their_closed_forms_at_every_step(total_steps, warmup):
    warmup_steps = min(round(warmup * total_steps), total_steps - 1)
    constant, cosine, one_cycle = [], [], []
    for step in range(total_steps):
        rising = step < warmup_steps
        constant.append(linear(step, warmup_steps) if rising else 1)
        cosine.append(
            linear(step, warmup_steps) if rising else falling(step, warmup_steps, total_steps, 0.1)
        )
        one_cycle.append(
            0.04 + 0.96 * step / warmup_steps
            if rising
            else falling(step, warmup_steps, total_steps, 1e-5)
        )
    for learning_rate, expected in (
        (Constant(0.02, warmup=warmup), constant),
        (Cosine(0.02, warmup=warmup, final=0.1), cosine),
        (OneCycle(0.02, warmup=warmup), one_cycle),
    ):
        rates = found(learning_rate, total_steps)
        assert rates == pytest.approx([0.02 * share for share in expected], rel=1e-5, abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(
    total_steps=st.integers(1, 30),
    warmup=st.floats(0, 0.999),
    rate=st.floats(1e-6, 10),
    final=st.floats(0, 1),
)
def test_no_step_is_wasted_and_none_is_above_the_learning_rate(total_steps, warmup, rate, final):
    for learning_rate in (
        Constant(rate, warmup=warmup),
        Cosine(rate, warmup=warmup, final=final),
        OneCycle(rate, warmup=warmup, final=final),
    ):
        rates = found(learning_rate, total_steps)
        assert all(0 < one <= rate * (1 + 1e-6) for one in rates)
        assert max(rates) == pytest.approx(rate, rel=1e-6)
        peak = int(np.argmax(rates))
        assert rates[: peak + 1] == sorted(rates[: peak + 1])
        assert rates[peak:] == sorted(rates[peak:], reverse=True)


def test_a_longer_run_than_planned_stays_at_the_end():
    assert float(Constant(0.5, warmup=0.5).schedule(10)(1000)) == pytest.approx(0.5)
    assert float(Cosine(0.5, final=0.2).schedule(10)(1000)) == pytest.approx(0.1)


def test_the_optimizer_follows_its_own_count_of_steps():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    learning_rate = OneCycle(0.1)
    model.compile(keras.optimizers.SGD(learning_rate.schedule(10)), "mse")
    expected = found(learning_rate, 10)
    seen = []

    class Watch(keras.callbacks.Callback):
        def on_train_batch_begin(self, batch, logs=None):
            seen.append(float(keras.ops.convert_to_numpy(self.model.optimizer.learning_rate)))

    x = np.ones((10, 2), dtype=np.float32)
    model.fit(x, x[:, :1], batch_size=2, epochs=2, verbose=0, callbacks=[Watch()])
    assert seen == pytest.approx(expected, rel=1e-5)
    assert len(set(seen)) == 10


LOADER = """
import sys
sys.modules["digitzoo"] = None
import keras
for path in sys.argv[1:]:
    optimizer = keras.models.load_model(path).optimizer
    print(int(optimizer.iterations), repr(float(optimizer.learning_rate)))
try:
    import digitzoo
except ImportError:
    print("no digitzoo")
"""


def test_a_saved_model_goes_on_where_digitzoo_is_not_installed(tmp_path):
    planned = [Constant(0.1, warmup=0.9), Cosine(0.1), OneCycle(0.1), Plateau(0.1)]
    x = np.ones((6, 2), dtype=np.float32)
    paths, expected = [], []
    for number, learning_rate in enumerate(planned):
        model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
        value = plan_learning_rate(learning_rate, 10)
        model.compile(keras.optimizers.Adam(value), "mse")
        model.fit(x, x[:, :1], batch_size=2, verbose=0)
        paths.append(str(tmp_path / f"{number}.keras"))
        model.save(paths[-1])
        expected.append(f"3 {float(model.optimizer.learning_rate)!r}")
        assert float(model.optimizer.learning_rate) == pytest.approx(found(learning_rate, 10)[3])
    done = subprocess.run(
        [sys.executable, "-c", LOADER, *paths], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == [*expected, "no digitzoo"]


# Plateau.


def trained_rates(callback, monitor, values, rate=1.0):
    """The learning rate after each epoch, given what the metric was."""
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)])
    model.compile(keras.optimizers.SGD(rate), "mse")
    callback.set_model(model)
    callback.on_train_begin()
    rates = []
    for epoch, value in enumerate(values):
        callback.on_epoch_end(epoch, {monitor: value})
        rates.append(float(keras.ops.convert_to_numpy(model.optimizer.learning_rate)))
    return rates


@settings(max_examples=60, deadline=None)
@given(
    values=st.lists(st.sampled_from([0.1, 0.2, 0.20005, 0.3, 0.4]), min_size=1, max_size=25),
    monitor=st.sampled_from(["val_loss", "val_accuracy"]),
    patience=st.integers(1, 4),
    factor=st.sampled_from([0.1, 0.5]),
    lowest=st.sampled_from([0.0, 0.03]),
)
def test_plateau_lowers_as_keras_does(values, monitor, patience, factor, lowest):
    ours = PlateauCallback(
        Plateau(1.0, factor=factor, patience=patience, min_learning_rate=lowest), monitor
    )
    keras_own = keras.callbacks.ReduceLROnPlateau(
        monitor=monitor,
        factor=factor,
        patience=patience,
        min_lr=lowest,
        mode="max" if monitor == "val_accuracy" else "min",
    )
    assert trained_rates(ours, monitor, values) == trained_rates(keras_own, monitor, values)


def test_plateau_on_a_known_sequence():
    callback = PlateauCallback(Plateau(1.0, factor=0.5, patience=2), "val_loss")
    rates = trained_rates(callback, "val_loss", [3, 2, 2, 2, 1, 1, 1, 1, 1])
    assert rates == [1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.125]


@pytest.mark.parametrize("stop", range(1, 9))
def test_plateau_goes_on_from_its_state(stop):
    values = [3, 2, 2, 2, 1, 1, 1, 1, 1]
    asked = Plateau(1.0, factor=0.5, patience=2)
    whole = trained_rates(PlateauCallback(asked, "loss"), "loss", values)

    first = PlateauCallback(asked, "loss")
    before = trained_rates(first, "loss", values[:stop])
    state = json.loads(json.dumps(first.state_dict()))
    second = PlateauCallback(asked, "loss")
    second.load_state_dict(state)
    after = trained_rates(second, "loss", values[stop:], rate=before[-1])
    assert before + after == whole


def test_a_nan_is_never_the_best():
    callback = PlateauCallback(Plateau(1.0, factor=0.5, patience=2), "val_loss")
    assert trained_rates(callback, "val_loss", [math.nan, 2, 1, math.nan, 3]) == [1, 1, 1, 1, 0.5]
    assert callback.state_dict() == {"best": 1, "epoch": 3, "epochs_without_better": 0}


def test_a_metric_that_is_not_there_is_an_error():
    callback = PlateauCallback(Plateau(1.0), "val_loss")
    with pytest.raises(DigitzooError, match="waits for 'val_loss', which is not measured.*: loss"):
        trained_rates(callback, "loss", [1])


def test_the_lowered_rate_is_saved_with_the_optimizer(tmp_path):
    x = np.ones((4, 2), dtype=np.float32)
    never_better = Plateau(0.04, factor=0.5, patience=1, min_delta=1000)
    value, callback = plan_learning_rate(never_better, 10), PlateauCallback(never_better, "loss")
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(value), "mse")
    model.fit(x, x[:, :1], epochs=3, verbose=0, callbacks=[callback])
    assert float(model.optimizer.learning_rate) == pytest.approx(0.01)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert float(loaded.optimizer.learning_rate) == float(model.optimizer.learning_rate)


# Plans and settings.


def test_plans():
    own = keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.5)
    assert plan_learning_rate(None, 10) is None
    assert plan_learning_rate(0.1, 10) == 0.1
    assert plan_learning_rate(1, 10) == 1.0
    assert plan_learning_rate(own, 10) is own
    assert plan_learning_rate(Constant(0.1), 10) == 0.1
    for learning_rate in (Constant(0.1, warmup=0.5), Cosine(0.1), OneCycle(0.1)):
        value = plan_learning_rate(learning_rate, 10)
        assert type(value).__module__.startswith("keras.")
        assert isinstance(value, KERAS_SCHEDULE)
    assert plan_learning_rate(Plateau(0.1), 10) == 0.1


@pytest.mark.parametrize(
    "made", [Constant(1), Cosine(0.1), OneCycle(0.1), Plateau(0.1, patience=5)]
)
def test_settings_are_json_and_frozen(made):
    written = json.loads(json.dumps(made.to_dict()))
    name = written.pop("name")
    assert type(made).__name__ == name
    assert type(made)(**written) == made
    assert dataclasses.replace(made, learning_rate=0.3) != made
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.learning_rate = 2


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Constant(0), "Constant(learning_rate=...) must be a finite number above 0"),
        (lambda: Constant(math.nan), "Received nan"),
        (lambda: Constant(0.1, warmup=1), "of 0 or above and below 1. Received 1"),
        (lambda: Cosine(0.1, final=2), "Cosine(final=...) must be"),
        (lambda: OneCycle(0.1, start=0), "OneCycle(start=...) must be a finite number above 0"),
        (lambda: Plateau(0.1, factor=1), "Plateau(factor=...) must be"),
        (lambda: Plateau(0.1, patience=0), "whole number of 1 or above. Received 0"),
        (lambda: Plateau(0.1, patience=1.5), "whole number of 1 or above. Received 1.5"),
        (lambda: Plateau(0.1, min_learning_rate=0.2), "at most 0.1. Received 0.2"),
        (lambda: Cosine(0.1, warmpu=0.2), "Did you mean 'warmup'?"),
        (lambda: plan_learning_rate(-1, 10), "learning_rate must be a finite number above 0"),
        (lambda: Cosine(0.1).schedule(0), "total_steps must be a whole number of 1 or above"),
    ],
)
def test_settings_that_cannot_work_are_refused(make, message):
    with pytest.raises(DigitzooError, match=re.escape(message)):
        make()


@pytest.mark.parametrize("wrong", ["cosine", Cosine, lambda step: step, [0.1], True])
def test_what_is_no_learning_rate_is_refused(wrong):
    with pytest.raises(TypeError, match="learning_rate must be a .*Received") as raised:
        plan_learning_rate(wrong, 10)
    assert isinstance(raised.value, DigitzooError)
