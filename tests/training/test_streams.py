"""Data that come in batches of their own: what of it is checked, and what is promised."""

import math
import time

import keras
import numpy as np
import pytest

from digitzoo import (
    Augmentation,
    Cosine,
    Split,
    TrainingRun,
    evaluate,
    find_learning_rate,
    load_data,
    train,
)
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, RunFolderError
from digitzoo.training.batches import BatchForm
from digitzoo.training.make_batches import StreamBatches
from digitzoo.training.streams import Stream, stream_kind

BATCH = 50


@pytest.fixture(scope="module")
def split():
    return load_data("mnist", validation=0).sample(500).train


class Endless(keras.utils.PyDataset):
    """The images in batches, over and over; turned round after each epoch if asked."""

    def __init__(self, images, labels, *, turns=False):
        super().__init__()
        self.images, self.labels, self.turns = images, labels, turns

    @property
    def num_batches(self):
        return None

    def __getitem__(self, index):
        start = index * BATCH % len(self.images)
        return self.images[start : start + BATCH], self.labels[start : start + BATCH]

    def on_epoch_end(self):
        if self.turns:
            self.images, self.labels = self.images[::-1], self.labels[::-1]


class Pairs(Endless):
    """The images in batches."""

    def __len__(self):
        return math.ceil(len(self.images) / BATCH)

    @property
    def num_batches(self):
        return len(self)


def tf_data(images, labels):
    tf = pytest.importorskip("tensorflow")
    return tf.data.Dataset.from_tensor_slices((images, labels)).batch(BATCH)


def data_loader(images, labels):
    data = pytest.importorskip("torch.utils.data")
    torch = pytest.importorskip("torch")
    pairs = data.TensorDataset(torch.from_numpy(images.copy()), torch.from_numpy(labels.copy()))
    return data.DataLoader(pairs, batch_size=BATCH)


KINDS = {
    "tf.data.Dataset": tf_data,
    "keras.utils.PyDataset": Pairs,
    "torch.utils.data.DataLoader": data_loader,
}


@pytest.fixture(params=KINDS)
def make(request):
    return KINDS[request.param]


def network():
    keras.utils.set_random_seed(3)
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Flatten(),
            keras.layers.Dense(16, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ],
        name="network",
    )


def equal(one, other):
    pairs = zip(one.model.get_weights(), other.model.get_weights(), strict=True)
    return all(np.array_equal(a, b) for a, b in pairs)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_known(kind, split):
    assert stream_kind(KINDS[kind](split.images, split.labels)) == kind
    assert stream_kind(split) is None


def test_it_trains_as_fit_does_on_the_same_batches(make, split):
    run = train(network(), make(split.images, split.labels), epochs=2)
    model = network()
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    images = split.images.astype("float32") / 255
    model.fit(images, split.labels, batch_size=BATCH, epochs=2, shuffle=False, verbose=0)
    for ours, theirs in zip(run.model.get_weights(), model.get_weights(), strict=True):
        assert ours == pytest.approx(theirs, abs=1e-5)
    assert run.epochs == 2
    assert set(run.history) == {"loss", "accuracy"}


def test_it_says_what_it_cannot_promise(split, tmp_path, capsys):
    folder = tmp_path / "run"
    run = train(network(), Pairs(split.images, split.labels), epochs=1, run_dir=folder, verbose=2)
    (caveat,) = run.caveats
    assert "in the order of the keras.utils.PyDataset, not of the seed" in caveat
    assert f"Note: {caveat}\n" in capsys.readouterr().err
    assert TrainingRun.load(folder).caveats == run.caveats
    assert train(network(), split, epochs=1).caveats == ()


def test_validation_comes_as_a_stream_a_split_or_a_pair(split):
    watched = split[:120]
    for validation in (
        Pairs(watched.images, watched.labels),
        watched,
        (watched.images, watched.labels),
    ):
        stream = Pairs(split.images[120:], split.labels[120:])
        run = train(network(), stream, validation_data=validation, epochs=1)
        expected = evaluate(run.model, watched)
        assert run.history["val_loss"][0] == pytest.approx(expected.loss, rel=1e-4)
        assert run.history["val_accuracy"][0] == pytest.approx(expected.accuracy)
    in_memory = train(network(), split, validation_data=split[:120], epochs=1)
    assert in_memory.settings["validation_images"] == 120
    assert in_memory.settings["train_images"] == 500  # nothing was taken out


def test_a_validation_stream_without_a_length_is_counted(split):
    stream = tf_data(split.images, split.labels).filter(lambda images, _: images[0, 0, 0, 0] == 0)
    run = train(network(), split, validation_data=stream, epochs=1)
    assert run.settings["validation_images"] == 500
    with pytest.raises(InvalidArgumentError, match=r"has no end. Take a part of it"):
        train(network(), split, validation_data=stream.repeat(), epochs=1)


def test_one_hot_labels_smoothing_augmentation_and_class_weights(split):
    rows = np.eye(10, dtype=np.float32)[split.labels]
    options = {
        "epochs": 2,
        "label_smoothing": 0.1,
        "augmentation": Augmentation(shift=2),
        "class_weight": dict.fromkeys(range(10), 1.0) | {3: 2.0},
        "learning_rate": Cosine(0.01),
    }
    by_rows = train(network(), Pairs(split.images, rows), **options)
    by_number = train(network(), Pairs(split.images, split.labels), **options)
    assert by_rows.settings["loss"]["name"] == "categorical_crossentropy"
    assert equal(by_rows, by_number)
    other = train(network(), Pairs(split.images, split.labels), **options, seed=1)
    assert not equal(by_number, other)  # the seed still decides the augmentation


def shown(stream, epochs, *, steps=None, first_step=0):
    """The first pixel of each batch, epoch by epoch; each batch is one value throughout."""
    opened = Stream(stream, part="train", input_shape=(1, 1, 1), num_classes=10, steps=steps)
    batches = StreamBatches(opened, BatchForm(input_shape=(1, 1, 1)))
    batches.open(first_step)
    seen = []
    for epoch in epochs:
        batches.start_epoch(epoch)
        got = [batches[index][0] for index in (0, *range(len(batches)))]  # Keras looks first
        seen.append([round(float(images[0, 0, 0, 0]) * 255) for images in got[1:]])
    return seen


@pytest.fixture
def numbered():
    """Four batches, whose pixels are 0, 1, 2 and 3."""
    return (
        np.repeat(np.arange(4, dtype=np.uint8), BATCH).reshape(-1, 1, 1, 1),
        np.zeros(4 * BATCH, dtype=np.int64),
    )


def test_an_epoch_is_the_whole_stream(make, numbered):
    assert shown(make(*numbered), [0, 1]) == [[0, 1, 2, 3], [0, 1, 2, 3]]
    assert shown(make(*numbered), [1], first_step=2) == [[2, 3]]


def test_steps_per_epoch_goes_on_and_begins_anew(make, numbered):
    assert shown(make(*numbered), [0, 1, 2], steps=3) == [[0, 1, 2], [3, 0, 1], [2, 3, 0]]
    assert shown(make(*numbered), [2], steps=3) == [[2, 3, 0]]  # as a resumed run asks
    assert shown(make(*numbered), [2], steps=3, first_step=1) == [[3, 0]]
    assert shown(make(*numbered), [0, 1], steps=6) == [[0, 1, 2, 3, 0, 1], [2, 3, 0, 1, 2, 3]]


def test_an_endless_stream_wants_steps_per_epoch(split):
    stream = Endless(split.images, split.labels)
    with pytest.raises(InvalidArgumentError, match="does not know how many .*steps_per_epoch="):
        train(network(), stream, epochs=1)
    whole = train(network(), stream, epochs=2, steps_per_epoch=10)
    assert equal(whole, train(network(), Pairs(split.images, split.labels), epochs=2))
    assert whole.settings["steps_per_epoch"] == 10


def test_epochs_are_announced_to_a_py_dataset_as_fit_does(split):
    images = split.images.astype("float32") / 255
    run = train(network(), Pairs(images, split.labels, turns=True), epochs=3)
    model = network()
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    fitted = model.fit(Pairs(images, split.labels, turns=True), epochs=3, shuffle=False, verbose=0)
    assert run.history == fitted.history
    unturned = train(network(), Pairs(images, split.labels), epochs=3)
    assert run.history != unturned.history


def test_a_py_dataset_may_have_workers(split):
    stream = Pairs(split.images, split.labels)
    stream._workers = 2  # noqa: SLF001 - what its constructor sets
    assert equal(
        train(network(), stream, epochs=2),
        train(network(), Pairs(split.images, split.labels), epochs=2),
    )


class CutOffError(Exception):
    pass


def test_a_resumed_run_reads_on_where_it_was(make, split, tmp_path):
    whole = train(network(), make(split.images, split.labels), epochs=3)

    class CutOff(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            self.epoch = epoch

        def on_train_batch_end(self, batch, logs=None):
            if (self.epoch, batch) == (1, 7):
                raise CutOffError

    options = {"epochs": 3, "run_dir": tmp_path / "run", "checkpoint_every": 3}
    with pytest.raises(CutOffError):
        train(network(), make(split.images, split.labels), callbacks=[CutOff()], **options)
    resumed = train(network(), make(split.images, split.labels), **options)
    assert equal(resumed, whole)
    assert resumed.history == whole.history


def test_another_stream_is_other_settings(split, tmp_path):
    train(network(), Pairs(split.images, split.labels), epochs=1, run_dir=tmp_path / "run")
    other = Pairs(split.images[:400], split.labels[:400])
    with pytest.raises(RunFolderError, match="data was .*of 10 batches.* and is .*of 8 batches"):
        train(network(), other, epochs=1, run_dir=tmp_path / "run")


def test_the_learning_rate_finder_takes_streams(split):
    ours = find_learning_rate(network(), Pairs(split.images, split.labels), steps=15)
    again = find_learning_rate(network(), Endless(split.images, split.labels), steps=15)
    assert len(ours.losses) == 15
    assert np.array_equal(ours.losses, again.losses)


def one_more(labels):
    changed = labels.astype(np.int64)
    changed[333] = 10
    return changed


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        (lambda x, y: (x, one_more(y)), {}, r"train, batch 7: label 10 at index 33 .* 0 to 9"),
        (lambda x, y: (x / 127.0, y), {}, r"Float pixels must lie in 0..1.*Divide them by 255"),
        (lambda x, y: (x[:, :20], y), {}, r"takes images of shape \(28, 28, 1\)"),
        (lambda x, y: (x // 128, y), {}, "first batch has whole numbers of 0 and 1"),
        (lambda x, y: (x.astype("int64") // 128, y), {}, "whole numbers of 0 and 1"),
        (lambda x, y: (x[:0], y[:0]), {}, "train: the .* has no batches"),
        (lambda x, y: (x, y), {"batch_size": 32}, "makes its batches itself, of 50 images"),
        (lambda x, y: (x, y), {"class_weight": "balanced"}, "read to its end"),
        (lambda x, y: (x, y), {"validation_split": 0.2}, "cannot take images out of a stream"),
        (lambda x, y: (x, y), {"steps_per_epoch": 0}, "steps_per_epoch must be a whole number"),
    ],
)
def test_what_cannot_work_is_said(make, split, change, options, message):
    stream = make(*change(split.images, split.labels))
    with pytest.raises(InvalidArgumentError, match=message):
        train(network(), stream, epochs=1, **options)


def test_batches_must_be_pairs(split):
    class Triples(Pairs):
        def __getitem__(self, index):
            return (*super().__getitem__(index), np.ones(BATCH))

    with pytest.raises(ArgumentTypeError, match=r"batches of \(images, labels\). Received 3 parts"):
        train(network(), Triples(split.images, split.labels))
    with pytest.raises(ArgumentTypeError, match="a Split, a pair .*or a stream.* Received list"):
        train(network(), [split.images, split.labels])


def test_a_stream_that_ends_too_early_is_an_error(split):
    stream = tf_data(split.images, split.labels)
    opened = Stream(stream.take(4), part="train", input_shape=(28, 28, 1), num_classes=10)
    opened.source = stream.take(2)
    short = StreamBatches(opened, BatchForm(input_shape=(28, 28, 1)))
    short.batch(1)
    with pytest.raises(InvalidArgumentError, match="ends at batch 2 of 4"):
        short.batch(2)


def test_arguments_that_speak_of_the_same_thing(split):
    whole = load_data("mnist").sample(200)
    with pytest.raises(InvalidArgumentError, match="brings its own validation part of"):
        train(network(), whole, validation_data=split)
    with pytest.raises(InvalidArgumentError, match="Give one"):
        train(network(), split, validation_data=split, validation_split=0.1)
    with pytest.raises(InvalidArgumentError, match="steps_per_epoch goes with a stream"):
        train(network(), split, steps_per_epoch=3)
    with pytest.raises(ArgumentTypeError, match=r"one of its parts, such as \.validation"):
        train(network(), split, validation_data=whole)
    with pytest.raises(InvalidArgumentError, match="Validation needs labels"):
        train(network(), split, validation_data=Split(split.images))


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda images: images[:, :27], "takes images of shape"),
        (lambda images: images * 300 + 2, "Float pixels must lie in 0..1"),
    ],
)
def test_a_bad_batch_is_named_by_part_and_number(split, spoil, words):
    class Spoilt(Pairs):
        def __getitem__(self, index):
            images, labels = super().__getitem__(index)
            images = images / np.float32(255)
            return (spoil(images) if index == 3 else images), labels

    with pytest.raises(ValueError, match=f"batch 4: .*{words}"):
        train(network(), Spoilt(split.images, split.labels), epochs=1)


def test_what_a_pipeline_dies_of_is_said_in_one_line(split):
    tf = pytest.importorskip("tensorflow")

    def batches():
        for number in range(6):
            if number == 3:
                raise OSError("photo 31.png is broken")
            yield split.images[:BATCH], split.labels[:BATCH]

    specs = (tf.TensorSpec((BATCH, 28, 28, 1), tf.uint8), tf.TensorSpec((BATCH,), tf.uint8))
    stream = tf.data.Dataset.from_generator(batches, output_signature=specs)
    words = "^train, batch 4: the tf.data.Dataset failed with .*photo 31.png is broken$"
    with pytest.raises(InvalidArgumentError, match=words) as caught:
        train(network(), stream, epochs=1, steps_per_epoch=6)
    assert isinstance(caught.value.__cause__, tf.errors.OpError)


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="only there a thread reads on")
def test_nothing_is_read_when_training_was_left(split):
    """In a thread that reads on, Python's garbage collection would wait for the thread's end."""

    class Slow(Pairs):
        read = 0

        def __getitem__(self, index):
            self.read += 1
            time.sleep(0.02)
            return super().__getitem__(index)

    class CutOff(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            raise CutOffError

    stream = Slow(split.images, split.labels)
    with pytest.raises(CutOffError):
        train(network(), stream, epochs=1, callbacks=[CutOff()])
    before = stream.read
    time.sleep(0.5)
    assert stream.read == before < 10
