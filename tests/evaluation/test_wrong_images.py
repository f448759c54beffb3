"""What is no image is named as what it is, before any work is done."""

import io

import keras
import numpy as np
import pytest
from keras import layers

from digitzoo import (
    Classifier,
    Dataset,
    DigitzooError,
    evaluate,
    feature_maps,
    grad_cam,
    load_data,
    occlusion,
    predict,
    saliency,
    simple_cnn,
)
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError
from digitzoo.inspection import embed
from digitzoo.inspection.slide_kernel import slide_kernel


@pytest.fixture(scope="module")
def model():
    return simple_cnn()


@pytest.fixture(scope="module")
def split():
    return load_data("mnist").test[:2000]


def of_pair(model, images):
    return evaluate(model, (images, [0]))


def of_kernel(_, images):
    return slide_kernel(images, np.ones((3, 3)))


CALLS = (predict, feature_maps, embed, grad_cam, saliency, occlusion, of_pair, of_kernel)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("images", "received"),
    [
        (lambda: None, "None"),
        (lambda: (image for image in np.zeros((2, 28, 28))), "a generator"),
        (lambda: {"images": np.zeros((2, 28, 28))}, "{'images'"),
        (lambda: "digits.png", "'digits.png'"),
        (lambda: b"GIF89a", "b'GIF89a'"),
        (lambda: {1, 2}, "{1, 2}"),
        (lambda: io.BytesIO(b"GIF89a"), "a BytesIO"),
        (object, "a object"),
        (lambda: [None, None], r"\[None, None\]"),
        (lambda: np.array(["a"]), "an array of shape"),
    ],
)
def test_what_is_no_array_of_numbers(model, call, images, received):
    with pytest.raises(ArgumentTypeError, match=f"Received {received}") as refused:
        call(model, images())
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("images", [[], (), np.zeros((0, 28, 28, 1))])
def test_no_images(model, call, images):
    with pytest.raises(
        InvalidArgumentError,
        match="mages? (have|of one|needs)|no images|many im",
    ):
        call(model, images)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("number", [3, 0.5, np.float32(0.5)])
def test_a_number_is_no_image(model, call, number):
    with pytest.raises(DigitzooError, match="number|shape|many images"):
        call(model, number)


@pytest.mark.parametrize("split", [None, [], 3, {}, "mnist", (1, 2, 3), np.zeros((2, 28, 28))])
def test_what_is_no_split(model, split):
    with pytest.raises(ArgumentTypeError, match=r"takes a Split or a pair \(images, labels\)"):
        evaluate(model, split)


def test_what_is_no_picture_for_a_classifier(split):
    classifier = Classifier("small_dense")
    for pictures in (None, 3, 0.5, {}, {"a": split.images[0]}, object(), {1, 2}):
        with pytest.raises(DigitzooError):
            classifier.predict(pictures)


def two_outputs():
    image = keras.Input((28, 28, 1))
    flat = layers.Flatten()(image)
    return keras.Model(image, [layers.Dense(10, name="a")(flat), layers.Dense(2, name="b")(flat)])


def test_a_model_of_two_outputs_is_named_as_one_whatever_its_labels_are(split):
    labels = [split.labels, split.labels % 2]
    for given in (labels, tuple(labels), dict(zip("ab", labels, strict=True)), split.labels):
        with pytest.raises(InvalidArgumentError, match="one input and one output") as refused:
            evaluate(two_outputs(), (split.images, given))
        assert len(str(refused.value)) < 300
    with pytest.raises(InvalidArgumentError, match="one input and one output"):
        predict(two_outputs(), split)


@pytest.mark.parametrize(
    "labels",
    [
        lambda split: split.images,
        lambda split: split.images.reshape(2000, 784),
        lambda split: split.images.reshape(2000, 784) / 255,
        lambda split: [split.labels, split.labels],
        lambda split: list(map(str, split.labels)),
        lambda split: {"a": split.labels},
        lambda split: (int(label) for label in split.labels),
        lambda _: [[1], [2, 3]],
        lambda _: np.linspace(0, 1, 2000),
        lambda _: [None] * 2000,
        lambda split: split.labels[:1999],
    ],
)
def test_what_are_no_labels_is_said_in_a_few_words(model, split, labels):
    with pytest.raises(DigitzooError, match="label") as refused:
        evaluate(model, (split.images, labels(split)))
    assert len(str(refused.value)) < 400


@pytest.mark.parametrize("label", ["7", [[1], [2, 3]], {1}, None, True, 2.0, np.full(2, np.nan)])
def test_a_class_is_a_whole_number(model, split, label):
    if label is None:
        assert saliency(model, split[:2], label=label).shape == (2, 28, 28)
        return
    for call in (saliency, grad_cam, occlusion):
        with pytest.raises(ArgumentTypeError, match="A label is a whole number") as refused:
            call(model, split[:2], label=label)
        assert len(str(refused.value)) < 300


def test_a_whole_data_set(model, split):
    for call in CALLS[:-2]:
        with pytest.raises(ArgumentTypeError, match="a whole Dataset. Give one of its parts"):
            call(model, Dataset(split))
