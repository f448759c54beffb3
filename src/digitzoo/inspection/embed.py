"""What a network makes of images before it decides, brought to two dimensions."""

from dataclasses import dataclass

import keras
import numpy as np
from numpy.typing import ArrayLike, NDArray

from digitzoo.data import Split
from digitzoo.errors import InvalidArgumentError, listed
from digitzoo.inspection.images import prepare_images
from digitzoo.inspection.layers import (
    LayerChoice,
    find_layer,
    layer_outputs,
    named_layers,
)

_FEWEST = 3  # any two points lie on a line
_BLOCK, _MOST_ROUNDS = 12, 100
_SAME = 1e-11  # one minus the cosine between two rounds
_PASSING = ("Activation", "AlphaDropout", "Dropout", "GaussianDropout", "GaussianNoise", "Softmax")


@dataclass(frozen=True, eq=False)
class Embedding:
    """Images as points of a plane.

    Attributes:
        points: Shape `(N, 2)`, centred; the first axis has the larger variance.
        explained_variance_ratio: The part of the layer's variance that each axis shows.
        layer: The name of the layer.

    >>> from digitzoo import load_data, simple_cnn
    >>> embed(simple_cnn(), load_data("mnist").test[:50]).layer
    'dense1'
    """

    points: NDArray[np.floating]
    explained_variance_ratio: tuple[float, float]
    layer: str


def embed(
    model: keras.Model, images: ArrayLike | Split, *, layer: LayerChoice | None = None
) -> Embedding:
    """Give the two main directions of what a hidden layer says of images: a PCA.

    The signs are fixed, so that the same model and images give the same picture everywhere: the
    unit that counts most in a direction counts positively.

    Args:
        model: Any Keras model.
        images: Three or more, with or without the channel axis; whole numbers in 0..255 or floats
            in 0..1.
        layer: The layer, by name, by place in `model.layers` or itself; by default the last one
            before the output layer that changes values.

    Returns:
        The points.

    Raises:
        InvalidArgumentError: If there are fewer than three images, the layer says the same of all,
            or the model has no hidden layer.
        ArgumentTypeError: If it is no Keras model.

    >>> from digitzoo import load_data, simple_cnn
    >>> embed(simple_cnn(), load_data("mnist").test[:50]).points.shape
    (50, 2)
    """
    inputs = prepare_images(model, images)
    if len(inputs) < _FEWEST:
        raise InvalidArgumentError(
            f"A plane needs {_FEWEST} images or more. Received {len(inputs)}."
        )
    name = _last_hidden(model, inputs) if layer is None else find_layer(model, layer)[0]
    outputs = layer_outputs(model, inputs, [name])
    if name not in outputs:
        raise InvalidArgumentError(f"Layer {name!r} of {model.name!r} did not run.")
    values = outputs[name].reshape(len(inputs), -1)
    if not np.isfinite(values).all():
        raise InvalidArgumentError(
            f"Layer {name!r} of {model.name!r} gives numbers that are not finite: its training "
            "was lost."
        )
    if not np.ptp(values, axis=0).any():
        raise InvalidArgumentError(
            f"Layer {name!r} of {model.name!r} says the same of all {len(inputs)} images, so they "
            "have no places. Choose an earlier layer, or look at whether training failed."
        )
    points, ratios = principal_components(values)
    return Embedding(points, ratios, name)


def principal_components(
    values: NDArray[np.floating],
) -> tuple[NDArray[np.floating], tuple[float, float]]:
    """Project rows on the two directions of largest variance.

    Args:
        values: Shape `(N, units)`.

    Returns:
        Points of shape `(N, 2)`, and the part of the variance that each direction has.

    >>> points, ratios = principal_components(np.array([[0.0, 0.0], [3.0, 4.0], [6.0, 8.0]]))
    >>> points[:, 0].round(6).tolist(), round(ratios[0], 6)
    ([-5.0, 0.0, 5.0], 1.0)
    """
    centred = values.astype(np.float64) - values.mean(axis=0, dtype=np.float64)
    directions = _main_directions(centred)
    largest = np.abs(directions).argmax(axis=1)
    signs = np.sign(directions[np.arange(len(directions)), largest])
    points = np.zeros((len(centred), 2))
    points[:, : len(directions)] = centred @ (directions * signs[:, np.newaxis]).T
    total = (centred**2).sum()
    shares = (points**2).sum(axis=0) / total if total else np.zeros(2)
    return points, (float(shares[0]), float(shares[1]))


def _main_directions(rows: NDArray[np.floating]) -> NDArray[np.floating]:
    """Give the two first right singular vectors, by orthogonal iteration from a fixed start.

    A whole decomposition of 10,000 images with 6,272 values each takes minutes; this takes seconds.
    Source: Golub and Van Loan, "Matrix computations", 8.2.4, with Ritz's rotation.
    """
    tall = rows if rows.shape[0] >= rows.shape[1] else rows.T  # the short side costs less
    found = np.random.default_rng(0).normal(size=(tall.shape[1], min(_BLOCK, tall.shape[1])))
    for _ in range(_MOST_ROUNDS):
        basis, _ = np.linalg.qr(tall.T @ (tall @ found))
        shown = tall @ basis
        _, turned = np.linalg.eigh(shown.T @ shown)  # in growing order
        before, found = found, basis @ turned[:, ::-1]
        agreement = np.abs((before * found)[:, :2].sum(axis=0))
        if (np.abs(agreement - 1) < _SAME).all():
            break
    directions = found[:, :2].T
    if tall is not rows:
        directions = directions @ rows
        lengths = np.linalg.norm(directions, axis=1, keepdims=True)
        directions = directions / np.where(lengths > 0, lengths, 1)
    return directions


def _last_hidden(model: keras.Model, inputs: NDArray[np.floating]) -> str:
    """Name the last layer before the output layer, in the order in which they run."""
    layers = named_layers(model)
    ran = [
        name
        for name in layer_outputs(model, inputs[:1])
        if not getattr(layers[name], "layers", None) and type(layers[name]).__name__ not in _PASSING
    ]
    weighted = [name for name in ran if layers[name].weights]
    before = ran[: ran.index(weighted[-1])] if weighted else []
    hidden = [name for name in before if type(layers[name]).__name__ != "InputLayer"]
    if not hidden:
        raise InvalidArgumentError(
            f"{model.name!r} has no layer before its output layer. There is: {listed(layers)}. "
            "Name one with layer=."
        )
    return hidden[-1]
