"""What a training run leaves behind."""

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import keras

from digitzoo.errors import InvalidArgumentError, RunFolderError
from digitzoo.training.files import RunFolder
from digitzoo.training.history import read_history


@dataclass(frozen=True, eq=False)
class TrainingRun:
    """A finished training run.

    Attributes:
        model: The model as `train` left it: the weights of the best epoch where early stopping
            was asked for, those of the last epoch otherwise.
        history: One value an epoch for each of `loss`, `accuracy`, `val_loss` and `val_accuracy`,
            the latter two where there is a validation part.
        best_epoch: The epoch with the best monitored value, counted from 1; None if no epoch had a
            finite loss.
        stop_reason: `"all epochs done"`, `"no improvement"`, `"stopped by a callback"`, or
            `"loss not finite in epoch E, step S"`.
        settings: What was asked for, and the versions it ran on.
        folder: Where it lies; None if it was kept in memory only.
    """

    model: keras.Model
    history: dict[str, list[float]]
    best_epoch: int | None
    stop_reason: str
    settings: dict[str, Any]
    folder: Path | None = None

    @property
    def epochs(self) -> int:
        """How many epochs were run."""
        return len(self.history.get("loss", ()))

    @property
    def caveats(self) -> tuple[str, ...]:
        """What could not be promised of this run, in sentences; none for data in memory."""
        return tuple(self.settings.get("caveats", ()))

    @classmethod
    def load(
        cls, folder: str | Path, *, which: Literal["final", "best"] = "final"
    ) -> "TrainingRun":
        """Read a finished run back from its folder.

        Args:
            folder: The run folder.
            which: The model to load: as `train` left it, or of the best epoch.

        Returns:
            The run.

        Raises:
            RunFolderError: If the folder holds no finished run, or a file in it is damaged.
            InvalidArgumentError: If `which` is something else.
        """
        files = RunFolder.open(folder)
        if which not in ("final", "best"):
            raise InvalidArgumentError(f"which must be 'final' or 'best'. Received {which!r}.")
        path = files.final if which == "final" else files.best
        try:
            model = keras.models.load_model(path)
        except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
            if not path.exists():
                raise RunFolderError(f"The run has no {path.name}: no epoch was good.") from error
            raise RunFolderError(f"{path} cannot be loaded: {error}") from error
        summary = {"best_epoch": None, "stop_reason": "unknown", **files.read_json(files.summary)}
        return cls(
            model=model,
            history=read_history(files.history),
            best_epoch=summary["best_epoch"],
            stop_reason=summary["stop_reason"],
            settings=files.read_settings(),
            folder=files.path,
        )

    def write(self, folder: RunFolder) -> None:
        """Write the final model and the summary, which makes the run a finished one.

        Raises:
            RunFolderError: If the disk does not take them.
        """
        try:
            folder.history.touch()  # no rows where no epoch came to its end
            folder.save_model(self.model, folder.final)
            folder.write_json(
                folder.summary,
                {
                    "epochs": self.epochs,
                    "best_epoch": self.best_epoch,
                    "stop_reason": self.stop_reason,
                },
            )
        except OSError as error:
            raise RunFolderError(
                f"The run in {folder.path} cannot be finished ({error.strerror or error}). What "
                f"was saved before is whole. Make room, and call the same again."
            ) from error

    def __repr__(self) -> str:
        where = "" if self.folder is None else f", in {self.folder}"
        return (
            f"<TrainingRun of {self.model.name}: {self.epochs} epochs, best {self.best_epoch}, "
            f"{self.stop_reason}{where}>"
        )
