"""What was measured of a model: rows that `digitzoo reproduce` wrote, and no hand."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

RESULTS = Path(__file__).with_name("results")
WEIGHTS = Path(__file__).with_name("weights")


@dataclass(frozen=True)
class SeedResult:
    """One training run, measured on the test images.

    Attributes:
        seed: What it was begun with.
        errors: How many test images it calls wrong.
        errors_undisputed: The same without disputed labels; None where there are none.
        loss: Mean cross-entropy in nats.
        epochs: How many it took.
        seconds: How long the training took; None if it was not watched to its end.
        cpu_seconds: The same, of all cores together.

    >>> from digitzoo.models import model_card
    >>> model_card("simple_cnn").measured[0].seeds[0].seed
    0
    """

    seed: int
    errors: int
    errors_undisputed: int | None
    loss: float
    epochs: int
    seconds: float | None
    cpu_seconds: float | None


@dataclass(frozen=True)
class AccuracySummary:
    """The accuracies of several seeds, as fractions of 1.

    Attributes:
        images: How many test images each was measured on.
        mean: Their mean.
        standard_deviation: Their spread, with n - 1; None for a single seed.
        low: Lower end of the 95 % interval of the mean over seeds (Student's t); for a single
            seed that of its accuracy over images (Wilson).
        high: Its upper end.

    >>> from digitzoo.models import model_card
    >>> model_card("simple_cnn").measured[0].accuracy.images
    10000
    """

    images: int
    mean: float
    standard_deviation: float | None
    low: float
    high: float


@dataclass(frozen=True)
class WeightsFile:
    """The weights of seed 0, as they ship.

    Attributes:
        name: The file's name, in the package's folder of weights.
        size: Bytes.
        sha256: Of its content, as hexadecimal digits.

    >>> WeightsFile("simple_cnn-mnist.weights.h5", size=1203088, sha256="79...").size
    1203088
    """

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class MeasuredResult:
    """What a recipe gives.

    Attributes:
        model: The builder's name.
        dataset: What it was trained and measured on.
        recipe: The recipe's name, such as `"tuned"`.
        recipe_sha256: `Recipe.sha256`, by which a changed recipe is told from the one that ran.
        accuracy: On all test images.
        accuracy_undisputed: With the disputed labels of MNIST left out; None elsewhere.
        seeds: One result a seed.
        versions: Of Python, Keras, its backend and NumPy.
        machine: System, processor, device and threads.
        weights: The file of seed 0's weights, if they ship.

    >>> from digitzoo.models import model_card
    >>> rows = model_card("simple_cnn").measured
    >>> [row.recipe for row in rows if row.dataset == "fashion_mnist"]
    ['tuned']
    """

    model: str
    dataset: str
    recipe: str
    recipe_sha256: str
    accuracy: AccuracySummary
    accuracy_undisputed: AccuracySummary | None
    seeds: tuple[SeedResult, ...]
    versions: dict[str, str]
    machine: dict[str, Any]
    weights: WeightsFile | None = None

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a row from its JSON file.

        Args:
            path: The file.
        """
        fields: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        undisputed, weights = fields.pop("accuracy_undisputed"), fields.pop("weights")
        return cls(
            accuracy=AccuracySummary(**fields.pop("accuracy")),
            accuracy_undisputed=None if undisputed is None else AccuracySummary(**undisputed),
            seeds=tuple(SeedResult(**row) for row in fields.pop("seeds")),
            weights=None if weights is None else WeightsFile(**weights),
            **fields,
        )

    def write(self, path: Path) -> None:
        """Write it as a JSON file that reads well in a diff.

        Args:
            path: The file; what it held is gone.
        """
        path.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")


def result_path(model: str, dataset: str, recipe: str) -> Path:
    """Say where the row of a recipe lies, or would lie."""
    return RESULTS / f"{model}-{dataset}-{recipe}.json"


def weights_path(model: str, dataset: str) -> Path:
    """Say where the weights of a model lie, or would lie."""
    return WEIGHTS / f"{model}-{dataset}.weights.h5"
