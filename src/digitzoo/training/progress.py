"""What a person sees while a network trains, on standard error."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

import keras
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, shown
from digitzoo.training.history import order_metrics

Verbosity = Literal["auto", 0, 1, 2]

_QUIET, _BAR, _LINES = 0, 1, 2
_SECONDS_BETWEEN_UPDATES = 0.25
_BAR_LENGTH = 10


def check_verbosity(verbose: Verbosity) -> Verbosity:
    """Hold `verbose` to what `show_progress` knows."""
    expected = f"verbose must be 'auto', 0, 1 or 2. Received {shown(verbose)}."
    is_other = isinstance(verbose, bool) or bool(getattr(verbose, "shape", None))
    if is_other or not (isinstance(verbose, str) or hasattr(verbose, "__index__")):
        raise ArgumentTypeError(expected)
    if verbose not in ("auto", _QUIET, _BAR, _LINES):
        raise InvalidArgumentError(expected)
    return verbose


@contextmanager
def show_progress(
    verbose: Verbosity, pace: "Pace", notes: Iterable[str]
) -> Iterator[tuple[list[keras.callbacks.Callback], Callable[[str], None]]]:
    """Show notes, and then a run's progress as long as the context lasts.

    It gives the callbacks that `model.fit` should call, and what shows one more note.
    """
    console = Console(stderr=True)
    shows: str | int = verbose
    if shows == "auto":
        shows = _BAR if console.is_terminal or console.is_jupyter else _LINES

    def note(text: str) -> None:
        if shows != _QUIET:
            console.print(f"Note: {text}", highlight=False, soft_wrap=True, markup=False)

    for text in notes:
        note(text)
    if shows == _BAR and not console.is_jupyter:
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(_BAR_LENGTH),
            TextColumn("{task.fields[now]}", markup=False),
        )
        with Progress(*columns, console=console, transient=True, auto_refresh=False) as bar:
            yield [_Bar(pace, bar)], note
    else:
        plain = {_QUIET: [], _LINES: [_Lines(pace)], _BAR: [_NotebookOutput(pace)]}
        yield plain[int(shows)], note


class Pace:
    """Counts the epochs, steps and images that are done, and works out what is left."""

    def __init__(self, epochs: int, steps: int, images: int) -> None:
        self.epochs, self.steps, self._images = epochs, steps, images
        self._began = self._epoch_began = time.monotonic()
        self._epochs_done = 0.0
        self.skipped = 0

    def skip_steps(self, steps: int) -> None:
        """Begin an epoch at this step, to go on with one that was left in the middle."""
        self.skipped = steps

    def start_epoch(self) -> None:
        """Start the clock of an epoch."""
        self._epoch_began = time.monotonic()

    def end_epoch(self) -> None:
        """Count an epoch as done."""
        self._epochs_done += 1 - self.skipped / self.steps
        self.skipped = 0

    def images_per_second(self, steps_done: int) -> str:
        """Say how fast the epoch has been so far."""
        elapsed = time.monotonic() - self._epoch_began
        images = self._images * (steps_done - self.skipped) / self.steps
        return f"{images / max(elapsed, 1e-9):,.0f} images/s"

    def time_left(self, epoch: int, steps_done: int) -> str:
        """Say how long all epochs will still take."""
        done = self._epochs_done + (steps_done - self.skipped) / self.steps
        ahead = self.epochs - epoch - steps_done / self.steps
        minutes, seconds = divmod(round((time.monotonic() - self._began) / done * ahead), 60)
        return f"{minutes}:{seconds:02} left"


class _Lines(keras.callbacks.Callback):  # type: ignore[misc] # Keras ships no types
    """Prints one plain line an epoch, for logs and pipes; its children show the running one too."""

    def __init__(self, pace: Pace) -> None:
        super().__init__()
        self.pace = pace
        self._next_update = 0.0

    def on_epoch_begin(self, epoch: int, logs: object = None) -> None:
        self._epoch = epoch
        self._name = f"epoch {epoch + 1:>{len(str(self.pace.epochs))}}/{self.pace.epochs}"
        self.pace.start_epoch()
        self.show_running(self._name, 0, "")

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        now = time.monotonic()
        if now < self._next_update:
            return
        self._next_update = now + _SECONDS_BETWEEN_UPDATES
        done = self.pace.skipped + batch + 1
        pace = f"{self.pace.time_left(self._epoch, done)}  {self.pace.images_per_second(done)}"
        self.show_running(self._name, done, f"{_metrics(logs)}  {pace}")

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        rate = self.pace.images_per_second(self.pace.steps)
        self.pace.end_epoch()
        left = self.pace.time_left(epoch + 1, 0)
        self.show_epoch(f"{self._name}  {_metrics(logs)}", f"{rate}  {left}")

    def show_running(self, name: str, done: int, now: str) -> None:
        """Show how far the running epoch has come."""

    def show_epoch(self, line: str, pace: str) -> None:
        """Show an epoch that is over."""
        print(f"{line}  {pace}", file=sys.stderr, flush=True)  # noqa: T201 - asked for by verbose


class _Bar(_Lines):
    """Draws the running epoch as a bar, and leaves one line of each that is over."""

    def __init__(self, pace: Pace, bar: Progress) -> None:
        super().__init__(pace)
        self._bar = bar
        self._task = bar.add_task("", total=pace.steps, now="", visible=False)

    def show_running(self, name: str, done: int, now: str) -> None:
        self._bar.update(self._task, description=name, completed=done, now=now, visible=True)
        self._bar.refresh()

    def show_epoch(self, line: str, pace: str) -> None:
        self._bar.console.print(line, highlight=False, soft_wrap=True, markup=False)


class _NotebookOutput(_Lines):
    """Changes one output of a cell: a line of each epoch that is over, and of the running one.

    Rich's bar would need ipywidgets there, and a saved notebook would not keep it.
    """

    def __init__(self, pace: Pace) -> None:
        super().__init__(pace)
        self._finished: list[str] = []
        self._output: Any = None

    def show_running(self, name: str, done: int, now: str) -> None:
        bar = "#" * (_BAR_LENGTH * done // self.pace.steps)
        self._show([*self._finished, f"{name} [{bar:{_BAR_LENGTH}}]  {now}"])

    def show_epoch(self, line: str, pace: str) -> None:
        self._finished.append(line)
        self._show(self._finished)

    def _show(self, lines: list[str]) -> None:
        from IPython.display import display

        content = {"text/plain": "\n".join(lines)}
        if self._output is None:
            self._output = display(content, raw=True, display_id=True)
        else:
            self._output.update(content, raw=True)


def _metrics(logs: dict[str, float] | None) -> str:
    return "  ".join(f"{name} {value:.4f}" for name, value in order_metrics(logs).items())
