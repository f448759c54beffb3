"""Recipes: how a model is trained, in small files beside this one."""

import dataclasses
import hashlib
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from digitzoo.checks import check_choice, check_path, check_text, check_whole
from digitzoo.data import list_datasets
from digitzoo.data.bundled import bundled_dataset
from digitzoo.errors import (
    ArgumentTypeError,
    DataFileError,
    DigitzooError,
    InvalidArgumentError,
    listed,
    shown,
)
from digitzoo.models import list_models, model_card
from digitzoo.training import Augmentation
from digitzoo.training.schedules import learning_rate_from_dict
from digitzoo.training.training_settings import TrainingSettings

_FILES = Path(__file__).with_name("files")
_PRECISIONS = ("float32", "mixed_bfloat16")
_WORDS = {"name", "summary", "seeds"}  # what changes no bit of a run
# Count where they are used: rows are older than they.
_NEWER = {"loss", "class_weight", "metrics", "momentum"}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Recipe(TrainingSettings):
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
        momentum: As in `train`.
        weight_decay: As in `train`.
        global_clipnorm: As in `train`.
        ema_momentum: As in `train`.
        loss: As in `train`.
        label_smoothing: As in `train`.
        class_weight: As in `train`.
        metrics: As in `train`.
        augmentation: As in `train`.
        early_stopping: As in `train`.
        monitor: As in `train`.
        precision: `"float32"`, or `"mixed_bfloat16"` to compute all layers but the last with 8
            significant bits; weights are float32.
        pixel_scale: What pixels in 0..1 are multiplied by before the first layer.

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
    epochs: int = dataclasses.field()  # without a default, unlike its parent's
    seeds: int = 5
    validation: float = 0.1
    options: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    precision: str = "float32"
    pixel_scale: float = 1.0

    def __post_init__(self) -> None:
        super().__post_init__()
        check_choice("model", self.model, list_models())
        check_choice("data set", self.dataset, list_datasets())
        check_choice("precision", self.precision, _PRECISIONS)
        check_text("name", self.name)
        if not isinstance(self.summary, str):
            raise ArgumentTypeError(f"summary must be a text. Received {shown(self.summary)}.")
        self._set("seeds", check_whole("seeds", self.seeds, at_least=1))
        if not isinstance(self.options, Mapping) or not all(
            isinstance(k, str) for k in self.options
        ):
            raise ArgumentTypeError(
                f"options must be the builder's arguments by their names. "
                f"Received {shown(self.options)}."
            )
        self._hold("validation", at_least=0, below=1)
        self._hold("pixel_scale", above=0)

    @classmethod
    def read(cls, path: str | Path) -> Self:
        """Read a recipe from a TOML file, or raise `DataFileError`.

        `learning_rate` is a number or a table with the `name` of a schedule and its settings,
        `augmentation` a table of its settings.

        Args:
            path: The file.
        """
        place = check_path("the file of a recipe", path)
        try:
            return cls.from_dict(tomllib.loads(place.read_text(encoding="utf-8")))
        except UnicodeDecodeError as error:
            raise DataFileError(f"Recipe {path}: not UTF-8, which TOML is. Save it so.") from error
        except (OSError, tomllib.TOMLDecodeError, DigitzooError) as error:
            raise DataFileError(f"Recipe {path}: {error}") from error

    @classmethod
    def from_dict(cls, settings: Mapping[str, Any]) -> Self:
        """Make a recipe of plain values, as a file holds them and `to_dict` gives them.

        Args:
            settings: Values by the names of the attributes above.
        """
        if not isinstance(settings, Mapping):
            raise ArgumentTypeError(f"A recipe is made of a mapping. Received {shown(settings)}.")
        made = dict(settings)
        missing = {
            field.name
            for field in dataclasses.fields(cls)
            if field.default is field.default_factory is dataclasses.MISSING
        } - set(made)
        if missing:
            raise InvalidArgumentError(
                f"A recipe needs {listed(sorted(missing))}. Received {listed(map(str, made))}."
            )
        if isinstance(made.get("learning_rate"), Mapping):
            made["learning_rate"] = learning_rate_from_dict(made["learning_rate"])
        if isinstance(made.get("augmentation"), Mapping):
            made["augmentation"] = Augmentation(**made["augmentation"])
        return cls(**made)

    def to_dict(self) -> dict[str, Any]:
        """Give all settings as values that JSON can write."""
        return {**super().to_dict(), "options": dict(self.options)}

    @property
    def training(self) -> dict[str, Any]:
        """The arguments of `train` that the recipe names."""
        return {
            field.name: getattr(self, field.name) for field in dataclasses.fields(TrainingSettings)
        }

    @property
    def sha256(self) -> str:
        """A hash of all that decides a run; names and remarks do not count."""
        deciding = {
            key: value
            for key, value in self.to_dict().items()
            if key not in _WORDS and not (key in _NEWER and not value)
        }
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
    dataset = card.dataset if dataset is None else dataset
    bundled_dataset(dataset)
    stems = {path.stem: path for path in _FILES.glob(f"{model}/*-{dataset}.toml")}
    names = {stem.removesuffix(f"-{dataset}"): path for stem, path in stems.items()}
    return Recipe.read(names[check_choice(f"recipe of {model} on {dataset}", name, names)])
