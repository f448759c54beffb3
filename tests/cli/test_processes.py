"""`--processes`: how processes are started, told to stop, and how their end is told."""

import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
import time

import keras
import numpy as np
import psutil
import pytest

from digitzoo import load_data
from digitzoo.cli import processes

needs_signals = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other signals.")
PROGRAM = [sys.executable, "-c", "from digitzoo.cli import main; main()"]


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("jax") is None, reason="JAX is not installed.")
def test_two_processes_give_one_report_and_one_run(tmp_path):
    few = load_data("mnist").sample(256)
    np.savez(tmp_path / "few.npz", x_train=few.train.images, y_train=few.train.labels)
    arguments = ["train", "small_dense", "--npz", "few.npz", "--epochs", "2", "--json", "--quiet"]
    done = subprocess.run(
        [*PROGRAM, *arguments, "--run-dir", "run", "--processes", "2"],
        cwd=tmp_path,
        env={**os.environ, "KERAS_BACKEND": "jax"},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["epochs"] == 2
    assert {path.name for path in tmp_path.iterdir()} == {"few.npz", "run"}
    assert (tmp_path / "run" / "command.json").is_file()


@pytest.mark.parametrize("words", [("--processes", "1"), ("--launched",)])
def test_other_backends_are_refused_before_any_work(words, run, capsys, tmp_path, monkeypatch):
    if keras.backend.backend() != "tensorflow":
        pytest.skip("The word is TensorFlow's.")
    monkeypatch.chdir(tmp_path)
    assert run("train", "small_dense", *words) == 2
    assert re.search(r"on JAX alone: .*#20585.* Set KERAS_BACKEND=jax", capsys.readouterr().err)
    assert not list(tmp_path.iterdir())


@pytest.fixture
def start(monkeypatch):
    """Give what comes of processes that run a script, in which `index` is their number."""

    def start(script, count=2):
        begin = f"import os, signal, sys, time; index = int(os.environ[{processes.INDEX!r}])"
        monkeypatch.setattr(processes, "_PROGRAM", [sys.executable, "-c", f"{begin}\n{script}"])
        return processes.run_processes(count)

    return start


def test_the_first_process_speaks_for_all(start, capfd):
    count, address = processes.COUNT, processes.ADDRESS
    assert start(f"print(index, os.environ[{count!r}], os.environ[{address!r}][:10])") == 0
    assert capfd.readouterr() == ("0 2 127.0.0.1:\n", "")


def test_an_error_that_all_make_is_told_once(start, capfd):
    assert start("print('digitzoo: no', file=sys.stderr); sys.exit(2)") == 2
    assert capfd.readouterr().err == "digitzoo: no\n"


@needs_signals
def test_a_killed_process_is_named(start, capfd):
    kill = "os.kill(os.getpid(), signal.SIGKILL) if index else time.sleep(1); sys.exit(1)"
    assert start(kill) == 1
    assert capfd.readouterr().err == "Process 1 was ended by SIGKILL.\n"


@needs_signals
def test_the_first_process_is_spoken_for_where_it_is_killed(start, capfd):
    kill = "time.sleep(1) if index else os.kill(os.getpid(), signal.SIGKILL); sys.exit(1)"
    assert start(kill) == 1
    assert capfd.readouterr().err == (
        "digitzoo: Process 0 was ended by SIGKILL, and so the others stopped. "
        "The same command goes on from the last checkpoint.\n"
    )


def test_what_a_failing_process_said_is_told(start, capfd):
    fail = "print('no disk', file=sys.stderr) if index else time.sleep(1); sys.exit(1 + index)"
    assert start(fail) == 1
    assert capfd.readouterr().err == "Process 1 ended with code 2: no disk\n"


def test_processes_that_hang_are_ended(start, monkeypatch):
    monkeypatch.setattr(processes, "_PATIENCE", 0.2)
    assert start("time.sleep(0 if index else 600); sys.exit(3)") == 1


@pytest.mark.slow
@needs_signals
@pytest.mark.parametrize("number", ["SIGKILL", "SIGTERM"])
def test_a_training_ends_with_the_command_that_is_told_to(number, tmp_path):
    """JAX takes SIGTERM for itself, in each process."""
    pytest.importorskip("jax")
    few = load_data("mnist").train.sample(300)
    np.savez(tmp_path / "own.npz", x_train=few.images, y_train=few.labels)
    words = ["train", "small_dense", "--npz", "own.npz", "--epochs", "3000", "--run-dir", "run"]
    process = subprocess.Popen(
        [*PROGRAM, *words, "--processes", "2", "--quiet"],
        cwd=tmp_path,
        env={**os.environ, "KERAS_BACKEND": "jax"},
        stderr=subprocess.PIPE,
        text=True,
    )
    while not list(tmp_path.glob("run/checkpoints/000002-*.npz")):
        assert process.poll() is None
        time.sleep(0.05)
    children = psutil.Process(process.pid).children()
    assert len(children) == 2
    process.send_signal(signal.Signals[number])
    _, said = process.communicate(timeout=60)
    if number == "SIGTERM":
        assert "Process 0 was ended by SIGTERM, and so the others stopped." in said
    _, alive = psutil.wait_procs(children, timeout=60)
    assert not [child for child in alive if child.status() != psutil.STATUS_ZOMBIE]


@needs_signals
def test_processes_end_with_the_one_that_started_them(tmp_path):
    child = (
        "from digitzoo.cli.processes import INDEX, end_with_starter; import os, pathlib, time; "
        "end_with_starter(); pathlib.Path(os.environ[INDEX]).write_text(str(os.getpid())); "
        "time.sleep(600)"
    )
    starter = (
        "import sys; from digitzoo.cli import processes; "
        f"processes._PROGRAM = [sys.executable, '-c', {child!r}]; processes.run_processes(2)"
    )
    process = subprocess.Popen([sys.executable, "-c", starter], cwd=tmp_path)
    files = [tmp_path / "0", tmp_path / "1"]
    while not all(file.exists() and file.read_text() for file in files):
        assert process.poll() is None
        time.sleep(0.05)
    children = [psutil.Process(int(file.read_text())) for file in files]
    process.kill()
    process.wait()
    _, alive = psutil.wait_procs(children, timeout=60)
    assert not [child for child in alive if child.status() != psutil.STATUS_ZOMBIE]


@needs_signals
def test_ctrl_c_is_passed_on_to_each_once(start, capfd):
    script = f"""
def stop(*_):
    print("stopped", flush=True)
    sys.exit(130)
signal.signal(signal.SIGINT, stop)
if index:
    time.sleep(0.5)
    os.kill({os.getpid()}, signal.SIGINT)
time.sleep(60)
"""
    before = signal.getsignal(signal.SIGINT)
    assert start(script) == 130
    assert capfd.readouterr().out == "stopped\n"
    assert signal.getsignal(signal.SIGINT) is before
