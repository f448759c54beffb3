"""Where a convolution finds evidence for a class."""

from typing import Any

import keras
import numpy as np
from numpy.typing import ArrayLike, NDArray

from digitzoo.data import Split
from digitzoo.errors import InvalidArgumentError
from digitzoo.inspection.gradients import gradient
from digitzoo.inspection.images import gives_channels_first, picture_batch
from digitzoo.inspection.layers import (
    LayerChoice,
    convolutions_of,
    describe_image_layers,
    find_layer,
    layer_outputs,
    listening,
    maps_of,
)
from digitzoo.inspection.logits import choose_labels, class_logit, logits_of


def grad_cam(
    model: keras.Model,
    images: ArrayLike | Split,
    *,
    label: ArrayLike | None = None,
    layer: LayerChoice | None = None,
) -> NDArray[np.floating]:
    """Give where a convolution finds evidence for a class.

    Each filter's map counts by how much the logit grows with it, averaged over the map; the sum is
    cut off at zero and enlarged to the image. A map of zeros means what it says: that layer finds
    no positive evidence.

    Source: Selvaraju et al., "Grad-CAM: visual explanations from deep networks" (2017).

    Args:
        model: Any Keras classifier that ends in logits, a softmax or a sigmoid for each class.
        images: As `saliency` takes them.
        label: The class to explain, or one for each image; by default what the model says.
        layer: The layer whose maps are weighed, as `feature_maps` takes it; by default the last
            convolution that runs.

    Returns:
        Shape `(N, height, width)`, in logits, 0 or above.

    Raises:
        InvalidArgumentError: As for `saliency`; or if there is no such layer, or it gives no
            maps. The message names those that do.
        ArgumentTypeError: If it is no Keras model.

    >>> from digitzoo import fashion_cnn
    >>> grad_cam(fashion_cnn(), np.zeros((28, 28), np.uint8)).shape
    (1, 28, 28)
    """
    batch = picture_batch(model, images, label)
    name, chosen = maps_layer(model, batch.inputs, layer)
    labels = choose_labels(logits_of(model, batch.inputs), label)
    first = gives_channels_first(model, name, at_start=batch.channels_first)
    channels = 1 if first else -1
    found = []
    for some in batch.slices():
        maps = layer_outputs(model, batch.inputs[some], [name])[name]
        slopes = _slopes(model, {name: chosen}, batch.inputs[some], labels[some], maps.shape)
        maps, slopes = np.moveaxis(maps, channels, -1), np.moveaxis(slopes, channels, -1)
        weights = slopes.mean(axis=(1, 2), keepdims=True)
        found.append(np.maximum((weights * maps).sum(axis=-1, keepdims=True), 0))
    larger = keras.ops.image.resize(
        np.concatenate(found), batch.shape[:2], "bilinear", data_format="channels_last"
    )
    values: NDArray[np.floating] = keras.ops.convert_to_numpy(larger)[..., 0]
    return values


def _slopes(
    model: keras.Model,
    layers: dict[str, keras.Layer],
    images: NDArray[np.floating],
    labels: NDArray[np.intp],
    shape: tuple[int, ...],
) -> NDArray[np.floating]:
    """Give how each image's logit grows with each number that a layer gives."""

    def with_change(change: Any) -> Any:
        with listening(layers, lambda _, output: keras.ops.add(output, change)):
            return class_logit(model, labels)(images)

    return gradient(with_change, np.zeros(shape, np.float32))


def maps_layer(
    model: keras.Model, inputs: NDArray[np.floating], layer: LayerChoice | None
) -> tuple[str, keras.Layer]:
    """Give the layer that Grad-CAM weighs: the one asked for, or the last convolution that runs."""
    if layer is None:
        ran = list(layer_outputs(model, inputs[:1], convolutions_of(model)))
        if not ran:
            raise InvalidArgumentError(
                f"{model.name!r} has no convolution to look for evidence in. "
                f"{describe_image_layers(model, inputs)} saliency and occlusion need none."
            )
        layer = ran[-1]
    name, chosen = find_layer(model, layer)
    maps_of(model, inputs[:1], [name])
    return name, chosen
