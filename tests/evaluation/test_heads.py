import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from digitzoo import Dataset, evaluate, load_data, predict, saliency, small_dense, train
from digitzoo.evaluation.heads import head_activation, num_classes_of


@pytest.fixture(scope="module")
def data():
    return load_data("mnist").sample(600)


def network(*inside):
    return keras.Sequential([keras.Input((28, 28, 1)), *inside])


@pytest.mark.parametrize(
    ("build", "activation"),
    [
        (lambda: network(layers.Flatten(), layers.Dense(10, "softmax")), "softmax"),
        (lambda: network(layers.Flatten(), layers.Dense(10)), "linear"),
        (lambda: network(layers.Flatten(), layers.Dense(10), layers.Softmax()), "softmax"),
        (
            lambda: network(layers.Flatten(), layers.Dense(10), layers.Activation("softmax")),
            "softmax",
        ),
        (lambda: network(layers.Conv2D(10, 28), layers.GlobalAveragePooling2D()), "linear"),
        (lambda: network(layers.Flatten(), layers.Dense(10, "sigmoid")), "sigmoid"),
        (lambda: network(network(layers.Flatten(), layers.Dense(10))), "linear"),
        (lambda: network(layers.Flatten(), layers.Dense(10), layers.Rescaling(2.0)), None),
    ],
)
def test_the_activation_behind_the_output(build, activation):
    assert head_activation(build()) == activation


@pytest.mark.parametrize(
    ("squash", "activation"),
    [(keras.ops.softmax, "softmax"), (layers.Softmax(), "softmax"), (keras.ops.copy, None)],
)
def test_a_functional_model_may_end_in_an_operation(data, squash, activation):
    images = keras.Input((28, 28, 1))
    outputs = squash(layers.Dense(10)(layers.Flatten()(images)))
    model = keras.Model(images, outputs)
    assert head_activation(model) == activation
    expected = keras.ops.convert_to_numpy(model(data.test.images / np.float32(255)))
    if activation is None:
        expected = keras.ops.convert_to_numpy(keras.ops.softmax(expected))
    np.testing.assert_allclose(predict(model, data.test).probabilities, expected, atol=1e-6)


@pytest.mark.parametrize("library", [tf.nn, keras.ops, keras.activations])
def test_functions_of_other_libraries_are_known_by_their_names(data, library):
    softmax = network(layers.Flatten(), layers.Dense(10, activation=library.softmax))
    assert head_activation(softmax) == "softmax"
    assert saliency(softmax, data.test[:1]).any()
    sigmoid = network(layers.Flatten(), layers.Dense(1, activation=library.sigmoid))
    assert num_classes_of(sigmoid) == 2


def test_what_a_function_of_ones_own_does_its_name_does_not_tell(data):
    def linear(values):
        return keras.ops.softmax(values)

    model = network(layers.Flatten(), layers.Dense(10, activation=linear))
    assert head_activation(model) is None
    expected = keras.ops.convert_to_numpy(model(data.test.images / np.float32(255)))
    np.testing.assert_allclose(predict(model, data.test).probabilities, expected, atol=1e-6)


def test_logits_inside_another_model_train_with_the_right_loss(data):
    keras.utils.set_random_seed(0)
    inner = network(layers.Flatten(), layers.Dense(10))
    outer = network(layers.RandomTranslation(0.0, 0.0), inner)
    run = train(outer, data, epochs=1, verbose=0)
    assert 1.0 < run.history["loss"][0] < 3.0  # ln 10 = 2.3; logits taken for probabilities: 6.9


def test_a_sigmoid_for_each_class_is_read_as_keras_loss_reads_it(data):
    keras.utils.set_random_seed(0)
    model = network(layers.Flatten(), layers.Dense(10, "sigmoid"))
    model.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    loss, accuracy = model.evaluate(data.test.images / 255, data.test.labels, verbose=0)
    result = evaluate(model, data.test)
    assert result.loss == pytest.approx(loss, rel=1e-4)
    assert result.accuracy == pytest.approx(accuracy, abs=1e-7)
    np.testing.assert_allclose(result.probabilities.sum(axis=1), 1, rtol=1e-5)
    model.set_weights([weight * 0 - 200 for weight in model.get_weights()])  # each says no
    np.testing.assert_allclose(predict(model, data.test).probabilities, 0.1)


def test_lost_models_say_so(data):
    model = small_dense()
    model.set_weights([weight * np.nan for weight in model.get_weights()])
    with pytest.raises(ValueError, match="not finite. Its training was lost"):
        predict(model, data.test.images)


class Subclass(keras.Model):
    def call(self, inputs):
        return inputs


@pytest.mark.parametrize("call", [predict, evaluate, train])
def test_what_is_no_model_that_is_known_is_refused(data, call):
    given = {predict: data.test.images, evaluate: data.test, train: data}[call]
    with pytest.raises(ValueError, match="shapes are not known"):
        call(Subclass(), given)
    with pytest.raises(ValueError, match="shapes are not known"):
        call(keras.Sequential([layers.Flatten(), layers.Dense(10)]), given)
    with pytest.raises(TypeError, match="Expected a Keras model. Received str"):
        call("simple_cnn", given)


@pytest.mark.parametrize("call", [predict, evaluate])
def test_of_a_model_that_was_never_built_it_is_said_how(data, call):
    given = {predict: data.test.images, evaluate: data.test}[call]
    with pytest.raises(ValueError, match=r"Call it on.*model.build\(\(None, 28, 28, 1\)\)"):
        call(Subclass(), given)


def test_a_run_is_no_model_but_has_one(data):
    run = train(small_dense(), data, epochs=1, verbose=0)
    with pytest.raises(TypeError, match="Received TrainingRun. Pass its .model"):
        evaluate(run, data.test)


def test_whole_data_sets_and_splits(data):
    model = small_dense()
    with pytest.raises(TypeError, match="Received Dataset. Give one of its parts"):
        evaluate(model, data)
    by_split = predict(model, data.test).probabilities
    assert np.array_equal(by_split, predict(model, data.test.images).probabilities)


def test_any_size_is_taken_where_the_model_takes_any():
    model = keras.Sequential(
        [
            keras.Input((None, None, 1)),
            layers.Conv2D(4, 3),
            layers.GlobalMaxPooling2D(),
            layers.Dense(10, "softmax"),
        ]
    )
    assert predict(model, np.zeros((3, 30, 20), np.uint8)).probabilities.shape == (3, 10)
    assert isinstance(
        train(model, Dataset(load_data("mnist").test[:200]), epochs=1, verbose=0).epochs, int
    )
