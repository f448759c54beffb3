import json
from pathlib import Path

import keras
import numpy as np
import pytest

from digitzoo import Split, train
from digitzoo.training.batches import Batches, BatchForm, EpochBatches

FORM = BatchForm(input_shape=(1, 1, 1))


@pytest.fixture
def images():
    return np.arange(10, dtype=np.uint8).reshape(10, 1, 1, 1)


def seen(batches):
    """The images of each batch, by the numbers they are made of."""
    batches = [batches[index] for index in range(len(batches))]
    return [np.rint(images.ravel() * 255).astype(int).tolist() for images, _ in batches]


def test_an_epoch_shows_each_image_once_scaled_beside_its_label(images):
    batches = Batches(images, np.arange(10), form=FORM, batch_size=4, seed=0)
    assert len(batches) == 3
    for epoch in range(3):
        batches.start_epoch(epoch)
        shown = seen(batches)
        assert [len(batch) for batch in shown] == [4, 4, 2]
        assert sorted(index for batch in shown for index in batch) == list(range(10))
        for index in range(3):
            x, labels = batches[index]
            assert x.dtype == np.float32
            assert np.array_equal(np.rint(x.ravel() * 255), labels)


def test_the_order_is_a_function_of_seed_and_epoch(images):
    def order(seed, epoch):
        batches = Batches(images, np.arange(10), form=FORM, batch_size=10, seed=seed)
        batches.start_epoch(epoch)
        return seen(batches)[0]

    assert order(0, 0) == [3, 2, 1, 8, 6, 0, 7, 4, 5, 9]
    assert order(0, 1) == [7, 4, 5, 1, 9, 8, 6, 2, 0, 3]
    assert order(1, 0) == [9, 2, 4, 7, 5, 0, 8, 6, 3, 1]


def test_without_a_seed_the_order_stays(images):
    assert seen(Batches(images, np.arange(10), form=FORM, batch_size=4)) == [
        [0, 1, 2, 3],
        [4, 5, 6, 7],
        [8, 9],
    ]


def test_labels_can_come_one_hot(images):
    batches = Batches(
        images, np.arange(10), form=BatchForm(input_shape=(1, 1, 1), num_classes=10), batch_size=3
    )
    assert np.array_equal(batches[1][1], np.eye(10)[3:6])


def test_the_first_indices_of_mnist_s_train_part_are_those_on_file():
    # Written with NumPy 2.4 from raw PCG64 output, which NEP 19 promises to stay.
    known = json.loads(Path(__file__).with_name("first_indices.json").read_text())
    images = np.zeros((54_000, 1, 1, 1), dtype=np.uint8)
    batches = Batches(images, np.arange(54_000), form=FORM, batch_size=1000, seed=0)
    for epoch, indices in enumerate(known):
        batches.start_epoch(epoch)
        assert batches[0][1].tolist() == indices
    assert len(known) == 3


only_tensorflow = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="elsewhere Keras reads the batches as they are"
)


@only_tensorflow
@pytest.mark.parametrize("num_classes", [None, 10])
def test_fit_gets_the_same_batches_also_from_the_middle_of_an_epoch(images, num_classes):
    form = BatchForm(input_shape=(1, 1, 1), num_classes=num_classes)
    batches = Batches(images, np.arange(10), form=form, batch_size=3, seed=0)
    batches.start_epoch(1)
    batches.open(1)
    given = list(batches.for_fit().as_numpy_iterator())
    assert len(given) == len(batches) == 3
    for index, parts in enumerate(given):
        for part, expected in zip(parts, batches[index], strict=True):
            assert part.dtype == expected.dtype
            assert np.array_equal(part, expected)


@only_tensorflow
def test_fit_learns_which_sizes_differ_from_batch_to_batch():
    class Growing(EpochBatches):
        def batch(self, step):
            return np.zeros((2, 28, 28 + step, 1), np.float32), np.zeros(2, int)

    images, labels = Growing(3).for_fit().element_spec
    assert images.shape.as_list() == [None, 28, None, 1]
    assert labels.shape.as_list() == [None]


@only_tensorflow
def test_no_epoch_ends_by_waiting_for_tensorflows_tuner(images):
    """Its thread sleeps for up to a minute, and the iterator's end at times does not wake it."""
    batches = Batches(images, np.arange(10), form=FORM, batch_size=4, seed=0)
    assert batches.for_fit().options().autotune.enabled is False


@only_tensorflow
def test_train_leaves_the_memory_of_the_process_as_it_is(monkeypatch):
    """TensorFlow's generators have the C library give memory back after each step."""
    tf = pytest.importorskip("tensorflow")
    monkeypatch.setattr(tf.data.Dataset, "from_generator", None)
    pixels = np.random.default_rng(0).random((20, 4, 4, 1), np.float32)
    part = Split(pixels, np.arange(20) % 2)
    model = keras.Sequential(
        [keras.Input((4, 4, 1)), keras.layers.Flatten(), keras.layers.Dense(2)]
    )
    stream = tf.data.Dataset.from_tensor_slices((pixels, np.arange(20) % 2)).batch(5)
    train(model, part, validation_data=part, epochs=1)
    train(model, stream, validation_data=stream, epochs=1)
