"""All that changes while a network trains, in files that are whole or not there."""

import io
import json
import re
import warnings
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitzoo.errors import ArgumentTypeError, RunFolderError
from digitzoo.training.atomic import remove, writing

_KEPT = 2  # so that a damaged one costs little
_HEADER = "state"
_PLAIN_KINDS = "biufcSUmM"  # what NumPy stores by itself; bfloat16 and its kin are not among them
_ARRAY, _NUMBER = "NumPy array", "NumPy number"


class Position(NamedTuple):
    """Where a run stands: so many epochs are over, and so many steps of the next one."""

    epoch: int
    step: int

    def __str__(self) -> str:
        return f"step {self.step} of epoch {self.epoch + 1}" if self.step else f"epoch {self.epoch}"


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A moment of a run: the model's variables by name, and the `state_dict()` of all else."""

    arrays: dict[str, NDArray[Any]]
    states: dict[str, Any]

    def write(self, path: Path) -> None:
        """Write it, whole or not at all."""
        arrays = dict(self.arrays)
        states = {name: _without_arrays(of, name, arrays) for name, of in self.states.items()}
        types = {name: array.dtype.name for name, array in arrays.items()}
        header = json.dumps({"types": types, "state": states}).encode()
        members: dict[str, Any] = {_HEADER: np.frombuffer(header, dtype=np.uint8)}
        for name, array in arrays.items():
            is_plain = array.dtype.kind in _PLAIN_KINDS
            members[name] = array if is_plain else array.view(f"u{array.dtype.itemsize}")
        with writing(path) as beside, beside.open("wb") as file:
            np.savez(file, allow_pickle=False, **members)

    @classmethod
    def read(cls, path: Path) -> "Checkpoint":
        """Read a checkpoint. The checksums of its parts are compared."""
        try:
            with zipfile.ZipFile(path) as archive:
                header = json.loads(_read_array(archive, _HEADER).tobytes())
                arrays = {name: _read_array(archive, name) for name in header["types"]}
            for name, dtype in header["types"].items():
                if arrays[name].dtype.name != dtype:
                    arrays[name] = arrays[name].view(np.dtype(dtype))
            return cls(arrays, _with_arrays(header["state"], arrays))
        except Exception as error:  # a flipped bit can ask for anything, also for a password
            raise RunFolderError(f"{path} is damaged: {error}") from error


def _read_array(archive: zipfile.ZipFile, name: str) -> NDArray[Any]:
    # Read whole: NumPy alone would stop where a damaged header says, before the checksum.
    content = io.BytesIO(archive.read(f"{name}.npy"))
    array: NDArray[Any] = np.lib.format.read_array(content, allow_pickle=False)
    return array


def _without_arrays(value: Any, name: str, arrays: dict[str, NDArray[Any]]) -> Any:
    """Move the arrays of a state, however deep, into `arrays`, with references in their place."""
    if isinstance(value, np.ndarray | np.generic) and value.dtype.kind in f"{_PLAIN_KINDS}V":
        arrays[name] = np.asarray(value)
        return {_ARRAY if isinstance(value, np.ndarray) else _NUMBER: name}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple):
        return [_without_arrays(part, f"{name}/{i}", arrays) for i, part in enumerate(value)]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {key: _without_arrays(part, f"{name}/{key}", arrays) for key, part in value.items()}
    what = "a dict with keys that are no texts" if isinstance(value, dict) else repr(value)[:100]
    raise ArgumentTypeError(
        f"The state of {name} cannot be kept: it is {what}. state_dict() gives a dict by texts of "
        f"None, booleans, numbers, texts, NumPy arrays, and lists and dicts of such."
    )


def _with_arrays(value: Any, arrays: dict[str, NDArray[Any]]) -> Any:
    if isinstance(value, list):
        return [_with_arrays(part, arrays) for part in value]
    if not isinstance(value, dict):
        return value
    match list(value.items()):
        case [(kind, name)] if kind == _ARRAY:
            return arrays[name]
        case [(kind, name)] if kind == _NUMBER:
            return arrays[name][()]
    return {key: _with_arrays(part, arrays) for key, part in value.items()}


@dataclass(frozen=True)
class Checkpoints:
    """A folder of the latest checkpoints, by where in the run each was written."""

    path: Path

    def write(self, position: Position, checkpoint: Checkpoint) -> None:
        """Write a checkpoint, and drop all but the one before it."""
        path = self.path / f"{position.epoch:06}-{position.step:08}.npz"
        checkpoint.write(path)
        files = self.files()
        end = files.index(path) + 1
        # One that is further on was damaged, or this one would not have been come to.
        for needless in [*files[: max(0, end - _KEPT)], *files[end:]]:
            remove(needless)

    def latest(self) -> tuple[Position, Checkpoint] | None:
        """Read the newest checkpoint that is whole; None where there are none."""
        problems = []
        for path in reversed(self.files()):
            try:
                checkpoint = Checkpoint.read(path)
            except RunFolderError as error:
                problems.append(str(error))
                continue
            if problems:
                warnings.warn(f"{problems[0]}. Going on from the older {path.name}.", stacklevel=2)
            epoch, step = path.stem.split("-")
            return Position(int(epoch), int(step)), checkpoint
        if problems:
            raise RunFolderError(
                f"{problems[0]}, and there is no older one. restart=True begins anew."
            )
        return None

    def files(self) -> list[Path]:
        """List the checkpoints, the oldest first."""
        found = self.path.iterdir() if self.path.is_dir() else ()
        return sorted(path for path in found if re.fullmatch(r"\d{6}-\d{8}\.npz", path.name))
