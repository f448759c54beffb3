"""What a person sees while a network trains, on standard error."""

import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

import keras
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from digitzoo.errors import InvalidArgumentError
from digitzoo.training.history import order_metrics

Verbosity = Literal["auto", 0, 1, 2]

_QUIET, _BAR, _LINES = 0, 1, 2
_SECONDS_BETWEEN_UPDATES = 0.25
_BAR_LENGTH = 10


def check_verbosity(verbose: object) -> None:
    """Hold `verbose` to what `show_progress` knows.

    Raises:
        InvalidArgumentError: If it is something else.
    """
    if verbose not in ("auto", _QUIET, _BAR, _LINES):
        raise InvalidArgumentError(f"verbose must be 'auto', 0, 1 or 2. Received {verbose!r}.")


@contextmanager
def show_progress(
    verbose: Verbosity, pace: "Pace", notes: Iterable[str] = ()
) -> Iterator[list[keras.callbacks.Callback]]:
    """Show a run's progress as long as the context lasts.

    Args:
        verbose: 0 shows nothing, 1 a bar, 2 a line an epoch, `"auto"` a bar on a terminal or in a
            notebook and lines elsewhere.
        pace: How much there is to do.
        notes: Sentences to show before it begins.

    Yields:
        The callbacks that `model.fit` should call.
    """
    console = Console(stderr=True)
    if verbose == "auto":
        shown = _BAR if console.is_terminal or console.is_jupyter else _LINES
    else:
        shown = verbose
    if shown != _QUIET:
        for note in notes:
            console.print(f"Note: {note}", highlight=False, soft_wrap=True, markup=False)
    if shown == _QUIET:
        yield []
    elif shown == _LINES:
        yield [_EpochLines(pace)]
    elif console.is_jupyter:
        yield [_NotebookOutput(pace)]
    else:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(_BAR_LENGTH),
            TextColumn("{task.fields[now]}"),
        )
        with Progress(*columns, console=console, transient=True, auto_refresh=False) as bar:
            yield [_EpochBar(pace, bar)]


class Pace:
    """Counts what is done and works out what is left.

    Args:
        epochs: How many epochs at most.
        steps: How many batches an epoch has.
        images: How many images an epoch has.
    """

    def __init__(self, epochs: int, steps: int, images: int) -> None:
        self.epochs, self.steps = epochs, steps
        self._images = images
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

    def name(self, epoch: int) -> str:
        """Name an epoch, counted from 0, as people count."""
        return f"epoch {epoch + 1:>{len(str(self.epochs))}}/{self.epochs}"

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


class _EpochLines(keras.callbacks.Callback):  # type: ignore[misc] # Keras ships no types
    """Prints one plain line an epoch, for logs and pipes."""

    def __init__(self, pace: Pace) -> None:
        super().__init__()
        self._pace = pace

    def on_epoch_begin(self, epoch: int, logs: object = None) -> None:  # noqa: ARG002 - Keras's signature
        self._pace.start_epoch()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        rate = self._pace.images_per_second(self._pace.steps)
        self._pace.end_epoch()
        left = self._pace.time_left(epoch + 1, 0)
        line = f"{self._pace.name(epoch)}  {_metrics(logs)}  {rate}  {left}"
        print(line, file=sys.stderr, flush=True)  # noqa: T201 - asked for by verbose


class _EpochBar(keras.callbacks.Callback):  # type: ignore[misc] # Keras ships no types
    """Draws the running epoch as a bar, and leaves one line of each that is over."""

    def __init__(self, pace: Pace, bar: Progress) -> None:
        super().__init__()
        self._pace = pace
        self._bar = bar
        self._task = bar.add_task("", total=pace.steps, now="", visible=False)
        self._next_update = 0.0

    def on_epoch_begin(self, epoch: int, logs: object = None) -> None:  # noqa: ARG002 - Keras's signature
        self._epoch = epoch
        self._pace.start_epoch()
        self._bar.reset(self._task, description=self._pace.name(epoch), now="", visible=True)
        self._bar.refresh()

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        now = time.monotonic()
        if now < self._next_update:
            return
        self._next_update = now + _SECONDS_BETWEEN_UPDATES
        done = self._pace.skipped + batch + 1
        rate = self._pace.images_per_second(done)
        left = self._pace.time_left(self._epoch, done)
        self._bar.update(self._task, completed=done, now=f"{_metrics(logs)}  {left}  {rate}")
        self._bar.refresh()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self._pace.end_epoch()
        line = f"{self._pace.name(epoch)}  {_metrics(logs)}"
        self._bar.console.print(line, highlight=False, soft_wrap=True)


class _NotebookOutput(keras.callbacks.Callback):  # type: ignore[misc] # Keras ships no types
    """Changes one output of a cell: a line of each epoch that is over, and of the running one.

    Rich's bar would need ipywidgets there, and a saved notebook would not keep it.
    """

    def __init__(self, pace: Pace) -> None:
        super().__init__()
        self._pace = pace
        self._lines: list[str] = []
        self._output: Any = None
        self._next_update = 0.0

    def on_epoch_begin(self, epoch: int, logs: object = None) -> None:  # noqa: ARG002 - Keras's signature
        self._epoch = epoch
        self._pace.start_epoch()

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        now = time.monotonic()
        if now < self._next_update:
            return
        self._next_update = now + _SECONDS_BETWEEN_UPDATES
        done = batch + 1
        bar = "#" * (_BAR_LENGTH * done // self._pace.steps)
        rate = self._pace.images_per_second(done)
        left = self._pace.time_left(self._epoch, done)
        name = self._pace.name(self._epoch)
        self._show(f"{name} [{bar:{_BAR_LENGTH}}]  {_metrics(logs)}  {left}  {rate}")

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self._pace.end_epoch()
        self._lines.append(f"{self._pace.name(epoch)}  {_metrics(logs)}")
        self._show()

    def _show(self, *running: str) -> None:
        from IPython.display import display  # noqa: PLC0415 - only notebooks have it

        content = {"text/plain": "\n".join([*self._lines, *running])}
        if self._output is None:
            self._output = display(content, raw=True, display_id=True)
        else:
            self._output.update(content, raw=True)


def _metrics(logs: dict[str, float] | None) -> str:
    return "  ".join(f"{name} {value:.4f}" for name, value in order_metrics(logs).items())
