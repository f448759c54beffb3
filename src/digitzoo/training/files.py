"""What lies where in a run folder."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from digitzoo.errors import RunFolderError


@dataclass(frozen=True)
class RunFolder:
    """The files of one training run.

    Users name the folder; the names of the files inside are this class's business.
    """

    path: Path

    @property
    def settings(self) -> Path:
        """What was asked for, and the versions it ran on."""
        return self.path / "settings.json"

    @property
    def history(self) -> Path:
        """One row an epoch."""
        return self.path / "history.csv"

    @property
    def best(self) -> Path:
        """The model of the best epoch."""
        return self.path / "best.keras"

    @property
    def final(self) -> Path:
        """The model as `train` left it."""
        return self.path / "final.keras"

    @property
    def summary(self) -> Path:
        """How the run ended. Its presence says that it did."""
        return self.path / "summary.json"

    @classmethod
    def create(cls, path: str | Path) -> "RunFolder":
        """Make the folder of a new run.

        Raises:
            RunFolderError: If something is there already, or it cannot be made.
        """
        folder = cls(Path(path))
        try:
            folder.path.mkdir(parents=True, exist_ok=True)
            taken = sorted(entry.name for entry in folder.path.iterdir())
        except OSError as error:
            raise RunFolderError(
                f"Run folder {path} cannot be made ({error.strerror}). Name another."
            ) from error
        if taken:
            raise RunFolderError(
                f"Run folder {path} is not empty (it holds {', '.join(taken[:3])}). "
                f"Name another, or remove it."
            )
        return folder

    @classmethod
    def open(cls, path: str | Path) -> "RunFolder":
        """Find the folder of a finished run.

        Raises:
            RunFolderError: If it is not there, or the run did not finish.
        """
        folder = cls(Path(path))
        if not folder.settings.is_file():
            raise RunFolderError(
                f"{path} is not a run folder. Expected one that train or `digitzoo train` made, "
                f"with {folder.settings.name} in it."
            )
        if not folder.summary.is_file():
            raise RunFolderError(f"The run in {path} did not finish: no {folder.summary.name}.")
        return folder

    def write_json(self, path: Path, content: dict[str, Any]) -> None:
        """Write a file beside its place and move it there, so that no reader sees half of it."""
        beside = path.with_name(f".{path.name}")
        beside.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
        beside.replace(path)

    def read_json(self, path: Path) -> dict[str, Any]:
        """Read one of the folder's JSON files.

        Raises:
            RunFolderError: If it is missing or damaged.
        """
        try:
            content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise RunFolderError(f"{path} cannot be read: {error}") from error
        return content

    def save_model(self, model: Any, path: Path) -> None:  # noqa: ANN401 - any Keras model
        """Save a model beside its place and move it there."""
        beside = path.with_name(f".{path.name}")
        model.save(beside)
        beside.replace(path)
