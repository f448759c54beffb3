import csv
import json

import keras
import numpy as np
import pytest

from digitzoo import (
    Dataset,
    DigitzooError,
    Split,
    TrainingRun,
    evaluate,
    fashion_cnn,
    load_data,
    one_hot,
    simple_cnn,
    small_dense,
    train,
)


@pytest.fixture(scope="module")
def data():
    return load_data("mnist").sample(3000)


def new_model(**options):
    keras.utils.set_random_seed(0)
    return small_dense(**options)


def quick(model, dataset, **options):
    return train(model, dataset, **{"epochs": 2, "batch_size": 100, "verbose": 0, **options})


def test_it_learns_real_digits(data):
    run = quick(new_model(), data, epochs=12)
    assert evaluate(run.model, data.test).accuracy > 0.85
    assert run.history["loss"][-1] < 0.5 * run.history["loss"][0]


def test_the_run_says_what_happened(data):
    run = quick(new_model(), data, epochs=3)
    assert list(run.history) == ["loss", "accuracy", "val_loss", "val_accuracy"]
    assert all(len(column) == 3 for column in run.history.values())
    assert (run.epochs, run.best_epoch, run.stop_reason) == (3, 3, "all epochs done")
    assert run.folder is None
    assert repr(run) == "<TrainingRun of small_dense: 3 epochs, best 3, all epochs done>"


def test_its_numbers_are_keras_own(data):
    run = quick(new_model(), data)
    result = evaluate(run.model, data.validation)
    assert run.history["val_loss"][-1] == pytest.approx(result.loss, rel=1e-4)
    assert run.history["val_accuracy"][-1] == pytest.approx(result.accuracy, abs=1e-6)


def test_same_seed_same_bits_other_seed_other_bits(data):
    def weights(seed, *, used_before):
        keras.utils.set_random_seed(3)
        model = fashion_cnn(filters=(4, 4), units=16)
        if used_before:  # moves the generator of its dropout on
            model(data.train.images[:5] / 255, training=True)
        return quick(model, data, epochs=1, seed=seed).model.get_weights()

    first, again = weights(0, used_before=False), weights(0, used_before=True)
    other = weights(1, used_before=False)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not all(np.array_equal(a, b) for a, b in zip(first, other, strict=True))


def test_the_test_part_is_never_looked_at(data):
    class Untouchable(Split):
        def __init__(self):
            """Hold nothing."""

        def __getattribute__(self, name):
            pytest.fail(f"train asked the test part for {name}")

    secret = Dataset(data.train, data.validation, data.test)
    object.__setattr__(secret, "test", Untouchable())
    quick(new_model(), secret, epochs=1)


@pytest.mark.parametrize(
    "form",
    [
        lambda split: split,
        lambda split: (split.images, split.labels),
        lambda split: (split.images[..., 0], split.labels.astype("int64")),
        lambda split: (split.images / 255, split.labels),
        lambda split: (split.images, one_hot(split.labels, 10)),
    ],
)
def test_every_form_of_the_data_trains_alike(data, form):
    expected = quick(new_model(), Dataset.from_split(data.train)).history["loss"]
    found = quick(new_model(), form(data.train)).history["loss"]
    assert found == pytest.approx(expected, rel=1e-4)


def test_a_tenth_is_held_out_of_a_split_and_none_if_told_so(data):
    assert quick(new_model(), data.train, epochs=1).settings["validation_images"] == 300
    run = quick(new_model(), data.train, epochs=1, validation_split=0)
    assert run.settings["validation_images"] == 0
    assert list(run.history) == ["loss", "accuracy"]
    assert run.settings["monitor"] == "loss"


def test_flat_networks_take_image_data(data):
    run = quick(new_model(input_shape=(784,)), data)
    assert run.history["accuracy"][-1] > 0.3


def test_a_head_without_softmax_gets_the_loss_for_logits(data):
    def losses(activation, **options):
        keras.utils.set_random_seed(0)
        layers = [keras.Input((28, 28, 1)), keras.layers.Flatten()]
        model = keras.Sequential([*layers, keras.layers.Dense(10, activation=activation)])
        return quick(model, data, **options).history["loss"]

    assert losses("linear") == pytest.approx(losses("softmax"), rel=1e-3)
    with pytest.raises(ValueError, match="gives logits, and loss=.*from_logits=False"):
        losses("linear", loss="sparse_categorical_crossentropy")
    with pytest.raises(ValueError, match="gives probabilities, and loss=.*from_logits=True"):
        losses("softmax", loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))


def test_a_loss_that_wants_other_labels_is_refused(data):
    with pytest.raises(ValueError, match="wants labels as one-hot rows. These are whole numbers"):
        quick(new_model(), data, loss="categorical_crossentropy")
    rows = data.train.images, one_hot(data.train.labels, 10)
    with pytest.raises(ValueError, match="wants labels as whole numbers. These are one-hot rows"):
        quick(new_model(), rows, loss=keras.losses.SparseCategoricalCrossentropy())
    quick(new_model(), rows, loss="categorical_crossentropy", epochs=1)


def test_early_stopping_ends_with_the_best_weights(data):
    seen = []

    class Worsen(keras.callbacks.Callback):
        """Makes every epoch after the second worse, so that the second stays the best."""

        def on_epoch_begin(self, epoch, logs=None):
            if epoch >= 2:
                self.model.set_weights([w * 0 + 1 for w in self.model.get_weights()])

        def on_epoch_end(self, epoch, logs=None):
            seen.append(self.model.get_weights())

    run = quick(new_model(), data, epochs=20, early_stopping=3, callbacks=[Worsen()])
    assert (run.epochs, run.best_epoch, run.stop_reason) == (5, 2, "no improvement")
    assert np.argmin(run.history["val_loss"]) == 1
    kept = run.model.get_weights()
    assert all(np.array_equal(a, b) for a, b in zip(kept, seen[1], strict=True))


def test_without_early_stopping_the_last_weights_stay(data, tmp_path):
    run = quick(new_model(), data, epochs=3, learning_rate=0.05, run_dir=tmp_path / "run")
    last = evaluate(run.model, data.validation).loss
    assert run.history["val_loss"][-1] == pytest.approx(last, rel=1e-4)
    best = TrainingRun.load(tmp_path / "run", which="best").model
    best_loss = evaluate(best, data.validation).loss
    assert min(run.history["val_loss"]) == pytest.approx(best_loss, rel=1e-4)


def test_a_loss_that_is_not_finite_ends_the_run_and_is_never_best(data, tmp_path):
    run = quick(
        new_model(), data, epochs=9, optimizer="sgd", learning_rate=1e30, run_dir=tmp_path / "run"
    )
    assert run.stop_reason.startswith("loss not finite in epoch 1, step ")
    assert run.epochs == 0
    assert run.best_epoch is None
    assert not (tmp_path / "run" / "best.keras").exists()


def test_a_run_folder_gives_everything_back(data, tmp_path):
    run = quick(new_model(), data, epochs=3, early_stopping=2, run_dir=tmp_path / "runs" / "first")
    files = {path.name for path in run.folder.iterdir()}
    assert files - {".lock"} == {
        *("settings.json", "history.csv", "checkpoints"),
        *("best.keras", "final.keras", "summary.json"),
    }

    loaded = TrainingRun.load(run.folder)
    assert loaded.history == run.history
    assert loaded.settings == json.loads(json.dumps(run.settings))
    assert (loaded.best_epoch, loaded.stop_reason) == (run.best_epoch, run.stop_reason)
    images = data.test.images[:50] / 255
    assert np.array_equal(loaded.model.predict_on_batch(images), run.model.predict_on_batch(images))

    with (run.folder / "history.csv").open() as file:
        assert [row["epoch"] for row in csv.DictReader(file)] == ["1", "2", "3"]
    assert run.settings["seed"] == 0
    assert run.settings["versions"]["keras"] == keras.__version__
    assert run.settings["optimizer"]["class_name"] == "Adam"


def test_nothing_in_a_folder_is_ever_overwritten(data, tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(DigitzooError, match=r"not empty \(it holds thesis\.txt\)\. Name another"):
        quick(new_model(), data, run_dir=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
    with pytest.raises(DigitzooError, match="cannot be written"):
        quick(new_model(), data, run_dir=tmp_path / "thesis.txt")


def test_a_folder_that_is_no_run_is_refused(data, tmp_path):
    with pytest.raises(DigitzooError, match="is not a run folder"):
        TrainingRun.load(tmp_path)
    quick(new_model(), data, epochs=1, run_dir=tmp_path / "run")
    with pytest.raises(ValueError, match="Unknown model of a run 'last'. There is: best, final"):
        TrainingRun.load(tmp_path / "run", which="last")
    whole = (tmp_path / "run" / "final.keras").read_bytes()
    (tmp_path / "run" / "final.keras").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DigitzooError, match=r"final\.keras cannot be loaded"):
        TrainingRun.load(tmp_path / "run")
    (tmp_path / "run" / "summary.json").unlink()
    with pytest.raises(DigitzooError, match="did not finish"):
        TrainingRun.load(tmp_path / "run")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"epochs": 0}, "epochs must be a whole number of 1 or above. Received 0. The smallest"),
        ({"batch_size": 1.5}, "batch_size must be"),
        ({"early_stopping": 0}, "early_stopping must be"),
        ({"optimizer": "adm"}, "Unknown optimizer 'adm'"),
        ({"learning_rate": -1}, "learning_rate must be"),
        ({"monitor": "val_acc"}, "Unknown monitor 'val_acc'. Did you mean 'val_accuracy'"),
        ({"validation_split": 0.2}, "brings its own validation part of 333 images"),
        ({"verbose": 3}, "verbose must be"),
        ({"loss": "categorical_crossentropy"}, "Leave loss= out"),
        ({"loss": "CategoricalCrossentropy"}, "wants labels as one-hot rows"),
        ({"loss": "mse"}, "loss='mean_squared_error' wants labels as one-hot rows"),
        ({"loss": keras.losses.KLDivergence()}, "loss='kl_divergence' wants"),
        ({"loss": "nonsense"}, "Unknown loss 'nonsense'"),
        ({"learning_rate": float("inf")}, "learning_rate must be"),
        ({"seed": -1}, "seed must be a whole number of 0 or above. Received -1"),
        ({"seed": 1.5}, "seed must be a whole number .* Received 1.5"),
        ({"seed": 2**32}, "seed must be a whole number of at most 4,294,967,295"),
        ({"epochs": True}, "epochs must be"),
        ({"label_smoothing": 1.0}, "label_smoothing must be a finite number of 0 or above"),
        ({"label_smoothing": 0.1, "loss": "categorical_crossentropy"}, "give your loss the smooth"),
        ({"class_weight": {0: 1.0}}, "a weight for each label 0 to 9"),
        (
            {"class_weight": dict.fromkeys(range(10), -1)},
            r"class_weight\[0\] must be .* 0 or above",
        ),
        ({"ema_momentum": 1.0}, "ema_momentum must be a finite number .* below 1"),
        ({"weight_decay": -0.1}, "weight_decay must be"),
        ({"global_clipnorm": 0}, "global_clipnorm must be"),
        ({"checkpoint_every": 0}, "checkpoint_every must be"),
    ],
)
def test_wrong_arguments_are_refused_before_anything_is_written(data, tmp_path, options, message):
    with pytest.raises(DigitzooError, match=message):
        quick(new_model(), data, run_dir=tmp_path / "run", **options)
    assert not (tmp_path / "run").exists()


def test_data_that_do_not_fit_the_model_are_refused(data):
    with pytest.raises(ValueError, match=r"takes images of shape \(32, 32, 1\)"):
        quick(simple_cnn(input_shape=(32, 32, 1)), data)
    with pytest.raises(ValueError, match="train: label . at index .* lies outside.*0 to 4"):
        quick(new_model(num_classes=5), data)
    with pytest.raises(ValueError, match="Divide them by 255"):
        quick(new_model(), (data.train.images.astype(float), data.train.labels))
    with pytest.raises(ValueError, match="Training needs labels"):
        quick(new_model(), Split(data.train.images))
    with pytest.raises(TypeError, match="These are two, as load_arrays gives them"):
        quick(new_model(), ((data.train.images, data.train.labels),) * 2)
    for whole in ("uint8", "int64"):
        with pytest.raises(ValueError, match="whole numbers of 0 and 1, where 255 is white"):
            quick(new_model(), ((data.train.images > 99).astype(whole), data.train.labels))
    with pytest.raises(TypeError, match="a Dataset, a Split, a pair.*Received list"):
        quick(new_model(), [1, 2])
    with pytest.raises(ValueError, match="learning_rate goes with the name"):
        quick(new_model(), data, optimizer=keras.optimizers.SGD(), learning_rate=0.1)


def test_numpy_numbers_are_numbers(data, tmp_path):
    run = quick(new_model(), data, epochs=np.int64(1), seed=np.uint8(3), run_dir=tmp_path / "run")
    assert run.settings["epochs"] == 1


def test_names_are_filled_up_to_the_model_s_classes(data):
    few = data.train[data.train.labels < 3]
    run = quick(new_model(), (few.images, few.labels), epochs=1)
    assert run.settings["class_names"] == list("0123456789")


def test_class_weights_count_as_asked(data):
    ignored = quick(
        new_model(),
        data,
        epochs=3,
        class_weight={label: float(label != 2) for label in range(10)},
    )
    assert evaluate(ignored.model, data.test).per_class[2].predicted == 0
    balanced = quick(new_model(), data, epochs=1, class_weight="balanced").settings["class_weight"]
    counts = np.bincount(data.train.labels)
    assert balanced == [(label, 3000 / (10 * count)) for label, count in enumerate(counts)]


def test_the_moving_average_is_what_is_measured_and_kept(data, tmp_path):
    run = quick(new_model(), data, epochs=3, ema_momentum=0.99, run_dir=tmp_path / "run")
    result = evaluate(run.model, data.validation)
    assert run.history["val_loss"][-1] == pytest.approx(result.loss, rel=1e-3)
    plain = quick(new_model(), data, epochs=3)
    # The steps are the same, but for the rounding of Keras's swap of weights and average.
    assert plain.history["loss"] == pytest.approx(run.history["loss"], rel=1e-4)
    assert plain.history["val_loss"] != pytest.approx(run.history["val_loss"], rel=1e-2)
    best = TrainingRun.load(run.folder, which="best").model
    assert evaluate(best, data.validation).loss == pytest.approx(
        min(run.history["val_loss"]), rel=1e-3
    )


def test_label_smoothing_is_keras_own(data):
    run = quick(new_model(), data, epochs=1, label_smoothing=0.2)
    by_hand = quick(
        new_model(),
        (data.train.images, one_hot(data.train.labels, 10)),
        epochs=1,
        validation_split=0,
        loss=keras.losses.CategoricalCrossentropy(label_smoothing=0.2),
    )
    assert run.history["loss"] == pytest.approx(by_hand.history["loss"], rel=1e-5)


class NeverFinite(keras.losses.Loss):
    """Is no number for batches of fewer images than 100, as those of validation are here."""

    def call(self, labels, given):
        few = keras.ops.shape(given)[0] < 100
        values = keras.ops.mean(given, axis=-1) - keras.ops.cast(labels, given.dtype) * 0
        return keras.ops.where(few, float("nan"), values)


@pytest.mark.parametrize("early_stopping", [None, 2])
def test_a_validation_loss_that_is_never_a_number_is_told(data, tmp_path, capsys, early_stopping):
    run = train(
        new_model(),
        (data.train.images, data.train.labels),
        validation_data=data.validation[:50],
        loss=NeverFinite(),
        batch_size=100,
        epochs=3,
        early_stopping=early_stopping,
        run_dir=tmp_path,
        verbose=2,
    )
    assert run.best_epoch is None
    assert run.best_metrics == {}
    assert run.stop_reason == "val_loss never finite"
    assert run.epochs == (early_stopping or 3)
    (caveat,) = run.caveats
    assert caveat.startswith("val_loss was not a finite number in any epoch")
    assert caveat in capsys.readouterr().err
    assert TrainingRun.load(tmp_path).caveats == (caveat,)
    with pytest.raises(DigitzooError, match="no epoch had a finite loss"):
        TrainingRun.load(tmp_path, which="best")


def test_a_run_that_ends_before_its_first_step_leaves_no_folder(data, tmp_path, monkeypatch):
    class Refuse(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            raise DigitzooError("no")

    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(DigitzooError, match="no"):
        quick(new_model(), data, run_dir="~/run", callbacks=Refuse())
    assert not list(tmp_path.iterdir())
    run = quick(new_model(), data, epochs=1, run_dir="~/run")
    assert run.folder == tmp_path / "run"
    assert TrainingRun.load("~/run").history == run.history


def test_the_numbers_of_the_best_epoch_are_at_hand(data, tmp_path):
    run = quick(new_model(), data, epochs=4, learning_rate=0.05, run_dir=tmp_path)
    best = run.best_metrics
    assert best["val_loss"] == min(run.history["val_loss"])
    kept = TrainingRun.load(tmp_path, which="best")
    assert kept.best_metrics == best
    assert best["val_accuracy"] == pytest.approx(
        evaluate(kept.model, data.validation).accuracy, abs=1e-6
    )


def test_a_saved_model_is_loaded_in_safe_mode(data, tmp_path, monkeypatch):
    model = keras.Sequential([*new_model().layers, keras.layers.Lambda(lambda x: x)])
    model.build((None, 28, 28, 1))
    quick(model, data, epochs=1, run_dir=tmp_path / "lambda")
    with pytest.raises(DigitzooError, match="cannot be loaded"):
        TrainingRun.load(tmp_path / "lambda")

    asked = []
    load = keras.models.load_model

    def note(path, **options):
        asked.append(options["safe_mode"])
        return load(path, **options)

    monkeypatch.setattr(keras.models, "load_model", note)
    quick(new_model(), data, epochs=1, run_dir=tmp_path / "plain")
    TrainingRun.load(tmp_path / "plain")
    assert asked == [True]
