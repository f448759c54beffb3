import keras
import numpy as np
import pytest

from digitzoo import dense_baseline, load_data, predict, simple_cnn
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, ShapeError
from digitzoo.evaluation import Prediction


@pytest.fixture(scope="module")
def images():
    return load_data("mnist").test.images[:700]


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(0)
    return simple_cnn()


def test_it_says_what_keras_predict_says(model, images):
    expected = model.predict(images.astype("float32") / 255, verbose=0)
    prediction = predict(model, images)
    assert prediction.probabilities.shape == (700, 10)
    assert np.allclose(prediction.probabilities, expected, atol=1e-6)
    assert np.array_equal(prediction.label, expected.argmax(axis=1))
    assert np.allclose(prediction.confidence, expected.max(axis=1), atol=1e-6)
    assert len(prediction) == 700


def test_any_batch_size_gives_the_same(model, images):
    expected = predict(model, images).probabilities
    for batch_size in (1, 99, 10_000):
        found = predict(model, images[:200], batch_size=batch_size).probabilities
        assert np.allclose(found, expected[:200], atol=1e-6)


@pytest.mark.parametrize(
    "form",
    [
        lambda image: image,
        lambda image: image[..., 0],
        lambda image: image.astype("int64"),
        lambda image: image / 255,
        lambda image: (image / 255).astype("float32"),
        lambda image: image.tolist(),
        lambda image: image[np.newaxis],
        lambda image: image[np.newaxis, ..., 0],
    ],
)
def test_every_form_of_one_image_gives_the_same(model, images, form):
    expected = predict(model, images).probabilities[3]
    given = form(images[3])
    found = predict(model, given).probabilities
    assert found.shape == (1, 10)
    assert np.allclose(found, expected, atol=1e-6)


def test_one_image_gives_one_label(model, images):
    prediction = predict(model, images[0])
    assert prediction.label.shape == prediction.confidence.shape == (1,)
    assert prediction.label[0] in range(10)
    assert prediction.class_name == [str(prediction.label[0])]
    assert repr(prediction).startswith(f"<Prediction: label {prediction.label[0]}, confidence 0.")
    assert len(prediction) == 1
    assert repr(predict(model, images)) == "<Prediction of 700 images>"


def test_a_flat_network_takes_images_and_rows(images):
    model = dense_baseline(input_shape=(784,))
    expected = predict(model, images).probabilities
    assert np.allclose(predict(model, images.reshape(700, 784)).probabilities, expected)
    assert np.allclose(predict(model, images[0, ..., 0]).probabilities, expected[:1], atol=1e-6)


def test_logits_are_followed_by_a_softmax(images):
    head = keras.Sequential(
        [keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(10)]
    )
    logits = head.predict(images / 255, verbose=0)
    expected = keras.ops.convert_to_numpy(keras.ops.softmax(logits))
    assert np.allclose(predict(head, images).probabilities, expected, atol=1e-6)


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.zeros((32, 32, 1)), r"takes images of shape \(28, 28, 1\)"),
        (np.zeros((5, 28, 28, 3)), r"Received images of shape \(28, 28, 3\)"),
        (np.full((28, 28), 200.0), "Divide them by 255"),
        (np.zeros((0, 28, 28, 1)), "no images to predict"),
        (np.zeros((400, 784)), r"flat rows of 784 pixels\. .*reshape\(-1, 28, 28, 1\)"),
        (np.zeros(784), r"flat rows of 784 pixels\. .*reshape\(-1, 28, 28, 1\)"),
        (np.float32(3), "takes images of shape.*a single number"),
        (np.zeros((32, 32)), r"Received images of shape \(32, 32, 1\). Build .*or resize them"),
        ([np.zeros((28, 28)), np.zeros((9, 9))], "Received unlike ones"),
        ((np.zeros((2, 28, 28)), [1, 2]), "Received unlike ones. Of a pair"),
    ],
)
def test_what_is_no_image_for_it_is_refused(model, images, message):
    with pytest.raises(ValueError, match=message):
        predict(model, images)


def test_what_is_wrong_with_one_image_is_said_of_the_image():
    colours = keras.Sequential(
        [keras.Input((28, 28, 3)), keras.layers.Flatten(), keras.layers.Dense(10)]
    )
    with pytest.raises(ValueError, match=r"shape \(28, 28, 1\).* or give images of 3 channels"):
        predict(colours, np.zeros((28, 28), np.uint8))


def test_a_whole_data_set_is_no_image(model):
    with pytest.raises(TypeError, match="a whole Dataset. Give one of its parts"):
        predict(model, load_data("mnist"))


def test_a_batch_size_is_a_whole_number(model, images):
    with pytest.raises(ValueError, match="batch_size must be a whole number .*Received 0"):
        predict(model, images, batch_size=0)
    with pytest.raises(TypeError, match="batch_size must be a whole number .*Received 2.5"):
        predict(model, images, batch_size=2.5)


def test_a_single_output_is_no_classifier(images):
    regressor = keras.Sequential(
        [keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(1)]
    )
    with pytest.raises(ValueError, match="one number for each class"):
        predict(regressor, images)


def test_a_loop_gives_a_prediction_for_each_image():
    rejected = np.array([False, True, False])
    answer = Prediction(np.eye(3)[[2, 0, 1]], ("a", "b", "c"), rejected)
    assert [one.class_name for one in answer] == [["c"], ["?"], ["b"]]
    assert [one.label.tolist() for one in answer] == [[2], [0], [1]]
    assert [one.rejected for one in Prediction(np.eye(2))] == [None, None]


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (([0.1, 0.9],), ShapeError, r"shape \(N, num_classes\)\. Received \[0\.1, 0\.9\]"),
        ((np.zeros((2, 2, 2)),), ShapeError, r"Received an array of shape \(2, 2, 2\)"),
        (([["a"]],), ArgumentTypeError, "Probabilities are numbers"),
        ((np.eye(2), ("a",)), InvalidArgumentError, "of 2 classes. Received 1 class_names"),
        ((np.eye(2), "ab"), ArgumentTypeError, "class_names must be a sequence of names"),
        ((np.eye(2), (), np.array([True])), ShapeError, "rejected says of each of 2 images"),
    ],
)
def test_what_cannot_be_a_prediction(arguments, error, message):
    with pytest.raises(error, match=message):
        Prediction(*arguments)
