"""Which pixels move a class's logit: by its gradient, and by covering them."""

import itertools

import keras
import numpy as np
from numpy.typing import ArrayLike, NDArray

from digitzoo.checks import check_number, check_whole
from digitzoo.data import Split
from digitzoo.errors import InvalidArgumentError, shown
from digitzoo.inspection.gradients import gradient
from digitzoo.inspection.images import picture_batch
from digitzoo.inspection.logits import choose_labels, class_logit, logits_function, logits_of

_AT_ONCE = 128


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
