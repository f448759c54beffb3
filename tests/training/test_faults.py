"""Real processes, really killed: each run ends with the bytes of one that was left alone."""

import importlib.util
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
KINDS = ["dropout and L2", "batch normalization", "augmentation", "plateau", "one-cycle"]


@pytest.fixture(scope="module")
def faults():
    sys.path.insert(0, str(BENCHMARKS))
    try:
        spec = importlib.util.spec_from_file_location("faults", BENCHMARKS / "faults.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        yield module
    finally:
        sys.path.remove(str(BENCHMARKS))


@pytest.fixture(scope="module")
def outcomes(faults, tmp_path_factory):
    folder = tmp_path_factory.mktemp("faults")

    def both(kind):
        whole = faults.finish(kind, folder / f"whole {kind}")
        killed = faults.kill_and_finish(
            kind,
            folder / f"killed {kind}",
            whole.seconds,
            random.Random(kind),
            most_kills=1,
        )
        return whole.digest, killed

    with ThreadPoolExecutor(2) as pool:
        return dict(zip(KINDS, pool.map(both, KINDS), strict=True))


@pytest.mark.parametrize("kind", KINDS)
def test_a_killed_run_ends_with_the_same_bytes(outcomes, kind):
    whole, (outcome, _, _) = outcomes[kind]
    assert len(whole) == 64, whole
    assert outcome == whole


def test_some_were_really_killed(outcomes):
    assert sum(kills for _, (_, kills, _) in outcomes.values()) >= 3


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_ctrl_c_finishes_the_batch_and_says_how_to_go_on(tmp_path):
    program = [sys.executable, "-c", "from digitzoo.cli import main; main()"]
    arguments = ["train", "simple_cnn", "--epochs", "30", "--run-dir", str(tmp_path / "run")]
    process = subprocess.Popen([*program, *arguments], stderr=subprocess.PIPE, text=True)
    while not list(tmp_path.glob("run/checkpoints/000000-00000000.npz")):
        assert process.poll() is None
        time.sleep(0.05)
    time.sleep(1.5)  # some batches
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "To go on:" in err
    assert f"--run-dir {tmp_path / 'run'}" in err.splitlines()[-1]
    newest = max((tmp_path / "run" / "checkpoints").iterdir()).name
    assert newest > "000000-00000000.npz"  # in the middle of the first epoch
    assert newest < "000001-00000000.npz"
