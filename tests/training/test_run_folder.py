"""What lies in a run folder: whole files, of this run alone, found again by any name."""

import keras
import numpy as np
import pytest

from digitzoo import DigitzooError, TrainingRun, load_data, train


@pytest.fixture(scope="module")
def data():
    return load_data("mnist").sample(1000)


def network():
    keras.utils.set_random_seed(0)
    return keras.Sequential(
        [keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(10, "softmax")]
    )


def go(folder, data, *callbacks, **options):
    settings = {"epochs": 3, "batch_size": 100, **options}
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


class CutOffAtEpochEnd(keras.callbacks.Callback):
    """Ends a run when its best model is written and its checkpoint is not."""

    def on_epoch_end(self, epoch, logs=None):
        raise CutOffError


class LoseTheLoss(keras.callbacks.Callback):
    def on_train_batch_begin(self, batch, logs=None):
        self.model.set_weights([weight * np.nan for weight in self.model.get_weights()])


def test_a_folder_under_home_is_found_by_its_short_name(tmp_path, data, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    run = go("~/run", data, epochs=1)
    assert run.folder == tmp_path / "run"
    assert TrainingRun.load("~/run").history == run.history


@pytest.mark.parametrize(
    ("name", "error", "words"),
    [
        (5, TypeError, "run_dir must be a path, as text or pathlib.Path. Received 5"),
        ("", ValueError, "run_dir is no name that a file can have. Received ''"),
    ],
)
def test_what_is_no_folder_s_name_is_refused(data, name, error, words):
    with pytest.raises(error, match=words):
        go(name, data, epochs=1)


def test_the_best_model_of_an_epoch_that_never_was_does_not_stay(tmp_path, data):
    with pytest.raises(CutOffError):
        go(tmp_path, data, CutOffAtEpochEnd())
    assert (tmp_path / "best.keras").exists()
    run = go(tmp_path, data, LoseTheLoss())
    assert (run.best_epoch, run.epochs) == (None, 0)
    with pytest.raises(DigitzooError, match=r"has no best\.keras: no epoch had a finite loss"):
        TrainingRun.load(tmp_path, which="best")


def test_damaged_checkpoints_do_not_push_good_ones_out(tmp_path, data):
    def damage_newest():
        newest = max((tmp_path / "checkpoints").iterdir())
        newest.write_bytes(newest.read_bytes()[:500])

    with pytest.raises(CutOffError):
        go(tmp_path, data, CutOffAt(1, 7), checkpoint_every=5)
    damage_newest()
    older = "Going on from the older 000001-00000000"
    with pytest.warns(UserWarning, match=older), pytest.raises(CutOffError):
        go(tmp_path, data, CutOffAt(1, 2), checkpoint_every=2)
    names = sorted(path.name for path in (tmp_path / "checkpoints").iterdir())
    assert names == ["000001-00000000.npz", "000001-00000002.npz"]
    damage_newest()
    with pytest.warns(UserWarning, match=older):
        assert go(tmp_path, data).epochs == 3


def test_checkpoints_without_settings_are_not_a_run_s(tmp_path, data):
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "checkpoints" / "000001-00000000.npz").write_bytes(b"mine")
    with pytest.raises(DigitzooError, match=r"not empty \(it holds checkpoints\)"):
        go(tmp_path, data)
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoints"]


def test_files_of_others_inside_the_folder_stay(tmp_path, data):
    with pytest.raises(CutOffError):
        go(tmp_path, data, CutOffAt(1, 1))
    mine = tmp_path / "tensorboard" / ".writing-mine"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    left_over = tmp_path / "checkpoints" / ".writing-7-000001-00000000.npz"
    left_over.write_text("half")
    go(tmp_path, data)
    assert mine.read_text() == "mine"
    assert not left_over.exists()


def test_a_reader_never_sees_half_a_history(tmp_path, data):
    """Each epoch's rows are written beside it, and what a reader has open stays as it was."""

    class Read(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            opened.append((tmp_path / "history.csv").open())

    opened = []
    go(tmp_path, data, Read())
    rows = []
    for file in opened:
        with file:
            rows.append(len(file.readlines()))
    assert rows == [2, 3, 4]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("history.csv", ""),
        ("history.csv", "[]"),
        ("history.csv", "epoch,loss\n1,0.5\n"),
        ("history.csv", "epoch,loss,accuracy\n1,0.5,0.5\n2,0.5\n3,0.5,0.5\n"),
        ("history.csv", "x" * 200_000),
        ("summary.json", "[" * 100_000),
        ("settings.json", "[" * 100_000),
    ],
)
def test_a_damaged_file_is_named(tmp_path, data, file, text):
    go(tmp_path / "run", data)
    (tmp_path / "run" / file).write_text(text, encoding="utf-8")
    with pytest.raises(DigitzooError, match=f"{file} (cannot be read|is damaged)"):
        TrainingRun.load(tmp_path / "run")
    with pytest.raises(DigitzooError, match=f"{file} (cannot be read|is damaged)"):
        go(tmp_path / "run", data)


class Doubling(keras.layers.Layer):
    def call(self, pixels):
        return 2 * pixels


def test_a_model_that_cannot_be_loaded_is_said_shortly(tmp_path, data):
    model = keras.Sequential([keras.Input((28, 28, 1)), Doubling(), *network().layers])
    train(model, data, epochs=1, run_dir=tmp_path / "run")
    with pytest.raises(DigitzooError, match="register_keras_serializable") as caught:
        TrainingRun.load(tmp_path / "run")
    assert len(str(caught.value)) < 500


def test_a_message_of_many_differences_is_short(tmp_path, data):
    go(tmp_path, data, class_weight=np.ones(10))
    with pytest.raises(
        DigitzooError, match=r"class_weight\.0\.1 was 1\.0 .*; and 2 more\."
    ) as caught:
        go(tmp_path, data, class_weight=np.arange(10) + 2.0)
    assert "class_weight.8" not in str(caught.value)
