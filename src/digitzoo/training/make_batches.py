"""From images or a stream to the batches that `model.fit` takes."""

from typing import Any

import numpy as np

from digitzoo.data import Split
from digitzoo.evaluation.heads import input_shape_of, num_classes_of
from digitzoo.evaluation.pixels import pixel_scale
from digitzoo.training.augmentation import Augmentation
from digitzoo.training.batches import Batches, BatchForm, EpochBatches
from digitzoo.training.stream_batches import StreamBatches
from digitzoo.training.streams import Stream


def make_batches(
    model: Any,
    part: Split | Stream,
    *,
    batch_size: int,
    one_hot: bool,
    seed: int | None = None,
    augmentation: Augmentation | None = None,
) -> EpochBatches:
    """Make the batches of a part as a model takes them.

    A seed shuffles images in memory anew each epoch; None keeps their order. A stream brings its
    own batches in its own order.
    """
    classes = num_classes_of(model)
    form = BatchForm(
        input_shape=input_shape_of(model),
        num_classes=classes if one_hot else None,
        augmentation=augmentation,
        pixel_scale=pixel_scale(model),
        seed=seed or 0,
    )
    if isinstance(part, Stream):
        name = "validation" if seed is None else "train"
        return StreamBatches(part, form=form, part=name, num_classes=classes)
    labels = np.asarray(part.labels)
    return Batches(part.images, labels, form=form, batch_size=batch_size, seed=seed)
