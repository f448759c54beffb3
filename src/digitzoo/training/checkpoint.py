"""Everything that changes while a network trains, in one file that is whole or not there."""

import io
import json
import tokenize
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitzoo.errors import RunFolderError
from digitzoo.training.atomic import replacing

_STATE = "state"
_PLAIN_KINDS = "biufcSUmM"  # what NumPy stores by itself; bfloat16 and its kin are not among them


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A moment of a training run. Arrays and JSON only: reading one runs no code.

    Attributes:
        arrays: The values of the variables, by names of the writer's choice.
        state: What is no array, as plain Python values.
    """

    arrays: dict[str, NDArray[Any]]
    state: dict[str, Any]

    def write(self, path: Path) -> None:
        """Write it, whole or not at all.

        Raises:
            OSError: If the disk does not take it. What was there stays.
        """
        types = {name: array.dtype.name for name, array in self.arrays.items()}
        header = json.dumps({"types": types, "state": self.state}).encode()
        members: dict[str, Any] = {_STATE: np.frombuffer(header, dtype=np.uint8)}
        members |= {name: _as_plain(array) for name, array in self.arrays.items()}
        with replacing(path) as beside, beside.open("wb") as file:
            np.savez(file, allow_pickle=False, **members)

    @classmethod
    def read(cls, path: Path) -> "Checkpoint":
        """Read a checkpoint. The checksums of its parts are compared.

        Raises:
            RunFolderError: If it is damaged.
        """
        try:
            with zipfile.ZipFile(path) as archive:
                header = json.loads(_member(archive, _STATE).tobytes())
                arrays = {
                    name: _from_plain(_member(archive, name), dtype)
                    for name, dtype in header["types"].items()
                }
                return cls(arrays, header["state"])
        except (
            OSError,
            ValueError,
            KeyError,
            TypeError,
            EOFError,
            RuntimeError,  # also NotImplementedError: a flipped bit can ask for a password
            SyntaxError,
            tokenize.TokenError,
            zipfile.BadZipFile,
            zlib.error,
        ) as error:
            raise RunFolderError(f"{path} is damaged: {error}") from error


def _member(archive: zipfile.ZipFile, name: str) -> NDArray[Any]:
    """Read an array whole: NumPy alone would stop where a damaged header says, before the sum."""
    content = io.BytesIO(archive.read(f"{name}.npy"))
    array: NDArray[Any] = np.lib.format.read_array(content, allow_pickle=False)
    return array


def _as_plain(array: NDArray[Any]) -> NDArray[Any]:
    if array.dtype.kind in _PLAIN_KINDS:
        return array
    return array.view(f"u{array.dtype.itemsize}")


def _from_plain(array: NDArray[Any], dtype: str) -> NDArray[Any]:
    if array.dtype.name == dtype:
        return array
    return array.view(np.dtype(dtype))
