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
    """Show notes, then a run's progress; give callbacks for `fit`, and what shows another note."""
    console = Console(stderr=True)
    shows: str | int = verbose
    if shows == "auto":
        shows = _BAR if console.is_terminal or console.is_jupyter else _LINES

    def write(text: str) -> None:
        console.print(text, highlight=False, soft_wrap=True, markup=False)

    def note(text: str) -> None:
        if shows != _QUIET:
            write(f"Note: {text}")

    for text in notes:
        note(text)
    if shows == _QUIET:
        yield [], note
    elif shows == _LINES:
        yield [_Progress(pace, _print)], note
    elif console.is_jupyter:
        output = _NotebookOutput(pace.steps)
        yield [_Progress(pace, output.show_epoch, output.show_running)], note
    else:
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(_BAR_LENGTH),
            TextColumn("{task.fields[now]}", markup=False),
        )
        with Progress(*columns, console=console, transient=True, auto_refresh=False) as bar:
            task = bar.add_task("", total=pace.steps, now="", visible=False)

            def show_running(name: str, done: int, now: str) -> None:
                bar.update(task, description=name, completed=done, now=now, visible=True)
                bar.refresh()

            yield [_Progress(pace, lambda line, _: write(line), show_running)], note


def _print(line: str, speed: str) -> None:
    print(f"{line}  {speed}", file=sys.stderr, flush=True)  # noqa: T201 - asked for by verbose


class Pace:
    """Counts the epochs, steps and images that are done, and works out what is left."""

    def __init__(self, epochs: int, steps: int, images: int) -> None:
        self.epochs, self.steps, self._images = epochs, steps, images
        self._began = self._epoch_began = time.monotonic()
        self._epochs_done = 0.0
        self.skipped = 0  # steps, of an epoch that was left in the middle

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


class _Progress(keras.callbacks.Callback):  # type: ignore[misc] # Keras ships no types
    """Words each epoch that is over, and the running one as often as a person can read."""

    def __init__(
        self,
        pace: Pace,
        show_epoch: Callable[[str, str], None],
        show_running: Callable[[str, int, str], None] = lambda *_: None,
    ) -> None:
        super().__init__()
        self._pace, self._show_epoch, self._show_running = pace, show_epoch, show_running
        self._next_update = 0.0

    def on_epoch_begin(self, epoch: int, logs: object = None) -> None:
        self._epoch = epoch
        self._name = f"epoch {epoch + 1:>{len(str(self._pace.epochs))}}/{self._pace.epochs}"
        self._pace.start_epoch()
        self._show_running(self._name, 0, "")

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        now = time.monotonic()
        if now < self._next_update:
            return
        self._next_update = now + _SECONDS_BETWEEN_UPDATES
        done = self._pace.skipped + batch + 1
        left, rate = self._pace.time_left(self._epoch, done), self._pace.images_per_second(done)
        self._show_running(self._name, done, f"{_metrics(logs)}  {left}  {rate}")

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        rate = self._pace.images_per_second(self._pace.steps)
        self._pace.end_epoch()
        left = self._pace.time_left(epoch + 1, 0)
        self._show_epoch(f"{self._name}  {_metrics(logs)}", f"{rate}  {left}")


def _metrics(logs: dict[str, float] | None) -> str:
    return "  ".join(f"{name} {value:.4f}" for name, value in order_metrics(logs).items())


class _NotebookOutput:
    """Changes one output of a cell; rich's bar would need ipywidgets, and not be saved."""

    def __init__(self, steps: int) -> None:
        self._steps = steps
        self._finished: list[str] = []
        self._output: Any = None

    def show_running(self, name: str, done: int, now: str) -> None:
        bar = "#" * (_BAR_LENGTH * done // self._steps)
        self._show([*self._finished, f"{name} [{bar:{_BAR_LENGTH}}]  {now}"])

    def show_epoch(self, line: str, _: str) -> None:
        self._finished.append(line)
        self._show(self._finished)

    def _show(self, lines: list[str]) -> None:
        from IPython.display import display

        content = {"text/plain": "\n".join(lines)}
        if self._output is None:
            self._output = display(content, raw=True, display_id=True)
        else:
            self._output.update(content, raw=True)
