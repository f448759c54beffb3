"""What a network makes of images before it decides, brought to two dimensions."""

from dataclasses import dataclass

import keras
import numpy as np
from numpy.typing import ArrayLike, NDArray

from digitzoo.checks import check_choice, check_whole
from digitzoo.data import Split
from digitzoo.errors import InvalidArgumentError, listed
from digitzoo.inspection.images import prepare_images
from digitzoo.inspection.layers import LayerChoice, find_layer, layer_outputs, named_layers

_PERPLEXITY = 30.0  # scikit-learn's own; fewer images have fewer neighbours
_WIDEST = 50  # units that t-SNE measures distances by, as its authors advise
_PASSING = ("Activation", "AlphaDropout", "Dropout", "GaussianDropout", "GaussianNoise", "Softmax")


@dataclass(frozen=True, eq=False)
class Embedding:
    """Images as points of a plane.

    Attributes:
        points: Shape `(N, 2)`; of a PCA centred, the first axis with the larger variance.
        explained_variance_ratio: The part of the layer's variance that each axis shows; None for
            t-SNE, whose axes mean nothing.
        layer: The name of the layer.

    >>> from digitzoo import load_data, simple_cnn
    >>> embed(simple_cnn(), load_data("mnist").test[:50]).layer
    'dense1'
    """

    points: NDArray[np.floating]
    explained_variance_ratio: tuple[float, float] | None
    layer: str


def embed(
    model: keras.Model,
    images: ArrayLike | Split,
    *,
    layer: LayerChoice | None = None,
    method: str = "pca",
    seed: int = 0,
) -> Embedding:
    """Bring what a hidden layer says of images to a plane.

    A PCA shows the two main directions, with fixed signs: the unit that counts most counts
    positively. t-SNE keeps neighbours together instead, and shows clusters that no plane could;
    distances between clusters mean nothing there, and 10,000 images take minutes.

    Sources: Jolliffe, "Principal component analysis" (2002); van der Maaten and Hinton,
    "Visualizing data using t-SNE" (2008). Both are scikit-learn's.

    Args:
        model: Any Keras model.
        images: Three or more, with or without the channel axis; whole numbers in 0..255 or floats
            in 0..1.
        layer: The layer, by name, by place in `model.layers` or itself; by default the last one
            before the output layer that changes values.
        method: `"pca"` or `"tsne"`.
        seed: Where t-SNE's randomness begins.

    Returns:
        The points.

    Raises:
        InvalidArgumentError: If there are fewer than three images, the layer says the same of all,
            or the model has no hidden layer or the method is unknown.
        ArgumentTypeError: If it is no Keras model.

    >>> from digitzoo import load_data, simple_cnn
    >>> embed(simple_cnn(), load_data("mnist").test[:50]).points.shape
    (50, 2)
    """
    check_choice("method", method, ("pca", "tsne"))
    seed = check_whole("seed", seed, at_least=0, at_most=2**32 - 1)
    inputs = prepare_images(model, images)
    if len(inputs) < 3:  # any two points lie on a line
        raise InvalidArgumentError(f"A plane needs 3 images or more. Received {len(inputs)}.")
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
    if method == "tsne":
        return Embedding(_neighbours(values, seed), None, name)
    points, ratios = principal_components(values)
    return Embedding(points, (float(ratios[0]), float(ratios[1])), name)


def principal_components(
    values: NDArray[np.floating], count: int = 2
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Project rows on the directions of largest variance, and give the part that each has."""
    from sklearn.decomposition import PCA

    there = min(count, *values.shape)
    pca = PCA(there, random_state=0)  # its signs are those of the heaviest units
    points, ratios = np.zeros((len(values), count)), np.zeros(count)
    points[:, :there] = pca.fit_transform(values)
    ratios[:there] = pca.explained_variance_ratio_
    return points, ratios


def _neighbours(values: NDArray[np.floating], seed: int) -> NDArray[np.floating]:
    from sklearn.manifold import TSNE

    if values.shape[1] > _WIDEST:
        values, _ = principal_components(values, _WIDEST)
    perplexity = min(_PERPLEXITY, (len(values) - 1) / 3)
    tsne = TSNE(perplexity=perplexity, init="pca", random_state=seed)
    return np.asarray(tsne.fit_transform(values), dtype=np.float64)


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
