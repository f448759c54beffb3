"""When, how long and on what a run was trained: kept beside it, and no part of what it is."""

import os
import platform
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import keras

# What decides which of its kernels oneDNN takes on x86.
_INSTRUCTIONS = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16")


class Clock(keras.callbacks.Callback):  # type: ignore[misc] # Keras ships no types
    """Adds up the time of training, also in a run that was stopped and goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds = self.cpu_seconds = 0.0
        self._marks: tuple[float, float] | None = None

    def on_train_begin(self, logs: object = None) -> None:
        """Start."""
        self._marks = time.monotonic(), time.process_time()

    def on_train_end(self, logs: object = None) -> None:
        """Stop, until it goes on."""
        self._add()
        self._marks = None

    def _add(self) -> None:
        if self._marks is not None:
            now = time.monotonic(), time.process_time()
            self.seconds += now[0] - self._marks[0]
            self.cpu_seconds += now[1] - self._marks[1]
            self._marks = now

    def record(self) -> dict[str, Any]:
        """Give what is kept of a run that has ended now."""
        self._add()
        return {
            "finished": datetime.now(UTC).isoformat(timespec="seconds"),
            "seconds": round(self.seconds, 1),
            "cpu_seconds": round(self.cpu_seconds, 1),
            "machine": describe_machine(),
        }

    def state_dict(self) -> dict[str, float]:
        """Give what a checkpoint keeps."""
        self._add()
        return {"seconds": self.seconds, "cpu_seconds": self.cpu_seconds}

    def load_state_dict(self, state: dict[str, float]) -> None:
        """Go on from a checkpoint."""
        self.seconds, self.cpu_seconds = state["seconds"], state["cpu_seconds"]


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
