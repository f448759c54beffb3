"""The formats by how their path ends: what each can be asked for, and what it takes to prove it."""

import importlib
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from digitzoo.errors import InvalidArgumentError, MissingExtraError, listed, shown

QUANTIZATIONS = ("float16", "dynamic", "int8")


@dataclass(frozen=True)
class Format:
    """A kind of file that a network is exported to."""

    name: str
    module: str  # of this room: `convert` writes a file, `run` asks one
    quantizations: tuple[str, ...]  # beside none
    batch_size: int | None  # how many images a file takes at once, unless it is said; None: any
    extra: str = ""
    to_write: tuple[str, ...] = ()  # what the extra installs
    to_prove: tuple[str, ...] = ()

    def load(self) -> ModuleType:
        """Give the module that writes and runs such files."""
        return importlib.import_module(f"{__package__}.{self.module}")

    def check_installed(self, *, verify: bool) -> None:
        """Find out before the work whether what writes and runs such files is there."""
        wanted = (*self.to_write, *(self.to_prove if verify else ()))
        missing = [name for name in wanted if find_spec(name) is None]
        if missing:
            proof = " Or leave out the proof: verify=False."
            needless = verify and not {*missing} & {*self.to_write}
            raise MissingExtraError(
                f"{self.name} needs an extra, for {listed(missing)}: "
                f'pip install "digitzoo[{self.extra}]".{proof if needless else ""}'
            )


FORMATS = {
    ".tflite": Format("LiteRT", "litert", QUANTIZATIONS, 1, "litert", to_prove=("ai_edge_litert",)),
    ".onnx": Format(
        "ONNX",
        "onnx",
        QUANTIZATIONS,
        None,
        "onnx",
        to_write=("onnx", "tf2onnx", "onnxruntime"),
    ),
    ".h": Format(
        "A C array",
        "c_array",
        ("int8",),
        1,
        "micro",
        to_write=("tflite_micro",),
    ),
    "": Format("SavedModel", "saved_model", (), None),
}


def find_format(path: Path) -> Format:
    """Say which format a path is of; without a suffix it is a SavedModel's folder."""
    suffix = path.suffix.lower()
    if suffix not in FORMATS or (path.name and path.name.lower() in FORMATS):
        known = listed(filter(None, FORMATS))
        raise InvalidArgumentError(
            f"The suffix says the format: {known}, or none for the folder of a SavedModel. "
            f"Received {shown(str(path))}."
        )
    return FORMATS[suffix]
