"""What in an image speaks for a class: Grad-CAM, saliency and occlusion.

All three explain the class's logit, so they are as clear for an image the model is sure of as for
any other. The model is used as it is, and is afterwards as it was.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import keras
import numpy as np
from numpy.typing import ArrayLike, NDArray

from digitzoo.checks import check_number, check_whole
from digitzoo.data import Split
from digitzoo.data.images import is_one_image, pixels_of
from digitzoo.errors import InvalidArgumentError, ShapeError, shown
from digitzoo.evaluation.heads import knows_its_shapes, num_classes_of
from digitzoo.evaluation.pixels import pixel_scale
from digitzoo.inspection.channels import gives_channels_first, takes_channels_first
from digitzoo.inspection.feature_maps import CONVOLUTIONS
from digitzoo.inspection.gradients import gradient
from digitzoo.inspection.images import prepare_images
from digitzoo.inspection.layers import (
    LayerChoice,
    describe_image_layers,
    find_layer,
    layer_outputs,
    layers_of_kind,
    listening,
    named_layers,
)
from digitzoo.inspection.logits import (
    as_labels,
    choose_labels,
    for_each_class,
    logits_function,
    logits_of,
    without_softmax,
)

_AT_ONCE = 128
_IMAGE_AXES = 4  # N, height, width, channels


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
    subject = _subject(model, images, label)
    inputs = subject.inputs
    labels = choose_labels(logits_of(model, inputs), label)
    parts = [
        gradient(_logit(model, labels[batch]), inputs[batch]) for batch in _batches(len(inputs))
    ]
    sizes = subject.as_pictures(np.abs(np.concatenate(parts))) * subject.scale
    largest: NDArray[np.floating] = sizes.max(axis=-1)
    return largest


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
    subject = _subject(model, images, label)
    inputs = subject.inputs
    name, chosen = maps_layer(model, inputs, layer)
    labels = choose_labels(logits_of(model, inputs), label)
    first = gives_channels_first(model, name, at_start=subject.channels_first)
    channels = 1 if first else -1
    found = []
    for batch in _batches(len(inputs)):
        maps = layer_outputs(model, inputs[batch], [name])[name]
        with_change = partial(
            _logit_with,
            model=model,
            layers={name: chosen},
            images=inputs[batch],
            labels=labels[batch],
        )
        slopes = gradient(with_change, np.zeros(maps.shape, np.float32))
        maps, slopes = np.moveaxis(maps, channels, -1), np.moveaxis(slopes, channels, -1)
        weights = slopes.mean(axis=(1, 2), keepdims=True)
        found.append(np.maximum((weights * maps).sum(axis=-1), 0))
    return _enlarged(np.concatenate(found), *subject.shape[:2])


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
    below zero against it; a patch that looks like `fill` already changes nothing.

    The model runs once for each place of the patch: 625 times for 28 x 28 pixels, 8,649 times for
    96 x 96. Larger `strides` need fewer runs.

    Source: Zeiler and Fergus, "Visualizing and understanding convolutional networks" (2014).

    Args:
        model: Any Keras classifier that ends in logits, a softmax or a sigmoid for each class.
        images: As `saliency` takes them.
        label: The class to explain, or one for each image; by default what the model says.
        patch_size: Side of the square patch in pixels.
        strides: Pixels from one patch to the next. The last one ends at the image's edge, whatever
            the stride.
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
    subject = _subject(model, images, label)
    inputs, (height, width, channels) = subject.inputs, subject.shape
    _check_patch(patch_size, strides, min(height, width), fill)
    whole = logits_of(model, inputs)
    labels = choose_labels(whole, label)
    corners = [
        (top, left)
        for top in _steps(height, patch_size, strides)
        for left in _steps(width, patch_size, strides)
    ]
    falls = np.zeros((len(inputs), height, width))
    covers = np.zeros((height, width))
    run = logits_function(model)
    # Always as many at once, or each other number would be compiled anew.
    covered = np.empty((min(len(corners), _AT_ONCE), height, width, channels), inputs.dtype)
    for number, picture in enumerate(subject.as_pictures(inputs)):
        for start in range(0, len(corners), len(covered)):
            some = corners[start : start + len(covered)]
            covered[:] = picture
            for patched, (top, left) in zip(covered, some, strict=False):
                patched[top : top + patch_size, left : left + patch_size] = fill * subject.scale
            logits = run(subject.as_inputs(covered))[: len(some), labels[number]]
            for (top, left), logit in zip(some, logits, strict=True):
                place = slice(top, top + patch_size), slice(left, left + patch_size)
                falls[number][place] += whole[number, labels[number]] - logit
                covers[place] += number == 0
    return falls / covers


@dataclass(frozen=True, eq=False)
class _Subject:
    """Images as a model takes them, and what they are as pictures.

    Attributes:
        inputs: Shape `(N, ...)`.
        shape: Height, width and channels of one picture.
        channels_first: Whether that is how the model takes them.
        scale: What a pixel of 1 is in the inputs: 1, or 255.
    """

    inputs: NDArray[np.floating]
    shape: tuple[int, int, int]
    channels_first: bool
    scale: int

    def as_pictures(self, values: NDArray[np.floating]) -> NDArray[np.floating]:
        """Bring what is arranged as the inputs to `(N, height, width, channels)`."""
        if self.channels_first:
            values = np.moveaxis(values, 1, -1)
        return values.reshape(-1, *self.shape)

    def as_inputs(self, pictures: NDArray[np.floating]) -> NDArray[np.floating]:
        """Bring them back."""
        if self.channels_first:
            pictures = np.moveaxis(pictures, -1, 1)
        return pictures.reshape(-1, *self.inputs.shape[1:])


def _subject(model: keras.Model, images: ArrayLike | Split, label: ArrayLike | None) -> _Subject:
    named_layers(model)  # that it is a Keras model
    if knows_its_shapes(model):
        num_classes_of(model)
    if label is not None:
        as_labels(label)
    inputs = prepare_images(model, images)
    pixels = pixels_of(images)
    shape = pixels.shape if is_one_image(pixels.shape, inputs.shape[1:]) else pixels.shape[1:]
    if inputs.ndim == _IMAGE_AXES:
        shape = inputs.shape[1:]
    elif len(shape) == 2:  # noqa: PLR2004 - without channels
        shape = (*shape, 1)
    if len(shape) != 3:  # noqa: PLR2004 - height, width, channels
        raise ShapeError(
            f"Only what has a height and a width can be shown. Expected images of shape (height, "
            f"width) or (height, width, channels). Received {shape}; the model flattens them."
        )
    first = inputs.ndim == _IMAGE_AXES and takes_channels_first(model, shape)
    height, width, channels = (*shape[1:], shape[0]) if first else shape
    return _Subject(inputs, (height, width, channels), first, pixel_scale(model))


def _logit(model: keras.Model, labels: NDArray[np.intp]) -> Callable[[Any], Any]:
    """Give the function from images to the logits of one class each."""

    def of_images(images: Any) -> Any:  # noqa: ANN401 - a tensor
        with without_softmax(model):
            logits = for_each_class(keras.ops.cast(model(images, training=False), "float32"))
        return keras.ops.sum(logits * keras.ops.one_hot(labels, logits.shape[-1]), axis=-1)

    return of_images


def _logit_with(
    change: Any,  # noqa: ANN401 - a tensor
    model: keras.Model,
    layers: dict[str, keras.Layer],
    images: NDArray[np.floating],
    labels: NDArray[np.intp],
) -> Any:  # noqa: ANN401 - a tensor
    """Give the logits of one class each, with something added to what a layer gives."""
    with listening(layers, lambda _, output: keras.ops.add(output, change)):
        return _logit(model, labels)(images)


def maps_layer(
    model: keras.Model, inputs: NDArray[np.floating], layer: LayerChoice | None
) -> tuple[str, keras.Layer]:
    """Give the layer that Grad-CAM weighs: the one asked for, or the last convolution that runs.

    Raises:
        InvalidArgumentError: If there is none, or it gives no maps.
    """
    if layer is not None:
        name, chosen = find_layer(model, layer)
        outputs = layer_outputs(model, inputs[:1], [name])
    else:
        convolutions = layers_of_kind(model, *CONVOLUTIONS)
        outputs = layer_outputs(model, inputs[:1], list(convolutions))
        if not outputs:
            raise InvalidArgumentError(
                f"{model.name!r} has no convolution to look for evidence in. "
                f"{describe_image_layers(model, inputs)} saliency and occlusion need none."
            )
        name = list(outputs)[-1]
        chosen = convolutions[name]
    if name not in outputs or outputs[name].ndim != _IMAGE_AXES:
        raise InvalidArgumentError(
            f"Layer {name!r} of {model.name!r} gives no maps. "
            f"{describe_image_layers(model, inputs)}"
        )
    return name, chosen


def _enlarged(maps: NDArray[np.floating], height: int, width: int) -> NDArray[np.floating]:
    larger: NDArray[np.floating] = keras.ops.convert_to_numpy(
        keras.ops.image.resize(
            maps[..., np.newaxis], (height, width), "bilinear", data_format="channels_last"
        )
    )
    return larger[..., 0]


def _check_patch(patch_size: int, strides: int, side: int, fill: float) -> None:
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


def _steps(size: int, patch_size: int, strides: int) -> list[int]:
    last = size - patch_size
    return [*range(0, last, strides), last]


def _batches(count: int) -> Iterator[slice]:
    return (slice(start, start + _AT_ONCE) for start in range(0, count, _AT_ONCE))
