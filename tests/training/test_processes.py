"""Two real processes, and one with two devices, end with what one on one device ends with."""

import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import keras
import numpy as np
import pytest

from digitzoo import Augmentation, TrainingRun, load_data, small_dense, train
from digitzoo.errors import InvalidArgumentError, RunFolderError
from digitzoo.training.batches import Batches, BatchForm
from digitzoo.training.make_batches import StreamBatches
from digitzoo.training.processes import ALONE, ProcessGroup
from digitzoo.training.streams import Stream

JOB = Path(__file__).parent / "process_job.py"
PATIENCE = 900  # seconds; on two idle cores all of it takes a minute

needs_jax = pytest.mark.skipif(
    importlib.util.find_spec("jax") is None, reason="JAX is not installed."
)
needs_kill = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL.")


def start(folder, **environment):
    return subprocess.Popen(
        [sys.executable, str(JOB), str(folder)],
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "2", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture(scope="module")
def jobs(tmp_path_factory):
    """Have two processes work together, the second of which is killed, and then one alone."""
    folder = tmp_path_factory.mktemp("jobs")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    together = {
        "KERAS_DISTRIBUTION_JOB_ADDRESSES": f"127.0.0.1:{port}",
        "KERAS_DISTRIBUTION_NUM_PROCESSES": "2",
    }
    processes = [start(folder, **together, KERAS_DISTRIBUTION_PROCESS_ID=str(i)) for i in (0, 1)]
    try:
        words = [process.communicate(timeout=PATIENCE)[0] for process in processes]
    finally:
        for process in processes:
            process.kill()
    codes = [process.returncode for process in processes]
    assert codes == [1, -signal.SIGKILL], "\n".join(words)
    alone = start(folder, XLA_FLAGS="--xla_force_host_platform_device_count=2")
    said, _ = alone.communicate(timeout=PATIENCE)
    assert alone.returncode == 0, said
    return folder


def told(folder, name):
    return json.loads((folder / f"{name}.json").read_text())


def weights(folder, name):
    with np.load(folder / f"{name}.npz") as arrays:
        return [arrays[key] for key in arrays.files]


def assert_same(folder, name, other, atol):
    for one, two in zip(weights(folder, name), weights(folder, other), strict=True):
        np.testing.assert_allclose(one, two, rtol=0, atol=atol)
    history, against = (told(folder, part)["history"] for part in (name, other))
    assert list(history) == list(against)
    for metric, values in history.items():
        np.testing.assert_allclose(values, against[metric], rtol=0, atol=atol)


@needs_jax
@needs_kill
class TestSeveral:
    def test_the_script_of_the_page_leaves_one_run(self, jobs):
        assert TrainingRun.load(jobs / "runs" / "together").epochs == 5

    def test_several_devices_end_with_what_one_ends_with(self, jobs):
        """Dropout, augmentation, batch normalization, class weights and a last batch of 5."""
        assert_same(jobs, "shared-devices", "alone-devices", atol=1e-5)
        assert told(jobs, "measured-devices")["accuracy"] > 0.3

    def test_ctrl_c_in_one_of_two_stops_both_after_one_step(self, jobs):
        first, second = (told(jobs, f"interrupted-process-{i}")["message"] for i in (0, 1))
        assert first.startswith("stopped after step 16 of epoch 1; ")
        assert second == "stopped after step 16 of epoch 1"

    @pytest.mark.parametrize("index", [0, 1])
    def test_two_processes_go_on_to_the_bits_of_two_devices(self, index, jobs):
        name = f"resumed-process-{index}"
        assert_same(jobs, name, "shared-devices", atol=0)
        assert_same(jobs, name, "alone-devices", atol=1e-5)
        assert told(jobs, f"measured-process-{index}") == told(jobs, "measured-devices")
        assert_same(jobs, f"read-process-{index}", name, atol=0)

    def test_a_killed_process_ends_the_other_with_one_error(self, jobs):
        assert told(jobs, "lost-process-0")["message"] == (
            "Another of the 2 processes of this run has ended, and so it stopped. What run_dir= "
            "keeps is whole: the same call goes on from its last checkpoint."
        )
        assert not list(jobs.glob("lost-process-1*"))

    def test_one_process_goes_on_with_what_two_began(self, jobs):
        assert_same(jobs, "gone-on-devices", "alone-devices", atol=1e-5)

    def test_what_the_first_finds_in_the_folder_is_told_to_all(self, jobs):
        for index in (0, 1):
            assert (
                "is not empty (it holds mine.txt)"
                in told(jobs, f"refused-process-{index}")["message"]
            )

    def test_processes_that_are_given_other_things_are_refused(self, jobs):
        for index in (0, 1):
            assert told(jobs, f"unlike-process-{index}")["message"] == (
                "The processes of a run are given the same. From process 0 to process 1 this "
                "differs: seed was 0 and is 1."
            )

    def test_batches_that_devices_cannot_share_are_refused(self, jobs):
        assert told(jobs, "odd-devices")["message"] == (
            "2 devices share each batch alike, so batch_size must be a multiple of 2, such as 34. "
            "Received 33."
        )


def test_other_backends_are_refused_with_a_word_on_jax():
    if keras.backend.backend() != "tensorflow":
        pytest.skip("The word is TensorFlow's.")
    distribution = keras.distribution.DataParallel(devices=["cpu:0"])
    with pytest.raises(InvalidArgumentError, match=r"on JAX alone: .*keras-team/keras#20585"):
        train(small_dense(), load_data("mnist").sample(50), distribution=distribution)


class Threads(ProcessGroup):
    """Two threads of this process in the place of two processes."""

    barrier, said = threading.Barrier(2), [None, None]

    def _exchange(self, value):
        self.said[self.index] = value
        self.barrier.wait(10)
        both = list(self.said)
        self.barrier.wait(10)
        return both


def in_both(*works):
    """Give what comes of a work in each process, or of one in both: a value, or an error's text."""

    def run(index):
        try:
            return works[index % len(works)](Threads(devices=2, count=2, index=index))
        except RunFolderError as error:
            return str(error)

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(run, (0, 1)))


def full():
    raise RunFolderError("The disk is full.")


def test_what_the_first_makes_or_fails_of_is_told_to_all():
    assert in_both(lambda group: group.first(lambda: 7 + group.index)) == [7, 7]
    assert in_both(lambda group: group.first(full)) == ["The disk is full."] * 2


def test_a_failure_while_the_others_wait_is_told_in_what_they_wait_for():
    def fail(group):
        try:
            full()
        except RunFolderError as error:
            group.tell(error)
            group.tell(error)  # they know it
            raise

    assert in_both(fail, lambda group: group.any(False)) == ["The disk is full."] * 2
    assert in_both(fail, lambda group: group.first(lambda: 1)) == ["The disk is full."] * 2


def test_flags_of_one_are_flags_of_all():
    assert in_both(lambda group: group.any(group.index == 1, False)) == [(True, False)] * 2


def test_parts_of_a_batch_make_the_batch_whatever_it_comes_from():
    split = load_data("mnist").train.sample(24)
    form = BatchForm(input_shape=(28, 28, 1), augmentation=Augmentation(shift=2, erasing=0.5))
    options = {"form": form, "batch_size": 24, "seed": 1}

    def batches(group):
        made = Batches(split.images, split.labels, **options, group=group)
        made.start_epoch(3)
        return made[0]

    def stream(group):
        source = OneBatch(split.images, split.labels)
        opened = Stream(source, part="train", input_shape=(28, 28, 1), num_classes=10)
        return StreamBatches(opened, form, group)[0]

    for make in (batches, stream):
        whole = make(ALONE)
        parts = [make(ProcessGroup(devices=4, count=2, index=index)) for index in (0, 1)]
        for kind, together in enumerate(whole):
            np.testing.assert_array_equal(np.concatenate([part[kind] for part in parts]), together)


class OneBatch(keras.utils.PyDataset):
    def __init__(self, *batch):
        super().__init__()
        self.batch = batch

    def __len__(self):
        return 1

    def __getitem__(self, index):
        return self.batch


def test_each_row_of_a_batch_is_fed_once_and_parts_are_filled_up():
    groups = [ProcessGroup(devices=4, count=2, index=index) for index in (0, 1)]
    assert [list(group.own_rows(8)) for group in groups] == [[0, 1, 2, 3], [4, 5, 6, 7]]
    assert [list(group.own_rows(5)) for group in groups] == [[0, 1, 2, 3], [4, 4, 4, 4]]
    assert [list(group.own_rows(1)) for group in groups] == [[0] * 2, [0] * 2]
