import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitzoo import DigitzooError, Split, evaluate, load_data, one_hot, predict, small_dense
from digitzoo.evaluation import Evaluation


@pytest.fixture(scope="module")
def data():
    return load_data("mnist").sample(3000)


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(0)
    return small_dense()


def test_loss_and_accuracy_are_keras_own(model, data):
    model.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    loss, accuracy = model.evaluate(data.test.images / 255, data.test.labels, verbose=0)
    result = evaluate(model, data.test)
    assert result.loss == pytest.approx(loss, rel=1e-5)
    assert result.accuracy == pytest.approx(accuracy, abs=1e-7)
    assert result.class_names == data.class_names


@given(st.data())
def test_the_scores_agree_with_counting_by_hand(data):
    classes = data.draw(st.integers(2, 5))
    count = data.draw(st.integers(1, 30))
    draw = st.lists(st.integers(0, classes - 1), min_size=count, max_size=count)
    labels, predicted = np.array(data.draw(draw)), np.array(data.draw(draw))
    probabilities = np.full((count, classes), 0.1 / (classes - 1))
    probabilities[np.arange(count), predicted] = 0.9
    result = Evaluation(probabilities, labels, tuple(map(str, range(classes))))

    pairs = list(zip(labels.tolist(), predicted.tolist(), strict=True))
    assert result.correct == sum(true == said for true, said in pairs)
    assert result.accuracy == result.correct / count
    for true in range(classes):
        for said in range(classes):
            assert result.confusion_matrix[true, said] == pairs.count((true, said))
        row = result.per_class[true]
        true_positive = pairs.count((true, true))
        in_class, said_class = labels.tolist().count(true), predicted.tolist().count(true)
        assert (row.correct, row.total, row.predicted) == (true_positive, in_class, said_class)
        if true_positive:
            recall, precision = true_positive / in_class, true_positive / said_class
            assert row.recall == pytest.approx(recall)
            assert row.precision == pytest.approx(precision)
            assert row.f1 == pytest.approx(2 / (1 / recall + 1 / precision))
    assert sorted(result.wrong) == [i for i, (true, said) in enumerate(pairs) if true != said]


def test_mistakes_come_most_confident_first():
    probabilities = np.array([[0.6, 0.4], [0.1, 0.9], [0.95, 0.05], [0.3, 0.7]])
    result = Evaluation(probabilities, np.array([1, 0, 1, 1]), ("a", "b"))
    assert result.wrong.tolist() == [2, 1, 0]
    assert result.loss == pytest.approx(-np.log([0.4, 0.1, 0.05, 0.7]).mean())


def test_a_class_without_images_has_no_recall_and_plain_json():
    result = Evaluation(np.array([[0.6, 0.4]]), np.array([0]), ("a", "b"))
    assert np.isnan(result.per_class[1].recall)
    assert result.to_dict()["per_class"][1]["recall"] is None
    assert result.to_dict()["per_class"][1]["precision"] is None


def test_arrays_and_one_hot_rows_give_the_same(model, data):
    expected = evaluate(model, data.test)
    for labels in (data.test.labels, one_hot(data.test.labels, 10)):
        result = evaluate(model, (data.test.images[..., 0], labels))
        assert np.array_equal(result.probabilities, expected.probabilities)
        assert result.correct == expected.correct


def test_what_cannot_be_measured_is_refused(model, data):
    with pytest.raises(ValueError, match="images with their labels.*predict takes images without"):
        evaluate(model, Split(data.test.images))
    with pytest.raises(ValueError, match="images with their labels"):
        evaluate(model, data.test[:0])
    with pytest.raises(ValueError, match="label 12 at index 0 lies outside the classes"):
        evaluate(model, (data.test.images[:1], np.array([12])))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((np.eye(2), [0], ("a", "b")), "Received 2 rows and 1 labels"),
        ((np.eye(2), [0, 2], ("a", "b")), "label 2 at index 1 lies outside the classes"),
        ((np.eye(2), [0.5, 1], ("a", "b")), "labels must be whole numbers"),
        ((np.eye(2), [0, 1], ("a", "b", "c")), "of 2 classes. Received 3 class_names"),
        ((np.eye(2)[0], [0, 1], ("a", "b")), r"shape \(N, num_classes\)"),
    ],
)
def test_what_cannot_be_an_evaluation(arguments, message):
    with pytest.raises(DigitzooError, match=message):
        Evaluation(*arguments)


@pytest.mark.parametrize("shape", [(1, 28, 28), (28, 28, 1), (28, 28)])
def test_gray_images_fit_a_model_wherever_its_channels_are(data, shape):
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [keras.Input(shape), keras.layers.Flatten(), keras.layers.Dense(10, "softmax")]
    )
    images, labels = data.test.images[..., 0], data.test.labels
    result = evaluate(model, (images, labels))
    assert np.array_equal(result.probabilities, predict(model, images).probabilities)
    arranged = evaluate(model, (images.reshape(-1, *shape), labels))
    assert arranged.accuracy == result.accuracy


def test_what_a_person_reads():
    result = Evaluation(np.array([[0.75, 0.25]] * 4), np.array([0, 0, 0, 1]), ("a", "b"))
    assert str(result) == "accuracy 0.7500 (0.3006 to 0.9544), loss 0.5623, 1 of 4 wrong"
    assert repr(result) == f"<Evaluation: {result}>"
