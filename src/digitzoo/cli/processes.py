"""`--processes`: this same command in several processes, which train one network together."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

import typer

from digitzoo.cli.network import importing_keras
from digitzoo.cli.output import print_error, print_note
from digitzoo.errors import InvalidArgumentError, first_sentence
from digitzoo.quiet import held_back, quiet_backend

if TYPE_CHECKING:
    from digitzoo.training.processes import ProcessGroup

# What Keras reads: https://keras.io/api/distribution/distribution_utils/
ADDRESS, COUNT, INDEX = (
    f"KERAS_DISTRIBUTION_{name}" for name in ("JOB_ADDRESSES", "NUM_PROCESSES", "PROCESS_ID")
)
_WATCHES = "DIGITZOO_WATCHES_STDIN"  # set where `_start` holds the other end of standard input
_PROGRAM = [sys.executable, "-c", "from digitzoo.cli import main; main()"]
_PATIENCE = 30  # seconds, in which processes may end by themselves once one of them has failed
_GO_ON = "The same command goes on from the last checkpoint."
_LAST = 2000  # bytes of what a process wrote


def is_started() -> bool:
    """Whether this process is one of several that were started, here or by somebody else."""
    return COUNT in os.environ


@contextmanager
def joined(*, devices: bool, launched: bool) -> Iterator["ProcessGroup"]:
    """Meet the other processes, if there are some; an error here ends this one without them."""
    from digitzoo.training.processes import ALONE

    group = ALONE
    if devices or launched or is_started():
        with importing_keras():
            from digitzoo.training.distribution import check_backend, join_processes
        check_backend()
        end_with_starter()
        if launched or is_started():
            try:
                with held_back(1), quiet_backend():  # Gloo counts its peers on standard output
                    group = join_processes()
            except (ValueError, RuntimeError) as error:
                raise InvalidArgumentError(
                    f"The other processes were not found: {first_sentence(error)}. JAX knows the "
                    f"launchers Slurm, Open MPI and Kubernetes; for others set {ADDRESS}, "
                    f"{COUNT} and {INDEX}."
                ) from error
    try:
        yield group
    except typer.Exit:
        raise
    except BaseException as error:
        group.leave_over(error)
        raise


def end_with_starter() -> None:
    """Have this process end, as by SIGTERM, when `run_processes` that started it was killed."""

    def watch() -> None:
        os.read(0, 1)  # nothing is ever written: it waits until the other end is closed
        os.kill(os.getpid(), signal.SIGTERM)

    if os.environ.pop(_WATCHES, None):
        threading.Thread(target=watch, daemon=True).start()


def run_processes(count: int) -> int:
    """Run this command in so many processes of this machine, and give its exit code."""
    from digitzoo.training.processes import LOST_THE_OTHERS

    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    with tempfile.TemporaryFile() as said:
        processes = [_start(index, count, address, said) for index in range(count)]
        before = {number: _pass_on(number, processes) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            ended_first = _wait(processes)
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            for process in processes:
                with process:  # which closes its input, and waits for its end
                    process.kill()
        code = processes[0].returncode
        ending = _ending(ended_first, processes[ended_first].returncode)
        if ended_first == 0 and code < 0:
            print_error(f"{ending}, and so the others stopped. {_GO_ON}")
        elif ended_first and (code < 0 or code == LOST_THE_OTHERS):
            said.seek(0)
            lines = said.read()[-_LAST:].decode(errors="replace").splitlines()
            print_note(f"{ending}{f': {lines[-1]}' if lines else '.'}")
    return 1 if code < 0 else int(code)


def _start(index: int, count: int, address: str, said: IO[bytes]) -> "subprocess.Popen[bytes]":
    own = {ADDRESS: address, COUNT: str(count), INDEX: str(index), _WATCHES: "1"}
    streams: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": said} if index else {}
    return subprocess.Popen(  # noqa: S603 - this same program
        [*_PROGRAM, *sys.argv[1:]],
        env={**os.environ, **own},
        stdin=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C comes to all of a terminal's: `_pass_on` tells them once
        **streams,
    )


def _pass_on(number: signal.Signals, processes: "list[subprocess.Popen[bytes]]") -> Any:
    """Have a signal go to all processes; one alone would end the others."""

    def tell(*_: object) -> None:
        for process in processes:
            process.send_signal(number)

    return signal.signal(number, tell)


def _wait(processes: "list[subprocess.Popen[bytes]]") -> int:
    """Wait until all have ended, or one has failed and others hang; tell which ended first."""
    first, deadline = 0, None
    while None in (codes := [process.poll() for process in processes]):
        if deadline is None and any(codes):
            first = next(index for index, code in enumerate(codes) if code)
            deadline = time.monotonic() + _PATIENCE
        if deadline is not None and time.monotonic() > deadline:
            break
        time.sleep(0.1)
    return first


def _ending(index: int, code: int) -> str:
    how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
    return f"Process {index} {how}"
