"""Where rows of results and files of weights lie in the package."""

from pathlib import Path

RESULTS = Path(__file__).with_name("results")
WEIGHTS = Path(__file__).with_name("weights")


def result_path(model: str, dataset: str, recipe: str) -> Path:
    """Say where the row of a recipe lies, or would lie.

    >>> result_path("simple_cnn", "mnist", "tuned").name
    'simple_cnn-mnist-tuned.json'
    """
    return RESULTS / f"{model}-{dataset}-{recipe}.json"


def weights_path(model: str, dataset: str) -> Path:
    """Say where the weights of a model lie, or would lie.

    >>> weights_path("simple_cnn", "mnist").name
    'simple_cnn-mnist.weights.h5'
    """
    return WEIGHTS / f"{model}-{dataset}.weights.h5"
