import random
import re
import sys

import keras
import numpy as np
import pytest

from digitzoo import DigitzooError, load_data, one_hot, small_dense
from digitzoo.training import LearningRateCurve, find_learning_rate

finder = sys.modules[find_learning_rate.__module__]


@pytest.fixture(scope="module")
def data():
    return load_data("mnist").sample(4000)


def new_model():
    keras.utils.set_random_seed(0)
    return small_dense()


def loss_after(data, learning_rate, epochs=3):
    model = new_model()
    model.compile(keras.optimizers.Adam(learning_rate), "sparse_categorical_crossentropy")
    images, labels = data.train.images.astype("float32") / 255, data.train.labels
    history = model.fit(images, labels, batch_size=128, epochs=epochs, verbose=0).history
    return history["loss"][-1]


def test_the_suggestion_trains_well(data):
    curve = find_learning_rate(new_model(), data)
    suggested = loss_after(data, curve.suggestion)
    assert suggested < 0.5 * loss_after(data, curve.suggestion / 100)
    assert suggested < 0.5 * curve.losses[0]  # it does not diverge


def test_the_curve_holds_the_losses_of_a_plain_sweep(data):
    curve = find_learning_rate(new_model(), data, start=1e-4, end=0.1, steps=12, seed=5)
    assert curve.learning_rates == pytest.approx([1e-4 * 1000 ** (i / 11) for i in range(12)])

    model = new_model()
    model.compile(keras.optimizers.Adam(), "sparse_categorical_crossentropy")
    batches = finder.make_batches(model, data.train, batch_size=128, one_hot=False, seed=5)
    expected = []
    for step, learning_rate in enumerate(curve.learning_rates):
        images, labels = batches[step]
        probabilities = keras.ops.convert_to_numpy(model(images))
        expected.append(-np.log(probabilities[np.arange(128), labels]).mean())
        model.optimizer.learning_rate = float(learning_rate)
        model.train_on_batch(images, labels)
    assert curve.losses == pytest.approx(expected, rel=1e-4)


def test_smoothing_is_a_mean_weighted_by_age():
    losses = np.random.default_rng(0).random(30)
    for step, smoothed in enumerate(finder.smooth_losses(losses, 0.8)):
        weights = 0.8 ** np.arange(step, -1, -1.0)
        assert smoothed == pytest.approx(np.average(losses[: step + 1], weights=weights))


def test_it_sweeps_over_full_batches_of_more_than_one_epoch(data):
    few = data.train.images[:300], data.train.labels[:300]
    curve = find_learning_rate(new_model(), few, steps=15, batch_size=128, end=1e-3)
    assert len(curve.losses) == 15
    tiny = data.train.images[:20], data.train.labels[:20]
    assert len(find_learning_rate(new_model(), tiny, steps=10, end=1e-3).losses) == 10
    rows = few[0], one_hot(few[1], 10)
    alike = find_learning_rate(new_model(), rows, steps=15, batch_size=128, end=1e-3)
    assert alike.losses == pytest.approx(curve.losses, rel=1e-5)


def test_it_stops_where_the_loss_diverges_unless_told_otherwise(data):
    options = {"optimizer": "sgd", "start": 1e-3, "end": 1e3, "steps": 40}
    stopped = find_learning_rate(new_model(), data, **options)
    whole = find_learning_rate(new_model(), data, **options, stop_divergence=False)
    count = len(stopped.losses)
    assert count < 40
    assert stopped.smoothed_losses[-1] > 4 * stopped.smoothed_losses.min()
    assert (stopped.smoothed_losses[:-1] <= 4 * stopped.smoothed_losses.min()).all()
    assert len(whole.losses) > count
    assert np.array_equal(whole.losses[:count], stopped.losses)
    lowest = stopped.learning_rates[np.argmin(stopped.smoothed_losses)]
    assert stopped.suggestion == pytest.approx(lowest / 10)
    assert stopped.suggestion > stopped.learning_rates[0]


def test_a_loss_that_is_not_finite_ends_the_curve(data):
    options = {"optimizer": "sgd", "start": 1e-3, "end": 1e38, "steps": 60}
    layers = [keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(10)]
    # Without a ReLU, which may die and leave a loss that stays.
    curve = find_learning_rate(keras.Sequential(layers), data, **options, stop_divergence=False)
    assert len(curve.losses) < 60
    assert np.isfinite(curve.losses).all()
    model = new_model()
    model.set_weights([weights * np.nan for weights in model.get_weights()])
    with pytest.raises(DigitzooError, match="leaves all bounds after 0 steps, too few"):
        find_learning_rate(model, data)


def test_same_seed_same_curve(data):
    def losses(model, seed):
        return find_learning_rate(model, data, seed=seed, steps=10, start=1e-3).losses

    def with_dropout():
        keras.utils.set_random_seed(1)
        layers = [keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dropout(0.5)]
        return keras.Sequential([*layers, keras.layers.Dense(10, activation="softmax")])

    used = with_dropout()
    used(data.train.images[:5] / np.float32(255), training=True)  # moves its dropout on
    first = losses(with_dropout(), 0)
    assert np.array_equal(losses(used, 0), first)
    assert not np.array_equal(losses(with_dropout(), 1), first)


def test_the_result_is_frozen_and_says_what_it_is(data):
    curve = find_learning_rate(new_model(), data, steps=10, start=1e-4, end=1e-2)
    assert isinstance(curve, LearningRateCurve)
    pattern = r"<LearningRateCurve: 10 steps, 0\.0001 to 0\.01, suggestion [\d.e-]+>"
    assert re.fullmatch(pattern, repr(curve))
    with pytest.raises(ValueError, match="read-only"):
        curve.losses[0] = 0
    assert 1e-4 <= curve.suggestion <= 1e-3


# All is left as it was.


def trained_model(data):
    """A compiled model with dropout, BatchNormalization and an optimizer that has moved."""
    keras.utils.set_random_seed(0)
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Flatten(),
            layers.Dense(16, activation="relu"),
            layers.BatchNormalization(),
            layers.Dropout(0.3),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.layers[1].trainable = False
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    part = data.train.images[:256].astype("float32") / 255
    model.fit(part, data.train.labels[:256], verbose=0)
    return model


def state_of(model):
    """Every number that a model holds, and what it was compiled with."""
    variables = [*model.variables, *model.optimizer.variables, *model.metrics_variables]
    numbers = [keras.ops.convert_to_numpy(variable).copy() for variable in variables]
    kept = model.optimizer, model.loss, model.train_function, model.get_compile_config()
    return numbers, kept, [layer.trainable for layer in model.layers]


def assert_untouched(before, after):
    for a, b in zip(before[0], after[0], strict=True):
        assert np.array_equal(a, b)
    assert before[1][0] is after[1][0]
    assert before[1][1:] == after[1][1:]
    assert before[2] == after[2]


@pytest.fixture
def interrupted(monkeypatch):
    """Ends each sweep at its fourth batch."""
    made = finder.make_batches

    def feed(*args, **options):
        batches = made(*args, **options)
        give = batches.batch

        def batch(step):
            if step == 3:
                raise KeyboardInterrupt
            return give(step)

        batches.batch = batch
        return batches

    monkeypatch.setattr(finder, "make_batches", feed)


def test_the_model_is_left_as_it_was(data):
    model = trained_model(data)
    before = state_of(model)
    find_learning_rate(model, data, steps=12)
    assert_untouched(before, state_of(model))


@pytest.mark.usefixtures("interrupted")
def test_the_model_is_left_as_it_was_also_when_it_fails(data):
    model = trained_model(data)
    before = state_of(model)
    with pytest.raises(KeyboardInterrupt):
        find_learning_rate(model, data, steps=12)
    assert_untouched(before, state_of(model))


def test_training_goes_on_as_if_nothing_had_been(data):
    images, labels = data.train.images[:256].astype("float32") / 255, data.train.labels[:256]

    def weights(*, asked):
        model = trained_model(data)
        if asked:
            find_learning_rate(model, data, steps=10)
        model.fit(images, labels, shuffle=False, verbose=0)
        return model.get_weights()

    pairs = zip(weights(asked=False), weights(asked=True), strict=True)
    assert all(np.array_equal(a, b) for a, b in pairs)


def draws_after(data, asks, *, used_before):
    """What the global generators draw next."""
    model = new_model()
    if used_before:
        keras.random.normal((2,))
    asks(model, data)
    return [
        random.random(),
        *np.random.random(3),  # noqa: NPY002 - the same
        *keras.ops.convert_to_numpy(keras.random.normal((3,))),
        *keras.ops.convert_to_numpy(keras.layers.Dense(2).kernel_initializer((2, 2))).ravel(),
    ]


@pytest.mark.parametrize("used_before", [False, True])
def test_the_global_generators_are_not_moved_on(data, used_before):
    def sweep(model, data):
        find_learning_rate(model, data, steps=10)

    untouched = draws_after(data, lambda *_: None, used_before=used_before)
    assert draws_after(data, sweep, used_before=used_before) == untouched


@pytest.mark.usefixtures("interrupted")
def test_the_global_generators_are_put_back_when_it_fails(data):
    def sweep(model, data):
        with pytest.raises(KeyboardInterrupt):
            find_learning_rate(model, data, steps=10)

    untouched = draws_after(data, lambda *_: None, used_before=False)
    assert draws_after(data, sweep, used_before=False) == untouched


def test_an_optimizer_that_is_given_lends_its_settings_only(data):
    schedule = keras.optimizers.schedules.ExponentialDecay(0.5, 10, 0.9)
    options = {"steps": 10, "start": 1e-3, "end": 0.1}
    for learning_rate in (0.5, schedule):
        optimizer = keras.optimizers.SGD(learning_rate, momentum=0.9)
        curve = find_learning_rate(new_model(), data, optimizer=optimizer, **options)
        assert not optimizer.built
        assert int(optimizer.iterations) == 0
        assert optimizer.get_config()["momentum"] == 0.9
        plain = find_learning_rate(new_model(), data, optimizer="sgd", **options)
        assert np.array_equal(curve.losses[:2], plain.losses[:2])  # momentum shows from then on
        assert not np.array_equal(curve.losses, plain.losses)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"start": 0}, "start must be a finite number above 0. Received 0"),
        ({"start": 0.1, "end": 0.01}, "end must be a finite number above 0.1"),
        ({"steps": 5}, "steps must be a whole number of 10 or above. Received 5"),
        ({"batch_size": 0}, "batch_size must be a whole number of 1 or above"),
        ({"optimizer": "adm"}, "Unknown optimizer 'adm'"),
    ],
)
def test_wrong_arguments_are_refused(data, options, message):
    with pytest.raises(ValueError, match=re.escape(message)) as raised:
        find_learning_rate(new_model(), data, **options)
    assert isinstance(raised.value, DigitzooError)


def test_what_is_no_optimizer_is_refused(data):
    with pytest.raises(TypeError, match="must be a name or an optimizer"):
        find_learning_rate(new_model(), data, optimizer=keras.optimizers.Adam)


def test_a_model_that_cannot_be_copied_is_refused(data):
    layers = [keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(10)]
    model = keras.Sequential([*layers, keras.layers.Lambda(lambda logits: logits)])
    with pytest.raises(DigitzooError, match="'sequential.*' cannot be copied: .*Lambda"):
        find_learning_rate(model, data)
