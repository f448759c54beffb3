"""The kind of machine that a run's bits may hang on."""

import os
import platform
from pathlib import Path
from typing import Any

import keras

# One thread: a run's bits then do not depend on how many cores there are, and as many runs as
# there are cores do more images a second than one run on all of them.
ONE_THREAD = {
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}

# What decides which of its kernels oneDNN takes on x86.
_INSTRUCTIONS = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16")


def describe_machine() -> dict[str, Any]:
    """Name system, processor, its vector instructions, device and threads."""
    name, flags = _processor()
    return {
        "system": platform.system(),
        "processor": name,
        "instructions": [flag for flag in _INSTRUCTIONS if flag in flags],
        "device": sorted({device.split(":")[0] for device in keras.distribution.list_devices()}),
        "threads": int(os.environ.get("OMP_NUM_THREADS", os.cpu_count() or 1)),
    }


def lacks_bfloat16() -> bool:
    """Say whether bfloat16 is imitated here, ten times as slow as float32, as far as is known."""
    _, flags = _processor()
    on_cpu = describe_machine()["device"] == ["cpu"]
    return on_cpu and "avx2" in flags and not flags & {"avx512_bf16", "amx_bf16"}


def _processor() -> tuple[str, set[str]]:
    """Read Linux's own account of the processor; elsewhere Python says what it knows."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    facts = dict(line.split(":", 1) for line in lines if ":" in line)
    facts = {key.strip(): value.strip() for key, value in facts.items()}
    name = facts.get("model name") or platform.processor() or platform.machine()
    return f"{name}, {platform.machine()}", set(facts.get("flags", "").split())
