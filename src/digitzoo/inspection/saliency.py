"""Which pixels move what a network says.

Saliency, Grad-CAM and occlusion explain the class's logit, so they are as clear for an image the
model is sure of as for any other. The model is used as it is, and is afterwards as it was.
"""

import keras
import numpy as np
from numpy.typing import ArrayLike, NDArray

from digitzoo.data import Split
from digitzoo.inspection.gradients import gradient
from digitzoo.inspection.images import picture_batch
from digitzoo.inspection.logits import choose_labels, class_logit, logits_of


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
