"""Images that stay in Parquet files: their order, and that a run ends as on arrays in memory."""

import keras
import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from digitzoo import evaluate, find_learning_rate, load_data, read_parquet, train
from digitzoo.errors import DataFileError, InvalidArgumentError, RunFolderError
from digitzoo.training.batches import BatchForm
from digitzoo.training.processes import ProcessGroup
from digitzoo.training.row_groups import RowGroupBatches

FORM = BatchForm(input_shape=(1, 1, 1))
FIRST = [60, 45, 62, 44, 99, 43, 57, 48]


def write(path, images, labels, rows):
    pixels = pa.FixedSizeListArray.from_arrays(pa.array(images.ravel()), images[0].size)
    parquet.write_table(pa.table({"image": pixels, "label": labels}), path, row_group_size=rows)
    return read_parquet(path)


@pytest.fixture(scope="module")
def split():
    return load_data("mnist", validation=0).train.sample(600)


@pytest.fixture(scope="module")
def stored(split, tmp_path_factory):
    """The same images in a file of six row groups."""
    return write(tmp_path_factory.mktemp("stored") / "a.parquet", split.images, split.labels, 100)


@pytest.fixture(scope="module")
def numbered(tmp_path_factory):
    """100 images, each of one pixel, that bear their number, in groups of 7."""
    numbers = np.arange(100, dtype=np.uint8).reshape(100, 1, 1, 1)
    path = tmp_path_factory.mktemp("numbered") / "a.parquet"
    return write(path, numbers, np.arange(100) % 10, 7)


def seen(split, epoch, *, seed=0, batch_size=8, pool_bytes=20, steps=None):
    """The numbers that an epoch shows, batch by batch."""
    batches = RowGroupBatches(
        split, form=FORM, batch_size=batch_size, seed=seed, pool_bytes=pool_bytes
    )
    batches.start_epoch(epoch)
    found = []
    for step in range(len(batches)) if steps is None else steps:
        images, labels = batches[step]
        numbers = np.rint(images.ravel() * 255).astype(int)
        assert labels.tolist() == (numbers % 10).tolist()
        found.append(numbers.tolist())
    return found


def test_an_epoch_shows_each_image_once_in_an_order_of_seed_and_epoch(numbered):
    orders = [
        [number for batch in seen(numbered, epoch, seed=seed) for number in batch]
        for seed, epoch in ((0, 0), (0, 1), (1, 0))
    ]
    for order in orders:
        assert sorted(order) == list(range(100))
    assert len(set(map(tuple, orders))) == 3
    assert [n for batch in seen(numbered, 1) for n in batch] == orders[1]


def test_the_first_images_are_those_on_file(numbered):
    """Written with NumPy 2.4 from raw PCG64 output, which NEP 19 promises to stay."""
    assert seen(numbered, 0, steps=[0])[0] == FIRST


def test_groups_are_shuffled_a_pool_at_a_time(numbered):
    order = np.array([number for batch in seen(numbered, 0) for number in batch])
    places = np.argsort(order)  # where each number is
    spans = [np.ptp(places[start : start + 7]) for start in range(0, 98, 7)]
    assert max(spans) < 20  # a group stays within its pool,
    assert min(spans) > 6  # mixed with another one,
    first = places[:98].reshape(-1, 7).min(axis=1)
    assert (np.diff(first) < 0).any()  # and the groups come in an order of their own
    assert (np.diff(places[:7]) < 0).any()


def test_any_step_can_be_asked_for(numbered):
    whole = seen(numbered, 3)
    assert seen(numbered, 3, steps=[5, 0, 12, 6]) == [whole[step] for step in (5, 0, 12, 6)]
    large = seen(numbered, 3, batch_size=64)  # batches of many pools
    assert [n for batch in large for n in batch] == [n for batch in whole for n in batch]


def test_without_a_seed_the_order_is_the_file_s(numbered):
    assert seen(numbered, 0, seed=None) == [
        list(range(start, min(start + 8, 100))) for start in range(0, 100, 8)
    ]


def test_each_group_is_read_once_in_an_epoch(numbered, monkeypatch):
    batches = RowGroupBatches(numbered, form=FORM, batch_size=8, seed=0, pool_bytes=20)
    read = []
    own = type(numbered).read_group
    monkeypatch.setattr(
        type(numbered), "read_group", lambda self, n: read.append(n) or own(self, n)
    )
    for step in range(len(batches)):
        batches[step]
    assert sorted(read) == list(range(15))


def test_two_processes_feed_the_whole_batch(numbered):
    def fed(group):
        batches = RowGroupBatches(
            numbered, form=FORM, batch_size=8, seed=0, group=group, pool_bytes=20
        )
        return [batches[step][0].ravel().tolist() for step in range(12)]

    whole = fed(ProcessGroup())
    halves = [fed(ProcessGroup(devices=2, count=2, index=index)) for index in (0, 1)]
    assert [one + other for one, other in zip(*halves, strict=True)] == whole


def network():
    keras.utils.set_random_seed(3)
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Flatten(),
            keras.layers.Dense(8, activation="relu"),
            keras.layers.Dropout(0.3),
            keras.layers.Dense(10, activation="softmax"),
        ],
        name="network",
    )


def equal(one, other):
    pairs = zip(one.model.get_weights(), other.model.get_weights(), strict=True)
    return one.history == other.history and all(np.array_equal(a, b) for a, b in pairs)


def test_what_fits_a_pool_trains_to_the_bits_of_arrays_in_memory(split, stored):
    options = {"epochs": 2, "batch_size": 50, "class_weight": "balanced"}
    run = train(network(), stored, **options)
    assert equal(run, train(network(), split, **options))
    assert run.settings["validation_images"] == 60
    assert run.caveats == ()


class CutOffError(Exception):
    pass


class CutOffAt(keras.callbacks.Callback):
    def __init__(self, *at):
        super().__init__()
        self._at = at

    def on_epoch_begin(self, epoch, logs=None):
        self._epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        if (self._epoch, batch) == self._at:
            raise CutOffError


def test_a_run_cut_off_within_an_epoch_goes_on_to_the_same_bits(stored, tmp_path, monkeypatch):
    defaults = RowGroupBatches.__init__.__kwdefaults__
    monkeypatch.setitem(defaults, "pool_bytes", 150 * 784)
    options = {"epochs": 2, "batch_size": 40, "checkpoint_every": 3}
    whole = train(network(), stored, **options)
    with pytest.raises(CutOffError):
        train(network(), stored, **options, run_dir=tmp_path / "run", callbacks=[CutOffAt(1, 7)])
    resumed = train(network(), stored, **options, run_dir=tmp_path / "run")
    assert equal(resumed, whole)


def test_other_images_are_no_run_to_go_on_with(split, stored, tmp_path):
    train(network(), stored, epochs=1, run_dir=tmp_path / "run")
    images = split.images.copy()
    images[300, 5, 5] = 77
    other = write(tmp_path / "b.parquet", images, split.labels, 100)
    with pytest.raises(RunFolderError, match="the images or labels are others"):
        train(network(), other, epochs=1, run_dir=tmp_path / "run")


def test_it_is_watched_by_files_too_and_measured(split, stored):
    run = train(network(), split, validation_data=stored, epochs=1)
    result = evaluate(run.model, stored)
    assert run.history["val_accuracy"][0] == pytest.approx(result.accuracy)
    in_memory = evaluate(run.model, split)
    assert np.allclose(result.probabilities, in_memory.probabilities, atol=1e-6)
    assert train(network(), stored, validation_split=0, epochs=1).epochs == 1
    find_learning_rate(network(), stored, steps=20)


def test_what_does_not_fit_is_said_before_the_work(stored):
    with pytest.raises(InvalidArgumentError, match="steps_per_epoch goes with a stream"):
        train(network(), stored, steps_per_epoch=3)
    small = keras.Sequential(
        [keras.Input((5, 5, 1)), keras.layers.Flatten(), keras.layers.Dense(10)]
    )
    with pytest.raises(InvalidArgumentError, match="28"):
        train(small, stored)


def test_a_bad_image_ends_the_training_by_its_place(split, tmp_path):
    pixels = split.images.reshape(600, -1).astype(np.int64)
    pixels[520, 3] = 300
    path = tmp_path / "a.parquet"
    table = pa.table({"image": pixels.tolist(), "label": split.labels})
    parquet.write_table(table, path, row_group_size=100)
    with pytest.raises(DataFileError, match=r"a.parquet, row group 5, row 20: pixel 300 cannot be"):
        train(network(), read_parquet(path), epochs=1, validation_data=split[:50])
