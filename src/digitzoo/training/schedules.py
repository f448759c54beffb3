"""Learning rates that change while a network trains: Keras's own schedules, which load anywhere."""

import dataclasses
from collections.abc import Mapping
from typing import Any, TypeAlias

import keras

from digitzoo.checks import check_whole
from digitzoo.errors import ArgumentTypeError, DigitzooError, InvalidArgumentError, unknown_name
from digitzoo.training.settings import Settings

KerasSchedule: TypeAlias = keras.optimizers.schedules.LearningRateSchedule

_BOUNDS: dict[str, dict[str, float]] = {
    "learning_rate": {"above": 0},
    "warmup": {"at_least": 0, "below": 1},
    "start": {"above": 0, "at_most": 1},
    "final": {"at_least": 0, "at_most": 1},
    "factor": {"above": 0, "below": 1},
    "min_delta": {"at_least": 0},
}


@dataclasses.dataclass(frozen=True)
class Schedule(Settings):
    """A learning rate by its settings; its children say how it changes."""

    learning_rate: float

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            if field.name in _BOUNDS:
                self._hold(field.name, **_BOUNDS[field.name])

    def to_dict(self) -> dict[str, Any]:
        """Give the settings as values that JSON can write.

        >>> Cosine(0.001).to_dict()
        {'name': 'Cosine', 'learning_rate': 0.001, 'warmup': 0.05, 'final': 0.0}
        """
        return {"name": type(self).__name__, **dataclasses.asdict(self)}

    def schedule(self, total_steps: int) -> float | KerasSchedule:
        """Give what `optimizer.learning_rate` takes, for a run of so many steps.

        Args:
            total_steps: How many steps the whole run has.

        Returns:
            A number, or a schedule of Keras's.

        Raises:
            InvalidArgumentError: If there is no step.
        """
        return self._schedule(check_whole("total_steps", total_steps, at_least=1))

    def _schedule(self, total_steps: int) -> float | KerasSchedule:
        return self.learning_rate


@dataclasses.dataclass(frozen=True)
class Constant(Schedule):
    """One learning rate, after a warm-up if asked.

    With w warm-up steps, step t of the first w takes `learning_rate (t + 1) / (w + 1)`.

    Attributes:
        learning_rate: Above 0.
        warmup: Fraction of all steps that rise to it in a line.

    >>> Constant(0.001).schedule(1000)
    0.001
    >>> schedule = Constant(0.001, warmup=0.01).schedule(900)
    >>> [round(float(schedule(step)), 6) for step in (0, 1, 9, 899)]
    [0.0001, 0.0002, 0.001, 0.001]
    """

    warmup: float = 0.0

    def _schedule(self, total_steps: int) -> float | KerasSchedule:
        warmup_steps = _warmup_steps(self.warmup, total_steps)
        if not warmup_steps:
            return self.learning_rate
        # A line to its end, and there it stays.
        return keras.optimizers.schedules.PolynomialDecay(
            self.learning_rate / (warmup_steps + 1),
            decay_steps=warmup_steps,
            end_learning_rate=self.learning_rate,
            power=1.0,
        )


@dataclasses.dataclass(frozen=True)
class Cosine(Schedule):
    """A short warm-up, then down along half a cosine.

    With w warm-up steps of n, step t of the first w takes `learning_rate (t + 1) / (w + 1)`, and
    the others `final + (1 - final) (1 + cos(pi (t - w) / (n - w))) / 2` of the learning rate:
    Loshchilov and Hutter (2017), "SGDR", without restarts; the warm-up is that of Goyal et al.
    (2017).

    Attributes:
        learning_rate: The highest, above 0.
        warmup: Fraction of all steps that rise to it in a line.
        final: Fraction of it that is reached after the last step.

    >>> schedule = Cosine(0.001, warmup=0.09).schedule(100)
    >>> [round(float(schedule(step)), 6) for step in (0, 9, 54, 99)]
    [0.0001, 0.001, 0.000509, 0.0]
    """

    warmup: float = 0.05
    final: float = 0.0

    def _schedule(self, total_steps: int) -> KerasSchedule:
        return _rise_and_fall(self, 1 / (_warmup_steps(self.warmup, total_steps) + 1), total_steps)


@dataclasses.dataclass(frozen=True)
class OneCycle(Schedule):
    """Up in a line for the first part of the run, then down along half a cosine to almost nothing.

    With w warm-up steps of n, step t of the first w takes `start + (1 - start) t / w` of the
    learning rate, and the others `final + (1 - final) (1 + cos(pi (t - w) / (n - w))) / 2` of it:
    Smith and Topin (2018), "Super-Convergence", with fastai's cosine and its 1/25 and 1e-5. The
    optimizer's momentum is left alone.

    Attributes:
        learning_rate: The highest, above 0.
        warmup: Fraction of all steps that rise to it.
        start: Fraction of it at the first step.
        final: Fraction of it that is reached after the last step.

    >>> schedule = OneCycle(0.01).schedule(1000)
    >>> [round(float(schedule(step)), 6) for step in (0, 150, 300, 650, 1000)]
    [0.0004, 0.0052, 0.01, 0.005, 0.0]
    """

    warmup: float = 0.3
    start: float = 1 / 25
    final: float = 1e-5

    def _schedule(self, total_steps: int) -> KerasSchedule:
        return _rise_and_fall(self, self.start, total_steps)


@dataclasses.dataclass(frozen=True)
class Plateau(Schedule):
    """One learning rate, lowered whenever the run stops getting better.

    Attributes:
        learning_rate: The first, above 0.
        factor: What it is multiplied by, above 0 and below 1.
        patience: After so many epochs in a row without a better one.
        min_learning_rate: It never falls below this.
        min_delta: By how much an epoch has to be better to count, as Keras's ReduceLROnPlateau.

    >>> Plateau(0.001, patience=2).schedule(1000)
    0.001
    """

    factor: float = 0.1
    patience: int = 3
    min_learning_rate: float = 0.0
    min_delta: float = 1e-4

    def __post_init__(self) -> None:
        super().__post_init__()
        self._hold("min_learning_rate", at_least=0, at_most=self.learning_rate)
        self._set("patience", check_whole("Plateau(patience=...)", self.patience, at_least=1))


def _warmup_steps(warmup: float, total_steps: int) -> int:
    # Whole steps, and one at least for what comes after.
    return min(round(warmup * total_steps), total_steps - 1)


def _rise_and_fall(settings: Cosine | OneCycle, start: float, total_steps: int) -> KerasSchedule:
    warmup_steps = _warmup_steps(settings.warmup, total_steps)
    rate, decay_steps = settings.learning_rate, total_steps - warmup_steps
    decay = keras.optimizers.schedules.CosineDecay
    if not warmup_steps:  # Keras's warm-up of no steps would divide by them
        return decay(rate, decay_steps, settings.final)
    warmup = {"warmup_target": rate, "warmup_steps": warmup_steps}
    return decay(rate * start, decay_steps, settings.final, **warmup)


LearningRate: TypeAlias = float | Constant | Cosine | OneCycle | Plateau | KerasSchedule | None

_BY_NAME: dict[str, Any] = {kind.__name__: kind for kind in (Constant, Cosine, OneCycle, Plateau)}


def learning_rate_from_dict(settings: Mapping[str, Any]) -> LearningRate:
    """Undo `to_dict`."""
    settings = dict(settings)
    name = settings.pop("name", "")
    if not isinstance(name, str) or name not in _BY_NAME:
        raise InvalidArgumentError(unknown_name("learning_rate name", name, _BY_NAME))
    try:
        made: LearningRate = _BY_NAME[name](**settings)
    except DigitzooError:
        raise
    except TypeError as error:
        reason = str(error).removeprefix(f"{name}.__init__() ")
        raise ArgumentTypeError(f"learning_rate of the name {name!r}: {reason}.") from error
    return made
