"""Recipes: how a model is trained, in small files beside this one."""

import dataclasses
import hashlib
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from digitzoo.data import list_datasets
from digitzoo.data.bundled import bundled_dataset
from digitzoo.errors import (
    ArgumentTypeError,
    DataFileError,
    DigitzooError,
    InvalidArgumentError,
    unknown_name,
)
from digitzoo.models import list_models, model_card
from digitzoo.training import Augmentation, Constant, Cosine, OneCycle, Plateau
from digitzoo.training.options import make_optimizer
from digitzoo.training.schedules import (
    LearningRate,
    describe_learning_rate,
    plan_learning_rate,
)
from digitzoo.training.settings import Settings

_FILES = Path(__file__).with_name("files")
_SCHEDULES: dict[str, Any] = {kind.__name__: kind for kind in (Constant, Cosine, OneCycle, Plateau)}
_PRECISIONS = ("float32", "mixed_bfloat16")
_ANY_STEPS = 1000  # to see that a learning rate works, before it is known how many there are
_WORDS = {"name", "summary", "seeds"}  # what changes no bit of a run


@dataclasses.dataclass(frozen=True, kw_only=True)
class Recipe(Settings):
    """How a model is trained: all that decides the weights a seed ends with.

    Attributes:
        model: One of `list_models()`.
        name: What the recipe is called, such as `"tuned"`.
        dataset: One of `list_datasets()`.
        summary: What it does, in one line.
        epochs: How many times each image is seen, at most.
        seeds: How many seeds its recorded row has.
        validation: The fraction of the training images that watches the run; with 0 all are
            learnt from. The test images never take part.
        options: What the builder takes beside its defaults, such as `dropout_rate`.
        batch_size: As in `train`, and so all that follow here.
        optimizer: As in `train`.
        learning_rate: As in `train`.
        weight_decay: As in `train`.
        global_clipnorm: As in `train`.
        ema_momentum: As in `train`.
        label_smoothing: As in `train`.
        augmentation: As in `train`.
        early_stopping: As in `train`.
        monitor: As in `train`.
        precision: `"float32"`, or `"mixed_bfloat16"` to compute all layers but the last with 8
            significant bits, about twice as fast where the processor can. Weights are float32.
        pixel_scale: What pixels in 0..1 are multiplied by before the first layer; 255 feeds them
            unscaled.

    Raises:
        InvalidArgumentError: If a setting cannot work.
        ArgumentTypeError: If a setting is of the wrong type.

    >>> load_recipe("simple_cnn").model
    'simple_cnn'
    """

    model: str
    name: str
    dataset: str
    summary: str
    epochs: int
    seeds: int = 5
    validation: float = 0.1
    options: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    batch_size: int = 128
    optimizer: str = "adam"
    learning_rate: LearningRate = None
    weight_decay: float | None = None
    global_clipnorm: float | None = None
    ema_momentum: float | None = None
    label_smoothing: float = 0.0
    augmentation: Augmentation | None = None
    early_stopping: int | None = None
    monitor: str | None = None
    precision: str = "float32"
    pixel_scale: float = 1.0

    def __post_init__(self) -> None:
        for kind, value, choices in (
            ("model", self.model, list_models()),
            ("data set", self.dataset, list_datasets()),
            ("precision", self.precision, _PRECISIONS),
        ):
            if value not in choices:
                raise InvalidArgumentError(unknown_name(kind, value, choices))
        for name in ("epochs", "seeds", "batch_size"):
            value = getattr(self, name)
            if type(value) is not int or value < 1:
                raise InvalidArgumentError(
                    f"{name} must be a whole number of 1 or above. Received {value!r}."
                )
        if not isinstance(self.options, Mapping):
            raise ArgumentTypeError(
                f"options must be the builder's arguments by their names. "
                f"Received {self.options!r}."
            )
        make_optimizer(
            self.optimizer,
            weight_decay=self.weight_decay,
            global_clipnorm=self.global_clipnorm,
            ema_momentum=self.ema_momentum,
        )
        plan_learning_rate(self.learning_rate, _ANY_STEPS)
        self._hold("validation", at_least=0, below=1)
        self._hold("pixel_scale", above=0)

    @classmethod
    def read(cls, path: str | Path) -> Self:
        """Read a recipe from a TOML file.

        `learning_rate` is a number or a table with the `name` of a schedule and its settings,
        `augmentation` a table of its settings.

        Args:
            path: The file.

        Returns:
            The recipe.

        Raises:
            DataFileError: If the file is missing or no TOML, or a key or a value cannot work.
        """
        try:
            return cls.from_dict(tomllib.loads(Path(path).read_text(encoding="utf-8")))
        except UnicodeDecodeError as error:
            raise DataFileError(f"Recipe {path}: not UTF-8, which TOML is. Save it so.") from error
        except (OSError, tomllib.TOMLDecodeError, DigitzooError) as error:
            raise DataFileError(f"Recipe {path}: {error}") from error

    @classmethod
    def from_dict(cls, settings: Mapping[str, Any]) -> Self:
        """Make a recipe of plain values, as a file holds them and `to_dict` gives them.

        Args:
            settings: Values by the names of the attributes above.

        Returns:
            The recipe.

        Raises:
            InvalidArgumentError: If a key is missing or unknown, or a value cannot work.
            ArgumentTypeError: If a value is of the wrong type.
        """
        if not isinstance(settings, Mapping):
            raise ArgumentTypeError(f"A recipe is made of a mapping. Received {settings!r}.")
        made = dict(settings)
        required = {
            field.name
            for field in dataclasses.fields(cls)
            if field.default is field.default_factory is dataclasses.MISSING
        }
        if required - set(made):
            raise InvalidArgumentError(
                f"A recipe needs {', '.join(sorted(required - set(made)))}. Received "
                f"{', '.join(made)}."
            )
        if isinstance(made.get("learning_rate"), Mapping):
            made["learning_rate"] = _schedule(**made["learning_rate"])
        if isinstance(made.get("augmentation"), Mapping):
            made["augmentation"] = Augmentation(**made["augmentation"])
        return cls(**made)

    def to_dict(self) -> dict[str, Any]:
        """Give all settings as values that JSON can write."""
        settings = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        augmentation = self.augmentation
        return {
            **settings,
            "options": dict(self.options),
            "learning_rate": describe_learning_rate(self.learning_rate),
            "augmentation": None if augmentation is None else augmentation.to_dict(),
        }

    @property
    def sha256(self) -> str:
        """A hash of all that decides a run; names and remarks do not count."""
        deciding = {key: value for key, value in self.to_dict().items() if key not in _WORDS}
        return hashlib.sha256(json.dumps(deciding, sort_keys=True).encode()).hexdigest()

    @property
    def title(self) -> str:
        """Model, data set and name in one word, as files and folders are called."""
        return f"{self.model}-{self.dataset}-{self.name}"


def list_recipes(model: str | None = None) -> list[Recipe]:
    """Read the recipes there are.

    Args:
        model: Those of this model only.

    Returns:
        Recipes by model, data set and name.

    Raises:
        InvalidArgumentError: If there is no model of that name.

    >>> sorted({recipe.name for recipe in list_recipes("small_dense")})
    ['reference', 'tuned', 'unscaled']
    """
    if model is not None:
        model_card(model)
    return [Recipe.read(path) for path in sorted(_FILES.glob(f"{model or '*'}/*.toml"))]


def load_recipe(model: str, name: str = "tuned", *, dataset: str | None = None) -> Recipe:
    """Read a recipe of the package.

    Args:
        model: One of `list_models()`.
        name: `"tuned"` for the best that was found, `"reference"` for how the model's source
            trained it.
        dataset: `"mnist"` or `"fashion_mnist"`; by default the one the model was published on.

    Returns:
        The recipe.

    Raises:
        InvalidArgumentError: If there is no such model, data set or recipe.

    >>> load_recipe("dense_baseline", "reference").optimizer
    'rmsprop'
    """
    card = model_card(model)
    dataset = dataset or card.dataset
    bundled_dataset(dataset)
    stems = {path.stem: path for path in _FILES.glob(f"{model}/*-{dataset}.toml")}
    names = {stem.removesuffix(f"-{dataset}"): path for stem, path in stems.items()}
    if name not in names:
        raise InvalidArgumentError(unknown_name(f"recipe of {model} on {dataset}", name, names))
    return Recipe.read(names[name])


def _schedule(*, name: str = "", **settings: float) -> LearningRate:
    if name not in _SCHEDULES:
        raise InvalidArgumentError(unknown_name("learning_rate name", name, _SCHEDULES))
    try:
        made: LearningRate = _SCHEDULES[name](**settings)
    except DigitzooError:
        raise
    except TypeError as error:
        reason = str(error).removeprefix(f"{name}.__init__() ")
        raise ArgumentTypeError(f"learning_rate of the name {name!r}: {reason}.") from error
    return made
