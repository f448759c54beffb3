"""What a MODEL argument stands for: the name of a model, a `.keras` file, or a run folder."""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from digitzoo.checks import check_path
from digitzoo.cli.options import known_models
from digitzoo.cli.output import print_note
from digitzoo.cli.run_command import has_own_data
from digitzoo.errors import (
    DataFileError,
    DigitzooError,
    InvalidArgumentError,
    RunFolderError,
    UnknownLayerError,
    unknown_name,
)
from digitzoo.models import list_models, model_card
from digitzoo.quiet import quiet_backend

if TYPE_CHECKING:
    from digitzoo.evaluation import Classifier
    from digitzoo.formulas import Summary
    from digitzoo.training import TrainingRun

ModelArgument = Annotated[
    str,
    typer.Argument(
        metavar="MODEL",
        help="One of `digitzoo models`, a .keras file, or a run folder.",
        autocompletion=known_models,
    ),
]
_SETTINGS = "settings.json"  # what a run folder has; RunFolder, which says so, loads NumPy
_OLD = {".h5", ".hdf5"}  # as Keras 2 saved models
_KINDS = {"name": "the name of a model", "file": "a .keras file", "run": "a run folder"}


@dataclass(frozen=True)
class Network:
    """A network that was named on the command line; it is loaded when it is first asked for."""

    typed: str
    kind: Literal["name", "file", "run"]
    path: Path
    best: bool = False
    dataset: str | None = None

    @property
    def title(self) -> str:
        path = self.path.resolve()
        return path.stem if self.kind == "file" else path.name

    @property
    def in_words(self) -> str:
        """What it is, for people; of a run, the model of which epoch."""
        name = str(self.model.name)
        if self.kind != "run":
            return name
        epoch, best = epoch_of(self.run), self.run.best_epoch
        if self.best or epoch == best:
            return f"{name} (epoch {best}, the best)"
        other = "" if best is None else f"; --best takes epoch {best}"
        return f"{name} (epoch {epoch}, the last{other})"

    @cached_property
    def settings(self) -> dict[str, Any]:
        from digitzoo.training.run_folder import RunFolder

        return RunFolder.open(self.path).read_settings()

    @cached_property
    def run(self) -> "TrainingRun":
        self.need_run()
        start_keras()
        from digitzoo.training import TrainingRun

        return TrainingRun.load(self.path, which="best" if self.best else "final")

    @cached_property
    def model(self) -> Any:
        """The Keras model, a named one with its bundled weights."""
        if self.kind == "run":
            return self.run.model
        return load_model(self.path) if self.kind == "file" else self.classifier().model

    def classifier(self, **options: Any) -> "Classifier":
        """Give the model with the names of its classes; options are those of `Classifier`."""
        start_keras()
        from digitzoo.evaluation import Classifier

        if self.kind == "name":
            return Classifier(self.typed, **{"dataset": self.dataset, **options})
        names = self.settings["class_names"] if self.kind == "run" else None
        return Classifier(self.model, class_names=names, **options)

    @property
    def trained_on(self) -> str | None:
        """The data set it was trained on, by name; a file does not say."""
        if self.kind == "run":
            return str(self.settings["dataset"])
        return self.dataset or model_card(self.typed).dataset if self.kind == "name" else None

    @property
    def bundled(self) -> str | None:
        """The bundled data set that it was trained on; None on files of the user's."""
        from digitzoo.data import list_datasets

        own = self.kind == "run" and has_own_data(self.path)
        return self.trained_on if self.trained_on in list_datasets() and not own else None

    def summary(self, *, batch_size: int = 1, dtype: str = "float32") -> "Summary":
        """Work the network out, without Keras where it has formulas for all of it."""
        from digitzoo.formulas import summarize

        options: dict[str, Any] = {"batch_size": batch_size, "dtype": dtype}
        if self.kind == "name":
            return summarize(self.typed, **options)
        path = self.path
        if self.kind == "run":
            from digitzoo.training.run_folder import RunFolder

            folder = RunFolder.open(path)
            path = folder.best if self.best else folder.final
        if path.suffix in _OLD:
            return summarize(load_model(path), **options)
        try:
            summary = summarize(path, **options)
        except UnknownLayerError as error:
            return summarize(load_model(path, cause=error), **options)
        if summary.totals.uncounted:
            try:
                return summarize(load_model(path), **options)
            except DataFileError as error:
                without = ", ".join(summary.totals.uncounted)
                print_note(f"{error} The totals are without {without}.")
        return summary

    def need_run(self, why: str = "A report is of a run") -> None:
        if self.kind != "run":
            raise RunFolderError(
                f"{why}: give a run folder, such as `digitzoo train` makes. {self.typed} is "
                f"{_KINDS[self.kind]}."
            )


def find_network(typed: str, *, best: bool = False, dataset: str | None = None) -> Network:
    """Tell what a MODEL argument stands for; a folder that is a run goes before a name."""
    path = check_path("MODEL", typed)
    is_name = typed in list_models()
    if path.is_dir() and ((path / _SETTINGS).is_file() or not is_name):
        from digitzoo.training.run_folder import RunFolder

        return Network(typed, "run", RunFolder.open(path).path, best=best)
    if best:
        raise InvalidArgumentError(
            f"--best goes with a run folder, which keeps its best epoch. {typed} is none."
        )
    if is_name:
        return Network(typed, "name", Path(typed), dataset=dataset)
    if path.is_file() and path.suffix in {".keras", *_OLD}:
        return Network(typed, "file", path)
    if path.suffix == ".keras":
        raise DataFileError(f"{typed} cannot be read as a .keras file: there is no such file.")
    raise InvalidArgumentError(
        f"{unknown_name('model', typed, list_models(), '`digitzoo models`')} "
        "There is no run folder and no .keras file of that name either."
    )


def load_model(path: Path, *, cause: Exception | None = None) -> Any:
    """Load a file with Keras, in its safe mode, which runs no foreign code."""
    start_keras()
    import keras

    try:
        with quiet_backend():
            return keras.saving.load_model(path, compile=False, safe_mode=True)
    except Exception as problem:  # noqa: BLE001 - whatever a file makes Keras raise
        raise DataFileError(
            f"{f'{cause} ' if cause else ''}Keras in safe mode cannot load {path} "
            f"({type(problem).__name__}): it holds code of its own, or is no model."
        ) from None


def epoch_of(run: "TrainingRun") -> int | None:
    """Say of which epoch a run's final model is: the last, or the best if that was brought back."""
    lost = run.stop_reason.startswith("loss not finite")
    return run.best_epoch if lost or run.settings.get("early_stopping") else run.epochs


def start_keras() -> None:
    with importing_keras():
        import keras

        keras.ops.zeros(())


@contextlib.contextmanager
def importing_keras() -> Iterator[None]:
    try:
        with quiet_backend():
            yield
    except (ImportError, ValueError) as error:  # the latter for a backend that Keras lacks
        backend = os.environ.get("KERAS_BACKEND")
        remedy = f" KERAS_BACKEND is {backend}: install it, or unset that." if backend else ""
        raise DigitzooError(f"Keras cannot start: {error}.{remedy}") from error
