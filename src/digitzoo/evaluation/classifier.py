"""A model that takes pictures as people have them, and answers with names."""

import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitzoo.checks import check_choice, check_number
from digitzoo.data import Picture, Split, prepare_digits, prepare_garment, read_image
from digitzoo.data.bundled import bundled_dataset
from digitzoo.data.classes import ClassNames, check_class_names, number_names
from digitzoo.data.images import as_images, has_channels_first, is_flat, is_one_image
from digitzoo.data.pictures.digit import prepare_main_digit
from digitzoo.errors import ArgumentTypeError, DigitzooError, InvalidArgumentError, ShapeError
from digitzoo.evaluation.digit_check import are_digits
from digitzoo.evaluation.heads import input_shape_of, num_classes_of
from digitzoo.evaluation.predict import Prediction, Reading, predict
from digitzoo.models import build_model, model_card

_PREPARED = (28, 28, 1)  # pictures made like those of a bundled data set


class Classifier:
    """A trained model with the names of its classes and the way its pictures are prepared.

    `predict` asks a model of images that are like those it was trained on. This takes what people
    have: photos, scans and drawings of any size, light on dark or dark on light. What it is made
    of it keeps as `model`, `class_names`, `dataset` and `reject`.

    >>> from digitzoo.data import load_data
    >>> digit = load_data("mnist").test.images[0]
    >>> paper = 255 - np.kron(digit[..., 0], np.ones((9, 9), dtype=np.uint8))
    >>> Classifier("small_dense").predict(paper).class_name  # doctest: +SKIP
    ['7']
    """

    def __init__(
        self,
        model: Any,
        *,
        dataset: str | None = None,
        class_names: ClassNames | Iterator[str] | None = None,
        reject: float | Literal["auto"] | None = "auto",
    ) -> None:
        """Take a model of the zoo with its bundled weights, or a trained one of your own.

        Args:
            model: One of `list_models()`, or a built Keras classifier.
            dataset: The bundled data set that it was trained on. It says what the classes are
                called and how pictures are prepared: by `prepare_digit` for MNIST, and for
                Fashion-MNIST as product photos were. By default, for a name, the one of its card;
                a model of your own is given pictures that are only resized.
            class_names: What the classes are called, if it is not a bundled data set that says it.
            reject: What is answered with `"?"`. `"auto"`: where pictures are made like MNIST's,
                what is no digit, such as a letter, and in `predict` what are several. A number: all
                of less confidence. None: nothing.

        Raises:
            InvalidArgumentError: If there is no such model or data set, it has no weights, the
                names are not as many as its classes, or `reject` is none of these.
            ArgumentTypeError: If it is no model, or something else is of the wrong type.
        """
        if isinstance(reject, str):
            check_choice("reject", reject, ("auto",))
        elif reject is not None:
            reject = check_number("reject", reject, at_least=0, at_most=1)
        self.reject = reject
        if dataset is not None:
            bundled_dataset(dataset)
        if isinstance(model, str) and not model.endswith((".keras", ".h5")):
            dataset = dataset or model_card(model).dataset
            model = build_model(model, weights=dataset)
        self.model = model
        self.dataset = dataset
        classes = num_classes_of(model)
        if dataset is not None and not is_one_image(_PREPARED, _channels_last(model)):
            raise InvalidArgumentError(
                f"Pictures made like those of {dataset} have shape {_PREPARED}, and the model "
                f"takes {input_shape_of(model)}. Leave dataset out: they are then only resized."
            )
        names = class_names
        if names is None:
            names = bundled_dataset(dataset).class_names if dataset else number_names(classes)
        self.class_names = check_class_names(tuple(names) if isinstance(names, Iterator) else names)
        count = len(self.class_names)
        if count != classes:
            what = f". Received {count} names."
            if class_names is None:
                what = f", and {dataset} has {count}. Give their names: class_names=[...]."
            raise InvalidArgumentError(f"The model tells {classes} classes apart{what}")

    def predict(self, pictures: Picture | Iterable[Picture]) -> Prediction:
        """Say what one picture shows, or what many show.

        Args:
            pictures: A file, a Pillow image or an array, such as `(height, width)` or
                `(height, width, 3)`, as uint8 or as floats in 0..1; or a list of such, of any
                sizes, or an array `(N, height, width)` or `(N, height, width, channels)`.

        Returns:
            The probabilities, with `class_name`, `label`, `confidence` and `rejected`: one entry
            for each picture, `[0]` for one.

        Raises:
            InvalidArgumentError: If there are no pictures, or one shows nothing.
            ShapeError: If an array is no picture.
            DataFileError: If a file is no image.
            ArgumentTypeError: If it is no picture of any kind.
        """
        if isinstance(pictures, Split):
            raise ArgumentTypeError(
                "A Split holds images that are prepared already. Pass it to predict(model, split)."
            )
        many = _list_pictures(pictures, _picture_shape(self.model))
        images, counts = [], []
        for number, picture in enumerate(many):
            try:
                image, count = self._make(picture)
            except DigitzooError as error:
                if len(many) == 1 or isinstance(picture, str | Path):
                    raise
                raise type(error)(f"Picture {number}, counted from 0: {error}") from error
            images.append(image)
            counts.append(count)
        if len({image.shape for image in images}) > 1:
            raise ShapeError("The model takes images of any size, so all must have the same size.")
        answer = self._ask(np.stack(images))
        if answer.rejected is not None and self.reject == "auto":
            answer.rejected[np.array(counts) > 1] = True
        return answer

    def read(self, picture: Picture) -> Reading:
        """Read all digits of one picture, from left to right.

        Args:
            picture: A file, a Pillow image or an array, as `predict` takes one.

        Returns:
            Its `text`, such as `"90210"`, and the predictions of its digits. What is no digit is
            `"?"`.

        Raises:
            InvalidArgumentError: If the picture shows nothing, or pictures are not made like those
                of MNIST.
            ShapeError: If an array is no picture.
            DataFileError: If a file is no image.
            ArgumentTypeError: If it is no picture of any kind.
        """
        if self.dataset != "mnist":
            made = "only resized" if self.dataset is None else f"made like those of {self.dataset}"
            raise InvalidArgumentError(
                f"Digits are told apart where pictures are made like those of MNIST, and here they "
                f'are {made}. For a model of digits: Classifier(model, dataset="mnist").'
            )
        images = prepare_digits(picture)
        return Reading(self._ask(images), images)

    def prepare(self, picture: Picture) -> NDArray[np.uint8]:
        """Make the image that the model sees of a picture.

        Args:
            picture: A file, a Pillow image or an array.

        Returns:
            The image, such as `(28, 28, 1)`, with the channels first where the model takes them so.
        """
        return self._arrange(self._make(picture)[0])

    def _make(self, picture: Picture) -> tuple[NDArray[np.uint8], int]:
        """Make the image with its channels last, and count the digits where it is of digits."""
        if self.dataset == "mnist":
            return prepare_main_digit(picture)
        if self.dataset is not None:
            return prepare_garment(picture), 1
        height, width, channels = _picture_shape(self.model)
        size = None if height is None or width is None else (height, width)
        if channels == 3:
            return read_image(picture, image_size=size, color_mode="rgb"), 1
        return read_image(picture, image_size=size), 1

    def _arrange(self, images: NDArray[np.uint8]) -> NDArray[np.uint8]:
        is_first = has_channels_first(input_shape_of(self.model))
        return np.moveaxis(images, -1, -3) if is_first else images

    def _ask(self, images: NDArray[np.uint8]) -> Prediction:
        """Ask the model of images, and reject what it should not be asked of."""
        answer = predict(self.model, self._arrange(images))
        rejected = None
        if isinstance(self.reject, float):
            rejected = answer.confidence < self.reject
        elif self.reject == "auto" and self.dataset == "mnist":
            rejected = ~are_digits(images)
        return Prediction(answer.probabilities, self.class_names, rejected)

    def __repr__(self) -> str:
        kind = "" if self.dataset is None else f" of {self.dataset}"
        return f"<Classifier{kind}: {self.model.name}, {len(self.class_names)} classes>"


def _list_pictures(
    pictures: Picture | Iterable[Picture], image_shape: tuple[int | None, ...]
) -> list[Picture]:
    if isinstance(pictures, str | Path | Image.Image):
        return [pictures]
    is_content = isinstance(pictures, bytes | bytearray | memoryview)
    if hasattr(pictures, "__array__"):  # tensors of all backends too
        pixels = np.asarray(pictures)
        if pixels.ndim == 3 and pixels.shape[-1] == 2:  # gray and transparency
            return [pixels]
        if pixels.size and pixels.ndim == 2 and is_flat(pixels.shape, image_shape):
            raise ShapeError(
                f"An array of shape {pixels.shape} is {len(pixels)} flat rows or one picture. "
                f"For rows pass images.reshape{(-1, *image_shape)}, for one picture [picture]."
            )
        many = list(as_images(pixels)) if pixels.size else []
    elif isinstance(pictures, Iterable) and not hasattr(pictures, "read") and not is_content:
        many = list(pictures)
    else:
        how = "(io.BytesIO(...)) reads a file's content" if is_content else " reads an open file"
        raise ArgumentTypeError(
            f"Expected a file's path, a Pillow image, an array of pixels, or a list of such. "
            f"Received {type(pictures).__name__}. PIL.Image.open{how}."
        )
    if not many:
        raise InvalidArgumentError("There are no pictures to predict.")
    return many


def _channels_last(model: Any) -> tuple[int | None, ...]:
    shape = input_shape_of(model)
    return (*shape[1:], shape[0]) if has_channels_first(shape) else shape


def _picture_shape(model: Any) -> tuple[int | None, ...]:
    """Give height, width and channels of the pictures for a model, flat ones as squares."""
    input_shape = _channels_last(model)
    if len(input_shape) == 1 and input_shape[0] is not None:
        side = math.isqrt(input_shape[0])
        return side, side, 1
    return (*input_shape, 1) if len(input_shape) == 2 else input_shape  # gray
