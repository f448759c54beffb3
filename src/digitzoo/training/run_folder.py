"""What lies where in a run folder, and how it is written."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from digitzoo.checks import check_path
from digitzoo.errors import RunFolderError
from digitzoo.training.atomic import UNFINISHED, explaining_disk_errors, remove, replacing
from digitzoo.training.checkpoints import Checkpoints
from digitzoo.training.differences import differences


@dataclass(frozen=True)
class RunFolder:
    """The files of one training run.

    Users name the folder; the names of the files inside are this class's business. Every file is
    written beside its place and moved there, so that no reader sees half of one.
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

    @property
    def checkpoints(self) -> Checkpoints:
        """The latest checkpoints."""
        return Checkpoints(self.path / "checkpoints")

    @property
    def is_finished(self) -> bool:
        """Whether the run came to its end."""
        return self.summary.is_file()

    @classmethod
    @contextmanager
    def claim(cls, path: Path) -> Iterator["RunFolder"]:
        """Make a folder, or find it, and keep other processes out as long as the context lasts.

        Raises:
            RunFolderError: If it holds something else, cannot be written, or is in use.
        """
        folder = cls(path.absolute())  # the run may change directories
        try:
            is_new = not folder.path.exists()
            folder.path.mkdir(parents=True, exist_ok=True)
            folder._check_own()
            lock = FileLock(folder.path / ".lock")
            lock.acquire(timeout=0)
        except Timeout as error:
            raise RunFolderError(
                f"Run folder {path} is in use by another process. Wait for it, or name another."
            ) from error
        except OSError as error:
            raise RunFolderError(
                f"Run folder {path} cannot be written ({error.strerror}). Name another."
            ) from error
        try:
            folder._drop_left_overs()
            yield folder
        except BaseException:
            if is_new and not folder.checkpoints.files():  # nothing was learnt
                folder._undo()
            raise
        finally:
            lock.release()

    @classmethod
    def open(cls, path: str | Path) -> "RunFolder":
        """Find the folder of a finished run.

        Raises:
            RunFolderError: If it is not there, or the run did not finish.
            ArgumentTypeError: If it is no path.
        """
        folder = cls(check_path("the run folder", path))
        try:
            is_run, is_finished = folder.settings.is_file(), folder.is_finished
        except OSError as error:
            raise RunFolderError(f"{path} cannot be read ({error.strerror}).") from error
        if not is_run:
            raise RunFolderError(
                f"{path} is not a run folder. Expected one that train or `digitzoo train` made, "
                f"with {folder.settings.name} in it."
            )
        if not is_finished:
            raise RunFolderError(
                f"The run in {path} did not finish: no {folder.summary.name}. "
                f"The call that began it goes on with it."
            )
        return folder

    def clear(self) -> None:
        """Remove a run's own files, and nothing else."""
        own = [self.summary, self.final, self.best, self.history, *self.checkpoints.files()]
        # The settings go last: they tell, if this is cut off, that the rest is a run's.
        for path in [*own, self.path / "command.json", self.settings]:
            remove(path)

    def _undo(self) -> None:
        """Remove a folder that was made in vain, if nobody else put something there."""
        self.clear()
        with suppress(OSError):
            (self.path / ".lock").unlink(missing_ok=True)
            if self.checkpoints.path.is_dir():
                self.checkpoints.path.rmdir()
            self.path.rmdir()

    def _drop_left_overs(self) -> None:
        """Remove what a process that was killed had half written."""
        for folder in (self.path, self.checkpoints.path):
            for left_over in folder.glob(f"{UNFINISHED}*"):
                remove(left_over)

    def _check_own(self) -> None:
        """Refuse a folder that holds what no run made."""
        if self.settings.is_file():
            self.read_settings()
            return
        names = {entry.name for entry in self.path.iterdir()} - {".lock", "command.json"}
        if not self.checkpoints.files():
            names.discard(self.checkpoints.path.name)
        foreign = sorted(name for name in names if not name.startswith(UNFINISHED))
        if foreign:
            raise RunFolderError(
                f"Run folder {self.path} is not empty (it holds {', '.join(foreign[:3])}). "
                f"Name another, or remove it."
            )

    def write_json(self, path: Path, content: dict[str, Any]) -> None:
        """Write one of the folder's JSON files.

        Raises:
            RunFolderError: If the disk does not take it. What was there stays.
        """
        with explaining_disk_errors(path), replacing(path) as beside:
            beside.write_text(
                json.dumps(content, indent=2, default=_plain) + "\n", encoding="utf-8"
            )

    def read_settings(self) -> dict[str, Any]:
        """Read what was asked for.

        Raises:
            RunFolderError: If the file is missing or damaged.
        """
        settings = self.read_json(self.settings)
        missing = {"model", "dataset", "class_names"} - set(settings)
        if missing:
            raise RunFolderError(
                f"{self.settings} is not of a run that this version made: it lacks "
                f"{', '.join(sorted(missing))}."
            )
        return settings

    def check_same(self, described: dict[str, Any]) -> None:
        """Refuse to go on with a run that was begun with other settings.

        Raises:
            RunFolderError: If this one was.
        """
        # Through JSON, as the file went: tuples become lists.
        now = json.loads(json.dumps(described, default=_plain))
        differing = differences(self.read_json(self.settings), now)
        if differing:
            differing[8:] = [f"and {len(differing[8:]):,} more"] * bool(differing[8:])
            raise RunFolderError(
                f"The run in {self.path} was begun with other settings: "
                f"{'; '.join(differing)}. Call it as it was begun to go on, name another folder "
                f"and keep it, or remove it and begin anew with restart=True."
            )

    def begin(self, described: dict[str, Any]) -> None:
        """Write the settings of a new run; those of a resumed one stay, with what changed said."""
        caveats = described["caveats"]
        if self.settings.is_file():
            earlier = self.read_settings()
            changed = differences(earlier["versions"], described["versions"])
            caveats += [text for text in earlier["caveats"] if text not in caveats]
            caveats += [
                f"The run was cut off and went on with other versions: {', '.join(changed)}."
            ] * bool(changed)
            described["versions"] = earlier["versions"]
        self.write_json(self.settings, described)

    def read_summary(self) -> dict[str, Any]:
        """Read how the run ended.

        Raises:
            RunFolderError: If the file is missing or damaged.
        """
        unknown = {"best_epoch": None, "stop_reason": "unknown"}
        return {**unknown, **self.read_json(self.summary)}

    def read_json(self, path: Path) -> dict[str, Any]:
        """Read one of the folder's JSON files.

        Raises:
            RunFolderError: If it is missing or damaged.
        """
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError) as error:
            raise RunFolderError(f"{path} cannot be read: {error}") from error
        if not isinstance(content, dict):
            raise RunFolderError(f"{path} is damaged: it holds no settings by name.")
        return content

    def save_model(self, model: Any, path: Path) -> None:
        """Save a model.

        Raises:
            RunFolderError: If the disk does not take it. What was there stays.
        """
        with explaining_disk_errors(path), replacing(path) as beside:
            model.save(beside)


def _plain(number: Any) -> Any:
    return number.item()
