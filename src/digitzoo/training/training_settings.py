"""What `train` and a recipe may be told, in one place: checked, written, read and compared."""

import dataclasses
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Literal, Self

import keras
from numpy.typing import ArrayLike

from digitzoo.checks import check_choice, check_number, check_whole
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, shown
from digitzoo.training.augmentation import Augmentation
from digitzoo.training.generators import global_generators_kept
from digitzoo.training.identity import describe_loss, describe_optimizer
from digitzoo.training.losses import find_loss, read_class_weight
from digitzoo.training.metrics import Metric, check_metrics, metric_name
from digitzoo.training.optimizers import make_optimizer
from digitzoo.training.schedules import KerasSchedule, LearningRate, Schedule
from digitzoo.training.settings import Settings

_MONITORS = ("val_loss", "val_accuracy", "loss", "accuracy")
_CHECKS: dict[str, Any] = {
    "epochs": partial(check_whole, at_least=1),
    "batch_size": partial(check_whole, at_least=1),
    "early_stopping": partial(check_whole, at_least=1),
    "momentum": partial(check_number, at_least=0, below=1),
    "weight_decay": partial(check_number, at_least=0),
    "global_clipnorm": partial(check_number, above=0),
    "ema_momentum": partial(check_number, at_least=0, below=1),
    "label_smoothing": partial(check_number, at_least=0, below=1),
}
_ANY_STEPS = 1000  # to see that a learning rate works, before it is known how many there are


@dataclasses.dataclass(frozen=True, kw_only=True)
class TrainingSettings(Settings):
    """All that decides, beside model, data and seed, how a run ends: arguments of `train`."""

    epochs: int = 10
    batch_size: int = 128
    optimizer: str | keras.optimizers.Optimizer = "adam"
    learning_rate: LearningRate = None
    momentum: float | None = None
    weight_decay: float | None = None
    global_clipnorm: float | None = None
    ema_momentum: float | None = None
    loss: str | keras.losses.Loss | None = None
    label_smoothing: float = 0.0
    class_weight: Mapping[int, float] | ArrayLike | Literal["balanced"] | None = None
    metrics: Sequence[Metric] | Metric | None = None
    augmentation: Augmentation | None = None
    early_stopping: int | None = None
    monitor: str | None = None

    def __post_init__(self) -> None:
        for field in dataclasses.fields(TrainingSettings):
            name, value = field.name, getattr(self, field.name)
            if name in _CHECKS and not (value is None and field.default is None):
                self._set(name, _CHECKS[name](name, value))
        if self.augmentation is not None and not isinstance(self.augmentation, Augmentation):
            raise ArgumentTypeError(
                f"augmentation must be an Augmentation(...). Received {shown(self.augmentation)}."
            )
        if self.monitor is not None:
            check_choice("monitor", self.monitor, _MONITORS)
        if self.loss is not None:
            find_loss(self.loss)
            if self.label_smoothing:
                raise InvalidArgumentError(
                    "label_smoothing goes with train's own loss: give your loss the smoothing."
                )
        self._set("class_weight", read_class_weight(self.class_weight))
        self._set("metrics", check_metrics(self.metrics))
        with global_generators_kept():
            self.make_optimizer(_ANY_STEPS)

    @classmethod
    def picked_from(cls, arguments: Mapping[str, Any]) -> Self:
        """Make settings of those of a call's arguments that are some."""
        return cls(**{field.name: arguments[field.name] for field in dataclasses.fields(cls)})

    def to_dict(self) -> dict[str, Any]:
        """Give all settings as values that JSON can write."""
        settings = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        settings |= {
            "loss": None if self.loss is None else describe_loss(self.loss),
            "augmentation": None if self.augmentation is None else self.augmentation.to_dict(),
            "metrics": [
                one if isinstance(one, str) else {**describe_loss(one), "name": metric_name(one)}
                for one in check_metrics(self.metrics)
            ],
        }
        if isinstance(self.learning_rate, Schedule):
            settings["learning_rate"] = self.learning_rate.to_dict()
        elif isinstance(self.learning_rate, keras.optimizers.schedules.LearningRateSchedule):
            settings["learning_rate"] = keras.optimizers.schedules.serialize(self.learning_rate)
        if not isinstance(self.optimizer, str):
            settings["optimizer"] = describe_optimizer(self.optimizer)
        if isinstance(self.class_weight, dict):
            settings["class_weight"] = [list(pair) for pair in self.class_weight.items()]
        return settings

    def make_optimizer(self, total_steps: int) -> keras.optimizers.Optimizer:
        """Make the optimizer for a run of so many steps."""
        return make_optimizer(
            self.optimizer,
            learning_rate=plan_learning_rate(self.learning_rate, total_steps),
            momentum=self.momentum,
            weight_decay=self.weight_decay,
            global_clipnorm=self.global_clipnorm,
            ema_momentum=self.ema_momentum,
        )

    def choose_monitor(self, *, has_validation: bool) -> str:
        """Pick the metric that says which epoch is best, or hold the one asked for to what is."""
        choices = _MONITORS if has_validation else _MONITORS[2:]
        return check_choice("monitor", self.monitor or choices[0], choices)


def plan_learning_rate(
    learning_rate: LearningRate, total_steps: int
) -> float | KerasSchedule | None:
    """Turn what `train` takes as a learning rate into what an optimizer takes."""
    if learning_rate is None:
        return None
    if isinstance(learning_rate, Schedule):
        return learning_rate.schedule(total_steps)
    if not isinstance(learning_rate, keras.optimizers.schedules.LearningRateSchedule):
        try:
            return check_number("learning_rate", learning_rate, above=0)
        except ArgumentTypeError as error:
            raise ArgumentTypeError(
                f"learning_rate must be a number or a schedule. Received {shown(learning_rate)}."
            ) from error
    try:
        learning_rate.get_config()
    except NotImplementedError as error:
        raise InvalidArgumentError(
            f"The schedule {type(learning_rate).__name__} needs a get_config() that returns the "
            f"arguments of its __init__."
        ) from error
    return learning_rate
