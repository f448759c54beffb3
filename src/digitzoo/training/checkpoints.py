"""The latest checkpoints of a run: two, so that a damaged one costs little."""

import re
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from digitzoo.errors import RunFolderError
from digitzoo.training.atomic import explaining_disk_errors, remove
from digitzoo.training.checkpoint import Checkpoint

_KEPT = 2


class Position(NamedTuple):
    """Where a run stands.

    Attributes:
        epoch: How many epochs are over.
        step: How many steps of the next one are.
    """

    epoch: int
    step: int

    def __str__(self) -> str:
        return f"step {self.step} of epoch {self.epoch + 1}" if self.step else f"epoch {self.epoch}"


@dataclass(frozen=True)
class Checkpoints:
    """A folder of checkpoints, by where in the run each was written."""

    path: Path

    def write(self, position: Position, checkpoint: Checkpoint) -> None:
        """Write a checkpoint, and drop all but the one before it.

        One that is further on was damaged, or this one would not have been come to.

        Raises:
            RunFolderError: If the disk does not take it. The older ones stay.
        """
        path = self.path / f"{position.epoch:06}-{position.step:08}.npz"
        with explaining_disk_errors(path):
            self.path.mkdir(exist_ok=True)
            checkpoint.write(path)
        files = self.files()
        end = files.index(path) + 1
        for needless in [*files[: max(0, end - _KEPT)], *files[end:]]:
            remove(needless)

    def latest(self) -> tuple[Position, Checkpoint] | None:
        """Read the newest checkpoint that is whole.

        Raises:
            RunFolderError: If there are checkpoints and none is whole.
        """
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
