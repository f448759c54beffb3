"""Several networks as one."""

import subprocess
import sys

import keras
import numpy as np
import pytest

from digitzoo import build_model, committee, evaluate, load_data, predict, summarize
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError


def ending_in(layer):
    return keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten(), layer])


def two_ended():
    inputs = [keras.Input((3,)), keras.Input((4,))]
    joined = keras.layers.Concatenate()(inputs)
    return keras.Model(inputs, keras.layers.Dense(3, activation="softmax")(joined))


@pytest.fixture(scope="module")
def test_images():
    return load_data("mnist").test


def test_its_probabilities_are_the_mean_of_its_members(test_images):
    names = ["small_dense", "simple_cnn", "small_dense"]
    members = [build_model(name, weights="mnist") for name in names]
    answers = [predict(member, test_images.images[:50]).probabilities for member in members]
    together = predict(committee(members), test_images.images[:50])
    assert np.allclose(together.probabilities, np.mean(answers, axis=0), atol=1e-6)
    by_name = predict(committee(names, weights="mnist"), test_images.images[:50])
    assert np.array_equal(by_name.probabilities, together.probabilities)


def test_it_is_right_more_often_than_any_of_its_members(test_images):
    names = ["dense_baseline", "two_layer_cnn", "simple_cnn"]
    alone = [evaluate(build_model(name, weights="mnist"), test_images).accuracy for name in names]
    assert evaluate(committee(names, weights="mnist"), test_images).accuracy > max(alone)


def test_it_is_saved_as_one_file_that_loads_without_digitzoo(tmp_path, test_images):
    model = committee(["small_dense", "small_resnet"], name="pair")
    path = tmp_path / "pair.keras"
    model.save(path)
    images = test_images.images[:8].astype("float32") / 255
    np.save(tmp_path / "images.npy", images)
    program = (
        "import sys; sys.modules['digitzoo'] = None; import keras, numpy; "
        "model = keras.models.load_model(sys.argv[1]); "
        "numpy.save(sys.argv[3], model.predict_on_batch(numpy.load(sys.argv[2])))"
    )
    places = [path, tmp_path / "images.npy", tmp_path / "answers.npy"]
    subprocess.run([sys.executable, "-c", program, *map(str, places)], check=True)
    assert np.allclose(np.load(places[2]), model.predict_on_batch(images), atol=1e-6)


def test_its_members_are_copies():
    member = build_model("small_dense")
    before = member.get_weights()
    model = committee([member, member])
    model.set_weights([np.zeros_like(weight) for weight in model.get_weights()])
    assert member.name == "small_dense"
    assert all(map(np.array_equal, member.get_weights(), before))
    assert summarize(model).totals.params == model.count_params() == 2 * member.count_params()


def test_members_of_members_are_counted_too():
    inner = committee(["small_dense", "dense_baseline"])
    model = committee([inner, "small_dense"])
    assert summarize(model).totals.params == model.count_params() == 407_050 + 2 * 51_450


@pytest.mark.parametrize(
    ("models", "error", "message"),
    [
        ("small_dense", ArgumentTypeError, "models must be a list .*'small_dense'"),
        (None, ArgumentTypeError, "models must be a list .*None"),
        (["small_dense"], InvalidArgumentError, "two members or more. Received 1"),
        (["small_dense", "smal_dense"], InvalidArgumentError, "Did you mean 'small_dense'"),
        (["small_dense", 3], ArgumentTypeError, r"models\[1\] must be a built Keras model.*3"),
        (
            [keras.Sequential([keras.layers.Dense(2)]), "small_dense"],
            ArgumentTypeError,
            r"models\[0\] must be a built Keras model",
        ),
        (
            ["small_dense", build_model("small_dense", num_classes=26)],
            InvalidArgumentError,
            r"the same shapes. models\[0\] has .* models\[1\] .*26",
        ),
        (
            ["small_dense", ending_in(keras.layers.Dense(10))],
            InvalidArgumentError,
            r"models\[1\] ends in 'linear'. End it with a keras.layers.Softmax\(\)",
        ),
        (
            [ending_in(keras.layers.Dense(1, activation="sigmoid"))] * 2,
            InvalidArgumentError,
            r"models\[0\] ends in 'sigmoid'",
        ),
        (
            [ending_in(keras.layers.Reshape((28, 28)))] * 2,
            InvalidArgumentError,
            r"one number for each class. models\[0\] takes .* gives \(None, 28, 28\)",
        ),
        ([two_ended(), two_ended()], InvalidArgumentError, r"has one input.* models\[0\] takes"),
        (
            [ending_in(keras.layers.Lambda(lambda x: x)), "small_dense"],
            InvalidArgumentError,
            r"models\[0\] cannot be copied \(.*\). Register",
        ),
    ],
)
def test_what_makes_no_committee_is_refused(models, error, message):
    with pytest.raises(error, match=message):
        committee(models)


def test_weights_are_for_members_that_are_named():
    members = [build_model("small_dense"), build_model("small_dense")]
    with pytest.raises(InvalidArgumentError, match="models names none. Received weights='mnist'"):
        committee(members, weights="mnist")
    with pytest.raises(ArgumentTypeError, match="weights"):
        committee(members, weights=0)
