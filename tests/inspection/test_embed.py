import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import layers

from digitzoo import (
    dense_baseline,
    fashion_cnn,
    load_data,
    regularized_cnn,
    simple_cnn,
    two_layer_cnn,
)
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError
from digitzoo.inspection import embed
from digitzoo.inspection.embed import principal_components


@pytest.fixture(scope="module")
def images():
    return load_data("mnist", validation=0).test[:40]


@settings(max_examples=30, deadline=None)
@given(st.integers(3, 60), st.integers(2, 90), st.integers(0, 1000))
def test_principal_components_are_those_of_a_whole_decomposition(count, units, seed):
    rows = np.random.default_rng(seed).normal(size=(count, units)) * np.geomspace(9, 1, units)
    points, ratios = principal_components(rows)
    left, sizes, _ = np.linalg.svd(rows - rows.mean(axis=0), full_matrices=False)
    np.testing.assert_allclose(ratios, sizes[:2] ** 2 / (sizes**2).sum(), rtol=1e-5)
    scale = sizes[0]
    np.testing.assert_allclose(np.abs(points), np.abs(left[:, :2] * sizes[:2]), atol=1e-3 * scale)
    np.testing.assert_allclose(points.mean(axis=0), 0, atol=1e-9 * scale)


def test_the_unit_that_counts_most_counts_positively():
    rows = np.outer([0.0, 1.0, 2.0, 5.0], [-3.0, 1.0]) + np.outer([0, 2, 0, 0], [1, 3]) / 9
    points, _ = principal_components(rows)
    assert np.corrcoef(points[:, 0], rows[:, 0])[0, 1] > 0
    np.testing.assert_allclose(principal_components(-rows)[0], -points, atol=1e-12)
    np.testing.assert_array_equal(principal_components(rows)[0], points)


def test_one_unit_has_no_second_direction():
    points, ratios = principal_components(np.array([[1.0], [2.0], [6.0]]))
    np.testing.assert_allclose(points, [[-2, 0], [-1, 0], [3, 0]], atol=1e-12)
    assert ratios.tolist() == [1.0, 0.0]


@pytest.mark.parametrize(
    ("build", "expected"),
    [
        (simple_cnn, "dense1"),
        (fashion_cnn, "dense1"),  # and not its dropout
        (two_layer_cnn, "flatten"),
        (regularized_cnn, "flatten"),
        (dense_baseline, "dense1"),
    ],
)
def test_the_last_hidden_layer_is_found(images, build, expected):
    assert embed(build(), images[:5]).layer == expected


def test_it_is_found_in_any_model(images):
    class Own(keras.Model):
        def __init__(self):
            super().__init__()
            self.head = layers.Dense(3, name="head")  # made first, run last
            self.flatten = layers.Flatten()
            self.hidden = layers.Dense(4, activation="relu", name="hidden")

        def call(self, images):
            return self.head(self.hidden(self.flatten(images)))

    inside = keras.Sequential(
        [keras.Input((784,)), layers.Dense(6, name="deep"), layers.Dense(3), layers.Softmax()],
        name="inside",
    )
    nested = keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten(), inside])
    assert embed(Own(), images).layer == "hidden"
    assert embed(nested, images).layer == "inside/deep"


def test_points_are_the_pca_of_what_the_layer_gives(images):
    keras.utils.set_random_seed(0)
    model = fashion_cnn()
    for layer in (None, "pool2"):
        found = embed(model, images, layer=layer)
        part = keras.Model(model.inputs, model.get_layer(found.layer).output)
        values = part.predict_on_batch(images.images / 255).reshape(40, -1)
        expected, ratios = principal_components(values)
        np.testing.assert_allclose(found.points, expected, atol=1e-3)
        assert found.explained_variance_ratio == pytest.approx(ratios, rel=1e-3)
        assert 0 < found.explained_variance_ratio[1] < found.explained_variance_ratio[0] < 1


def test_t_sne_keeps_together_what_is_near(images):
    model = simple_cnn(weights="mnist")
    split = load_data("mnist", validation=0).test[:150]
    found = embed(model, split, method="tsne")
    assert found.points.shape == (150, 2)
    assert found.explained_variance_ratio is None
    distances = np.linalg.norm(found.points[:, None] - found.points, axis=-1)
    np.fill_diagonal(distances, np.inf)
    assert (split.labels[distances.argmin(axis=1)] == split.labels).mean() > 0.95
    few, again = (embed(model, images[:3], method="tsne", seed=1) for _ in range(2))
    np.testing.assert_array_equal(few.points, again.points)
    assert few.points.shape == (3, 2)
    assert np.isfinite(few.points).all()


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"method": "umap"}, InvalidArgumentError, "Unknown method 'umap'.*pca, tsne"),
        ({"method": None}, ArgumentTypeError, "A method is named by a text"),
        ({"seed": -1}, InvalidArgumentError, "seed must be a whole number of 0 or above"),
        ({"seed": "0"}, ArgumentTypeError, "seed must be a whole number of 0 or above"),
    ],
)
def test_what_is_no_method(images, options, error, message):
    with pytest.raises(error, match=message):
        embed(simple_cnn(), images, **options)


def test_what_has_no_plane(images):
    with pytest.raises(InvalidArgumentError, match="A plane needs 3 images or more. Received 2"):
        embed(simple_cnn(), images[:2])
    alike = simple_cnn()
    alike.set_weights([np.full_like(w, 0.1 * (w.ndim == 1)) for w in alike.get_weights()])
    with pytest.raises(InvalidArgumentError, match="'dense1'.*says the same of all 40 images"):
        embed(alike, images)
    only = keras.Sequential([keras.Input((28, 28, 1)), layers.Conv2D(3, 28)])
    with pytest.raises(InvalidArgumentError, match="no layer before its output layer"):
        embed(only, images)
    with pytest.raises(InvalidArgumentError, match="Did you mean 'dense1'"):
        embed(simple_cnn(), images, layer="dense2")
    with pytest.raises(ArgumentTypeError, match="Expected a Keras model"):
        embed("simple_cnn", images)
