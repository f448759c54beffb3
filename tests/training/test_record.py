"""When, how long and on what a run was trained is kept beside it."""

import itertools
import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from digitzoo import TrainingRun, load_data, small_dense, train
from digitzoo.training import record


@pytest.fixture
def ticking(monkeypatch):
    """Let each look at the clock find it ten seconds on, and the processor's four."""
    wall, cpu = itertools.count(0, 10), itertools.count(0, 4)
    ticks = SimpleNamespace(monotonic=lambda: next(wall), process_time=lambda: next(cpu))
    monkeypatch.setattr(record, "time", ticks)


@pytest.mark.usefixtures("ticking")
def test_the_time_of_a_run_that_was_cut_off_is_that_of_its_parts():
    first = record.Clock()
    first.on_train_begin()
    kept = first.state_dict()
    assert kept == {"seconds": 10, "cpu_seconds": 4}
    second = record.Clock()
    second.load_state_dict(kept)
    second.on_train_begin()
    second.on_train_end()
    ended = second.record()  # what lies between training and here does not count
    assert (ended["seconds"], ended["cpu_seconds"]) == (20, 8)


def test_a_run_keeps_its_record_and_gives_it_back(tmp_path):
    data = load_data("mnist").sample(200)
    run = train(small_dense(), data, epochs=1, run_dir=tmp_path / "run", verbose=0)
    ago = datetime.now(UTC) - datetime.fromisoformat(run.record["finished"])
    assert timedelta(0) <= ago < timedelta(hours=1)
    assert run.record["machine"] == record.describe_machine()
    assert run.record["seconds"] > 0
    assert TrainingRun.load(tmp_path / "run").record == run.record
    again = train(small_dense(), data, epochs=1, run_dir=tmp_path / "run", verbose=0)
    assert again.record == run.record


@pytest.mark.parametrize("kept", [None, ["yesterday"]])
def test_a_run_without_a_record_is_read_too(tmp_path, kept):
    data = load_data("mnist").sample(200)
    train(small_dense(), data, epochs=1, run_dir=tmp_path / "run", verbose=0)
    path = tmp_path / "run" / "summary.json"
    summary = json.loads(path.read_text())
    del summary["record"]
    path.write_text(json.dumps(summary if kept is None else {**summary, "record": kept}))
    assert TrainingRun.load(tmp_path / "run").record == {}
