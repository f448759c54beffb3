"""Random changes of the training images that depend on seed, epoch and batch alone."""

import dataclasses
import threading
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from digitzoo.checks import check_flag
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, ShapeError, shown
from digitzoo.training.affine import Pixels, apply_affine
from digitzoo.training.generators import Draws, Purpose, seed_states
from digitzoo.training.identity import lasting
from digitzoo.training.settings import Settings

# As torchvision: Zhong et al. (2017) erase up to 40 %, which more often leaves too little to tell.
ERASED_AREA = (0.02, 0.33)
_ERASED_ASPECT_RATIO = (0.3, 1 / 0.3)  # Zhong et al. (2017), height / width

# Threads must not set a layer's generator, which Keras keeps in the layer, while others draw.
_LAYERS_LOCK = threading.Lock()


@dataclasses.dataclass(frozen=True, kw_only=True)
class Augmentation(Settings):
    """Random changes of training images: flip, zoom, rotation, shift, erasing, then Keras layers.

    All are drawn for each image by itself, evenly within the bounds. What comes in from outside
    an image is 0, and places between pixels are sampled bilinearly. A result depends on the images,
    the seed, the epoch and the batch alone: not on earlier draws, nor on the version of NumPy.

    Attributes:
        shift: Pixels, up to so many up, down, left and right; fractions too.
        rotation: Degrees, up to so many either way.
        zoom: Fraction of the size: 0.1 draws factors in 0.9..1.1; above 1 enlarges.
        horizontal_flip: Mirror half of the images. Digits do not survive it, clothes do.
        erasing: Probability of erasing a rectangle of an image: 2 to 33 % of its area, filled
            with random pixels, after Zhong et al. (2017), "Random Erasing Data Augmentation".
        layers: Keras preprocessing layers, called in turn after all else; results are cut to
            0..1. Those with a `value_range` need `value_range=(0, 1)`. Their generators are set
            before each call, so a seed of their own has no effect.

    >>> augmentation = Augmentation(shift=2, rotation=10)
    >>> images = np.ones((5, 28, 28, 1), dtype="float32")
    >>> augmented = augmentation(images, seed=0, epoch=3, batch=7)
    >>> augmented.shape
    (5, 28, 28, 1)
    >>> bool((augmented == augmentation(images, seed=0, epoch=3, batch=7)).all())
    True
    """

    shift: float = 0.0
    rotation: float = 0.0
    zoom: float = 0.0
    horizontal_flip: bool = False
    erasing: float = 0.0
    layers: tuple[keras.Layer, ...] = ()

    def __post_init__(self) -> None:
        self._hold("shift", at_least=0)
        self._hold("rotation", at_least=0, at_most=180)
        self._hold("zoom", at_least=0, below=1)
        self._hold("erasing", at_least=0, at_most=1)
        flip = check_flag("Augmentation(horizontal_flip=...)", self.horizontal_flip)
        self._set("horizontal_flip", flip)
        if not isinstance(self.layers, (tuple, list)):
            raise ArgumentTypeError(
                "Augmentation(layers=...) must be a tuple of Keras layers. "
                f"Received a {type(self.layers).__name__}. Write one layer as layers=(layer,)."
            )
        self._set("layers", tuple(self.layers))
        for layer in self.layers:
            _check_layer(layer)

    def __call__(
        self, images: NDArray[np.float32], *, seed: int, epoch: int, batch: int
    ) -> NDArray[np.float32]:
        """Change a batch.

        Args:
            images: float32 in 0..1, shape `(N, height, width, channels)`. They stay as they are.
            seed: The run's seed, 0 or above.
            epoch: Which epoch, from 0.
            batch: Which batch of the epoch, from 0.

        Returns:
            The same shape and type, values in 0..1; the images themselves where nothing is asked
            for.

        Raises:
            InvalidArgumentError: If a number is negative.
            ShapeError: If the images have no height and width, or a layer changes their shape.
            ArgumentTypeError: If the images are not float32.

        >>> images = np.eye(3, dtype="float32").reshape(1, 3, 3, 1)
        >>> Augmentation()(images, seed=0, epoch=0, batch=0) is images
        True
        """
        if not isinstance(images, np.ndarray) or images.dtype != np.float32:
            came = getattr(images, "dtype", type(images).__name__)
            raise ArgumentTypeError(
                f"Augmentation takes float32 images in 0..1. Received {came}. "
                "digitzoo.scale_pixels brings pixels to that form."
            )
        if images.ndim != 4:
            raise ShapeError(
                "Augmentation takes images of shape (N, height, width, channels). "
                f"Received {images.shape}. Give it the images before they are laid out flat."
            )
        draws, count = Draws(seed, epoch, batch), len(images)
        changed = images
        if self.horizontal_flip:
            mirrored = draws.uniform(Purpose.HORIZONTAL_FLIP, (count, 1, 1, 1)) < 1 / 2
            changed = np.where(mirrored, images[:, :, ::-1], images)
        if self.shift or self.rotation or self.zoom:
            changed = apply_affine(
                changed,
                shift=draws.within(self.shift, Purpose.SHIFT, count, 2),
                rotation=draws.within(self.rotation, Purpose.ROTATION, count),
                zoom=1 + draws.within(self.zoom, Purpose.ZOOM, count),
            )
        if self.erasing:
            changed = _erase(changed, self.erasing, draws)
        if self.layers:
            changed = _apply_layers(changed, self.layers, draws)
        return changed

    def to_dict(self) -> dict[str, Any]:
        """Give the settings as values that JSON can write; layers without the names Keras counts.

        >>> Augmentation(shift=2, zoom=0.1).to_dict()["zoom"]
        0.1
        """
        settings = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        layers = [keras.saving.serialize_keras_object(layer) for layer in self.layers]
        return {**settings, "layers": lasting(layers, without=frozenset(("name", "build_config")))}


def _erase(images: Pixels, probability: float, draws: Draws) -> Pixels:
    """Fill a rectangle of some of the images with random pixels, of an aspect ratio that fits."""
    height, width = images.shape[1:3]
    draw = draws.uniform(Purpose.ERASING, (5, len(images)))
    chosen = np.flatnonzero(draw[0] < probability)
    _, area, aspect, top, left = draw[:, chosen]

    least, most = ERASED_AREA
    area = (least + (most - least) * area) * height * width
    highest = np.minimum(_ERASED_ASPECT_RATIO[1], height**2 / area)
    lowest = np.minimum(np.maximum(_ERASED_ASPECT_RATIO[0], area / width**2), highest)
    aspect = lowest * (highest / lowest) ** aspect
    rows = _spans(np.sqrt(area * aspect), top, height)
    columns = _spans(np.sqrt(area / aspect), left, width)

    erased = images.copy()
    inside = (rows[:, :, None] & columns[:, None, :])[..., None]
    noise = draws.pixels(Purpose.ERASED_PIXELS, (len(chosen), *images.shape[1:]))
    erased[chosen] = np.where(inside, noise, images[chosen])
    return erased


def _spans(length: NDArray[np.float64], place: NDArray[np.float64], size: int) -> NDArray[np.bool_]:
    """Mark spans of an axis, shape `(N, size)`, by length and by place from 0 to below 1."""
    whole = np.clip(np.rint(length), 1, size)
    first = np.floor(place * (size - whole + 1))[:, None]
    positions = np.arange(size)
    inside: NDArray[np.bool_] = (positions >= first) & (positions < first + whole[:, None])
    return inside


def _apply_layers(images: Pixels, layers: tuple[keras.Layer, ...], draws: Draws) -> Pixels:
    number = 0
    changed = images
    for layer in layers:
        with _LAYERS_LOCK:
            for state in seed_states(layer):
                # 31 bits fit the state's integer type on every backend.
                words = draws.sequence(Purpose.LAYERS, number).generate_state(2) >> np.uint32(1)
                state.assign(words.tolist())
                number += 1
            changed = keras.ops.convert_to_numpy(layer(changed, training=True))
        if changed.shape != images.shape:
            raise ShapeError(
                f"The layer {layer.name!r} of an augmentation must keep the shape of the images, "
                f"{images.shape}. It gave {changed.shape}. Resize in the network instead."
            )
    cut: Pixels = np.clip(changed, 0, 1).astype(np.float32, copy=False)
    return cut


def _check_layer(layer: Any) -> None:
    if not isinstance(layer, keras.Layer):
        raise ArgumentTypeError(
            f"Augmentation(layers=...) takes layers, not classes or names. It holds {shown(layer)}."
        )
    kind = type(layer).__name__
    if isinstance(layer, (keras.layers.MixUp, keras.layers.CutMix)):
        raise InvalidArgumentError(
            f"{kind} mixes labels as well as images, which no augmentation can. Leave it out."
        )
    if isinstance(layer, keras.layers.AugMix):
        raise InvalidArgumentError(
            "AugMix draws from Python's global generator. Take RandAugment(value_range=(0, 1))."
        )
    value_range = getattr(layer, "value_range", None)
    if value_range is not None and tuple(value_range) != (0, 1):
        raise InvalidArgumentError(
            f"{kind} must expect pixels in 0..1. It has value_range={tuple(value_range)}. "
            f"Make it with value_range=(0, 1)."
        )
    for inner in getattr(layer, "layers", ()):
        _check_layer(inner)
