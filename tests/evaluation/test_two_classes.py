"""Networks that tell two classes apart by one number behind a sigmoid, as half of all tutorials."""

import keras
import numpy as np
import pytest
from keras import layers

from digitzoo import Classifier, Split, evaluate, grad_cam, load_data, occlusion, predict
from digitzoo import saliency as saliency_of
from digitzoo.errors import InvalidArgumentError
from digitzoo.evaluation import calibration
from digitzoo.evaluation.heads import num_classes_of
from digitzoo.inspection import embed
from digitzoo.inspection.logits import classes_said, logits_of


@pytest.fixture(scope="module")
def pairs():
    """Zeros and ones of the test images, 200 in all."""
    test = load_data("mnist").test
    return test[test.labels < 2][:200]


class Subclass(keras.Model):
    """Its head is made first and runs last, by an operation that is no layer."""

    def __init__(self):
        super().__init__()
        self.head, self.conv = layers.Dense(1), layers.Conv2D(2, 5, activation="tanh")

    def call(self, images):
        return keras.ops.sigmoid(self.head(keras.ops.reshape(self.conv(images), (-1, 1152))))


def in_a_row(*head):
    return keras.Sequential(
        [keras.Input((28, 28, 1)), layers.Conv2D(2, 5, activation="tanh"), layers.Flatten(), *head]
    )


def functional():
    images = keras.Input((28, 28, 1))
    flat = layers.Flatten()(layers.Conv2D(2, 5, activation="tanh")(images))
    return keras.Model(images, keras.ops.sigmoid(layers.Dense(1)(flat)))


HEADS = {
    "argument": lambda: in_a_row(layers.Dense(1, activation="sigmoid")),
    "layer": lambda: in_a_row(layers.Dense(1), layers.Activation("sigmoid")),
    "dropout behind": lambda: in_a_row(layers.Dense(1, "sigmoid"), layers.Dropout(0.5)),
    "nested": lambda: in_a_row(keras.Sequential([layers.Dense(1, activation="sigmoid")])),
    "operation": functional,
    "subclass": Subclass,
}


def build(name, pairs):
    keras.utils.set_random_seed(2)
    model = HEADS[name]()
    model(pairs.images[:1] / 255)
    weights = model.get_weights()  # an untrained one says nearly the same of all
    model.set_weights([5 * weight for weight in weights])
    return model


@pytest.mark.parametrize("name", HEADS)
def test_loss_and_accuracy_are_keras_own(name, pairs):
    model = build(name, pairs)
    model.compile(loss="binary_crossentropy", metrics=["accuracy"])
    loss, accuracy = model.evaluate(pairs.images / 255, pairs.labels, verbose=0)
    result = evaluate(model, pairs)
    assert result.accuracy == pytest.approx(accuracy, abs=1e-7)
    assert result.loss == pytest.approx(loss, rel=1e-3)
    assert result.class_names == ("0", "1")
    assert result.confusion_matrix.sum() == 200


@pytest.mark.parametrize("name", HEADS)
def test_it_gives_the_probabilities_of_both_classes(name, pairs):
    model = build(name, pairs)
    said = np.asarray(model(pairs.images.astype(np.float32) / 255))[:, 0]
    prediction = predict(model, pairs)
    np.testing.assert_allclose(prediction.probabilities, np.stack([1 - said, said], 1), atol=1e-6)
    np.testing.assert_array_equal(prediction.label, said > 0.5)
    alone = predict(model, pairs.images[0])
    assert alone.probabilities.shape == (1, 2)
    assert alone.label == prediction.label[0]


def test_exactly_a_half_is_class_0_as_in_keras(pairs):
    model = build("argument", pairs)
    model.set_weights([weight * 0 for weight in model.get_weights()])
    assert not predict(model, pairs).label.any()
    assert not classes_said(model, pairs.images / np.float32(255)).any()
    metric = keras.metrics.BinaryAccuracy()
    metric.update_state(pairs.labels[:, None], np.full((200, 1), 0.5))
    assert evaluate(model, pairs).accuracy == pytest.approx(float(metric.result()), abs=1e-6)


def test_labels_as_a_column_and_as_rows(pairs):
    model = build("argument", pairs)
    expected = evaluate(model, pairs).accuracy
    for labels in (pairs.labels[:, None], np.eye(2)[pairs.labels], pairs.labels.astype(bool)):
        assert evaluate(model, (pairs.images, labels)).accuracy == expected
    with pytest.raises(InvalidArgumentError, match="label 7 .* outside the classes. Expected 0 to"):
        evaluate(model, load_data("mnist").test)


@pytest.mark.parametrize("name", [name for name in HEADS if name != "subclass"])
def test_logits_speak_for_one_class_as_they_speak_against_the_other(name, pairs):
    model = build(name, pairs)
    assert num_classes_of(model) == 2
    images = pairs.images[:5].astype(np.float32) / 255
    said = np.asarray(model(images), np.float64)
    logits = logits_of(model, images)
    np.testing.assert_allclose(logits, np.log(said / (1 - said)) * [[-1, 1]], atol=1e-3)
    np.testing.assert_array_equal(classes_said(model, images), said[:, 0] > 0.5)
    np.testing.assert_array_equal(np.asarray(model(images)), said.astype(np.float32))


def test_pictures_of_what_speaks_for_a_class(pairs):
    model = build("argument", pairs)
    images = pairs.images[:4].astype(np.float32) / 255
    logit = logits_of(model, images)[:, 1]
    for_one = saliency_of(model, pairs[:4], label=1)
    np.testing.assert_allclose(saliency_of(model, pairs[:4], label=0), for_one, atol=1e-6)
    step = np.zeros_like(images)
    step[:, 14, 14] = 1e-2
    rise = logits_of(model, images + step)[:, 1] - logits_of(model, images - step)[:, 1]
    np.testing.assert_allclose(for_one[:, 14, 14], np.abs(rise) / 2e-2, rtol=0.02, atol=1e-3)

    covered = images.copy()
    covered[:, :14, :14] = 0
    falls = occlusion(model, images, label=1, patch_size=14, strides=14)
    fall = logit - logits_of(model, covered)[:, 1]
    np.testing.assert_allclose(falls[:, 3, 3], fall, atol=1e-4)
    against = occlusion(model, images, label=0, patch_size=14, strides=14)
    np.testing.assert_allclose(against, -falls)
    maps = [grad_cam(model, images, label=label) for label in (0, 1)]
    assert not np.allclose(maps[0], maps[1])
    assert all((values >= 0).all() and values.any() for values in maps)
    np.testing.assert_array_equal(
        grad_cam(model, images), grad_cam(model, images, label=(logit > 0).astype(int))
    )


def test_all_else_that_takes_a_classifier(pairs):
    model = build("argument", pairs)
    assert embed(model, pairs).layer.startswith("flatten")
    assert calibration(evaluate(model, pairs)).totals.sum() == 200
    classifier = Classifier(model, class_names=["zero", "one"])
    prediction = classifier.predict(pairs.images[:3])
    assert set(prediction.class_name) <= {"zero", "one"}
    assert prediction.probabilities.shape == (3, 2)
    with pytest.raises(InvalidArgumentError, match="tells 2 classes apart. Received 3 names"):
        Classifier(model, class_names=["a", "b", "c"])


@pytest.mark.parametrize("activation", [None, "softmax", "tanh"])
def test_one_number_behind_anything_else_tells_no_classes(activation, pairs):
    model = in_a_row(layers.Dense(1, activation=activation))
    for call in (predict, evaluate, saliency_of, grad_cam):
        with pytest.raises(InvalidArgumentError, match=r"shape \(1,\).*activation='sigmoid'"):
            call(model, pairs)


def test_a_split_of_one_class_alone(pairs):
    model = build("argument", pairs)
    result = evaluate(model, Split(pairs.images[:3], np.ones(3, int), ("a", "b")))
    assert result.class_names == ("a", "b")
    assert evaluate(model, (pairs.images[:3], np.zeros(3, int))).class_names == ("0", "1")
