"""Another Python process, for what must not happen in this one."""

import os
import subprocess
import sys
from pathlib import Path


def run_python(module: str, *arguments: str | Path, **environment: str) -> str:
    """Run a module of this package in a new process, and give what it said on standard error."""
    done = subprocess.run(  # noqa: S603 - a module of ours, in this Python
        [sys.executable, "-m", module, *arguments],
        env=os.environ | environment | {"TF_CPP_MIN_LOG_LEVEL": "2"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr.strip().rpartition("\n")[2] or f"exit {done.returncode}")
    return done.stderr
