"""Real processes, really killed: each run ends with the bytes of one that was left alone."""

import importlib
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
OFTEN = ["batch normalization", "one-cycle", "Parquet"]
SELDOM = ["dropout and L2", "augmentation", "early stopping", "plateau", "moving average"]


@pytest.fixture
def modules(monkeypatch):
    """The benchmark that kills, and the job that it kills."""
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module("faults"), importlib.import_module("fault_job")


@pytest.mark.parametrize("kinds", [OFTEN, pytest.param(SELDOM, marks=pytest.mark.slow)])
def test_killed_runs_end_with_the_same_bytes(kinds, modules, tmp_path):
    """What is killed is a process of its own; this one goes on with what that leaves."""
    faults, job = modules
    whole = {kind: job.train_to_the_end(kind, tmp_path / f"whole {kind}") for kind in kinds}

    def kill(kind):
        chance = random.Random(kind)
        return faults.kill(kind, tmp_path / kind, whole[kind][0], chance, most_kills=1)

    with ThreadPoolExecutor(2) as pool:
        killed = list(pool.map(kill, kinds))
    for kind in kinds:
        _, digest = job.train_to_the_end(kind, tmp_path / kind)
        assert digest == whole[kind][1], kind
    assert sum(kills for kills, _ in killed) >= len(kinds) / 2


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_ctrl_c_finishes_the_batch_and_says_how_to_go_on(tmp_path):
    program = [sys.executable, "-c", "from digitzoo.cli import main; main()"]
    arguments = ["train", "simple_cnn", "--epochs", "30", "--run-dir", str(tmp_path / "run")]
    process = subprocess.Popen([*program, *arguments], stderr=subprocess.PIPE, text=True)
    while not list(tmp_path.glob("run/checkpoints/000000-00000000.npz")):
        assert process.poll() is None
        time.sleep(0.05)
    time.sleep(0.5)  # some batches
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "To go on:" in err
    assert f"--run-dir {tmp_path / 'run'}" in err.splitlines()[-1]
    newest = max((tmp_path / "run" / "checkpoints").iterdir()).name
    assert newest > "000000-00000000.npz"  # in the middle of the first epoch
    assert newest < "000001-00000000.npz"
