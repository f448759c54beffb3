"""What a training run leaves behind."""

import json
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import keras

from digitzoo.checks import check_choice
from digitzoo.errors import InvalidArgumentError, RunFolderError, first_sentence
from digitzoo.training.generators import global_generators_kept
from digitzoo.training.processes import ProcessGroup, on_this_process
from digitzoo.training.run_folder import RunFolder

_OWN_LAYERS = (
    "A layer of your own needs get_config and @keras.saving.register_keras_serializable(); a "
    "Lambda is never loaded."
)


@dataclass(frozen=True, eq=False)
class TrainingRun:
    """A finished training run.

    Attributes:
        model: The model as `train` left it: the weights of the best epoch where early stopping
            was asked for or the loss was lost, those of the last epoch otherwise.
        history: One value an epoch for each of `loss`, `accuracy`, `val_loss` and `val_accuracy`,
            the latter two where there is a validation part.
        best_epoch: The epoch with the best monitored value, counted from 1; None if no epoch had a
            finite one.
        stop_reason: `"all epochs done"`, `"no improvement"`, `"stopped by a callback"`,
            `"val_loss never finite"`, or `"loss not finite in epoch E, step S"`.
        settings: What was asked for, and the versions it ran on.
        folder: Where it lies; None if it was kept in memory only.
        record: When it ended (`finished`, in UTC), how long the training took, with all parts of
            a run that was cut off (`seconds`, and `cpu_seconds` of all cores together), and on
            which `machine`; empty for a run that was made before these were kept.

    >>> run = TrainingRun.load("runs/simple_cnn-mnist-1")  # doctest: +SKIP
    >>> run.best_metrics["val_accuracy"]  # doctest: +SKIP
    0.989
    """

    model: keras.Model
    history: dict[str, list[float]]
    best_epoch: int | None
    stop_reason: str
    settings: dict[str, Any]
    folder: Path | None = None
    record: dict[str, Any] = field(default_factory=dict)

    @property
    def epochs(self) -> int:
        """How many epochs were run."""
        return len(self.history.get("loss", ()))

    @property
    def best_metrics(self) -> dict[str, float]:
        """The numbers of the best epoch, by metric; empty if there is none."""
        if self.best_epoch is None:
            return {}
        return {name: values[self.best_epoch - 1] for name, values in self.history.items()}

    @property
    def caveats(self) -> tuple[str, ...]:
        """What could not be promised of this run, in sentences."""
        return tuple(self.settings.get("caveats", ()))

    @classmethod
    def load(
        cls, folder: str | Path, *, which: Literal["final", "best"] = "final"
    ) -> "TrainingRun":
        """Read a finished run back from its folder.

        It is read in Keras's safe mode, so that a file from somebody else runs no code: a `Lambda`
        is refused, and layers of your own have to be registered.

        Args:
            folder: The run folder.
            which: The model to load: as `train` left it, or of the best epoch.

        Returns:
            The run.

        Raises:
            RunFolderError: If the folder holds no finished run, or a file in it is damaged.
            InvalidArgumentError: If `which` is something else.
            ArgumentTypeError: If the folder is no path.
        """
        check_choice("model of a run", which, ("final", "best"))
        files = RunFolder.open(folder)
        path = files.final if which == "final" else files.best
        run = _read(files)
        if not path.exists():
            no_best = which == "best" and run.best_epoch is None
            why = "no epoch had a finite loss" if no_best else "it was removed"
            raise RunFolderError(f"The run in {files.path} has no {path.name}: {why}.")
        with _explaining_damage(path):
            return replace(run, model=_load_model(path))

    def __repr__(self) -> str:
        where = "" if self.folder is None else f", in {self.folder}"
        return (
            f"<TrainingRun of {self.model.name}: {self.epochs} epochs, best {self.best_epoch}, "
            f"{self.stop_reason}{where}>"
        )


def read_run(folder: RunFolder | None, model: keras.Model, group: ProcessGroup) -> TrainingRun:
    """Read a finished run back into the model that it was made with, and its optimizer."""
    run, content = group.first(lambda: _read_whole(folder))
    with tempfile.TemporaryDirectory() as scratch:
        # Other processes may see no such folder, and set weights only together.
        path = Path(scratch, "final.keras") if folder is None else folder.final
        if folder is None:
            path.write_bytes(content)
        with _explaining_damage(path):
            model.load_weights(path)
    return replace(run, model=model)


def write_run(run: TrainingRun, folder: RunFolder) -> Path:
    """Write the final model and, at last, the summary, which makes the run a finished one."""
    folder.write_json(folder.settings, run.settings)
    folder.write_history(run.history)  # no rows where no epoch came to its end
    folder.save_model(run.model, folder.final)
    folder.write_json(
        folder.summary,
        {
            "epochs": run.epochs,
            "best_epoch": run.best_epoch,
            "stop_reason": run.stop_reason,
            "record": run.record,
        },
    )
    return folder.path


def _read(folder: RunFolder) -> TrainingRun:
    """Read all but the model."""
    summary = folder.read_summary()
    run = TrainingRun(
        model=None,
        history=folder.read_history(),
        best_epoch=summary["best_epoch"],
        stop_reason=summary["stop_reason"],
        settings=folder.read_settings(),
        folder=folder.path,
        record=summary["record"] if isinstance(summary["record"], dict) else {},
    )
    if summary.get("epochs", run.epochs) != run.epochs:
        raise RunFolderError(
            f"{folder.history} is damaged: it holds {run.epochs} of {summary['epochs']} epochs."
        )
    return run


def _read_whole(folder: Any) -> tuple[TrainingRun, bytes]:
    """Read all, and the model as the bytes of its file."""
    run = _read(folder)
    with _explaining_damage(folder.final):
        return run, folder.final.read_bytes()


def loading_caveats(model: keras.Model) -> list[str]:
    """Say why a model that is saved could not be loaded again, if that is so."""
    try:
        saved = keras.saving.serialize_keras_object(model)
    except Exception as error:
        raise InvalidArgumentError(
            f"run_dir= keeps models in files, and {model.name!r} cannot be saved: "
            f"{first_sentence(error)}. A layer of your own needs get_config. Without run_dir= it "
            f"is trained as it is."
        ) from error
    saved.pop("compile_config", None)  # it is compiled anew
    try:
        with global_generators_kept(), on_this_process():  # new layers draw their seeds
            keras.saving.deserialize_keras_object(json.loads(json.dumps(saved)))
    except Exception as error:  # noqa: BLE001 - whatever a user's layer raises
        what = f"{type(error).__name__}: {first_sentence(error)}"
        return [
            f"The saved models of this run cannot be loaded as they are ({what}). {_OWN_LAYERS}"
        ]
    return []


def _load_model(path: Path) -> keras.Model:
    try:
        return keras.models.load_model(path, safe_mode=True)
    except (TypeError, ValueError):  # a loss or an optimizer of the user's own, perhaps
        return keras.models.load_model(path, safe_mode=True, compile=False)


@contextmanager
def _explaining_damage(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        remedy = f". {_OWN_LAYERS}" if zipfile.is_zipfile(path) else ""
        raise RunFolderError(f"{path} cannot be loaded: {first_sentence(error)}{remedy}") from error
