"""Axes for images, which are made in half the time of others.

Most of the time of an Axes, and most of what it leaves to the garbage collector, are ticks. A panel
of an image shows none, so here they are made when somebody asks for them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from matplotlib.axes import Axes
from matplotlib.axis import Axis, Tick, XAxis, YAxis

_LISTS = ("majorTicks", "minorTicks")  # matplotlib makes each when it is first read


class ImageAxes(Axes):
    """Axes that behave as any other, and make no tick before it is needed."""

    def _init_axis(self) -> None:
        # What matplotlib's own projections define too, such as GeoAxes.
        self.xaxis = _LateXAxis(self, clear=False)
        self.yaxis = _LateYAxis(self, clear=False)
        for side, axis in (
            ("bottom", self.xaxis),
            ("top", self.xaxis),
            ("left", self.yaxis),
            ("right", self.yaxis),
        ):
            self.spines[side].register_axis(axis)

    def clear(self) -> None:
        """Clear the Axes, and give its frame the places that ticks would else have asked for."""
        super().clear()
        for spine in self.spines.values():
            spine.get_position()


class _LateAxis(Axis):
    def set_clip_path(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - as Axis takes
        with _made_ticks_only(self):
            super().set_clip_path(*args, **options)

    def set_tick_params(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - the same
        with _made_ticks_only(self):
            super().set_tick_params(*args, **options)

    def get_major_ticks(self, numticks: int | None = None) -> list[Tick]:
        return self._clipped(super().get_major_ticks(numticks))

    def get_minor_ticks(self, numticks: int | None = None) -> list[Tick]:
        return self._clipped(super().get_minor_ticks(numticks))

    def _clipped(self, ticks: list[Tick]) -> list[Tick]:
        for tick in ticks:
            if tick.gridline.get_clip_box() is None:
                tick.set_clip_path(self.axes.patch)
        return ticks


class _LateXAxis(_LateAxis, XAxis):
    pass


class _LateYAxis(_LateAxis, YAxis):
    pass


@contextmanager
def _made_ticks_only(axis: Axis) -> Iterator[None]:
    """Let matplotlib change the ticks there are; those to come take the settings that it notes."""
    unmade = [name for name in _LISTS if name not in vars(axis)]
    vars(axis).update((name, []) for name in unmade)
    try:
        yield
    finally:
        for name in unmade:
            vars(axis).pop(name, None)
