"""A run that was cut off goes on to the same bits, and nothing that was there is lost."""

import json
import os
import random
import re
import signal
import subprocess
import sys
import warnings
import zipfile

import keras
import numpy as np
import pytest
from filelock import FileLock

from digitzoo import (
    Augmentation,
    DigitzooError,
    Plateau,
    TrainingRun,
    evaluate,
    load_data,
    small_dense,
    train,
)
from digitzoo.training.checkpoints import Checkpoint


@pytest.fixture(scope="module")
def data():
    return load_data("mnist").sample(1000)


def network():
    """Weights drawn anew each time, and dropout: both must come from the folder."""
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Flatten(),
            keras.layers.Dense(16, activation="relu"),
            keras.layers.Dropout(0.3),
            keras.layers.Dense(10, activation="softmax"),
        ],
        name="network",
    )


def go(folder, data, **options):
    settings = {"epochs": 5, "batch_size": 100, "verbose": 0, **options}
    return train(network(), data, run_dir=folder, **settings)


class CutOffError(Exception):
    pass


class CutOffAt(keras.callbacks.Callback):
    """Ends a run in the middle, as a crash would."""

    def __init__(self, epoch, batch):
        super().__init__()
        self._at = (epoch, batch)

    def on_epoch_begin(self, epoch, logs=None):
        self._epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        if (self._epoch, batch) == self._at:
            raise CutOffError


def cut_off(folder, data, epoch, batch=4, **options):
    with pytest.raises(CutOffError):
        go(folder, data, callbacks=[CutOffAt(epoch, batch)], **options)


def same_start(folder, source):
    """Give a new run the first checkpoint of another, so that both begin with the same weights."""
    (folder / "checkpoints").mkdir(parents=True)
    name = "000000-00000000.npz"
    (folder / "settings.json").write_bytes((source / "settings.json").read_bytes())
    (folder / "checkpoints" / name).write_bytes((source / "checkpoints" / name).read_bytes())


@pytest.mark.parametrize(
    "options",
    [
        {},
        {
            "augmentation": Augmentation(shift=2, rotation=10),
            "checkpoint_every": 4,
            "learning_rate": Plateau(0.01, factor=0.5, patience=1),
        },
        {"metrics": ["sparse_top_k_categorical_accuracy"], "checkpoint_every": 3},
    ],
)
def test_a_run_that_was_cut_off_ends_as_one_that_was_not(tmp_path, data, options):
    cut_off(tmp_path / "cut", data, 0, 0, **options)
    same_start(tmp_path / "whole", tmp_path / "cut")
    whole = go(tmp_path / "whole", data, **options)
    for epoch, batch in [(0, 7), (2, 0), (2, 5), (4, 9)]:
        cut_off(tmp_path / "cut", data, epoch, batch, **options)
    resumed = go(tmp_path / "cut", data, **options)
    assert resumed.history == whole.history
    assert (tmp_path / "cut" / "history.csv").read_bytes() == (
        tmp_path / "whole" / "history.csv"
    ).read_bytes()
    pairs = zip(resumed.model.get_weights(), whole.model.get_weights(), strict=True)
    assert all(np.array_equal(a, b) for a, b in pairs)
    pairs = zip(resumed.model.optimizer.variables, whole.model.optimizer.variables, strict=True)
    assert all(np.array_equal(a, b) for a, b in pairs)


@pytest.mark.parametrize("policy", ["mixed_float16", "bfloat16"])
def test_lower_precision_goes_on_to_the_same_bits(tmp_path, data, policy):
    options = {"epochs": 3, "ema_momentum": 0.9, "checkpoint_every": 3}
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)  # the first of them has Keras scale the loss
    try:
        cut_off(tmp_path / "cut", data, 0, 0, **options)
        same_start(tmp_path / "whole", tmp_path / "cut")
        whole = go(tmp_path / "whole", data, **options)
        cut_off(tmp_path / "cut", data, 1, 5, **options)
        resumed = go(tmp_path / "cut", data, **options)
    finally:
        keras.config.set_dtype_policy(before)
    assert resumed.history == whole.history
    assert [str(weight.dtype) for weight in resumed.model.get_weights()] == [
        str(weight.dtype) for weight in whole.model.get_weights()
    ]
    for variables in ("variables", "optimizer"):
        pairs = zip(*(states(run.model, variables) for run in (resumed, whole)), strict=True)
        assert all(np.array_equal(a, b) for a, b in pairs)


def states(model, name):
    variables = model.variables if name == "variables" else model.optimizer.variables
    return [keras.ops.convert_to_numpy(variable.value) for variable in variables]


def test_a_finished_run_returns_at_once(tmp_path, data):
    first = go(tmp_path / "run", data)

    class Untouched(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            pytest.fail("a finished run was trained again")

    again = go(tmp_path / "run", data, callbacks=[Untouched()])
    assert again.history == first.history
    assert (again.best_epoch, again.stop_reason) == (first.best_epoch, first.stop_reason)
    pairs = zip(again.model.get_weights(), first.model.get_weights(), strict=True)
    assert all(np.array_equal(a, b) for a, b in pairs)


def test_other_settings_are_listed(tmp_path, data):
    cut_off(tmp_path / "run", data, 1)
    message = r"epochs was 5 and is 6; batch_size was 100 and is 50\. .*restart=True"
    with pytest.raises(DigitzooError, match=message):
        go(tmp_path / "run", data, epochs=6, batch_size=50)
    with pytest.raises(DigitzooError, match="the images or labels are others; train_images was"):
        go(tmp_path / "run", data.sample(900))
    message = r"the network's layers are others \(it was '.*' and is 'small_dense'\)\. Call"
    with pytest.raises(DigitzooError, match=message):
        train(small_dense(), data, run_dir=tmp_path / "run", epochs=5, batch_size=100, verbose=0)
    assert go(tmp_path / "run", data).epochs == 5


def test_restart_begins_anew_and_touches_nothing_else(tmp_path, data):
    go(tmp_path / "run", data)
    (tmp_path / "run" / "notes.txt").write_text("mine")
    run = go(tmp_path / "run", data, epochs=2, restart=True)
    assert run.epochs == 2
    assert TrainingRun.load(tmp_path / "run").epochs == 2
    assert (tmp_path / "run" / "notes.txt").read_text() == "mine"


class PressCtrlC(keras.callbacks.Callback):
    """Presses it in the second epoch, and notes after how many times it is still there."""

    def __init__(self, times):
        super().__init__()
        self._times, self.still_there_after = times, 0

    def on_epoch_begin(self, epoch, logs=None):
        self._epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        if (self._epoch, batch) == (1, 3):
            for _ in range(self._times):
                signal.raise_signal(signal.SIGINT)
                self.still_there_after += 1


def test_ctrl_c_finishes_the_batch_and_a_second_one_does_not(tmp_path, data):
    cut_off(tmp_path / "once", data, 0, 0)
    for name in ("twice", "whole"):
        same_start(tmp_path / name, tmp_path / "once")
    before = signal.getsignal(signal.SIGINT)

    once = PressCtrlC(1)
    with pytest.raises(KeyboardInterrupt, match=r"stopped after step 4 of epoch 2; .*once keeps"):
        go(tmp_path / "once", data, callbacks=[once])
    assert once.still_there_after == 1
    assert newest(tmp_path / "once").name == "000001-00000004.npz"

    twice = PressCtrlC(2)
    with pytest.raises(KeyboardInterrupt):
        go(tmp_path / "twice", data, callbacks=[twice])
    assert twice.still_there_after == 1
    assert newest(tmp_path / "twice").name == "000001-00000000.npz"

    assert signal.getsignal(signal.SIGINT) is before
    whole = go(tmp_path / "whole", data)
    for name in ("once", "twice"):
        assert go(tmp_path / name, data).history == whole.history


class Spoil(keras.callbacks.Callback):
    """Makes every epoch from the third on worse than those before."""

    def on_epoch_begin(self, epoch, logs=None):
        if epoch >= 2:
            self.model.set_weights([weight * 0 + 1 for weight in self.model.get_weights()])


def test_a_worse_epoch_after_a_resume_does_not_become_the_best(tmp_path, data):
    options = {"epochs": 9, "early_stopping": 3}
    with pytest.raises(CutOffError):
        go(tmp_path / "run", data, callbacks=[Spoil(), CutOffAt(3, 2)], **options)
    run = go(tmp_path / "run", data, callbacks=[Spoil()], **options)
    # Epochs 3, 4 and 5 were worse: one before the cut, two after it. The patience counts on.
    assert (run.epochs, run.best_epoch, run.stop_reason) == (5, 2, "no improvement")
    best = TrainingRun.load(tmp_path / "run", which="best").model
    assert evaluate(best, data.validation).loss == pytest.approx(
        run.history["val_loss"][1], rel=1e-4
    )


def test_the_state_of_the_user_s_callbacks_comes_back(tmp_path, data):
    class Counter(keras.callbacks.Callback):
        def __init__(self):
            super().__init__()
            self.steps, self.table = 0, np.zeros(3)

        def on_train_batch_end(self, batch, logs=None):
            self.steps += 1
            self.table[self.steps % 3] += 1

        def state_dict(self):
            return {"steps": self.steps, "table": self.table}

        def load_state_dict(self, state):
            self.steps, self.table = state["steps"], np.array(state["table"])

    with pytest.raises(CutOffError):
        go(tmp_path / "run", data, callbacks=[Counter(), CutOffAt(3, 5)])
    counter = Counter()
    go(tmp_path / "run", data, callbacks=[counter])
    assert counter.steps == 50
    assert counter.table.tolist() == [16, 17, 17]


def newest(folder):
    return max((folder / "checkpoints").iterdir())


def test_a_damaged_checkpoint_gives_way_to_the_older_one(tmp_path, data):
    whole_folder = tmp_path / "whole"
    cut_off(whole_folder, data, 3)
    chance = random.Random(0)
    whole = newest(whole_folder).read_bytes()
    newest(whole_folder).write_bytes(whole[: len(whole) // 3])
    with pytest.warns(UserWarning, match="is damaged: .*Going on from the older 000002-"):
        expected = go(whole_folder, data).model.get_weights()

    for attempt in range(4):
        folder = tmp_path / str(attempt)
        (folder / "checkpoints").mkdir(parents=True)
        for path in (tmp_path / "whole").iterdir():
            if path.name == "settings.json":
                (folder / path.name).write_bytes(path.read_bytes())
        flipped = bytearray(whole)
        flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
        (folder / "checkpoints" / "000003-00000000.npz").write_bytes(flipped)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found = go(folder, data).model.get_weights()
        except DigitzooError as error:
            assert "is damaged" in str(error)  # noqa: PT017 - or it was harmless, below
            assert "there is no older one" in str(error)  # noqa: PT017 - the same
        else:
            assert all(np.array_equal(a, b) for a, b in zip(found, expected, strict=True))


def test_a_checkpoint_with_pickles_is_refused_and_never_unpickled(tmp_path, data):
    class RunsCode:
        def __reduce__(self):
            return (pytest.fail, ("the file was unpickled",))

    cut_off(tmp_path / "run", data, 1)
    for path in (tmp_path / "run" / "checkpoints").iterdir():
        np.savez(path, state=np.array([RunsCode()], dtype=object))
    with pytest.raises(DigitzooError, match="is damaged: .*no older one. restart=True"):
        go(tmp_path / "run", data)


def test_a_model_file_that_carries_code_is_refused(tmp_path, data):
    go(tmp_path / "run", data, epochs=1)
    bad = keras.Sequential([keras.Input((3,)), keras.layers.Lambda(lambda x: x * 2)])
    bad.save(tmp_path / "run" / "final.keras")
    with pytest.raises(DigitzooError, match=r"final\.keras cannot be loaded"):
        TrainingRun.load(tmp_path / "run")


def test_a_run_folder_is_data_only(tmp_path, data):
    go(tmp_path / "run", data, epochs=2)
    for path in (tmp_path / "run").rglob("*"):
        if path.suffix in (".npz", ".keras"):
            with zipfile.ZipFile(path) as archive:
                endings = {name.rsplit(".", 1)[-1] for name in archive.namelist()}
            assert endings <= {"npy", "json", "h5"}
        elif path.is_file() and path.name != ".lock":
            assert path.suffix in (".json", ".csv")
    with np.load(newest(tmp_path / "run"), allow_pickle=False) as arrays:
        assert all(arrays[name].dtype != object for name in arrays.files)


def test_two_processes_on_one_folder(tmp_path, data):
    cut_off(tmp_path / "run", data, 1)
    before = sorted(path.name for path in (tmp_path / "run" / "checkpoints").iterdir())
    with (
        FileLock(tmp_path / "run" / ".lock"),
        pytest.raises(DigitzooError, match="is in use by another process"),
    ):
        go(tmp_path / "run", data)
    assert sorted(path.name for path in (tmp_path / "run" / "checkpoints").iterdir()) == before
    assert go(tmp_path / "run", data).epochs == 5


NETWORK = """
keras.utils.set_random_seed(0)
model = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten(),
                          keras.layers.Dense(64), keras.layers.Dense(10, "softmax")])
"""
JOB = """
import os, resource, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
import keras
from digitzoo import DigitzooError, load_data, train
folder, limit, user = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
NETWORK
data = load_data("mnist").sample(300)
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
if user:
    os.setuid(user)
try:
    run = train(model, data, epochs=3, run_dir=folder, verbose=0)
except DigitzooError as error:
    print("refused:", error)
else:
    print("ended:", run.epochs)
""".replace("NETWORK", NETWORK)

only_posix = pytest.mark.skipif(os.name != "posix", reason="file-size limits and users are POSIX's")


def job(folder, *, limit=0, user=0):
    done = subprocess.run(
        [sys.executable, "-c", JOB, str(folder), str(limit), str(user)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip()


@only_posix
def test_a_disk_that_fills_ends_with_one_error_and_the_run_goes_on_later(tmp_path):
    # The first checkpoint takes about 610 kB; later ones hold the best weights too, 200 kB more.
    said = job(tmp_path / "run", limit=700_000)
    assert said.startswith("refused: ")
    assert "cannot be written" in said
    assert "call the same again" in said
    assert not list((tmp_path / "run").rglob(".writing-*"))
    kept = sorted((tmp_path / "run" / "checkpoints").iterdir())
    assert [path.name for path in kept] == ["000000-00000000.npz"]
    names = {"keras": keras}
    exec(NETWORK, names)
    few = load_data("mnist").sample(300)
    assert train(names["model"], few, epochs=3, run_dir=tmp_path / "run", verbose=0).epochs == 3


@only_posix
def test_a_folder_that_cannot_be_written_is_one_error(tmp_path):
    if os.getuid() == 0:
        tmp_path.chmod(0o755)
        for parent in tmp_path.parents[:3]:
            parent.chmod(0o755)
        user = 65534  # nobody: root may write anywhere
    else:
        user = 0
    folder = tmp_path / "run"
    folder.mkdir()
    folder.chmod(0o555)
    said = job(folder, user=user)
    assert said.startswith(f"refused: Run folder {folder} cannot be written (Permission denied)")
    assert list(folder.iterdir()) == []


def test_settings_are_plain_json(tmp_path, data):
    run = go(tmp_path / "run", data, epochs=1, augmentation=Augmentation(shift=1))
    stored = json.loads((tmp_path / "run" / "settings.json").read_text())
    assert stored["augmentation"]["shift"] == 1
    assert stored["data"] == run.settings["data"]
    assert len(stored["data"]) == 32


class CutOffWhileValidating(keras.callbacks.Callback):
    """Ends a run between the last step of its second epoch and the end of that epoch."""

    def on_epoch_begin(self, epoch, logs=None):
        self._epoch = epoch

    def on_test_begin(self, logs=None):
        if self._epoch == 1:
            raise CutOffError


def test_a_run_that_was_cut_off_while_validating_goes_on(tmp_path, data):
    options = {"epochs": 3, "checkpoint_every": 5}  # the last of ten steps is one of them
    cut_off(tmp_path / "cut", data, 0, 0, **options)
    same_start(tmp_path / "whole", tmp_path / "cut")
    whole = go(tmp_path / "whole", data, **options)
    with pytest.raises(CutOffError):
        go(tmp_path / "cut", data, callbacks=[CutOffWhileValidating()], **options)
    assert newest(tmp_path / "cut").name == "000001-00000005.npz"
    assert go(tmp_path / "cut", data, **options).history == whole.history


def test_a_run_that_is_lost_at_once_can_be_read_back(tmp_path, data):
    options = {"learning_rate": 1e38, "optimizer": "sgd", "epochs": 2}
    run = go(tmp_path / "run", data, **options)
    assert run.stop_reason.startswith("loss not finite in epoch 1")
    again = go(tmp_path / "run", data, **options)
    assert (again.history, again.best_epoch) == ({}, None)
    assert again.stop_reason == run.stop_reason


def test_flipped_bits_in_an_array_s_header_are_noticed(tmp_path, data):
    go(tmp_path / "run", data, epochs=1)
    path = newest(tmp_path / "run")
    whole = path.read_bytes()
    chance = random.Random(0)
    starts = [match.start() for match in re.finditer(b"\x93NUMPY", whole)]
    for start in starts[:6]:
        for _ in range(20):
            flipped = bytearray(whole)
            flipped[start + chance.randrange(128)] ^= 1 << chance.randrange(8)
            path.write_bytes(flipped)
            with pytest.raises(DigitzooError, match="is damaged"):
                Checkpoint.read(path)


def test_the_same_call_with_a_model_of_another_name_goes_on(tmp_path, data):
    def unnamed():
        layers = [keras.Input((28, 28, 1)), keras.layers.Flatten()]
        return keras.Sequential([*layers, keras.layers.Dense(10, activation="softmax")])

    options = {"epochs": 2, "run_dir": tmp_path / "run"}
    with pytest.raises(CutOffError):
        train(unnamed(), data, callbacks=[CutOffAt(1, 2)], **options)
    assert train(unnamed(), data, **options).epochs == 2


def test_an_optimizer_that_is_given_stays_as_it_is(data):
    optimizer = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.01, 20))

    def losses():
        keras.utils.set_random_seed(0)
        return train(network(), data, epochs=2, optimizer=optimizer).history["loss"]

    assert losses() == losses()
    assert not optimizer.built


@pytest.mark.parametrize("name", ["settings.json", "summary.json", "final.keras"])
def test_files_of_another_form_are_one_clear_error(tmp_path, data, name):
    go(tmp_path / "run", data, epochs=1)
    path = tmp_path / "run" / name
    path.write_bytes(b"[]" if name.endswith("json") else path.read_bytes()[:-9])
    with pytest.raises(DigitzooError, match=name):
        TrainingRun.load(tmp_path / "run")
    with pytest.raises(DigitzooError, match=name):
        go(tmp_path / "run", data, epochs=1)


def test_restart_leaves_what_lies_among_the_checkpoints(tmp_path, data):
    go(tmp_path / "run", data, epochs=1)
    (tmp_path / "run" / "checkpoints" / "mine.bin").write_bytes(b"mine")
    go(tmp_path / "run", data, epochs=2, restart=True)
    assert (tmp_path / "run" / "checkpoints" / "mine.bin").read_bytes() == b"mine"


def test_numpy_s_numbers_are_settings_like_others(tmp_path, data):
    weights = dict.fromkeys(np.arange(10), np.float32(1.5))
    options = {"class_weight": weights, "learning_rate": np.float32(0.01), "epochs": 2}
    cut_off(tmp_path / "run", data, 1, **options)
    assert go(tmp_path / "run", data, **options).epochs == 2


def test_dropout_inside_other_layers_starts_from_the_seed(data):
    def hidden(seed):
        keras.utils.set_random_seed(seed)
        layers = keras.layers
        model = keras.Sequential(
            [
                keras.Input((28, 28, 1)),
                layers.AveragePooling2D(7),  # four steps are as good as 28
                layers.Reshape((4, 4)),
                layers.SimpleRNN(8, dropout=0.3),
                layers.Dense(10, activation="softmax"),
            ],
            name="hidden",
        )
        model.set_weights([weight * 0 + 0.01 for weight in model.get_weights()])
        return model

    def losses(drawn, seed):
        return train(hidden(drawn), data, epochs=1, seed=seed).history["loss"]

    first = losses(1, 0)
    assert losses(2, 0) == first
    assert losses(1, 5) != first


def test_dropout_inside_other_layers_goes_on(tmp_path, data):
    def call(folder, *callbacks):
        layers = keras.layers
        drop = layers.Bidirectional(layers.SimpleRNN(4, dropout=0.5, recurrent_dropout=0.5))
        start = [
            keras.Input((28, 28, 1)),
            layers.AveragePooling2D(7),
            layers.Reshape((4, 4)),
        ]
        model = keras.Sequential([*start, drop, layers.Dense(10, "softmax")], name="hidden")
        options = {"epochs": 2, "batch_size": 200, "checkpoint_every": 2, "run_dir": folder}
        return train(model, data, callbacks=callbacks, **options)

    with pytest.raises(CutOffError):
        call(tmp_path / "cut", CutOffAt(0, 0))
    same_start(tmp_path / "whole", tmp_path / "cut")
    whole = call(tmp_path / "whole")
    with pytest.raises(CutOffError):
        call(tmp_path / "cut", CutOffAt(1, 3))
    resumed = call(tmp_path / "cut")
    assert resumed.history == whole.history
    pairs = zip(resumed.model.get_weights(), whole.model.get_weights(), strict=True)
    assert all(np.array_equal(a, b) for a, b in pairs)
