"""What lies where in a run folder, and how it is written."""

import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from digitzoo.checks import check_path
from digitzoo.errors import RunFolderError
from digitzoo.training.atomic import UNFINISHED, remove, writing
from digitzoo.training.checkpoints import Checkpoints
from digitzoo.training.processes import on_this_process

_NOT_COMPARED = {"versions", "caveats", "model"}  # Keras counts the names of models up
_LONGEST = 200  # characters of a setting in a message
# Settings that are digests, and what a person is told where they differ.
_DIGESTS = {
    "architecture": "the network's layers are others",
    "data": "the images or labels are others",
    "first batch": "the stream begins with another batch",
}


class RunFolder:
    """The files of one training run, whose names are this class's business; all are whole."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.settings = path / "settings.json"  # what was asked for, and the versions it ran on
        self.history = path / "history.csv"
        self.best = path / "best.keras"
        self.final = path / "final.keras"  # the model as `train` left it
        self.summary = path / "summary.json"  # how the run ended; its presence says that it did
        self.checkpoints = Checkpoints(path / "checkpoints")
        self._lock = path / ".lock"
        self._command = path / "command.json"  # the command line's, to go on with its own runs

    @property
    def is_finished(self) -> bool:
        """Whether the run came to its end."""
        return self.summary.is_file()

    @classmethod
    @contextmanager
    def claim(cls, path: Path) -> Iterator["RunFolder"]:
        """Make a folder, or find it, and keep other processes out as long as the context lasts."""
        folder = cls(path.absolute())  # the run may change directories
        try:
            is_new = not folder.path.exists()
            folder.path.mkdir(parents=True, exist_ok=True)
            folder._check_own()
            folder.checkpoints.path.mkdir(exist_ok=True)
            lock = FileLock(folder._lock)
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
            for part in (folder.path, folder.checkpoints.path):
                for left_over in part.glob(f"{UNFINISHED}*"):  # of a process that was killed
                    remove(left_over)
            yield folder
        except BaseException:
            if is_new and not folder.checkpoints.files():  # nothing was learnt
                folder._undo()
            raise
        finally:
            lock.release()

    @classmethod
    def open(cls, path: str | Path) -> "RunFolder":
        """Find the folder of a finished run."""
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
        for path in [*own, self._command, self.settings]:
            remove(path)

    def _undo(self) -> None:
        """Remove a folder that was made in vain, if nobody else put something there."""
        self.clear()
        with suppress(OSError):
            self._lock.unlink(missing_ok=True)
            if self.checkpoints.path.is_dir():
                self.checkpoints.path.rmdir()
            self.path.rmdir()

    def _check_own(self) -> None:
        """Refuse a folder that holds what no run made."""
        if self.settings.is_file():
            self.read_settings()
            return
        own = {self._lock, self._command}
        if not self.checkpoints.files():
            own.add(self.checkpoints.path)
        names = sorted(path.name for path in {*self.path.iterdir()} - own)
        foreign = [name for name in names if not name.startswith(UNFINISHED)]
        if foreign:
            raise RunFolderError(
                f"Run folder {self.path} is not empty (it holds {', '.join(foreign[:3])}). "
                f"Name another, or remove it."
            )

    def begin(self, described: dict[str, Any]) -> None:
        """Write the settings of a new run; those of a resumed one stay, with what changed said."""
        caveats = described["caveats"]
        if self.settings.is_file():
            earlier = self.read_settings()
            changed = differences(earlier["versions"], described["versions"])
            caveats += [text for text in earlier["caveats"] if text not in caveats]
            if changed:
                words = "The run was cut off and went on with other versions"
                caveats.append(f"{words}: {', '.join(changed)}.")
            described["versions"] = earlier["versions"]
        self.write_json(self.settings, described)

    def check_same(self, described: dict[str, Any]) -> None:
        """Refuse to go on with a run that was begun with other settings."""
        # Through JSON, as the file went: tuples become lists.
        now = json.loads(json.dumps(described, default=plain))
        differing = differences(self._read_json(self.settings), now)
        if differing:
            differing[8:] = [f"and {len(differing[8:]):,} more"] * bool(differing[8:])
            raise RunFolderError(
                f"The run in {self.path} was begun with other settings: "
                f"{'; '.join(differing)}. Call it as it was begun to go on, name another folder "
                f"and keep it, or remove it and begin anew with restart=True."
            )

    def read_settings(self) -> dict[str, Any]:
        """Read what was asked for."""
        settings = self._read_json(self.settings)
        missing = {"model", "dataset", "class_names"} - set(settings)
        if missing:
            raise RunFolderError(
                f"{self.settings} is not of a run that this version made: it lacks "
                f"{', '.join(sorted(missing))}."
            )
        return settings

    def read_summary(self) -> dict[str, Any]:
        """Read how the run ended."""
        unknown: dict[str, Any] = {"best_epoch": None, "stop_reason": "unknown", "record": {}}
        return {**unknown, **self._read_json(self.summary)}

    def read_history(self) -> dict[str, list[float]]:
        """Read the values of each metric, one an epoch."""
        try:
            with self.history.open(newline="", encoding="utf-8") as file:
                rows = list(csv.DictReader(file, restval=""))
            names = [name for name in (rows[0] if rows else ()) if name != "epoch"]
            return {name: [float(row[name]) for row in rows] for name in names}
        except (OSError, ValueError, TypeError, csv.Error) as error:
            raise RunFolderError(f"{self.history} cannot be read: {error}") from error

    def write_history(self, columns: Mapping[str, Sequence[float]]) -> None:
        """Write the values of each metric, one an epoch."""
        with (
            writing(self.history) as beside,
            beside.open("w", newline="", encoding="utf-8") as file,
        ):
            writer = csv.writer(file)
            if columns:
                writer.writerow(["epoch", *columns])
            for number, row in enumerate(zip(*columns.values(), strict=True), 1):
                writer.writerow([number, *row])

    def write_json(self, path: Path, content: dict[str, Any]) -> None:
        """Write one of the folder's JSON files."""
        with writing(path) as beside:
            text = json.dumps(content, indent=2, default=plain)
            beside.write_text(text + "\n", encoding="utf-8")

    def save_model(self, model: Any, path: Path) -> None:
        """Save a model."""
        with writing(path) as beside, on_this_process():
            model.save(beside)

    def _read_json(self, path: Path) -> dict[str, Any]:
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError) as error:
            raise RunFolderError(f"{path} cannot be read: {error}") from error
        if not isinstance(content, dict):
            raise RunFolderError(f"{path} is damaged: it holds no settings by name.")
        return content


def plain(number: Any) -> Any:
    """Give a number of NumPy's as Python's, for JSON."""
    return number.item()  # what JSON cannot write is NumPy's here


def differences(earlier: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """List the settings in which two runs differ, in words."""
    found = []
    for name in [name for name in {**earlier, **now} if name not in _NOT_COMPARED]:
        before, after = earlier.get(name), now.get(name)
        if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
            # By their places, so that what differs can be named.
            before, after = ({str(i): of for i, of in enumerate(part)} for part in (before, after))
        if isinstance(before, dict) and isinstance(after, dict):
            found += [f"{name}.{inner}" for inner in differences(before, after)]
        elif before != after:
            are_digests = all(re.fullmatch("[0-9a-f]{32}", str(of)) for of in (before, after))
            words = f"{name} was {_brief(before, after)} and is {_brief(after, before)}"
            found.append(_DIGESTS.get(name, words) if are_digests else words)
            if name == "architecture" and earlier.get("model") != now.get("model"):
                found[-1] += f" (it was {earlier.get('model')!r} and is {now.get('model')!r})"
    return found


def _brief(value: Any, other: Any) -> str:
    """Write a setting in a line or two, those in which it differs from another."""
    text, against = json.dumps(value), json.dumps(other)
    if len(text) <= _LONGEST:
        return text
    pairs = zip(text, against, strict=False)
    same = next((place for place, (a, b) in enumerate(pairs) if a != b), len(against))
    start = max(0, min(same - _LONGEST // 4, len(text) - _LONGEST))
    end = start + _LONGEST
    return f"{'...' * (start > 0)}{text[start:end]}{'...' * (end < len(text))}"
