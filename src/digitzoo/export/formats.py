"""The formats by how their path ends: what each can be asked for, and what it takes to prove it."""

import importlib
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from digitzoo.checks import check_choice, check_path
from digitzoo.errors import InvalidArgumentError, MissingExtraError, listed, shown
from digitzoo.saving import check_folder, check_target, writing

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

    def check_input(self, input_shape: tuple[int | None, ...]) -> None:
        """Refuse images of any size where a file has room for one."""
        if self.batch_size is not None and None in input_shape[1:]:
            raise InvalidArgumentError(
                f"{self.name} takes images of one size, and this model takes any. Build it with an "
                f"input_shape of whole numbers, such as (28, 28, 1), and give it these weights."
            )

    def check_quantize(self, quantize: object) -> str | None:
        """Hold `quantize` to what the format can do; a C array has but one way."""
        if quantize is None:
            return self.quantizations[0] if len(self.quantizations) == 1 else None
        chosen = check_choice("quantization", quantize, QUANTIZATIONS)
        if chosen not in self.quantizations:
            can = listed(map(repr, self.quantizations))
            there = f"There is {can}." if self.quantizations else "Leave out quantize=."
            raise InvalidArgumentError(f"{self.name} is not written as {chosen!r}. {there}")
        return chosen


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


def check_export_target(path: object) -> tuple[Path, Format]:
    """Hold a path to a format's suffix, and to what can be written or replaced there."""
    target = check_path("path", path)
    form = _find_format(target)
    if not target.suffix:
        if target.name in ("", ".."):
            raise InvalidArgumentError(
                f"A SavedModel is a new folder, and path gives it no name. Received "
                f"{shown(str(path))}."
            )
        with writing(target):
            is_foreign = (
                target.is_file()
                or target.is_symlink()
                or (
                    target.is_dir()
                    and any(target.iterdir())
                    and not (target / "saved_model.pb").is_file()
                )
            )
        if is_foreign:
            raise InvalidArgumentError(
                f"{shown(str(path))} is there, and is no SavedModel that could be replaced. Give "
                f"another name, or a suffix for another format."
            )
        check_folder(target)
        return target, form
    return check_target(path, [target.suffix.lower().removeprefix(".")])[0], form


def _find_format(path: Path) -> Format:
    """Say which format a path is of; without a suffix it is a SavedModel's folder."""
    suffix = path.suffix.lower()
    if suffix not in FORMATS or (path.name and path.name.lower() in FORMATS):
        known = listed(filter(None, FORMATS))
        raise InvalidArgumentError(
            f"The suffix says the format: {known}, or none for the folder of a SavedModel. "
            f"Received {shown(str(path))}."
        )
    return FORMATS[suffix]
