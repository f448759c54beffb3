"""What in an image moves a class's logit: by its gradient, by a layer's maps, by covering it."""

import itertools
from typing import Any

import keras
import numpy as np
from numpy.typing import ArrayLike, NDArray

from digitzoo.checks import check_number, check_whole
from digitzoo.data import Split
from digitzoo.errors import InvalidArgumentError, shown
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
    named_layers,
)
from digitzoo.inspection.logits import choose_labels, class_logit, logits_function, logits_of

_AT_ONCE = 128
# What acts only while training.
_UNCHANGING = {
    *("ActivityRegularization", "AlphaDropout", "Dropout", "GaussianDropout", "GaussianNoise"),
    "Identity",
}


def saliency(
    model: keras.Model, images: ArrayLike | Split, *, label: ArrayLike | None = None
) -> NDArray[np.floating]:
    """Give how strongly each pixel moves a class's logit: the size of the gradient.

    Source: Simonyan, Vedaldi and Zisserman, "Deep inside convolutional networks" (2014).

    Args:
        model: Any Keras classifier that ends in logits, a softmax or a sigmoid for each class.
        images: One image or many, with or without the channel axis; whole numbers in 0..255 or
            floats in 0..1.
        label: The class to explain, or one for each image; by default what the model says.

    Returns:
        Shape `(N, height, width)`, in logits per unit of brightness, 0 or above; of several
        channels the largest. One image gives `N = 1`.

    Raises:
        InvalidArgumentError: If the images do not fit, there is no such class, or the model's
            logits cannot be found.
        ArgumentTypeError: If it is no Keras model.

    >>> from digitzoo import simple_cnn
    >>> saliency(simple_cnn(), np.zeros((28, 28), np.uint8)).shape
    (1, 28, 28)
    """
    batch = picture_batch(model, images, label)
    labels = choose_labels(logits_of(model, batch.inputs), label)
    parts = [
        gradient(class_logit(model, labels[some]), batch.inputs[some]) for some in batch.slices()
    ]
    sizes = batch.as_pictures(np.abs(np.concatenate(parts))) * batch.scale
    largest: NDArray[np.floating] = sizes.max(axis=-1)
    return largest


def occlusion(
    model: keras.Model,
    images: ArrayLike | Split,
    *,
    label: ArrayLike | None = None,
    patch_size: int = 4,
    strides: int = 1,
    fill: float = 0.0,
) -> NDArray[np.floating]:
    """Give how much a class's logit falls when a patch of the image is covered.

    Each pixel gets the mean over the patches that cover it. Above zero it speaks for the class,
    below zero against it; a patch that looks like `fill` already changes nothing. The model runs
    once for each place of the patch, 625 times for 28 x 28 pixels.

    Source: Zeiler and Fergus, "Visualizing and understanding convolutional networks" (2014).

    Args:
        model: Any Keras classifier that ends in logits, a softmax or a sigmoid for each class.
        images: As `saliency` takes them.
        label: The class to explain, or one for each image; by default what the model says.
        patch_size: Side of the square patch in pixels.
        strides: Pixels from one patch to the next; the last one ends at the image's edge.
        fill: What covers the patch, in 0..1: black, as around the digits.

    Returns:
        Shape `(N, height, width)`, in logits.

    Raises:
        InvalidArgumentError: As for `saliency`; or if the patch does not fit into the image, or
            leaves pixels uncovered.
        ArgumentTypeError: If it is no Keras model, or a size is no whole number.

    >>> from digitzoo import small_dense
    >>> occlusion(small_dense(), np.zeros((28, 28), np.uint8), patch_size=7, strides=7).max()
    np.float64(0.0)
    """
    batch = picture_batch(model, images, label)
    inputs, (height, width, channels) = batch.inputs, batch.shape
    side = min(height, width)
    patch_size, strides = check_whole("patch_size", patch_size), check_whole("strides", strides)
    if not 1 <= patch_size <= side:
        raise InvalidArgumentError(
            f"A patch must fit into the image: patch_size from 1 to {side}. "
            f"Received {shown(patch_size)}."
        )
    if not 1 <= strides <= patch_size:
        raise InvalidArgumentError(
            f"strides must be 1 to patch_size={patch_size}, so that each pixel is covered. "
            f"Received {shown(strides)}."
        )
    check_number("fill", fill, at_least=0, at_most=1)
    whole = logits_of(model, inputs)
    labels = choose_labels(whole, label)
    tops, lefts = (
        [*range(0, size - patch_size, strides), size - patch_size] for size in (height, width)
    )
    corners = list(itertools.product(tops, lefts))
    falls = np.zeros((len(inputs), height, width))
    covers = np.zeros((height, width))
    run = logits_function(model)
    # Always as many at once, or each other number would be compiled anew.
    covered = np.empty((min(len(corners), _AT_ONCE), height, width, channels), inputs.dtype)
    for number, picture in enumerate(batch.as_pictures(inputs)):
        for start in range(0, len(corners), len(covered)):
            some = corners[start : start + len(covered)]
            covered[:] = picture
            for patched, (top, left) in zip(covered, some, strict=False):
                patched[top : top + patch_size, left : left + patch_size] = fill * batch.scale
            logits = run(batch.as_inputs(covered))[: len(some), labels[number]]
            for (top, left), logit in zip(some, logits, strict=True):
                place = slice(top, top + patch_size), slice(left, left + patch_size)
                falls[number][place] += whole[number, labels[number]] - logit
                covers[place] += number == 0
    return falls / covers


def grad_cam(
    model: keras.Model,
    images: ArrayLike | Split,
    *,
    label: ArrayLike | None = None,
    layer: LayerChoice | None = None,
) -> NDArray[np.floating]:
    """Give where a convolution finds evidence for a class.

    Each filter's map counts by how much the logit grows with it, averaged over the map; the sum is
    cut off at zero and enlarged to the image. Zeros mean that the layer finds no evidence for it.

    Source: Selvaraju et al., "Grad-CAM: visual explanations from deep networks" (2017).

    Args:
        model: Any Keras classifier that ends in logits, a softmax or a sigmoid for each class.
        images: As `saliency` takes them.
        label: The class to explain, or one for each image; by default what the model says.
        layer: The layer whose maps are weighed, as `feature_maps` takes it; by default the last
            convolution that runs, or what makes of its maps others of the same height and width:
            a normalization, a sum with a shortcut, a ReLU.

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
    """Give the layer that Grad-CAM weighs: the one asked for, or the last with maps that large."""
    if layer is None:
        layer = _last_maps(model, inputs)
        if layer is None:
            raise InvalidArgumentError(
                f"{model.name!r} has no convolution to look for evidence in. "
                f"{describe_image_layers(model, inputs)} saliency and occlusion need none."
            )
    name, chosen = find_layer(model, layer)
    maps_of(model, inputs[:1], [name])
    return name, chosen


def _last_maps(model: keras.Model, inputs: NDArray[np.floating]) -> str | None:
    """Name the last layer that gives maps of the size that the last convolution's have.

    So `Conv2D(..., activation="relu")` and a convolution with normalization and ReLU behind it
    are weighed alike, and a residual block after its sum, not in one of its arms.
    """
    convolutions = set(convolutions_of(model))
    outputs = layer_outputs(model, inputs[:1])
    last = next((name for name in reversed(outputs) if name in convolutions), None)
    if last is None:
        return None
    axis = 1 if gives_channels_first(model, last) else -1
    names, layers = list(outputs), named_layers(model)

    def size(name: str) -> list[int]:
        shape = outputs[name].shape
        return [int(side) for side in np.delete(shape, axis)] if len(shape) == 4 else []

    return next(
        name
        for name in reversed(names[names.index(last) :])
        if size(name) == size(last)
        and not getattr(layers[name], "layers", None)
        and not any(kind.__name__ in _UNCHANGING for kind in type(layers[name]).__mro__)
    )
